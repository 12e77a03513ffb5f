//! Lines that name whom the lines below quote: "On Monday, Bob wrote:".

use std::sync::LazyLock;

use regex::Regex;

/// The words that open an attribution in the languages of the mail programs that people use. The date is asked for elsewhere.
static OPENING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\s*(?:on|am|le|el|il|op|em|den|dne|w dniu|dnia|på)\s")
        .expect("the pattern is a constant that the tests compile")
});

/// And the verb of its end. Expressions that may match only where they begin are made much faster than others.
static VERB: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\s(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|escreveu|skrev|napsal|napisał\(a\)|napisał)\b")
        .expect("the pattern is a constant that the tests compile")
});

/// The end of an attribution in other scripts.
static OTHER_END: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:写道|寫道|のメッセージ|пишет|написал)\s*[:：]$")
        .expect("the pattern is a constant that the tests compile")
});

/// Whether a line reads like an attribution with a date; it has no white space at its end.
pub(crate) fn is_dated_attribution(line: &str) -> bool {
    latin(line) || other(line)
}

fn latin(line: &str) -> bool {
    let (true, Some(line)) = (may_open(line), line.strip_suffix(':')) else { return false };
    let Some(opening) = OPENING.find(line) else { return false };
    // So many characters stand between the opening and the verb, and behind the verb.
    let mut between = line[opening.end()..].char_indices().skip(4).take(247);
    between.any(|(at, c)| {
        let rest = &line[opening.end() + at..];
        c.is_whitespace() && VERB.find(rest).is_some_and(|verb| rest[verb.end()..].chars().nth(60).is_none())
    })
}

/// A cheap look before the expression: the first letter of the words that attributions begin with.
fn may_open(line: &str) -> bool {
    let first = line.trim_start().bytes().next().unwrap_or(0);
    matches!(first | 0x20, b'o' | b'a' | b'l' | b'e' | b'i' | b'd' | b'w' | b'p')
}

fn other(line: &str) -> bool {
    !line.is_ascii() && OTHER_END.find(line).is_some_and(|end| line[..end.start()].chars().nth(120).is_none())
}

/// Whether a line reads like an attribution without a date, as newsgroups and lists have them; it has no white space at its end.
pub(crate) fn is_bare_attribution(line: &str) -> bool {
    let name_writes = |line: &str| {
        let name = without(line, "wrote").or_else(|| without(line.strip_suffix(['s', 'S', '\u{17f}'])?, "write"));
        name.and_then(before_space).is_some_and(|name| !name.is_empty() && name.trim_start().chars().nth(80).is_none())
    };
    let colon = line.strip_suffix(':').map(|line| before_space(line).unwrap_or(line));
    colon.is_some_and(|line| name_writes(line) || is_once_upon_a_time(line)) || is_on_a_day(line)
}

/// "Once upon a time, Bob wrote".
fn is_once_upon_a_time(line: &str) -> bool {
    let rest = without(line, "wrote").and_then(|line| after(line.trim_start(), "once upon a time"));
    rest.is_some_and(|rest| rest.chars().nth(80).is_none())
}

/// "On a day Bob wrote".
fn is_on_a_day(line: &str) -> bool {
    let rest = without(line.strip_suffix(':').unwrap_or(line), "wrote").and_then(before_space);
    let rest = rest.and_then(|rest| after(rest.trim_start(), "on")?.strip_prefix(char::is_whitespace));
    rest.is_some_and(|rest| (4..=120).contains(&rest.chars().take(121).count()))
}

/// What stands before a word in any case.
fn without<'l>(line: &'l str, word: &str) -> Option<&'l str> {
    let (before, end) = line.split_at_checked(line.len().checked_sub(word.len())?)?;
    end.eq_ignore_ascii_case(word).then_some(before)
}

/// What stands behind a word in any case.
fn after<'l>(line: &'l str, word: &str) -> Option<&'l str> {
    let (start, after) = line.split_at_checked(word.len())?;
    start.eq_ignore_ascii_case(word).then_some(after)
}

/// What stands before a character of white space.
fn before_space(line: &str) -> Option<&str> {
    line.strip_suffix(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same in one expression.
    const DATED: &str = r"(?i)^\s*(?:on|am|le|el|il|op|em|den|dne|w dniu|dnia|på)\s.{4,250}?(?:\swrote|\sschrieb|\sa écrit|\sescribió|\sha scritto|\sschreef|\sescreveu|\sskrev|\snapsal|\snapisał\(a\)|\snapisał)\b.{0,60}:\s*$|^.{0,120}(?:写道|寫道|のメッセージ|пишет|написал)\s*[:：]\s*$";
    const BARE: &str = r"(?i)^\s*(?:on\s.{4,120}\swrote:?|.{1,80}\s(?:wrote|writes)\s?:|once upon a time.{0,80}wrote\s?:)\s*$";

    /// Lines that are attributions, or nearly so.
    const LINES: &str = "[ \t\u{a0}]{0,2}(On|on|ON|Am|De|Den|Dne|W dniu|W  dniu|PÅ|Bob|Once upon a time|ONCE upon a time,|Им)?( [A-Z]?[a-z\u{e9}]{0,4}| 3|,| \u{17f}|\u{a0}|wrote|[a-zł]{45}|[a-z]{35}| [a-z]{110}){0,5}(  ?wrote| WROTE| writes| write\u{17f}| schrieb| a écrit| ha  ?scritto| NAPISAŁ| napisał\\(a\\)|написал| ПИШЕТ|写道)?([a-z0-9,(]{0,2}| [a-z]{50}[a-z]{0,12}|\\(a\\)[a-z]{57}[a-z]{0,5})[ \u{a0}]{0,2}[:：-]{0,2}";

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 20_000, ..ProptestConfig::default() })]

        #[test]
        fn they_are_what_one_expression_finds(line in LINES) {
            static DATED_LINE: LazyLock<Regex> = LazyLock::new(|| Regex::new(DATED).unwrap());
            static BARE_LINE: LazyLock<Regex> = LazyLock::new(|| Regex::new(BARE).unwrap());
            let line = line.trim_end();
            prop_assert_eq!(is_dated_attribution(line), DATED_LINE.is_match(line));
            prop_assert_eq!(is_bare_attribution(line), BARE_LINE.is_match(line));
        }
    }
}
