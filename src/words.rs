//! The words of the field: roles, tactics, levels and zones, named as in the reports and the lexicons.

use serde::{Deserialize, Serialize};

/// What a cue does in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum Role {
    /// Something given, done, conceded or promised.
    Gift,
    /// What is wanted from the reader.
    Request,
    /// Words of debt, guilt or fairness, or thanks used as a lever.
    Obligation,
    /// "No strings attached."
    Disclaimer,
    /// What ties a gift to a request: "now", "in return", "if you ... we".
    Pivot,
    /// Counter-evidence: ordinary trade, refusals, reports, false friends.
    Benign,
}

impl Role {
    /// The name used in lexicons and reports.
    pub fn name(self) -> &'static str {
        match self {
            Role::Gift => "gift",
            Role::Request => "request",
            Role::Obligation => "obligation",
            Role::Disclaimer => "disclaimer",
            Role::Pivot => "pivot",
            Role::Benign => "benign",
        }
    }
}

/// How reciprocity is put to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum Tactic {
    /// Something given or done unasked, then an ask.
    GiftThenRequest,
    /// An open bargain: do X and get Y.
    Exchange,
    /// A free trial, sample, guide, bonus or prize used to get an action, data or money.
    FreeOffer,
    /// A past favour is named and called in.
    FavorDebt,
    /// Ingratitude or unfairness is named or implied.
    Guilt,
    /// A step down by the asker to get a step from the reader.
    Concession,
    /// Gratitude, praise or a thank-you gift used as the lever.
    ThanksLeverage,
    /// The asker promises to repay or to return the help.
    PromisedReturn,
    /// The debt is owed to others.
    PayForward,
    /// A confidence is given first to get one, or help, back.
    Disclosure,
}

impl Tactic {
    /// All tactics, in the order of the annotation guide.
    pub const ALL: [Tactic; 10] = [
        Tactic::GiftThenRequest,
        Tactic::Exchange,
        Tactic::FreeOffer,
        Tactic::FavorDebt,
        Tactic::Guilt,
        Tactic::Concession,
        Tactic::ThanksLeverage,
        Tactic::PromisedReturn,
        Tactic::PayForward,
        Tactic::Disclosure,
    ];

    /// The name used in lexicons and reports.
    pub fn name(self) -> &'static str {
        match self {
            Tactic::GiftThenRequest => "gift_then_request",
            Tactic::Exchange => "exchange",
            Tactic::FreeOffer => "free_offer",
            Tactic::FavorDebt => "favor_debt",
            Tactic::Guilt => "guilt",
            Tactic::Concession => "concession",
            Tactic::ThanksLeverage => "thanks_leverage",
            Tactic::PromisedReturn => "promised_return",
            Tactic::PayForward => "pay_forward",
            Tactic::Disclosure => "disclosure",
        }
    }
}

/// How far a message goes, from nothing to pressure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum Level {
    /// No gift, favour, concession, exchange or debt is put to the reader.
    None,
    /// Something is given and nothing leans on it.
    Goodwill,
    /// A gift, favour or exchange is tied to a request, openly.
    Appeal,
    /// Reciprocity is used against the reader's free choice.
    Pressure,
}

impl Level {
    /// All levels, lowest first; the index is the number of the annotation guide.
    pub const ALL: [Level; 4] = [Level::None, Level::Goodwill, Level::Appeal, Level::Pressure];

    /// The name used in reports and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Level::None => "none",
            Level::Goodwill => "goodwill",
            Level::Appeal => "appeal",
            Level::Pressure => "pressure",
        }
    }
}

/// Whose words a stretch of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum Zone {
    /// The Subject line.
    Subject,
    /// The sender's own words.
    Own,
    /// Somebody else's words, quoted or reported.
    Quoted,
    /// A forwarded message.
    Forwarded,
    /// The sender's signature.
    Signature,
    /// A legal or mailer footer.
    Footer,
    /// Text that the reader cannot see.
    Hidden,
}

impl Zone {
    /// Whether the words count as the sender's own to this reader.
    pub fn is_own(self) -> bool {
        matches!(self, Zone::Subject | Zone::Own)
    }

    /// The name used in reports.
    pub fn name(self) -> &'static str {
        match self {
            Zone::Subject => "subject",
            Zone::Own => "own",
            Zone::Quoted => "quoted",
            Zone::Forwarded => "forwarded",
            Zone::Signature => "signature",
            Zone::Footer => "footer",
            Zone::Hidden => "hidden",
        }
    }
}
