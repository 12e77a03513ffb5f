//! The codes of findings: stable, each with how bad it is. `lexicons/README.md` lists them.

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    /// It works and is likely not what was meant.
    Warning,
    /// The file can't be used, or a part of it can never do what it says.
    Error,
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Code {
    Unreadable,
    UnknownKey,
    MissingKey,
    Twice,
    MissingExample,
    NoSpan,
    NoFormat,
    NoWhy,
    EmptyName,
    TakenName,
    UnknownFeature,
    BadPattern,
    UnknownClass,
    EmptyPattern,
    OneLetter,
    StopWord,
    NeverMatches,
    SameStems,
    OppositeRole,
    Contested,
    Unexercised,
    Contained,
    UnknownRule,
    BadSetting,
    NoLexicon,
}

impl Code {
    /// Every code.
    #[cfg(test)]
    pub const ALL: [Code; 25] = [
        Code::Unreadable,
        Code::UnknownKey,
        Code::MissingKey,
        Code::Twice,
        Code::MissingExample,
        Code::NoSpan,
        Code::NoFormat,
        Code::NoWhy,
        Code::EmptyName,
        Code::TakenName,
        Code::UnknownFeature,
        Code::BadPattern,
        Code::UnknownClass,
        Code::EmptyPattern,
        Code::OneLetter,
        Code::StopWord,
        Code::NeverMatches,
        Code::SameStems,
        Code::OppositeRole,
        Code::Contested,
        Code::Unexercised,
        Code::Contained,
        Code::UnknownRule,
        Code::BadSetting,
        Code::NoLexicon,
    ];

    /// The stable code, how bad it is, and what it says.
    pub fn what(self) -> (&'static str, Severity, &'static str) {
        use Severity::{Error, Warning};
        match self {
            Code::Unreadable => ("L101", Error, "the file can't be read"),
            Code::UnknownKey => ("L102", Error, "unknown key"),
            Code::MissingKey => ("L103", Error, "a key is missing"),
            Code::Twice => ("L104", Error, "defined twice"),
            Code::MissingExample => ("L105", Error, "a rule without examples"),
            Code::NoSpan => ("L106", Error, "an example without a marked span"),
            Code::NoFormat => ("L107", Warning, "no format version"),
            Code::NoWhy => ("L108", Warning, "a rule without a reason"),
            Code::EmptyName => ("L109", Error, "an empty name"),
            Code::TakenName => ("L110", Error, "a name that something built in has"),
            Code::UnknownFeature => ("L111", Error, "a weight of nothing"),
            Code::BadPattern => ("L201", Error, "a pattern that can't be read"),
            Code::UnknownClass => ("L202", Error, "a class that is not defined"),
            Code::EmptyPattern => ("L203", Error, "an empty pattern"),
            Code::OneLetter => ("L204", Error, "a pattern of one letter"),
            Code::StopWord => ("L205", Error, "a pattern that is a stop word alone"),
            Code::NeverMatches => ("L206", Error, "a word that can never match"),
            Code::SameStems => ("L207", Warning, "patterns that fold to the same stems"),
            Code::OppositeRole => ("L208", Error, "the same pattern in an opposite role"),
            Code::Contested => ("L209", Warning, "an example that a rule of an opposite role takes too"),
            Code::Unexercised => ("L210", Warning, "a pattern that no example exercises"),
            Code::Contained => ("L211", Warning, "a pattern that one of an opposite role takes too"),
            Code::UnknownRule => ("L301", Error, "an override of a rule that does not exist"),
            Code::BadSetting => ("L302", Error, "a setting that can't hold"),
            Code::NoLexicon => ("L303", Error, "a lexicon that can't be read"),
        }
    }
}
