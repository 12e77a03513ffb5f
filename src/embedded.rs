//! The data that ships inside the binary. A test holds this table against the directory listing.

macro_rules! lexicons {
    ($($name:literal),* $(,)?) => {
        /// Name and text of each embedded lexicon file.
        pub(crate) const LEXICONS: &[(&str, &str)] =
            &[$((concat!("lexicons/en/", $name, ".toml"), include_str!(concat!("../lexicons/en/", $name, ".toml")))),*];
    };
}

lexicons![
    "classes",
    "closers",
    "concession",
    "confidence",
    "debt",
    "deed",
    "disclaimers",
    "done",
    "eligibility",
    "exchange",
    "fairness",
    "false_friends",
    "features",
    "forms",
    "fortune",
    "free",
    "given",
    "gratitude",
    "guilt",
    "implied",
    "kept",
    "kindness",
    "label_idle",
    "lists",
    "match",
    "pay_forward",
    "pivots",
    "politics",
    "praise",
    "promise",
    "recalled",
    "received",
    "refusals",
    "reports",
    "reproach",
    "request_button",
    "request_claim",
    "request_data",
    "request_favor",
    "request_help",
    "request_idle",
    "request_imperative",
    "request_money",
    "request_need",
    "request_purchase",
    "request_reply",
    "request_review",
    "request_secrecy",
    "request_signup",
    "reward",
    "shame",
    "telling",
    "thanks_lever",
    "threats",
    "trade",
    "unasked",
    "urgency",
    "windfall",
];

/// The weights of the two scores.
pub(crate) const WEIGHTS: &str = include_str!("../lexicons/weights.json");

/// A weights file that leaves every feature its prior.
pub(crate) const NO_WEIGHTS: &str =
    r#"{"thresholds":{"goodwill":0.5,"appeal":0.5,"pressure":0.5},"appeal":{},"pressure":{},"goodwill":{}}"#;
