//! A finding as one sentence: what is given, what is asked, and what ties the two.

use crate::cli::visible::visible;
use crate::{Evidence, Finding, Level, Order, Role, Tactic};

/// Quotes are cut to this many characters.
const QUOTE: usize = 72;

/// Whether the sentence may quote the message; if not, it names lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Words {
    Quoted,
    Withheld,
}

/// Why a finding pulls, as one sentence.
pub(crate) fn reason(finding: &Finding, words: Words) -> String {
    let of = |role: Role| {
        // The same words may both give and ask; where others ask too, those say it.
        let doubled = |e: &&Evidence| {
            let twin = |other: &Evidence| other.role == Role::Gift && other.part == e.part && other.bytes == e.bytes;
            role == Role::Request && finding.evidence.iter().any(twin)
        };
        let (twins, mut own): (Vec<&Evidence>, Vec<&Evidence>) =
            finding.evidence.iter().filter(|e| e.role == role && !e.negated).partition(doubled);
        if own.is_empty() {
            own = twins;
        }
        let named: Vec<String> = own.into_iter().take(2).map(|e| named(e, words)).collect();
        if named.is_empty() { String::new() } else { format!(" ({})", named.join(" and ")) }
    };
    let (given, debt, asked) = (of(Role::Gift), of(Role::Obligation), of(Role::Request));
    let ask = if asked.is_empty() { "what is asked".to_owned() } else { format!("the ask{asked}") };
    let core = match (finding.tactic, finding.order) {
        (Tactic::GiftThenRequest, Order::GiftFirst) => format!("something is given or done first{given}, then comes {ask}"),
        (Tactic::GiftThenRequest, Order::RequestFirst) => {
            format!("{ask} comes first, and something given or done{given} is held up beside it")
        }
        (Tactic::Exchange, _) => format!("a bargain: you get something{given} for doing something{asked}"),
        (Tactic::FreeOffer, _) => format!("something free or won{given} is held out to get you to act{asked}"),
        (Tactic::FavorDebt, _) => format!("a past favour{given} is called in{debt} for {ask}"),
        (Tactic::Guilt, _) => {
            format!("ingratitude or unfairness is named or implied{debt}, which makes a no to {ask} feel wrong")
        }
        (Tactic::Concession, _) => format!("a step down is made{given} to get a step from you in turn{asked}"),
        (Tactic::ThanksLeverage, _) => format!("thanks or praise{given} is the lever for {ask}"),
        (Tactic::PromisedReturn, _) => format!("something is promised back{given} for {ask}"),
        (Tactic::PayForward, _) => format!("what was given{given} is said to be owed to others{debt}, for {ask}"),
        (Tactic::Disclosure, _) => format!("a confidence{given} is given to get your trust or help{asked}"),
    };
    let mut sentence = format!("{core}{}", tie(finding, words));
    let debt_is_told = matches!(finding.tactic, Tactic::FavorDebt | Tactic::Guilt | Tactic::PayForward);
    if !debt.is_empty() && !debt_is_told {
        sentence.push_str(&format!("; words of debt press it{debt}"));
    }
    if let Some(disclaimer) = finding.evidence.iter().find(|e| e.role == Role::Disclaimer && !e.negated) {
        sentence.push_str(&format!("; it disclaims strings ({})", named(disclaimer, words)));
    }
    let mut chars = sentence.chars();
    chars.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), chars.as_str()))
}

/// What holds the two together: the words between them, or how near they stand.
fn tie(finding: &Finding, words: Words) -> String {
    let has = |role: Role| finding.evidence.iter().any(|e| e.role == role);
    if !(has(Role::Request) && (has(Role::Gift) || has(Role::Obligation))) {
        return String::new();
    }
    let near = match finding.distance {
        0 => "in one sentence".to_owned(),
        1 => "one sentence apart".to_owned(),
        n => format!("{n} sentences apart"),
    };
    match finding.evidence.iter().filter(|e| e.role == Role::Pivot).find_map(|pivot| turn(finding, pivot)) {
        Some(turn) if words == Words::Quoted => format!("; \"{turn}\" ties the two, {near}"),
        _ if has(Role::Pivot) => format!("; the wording ties the two, {near}"),
        _ => format!("; the two stand {near}"),
    }
}

/// The words of a pivot that come before what it turns to, which is quoted already; nothing of one that is a part of that.
fn turn(finding: &Finding, pivot: &Evidence) -> Option<String> {
    let inside = |e: &&Evidence| {
        e.part == pivot.part && e.role != Role::Pivot && pivot.bytes[0] <= e.bytes[0] && e.bytes[0] < pivot.bytes[1]
    };
    let within = |e: &Evidence| {
        e.part == pivot.part && e.role != Role::Pivot && e.bytes[0] < pivot.bytes[0] && pivot.bytes[1] <= e.bytes[1]
    };
    if finding.evidence.iter().any(within) {
        return None;
    }
    let text = pivot.text.as_deref()?;
    let next = finding.evidence.iter().filter(inside).map(|e| e.bytes[0] - pivot.bytes[0]).min();
    let turn = text.get(..next.unwrap_or(text.len()))?.trim_matches(|c: char| !c.is_alphanumeric());
    (!turn.is_empty()).then(|| shortened(turn))
}

fn named(evidence: &Evidence, words: Words) -> String {
    match (&evidence.text, words) {
        (Some(text), Words::Quoted) => format!("\"{}\"", shortened(text)),
        _ => place(evidence),
    }
}

/// Where evidence stands, for people.
pub(crate) fn place(evidence: &Evidence) -> String {
    if evidence.zone == crate::Zone::Subject { "subject".to_owned() } else { format!("line {}", evidence.line) }
}

/// On one line and not too long, with nothing in it that steers a terminal.
fn shortened(text: &str) -> String {
    let mut cut: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((at, _)) = cut.char_indices().nth(QUOTE) {
        let at = cut[..at].rfind(' ').filter(|space| 2 * space > at).unwrap_or(at);
        cut.truncate(at);
        cut.push('…');
    }
    visible(&cut).into_owned()
}

/// What a level means, as the end of a sentence.
pub(crate) fn conclusion(level: Level, has_findings: bool) -> &'static str {
    match (level, has_findings) {
        (Level::None, _) => "nothing given, done or promised here leans on the reader",
        (Level::Goodwill, _) => "something is given or thanked for, and nothing asked back leans on it",
        (Level::Appeal, true) => "something is asked for something given; the tie is open, and the reader can say no",
        (Level::Pressure, true) => "something is asked in a way that works against a free no",
        (_, false) => "no one tactic stands out, but the signs together weigh enough",
    }
}

/// A tactic in a few plain words.
pub(crate) fn meaning(tactic: Tactic) -> &'static str {
    match tactic {
        Tactic::GiftThenRequest => "Something is given or done first, and the ask leans on it.",
        Tactic::Exchange => "A bargain is offered: do this and get that.",
        Tactic::FreeOffer => "Something free or won is held out to get an action, data or money.",
        Tactic::FavorDebt => "A past favour is named and called in.",
        Tactic::Guilt => "Ingratitude or unfairness is named or implied.",
        Tactic::Concession => "A step down is made to get a step back.",
        Tactic::ThanksLeverage => "Thanks or praise is used as the lever.",
        Tactic::PromisedReturn => "The help is to be repaid.",
        Tactic::PayForward => "The debt is said to be owed to others.",
        Tactic::Disclosure => "A confidence is given to get one, or help, back.",
    }
}

/// A tactic's name for people.
pub(crate) fn title(tactic: Tactic) -> String {
    tactic.name().replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Engine;

    fn reasons(text: &str, words: Words) -> Vec<String> {
        let report = Engine::new().unwrap().analyze(text);
        assert!(!report.findings.is_empty(), "{report:?}");
        report.findings.iter().map(|f| reason(f, words)).collect()
    }

    const LABELS: &str =
        "Inside you will find address labels. They are our gift to you.\n\nNow could you send us $20 before Friday?";

    #[test]
    fn a_sentence_says_what_is_given_what_is_asked_and_what_ties_them() {
        let all = reasons(LABELS, Words::Quoted);
        let one = all.iter().find(|r| r.starts_with("Something is given or done first (\"")).unwrap();
        assert!(one.contains("our gift to you") && one.contains("then comes the ask (\"Now could you send us $20"), "{one}");
        assert!(one.ends_with("; the wording ties the two, one sentence apart."), "{one}");
    }

    #[test]
    fn without_text_it_names_lines() {
        for one in reasons(LABELS, Words::Withheld) {
            assert!(!one.contains('"') && !one.contains("labels") && one.contains("line 1"), "{one}");
        }
    }

    #[test]
    fn quotes_are_short_and_harmless() {
        assert_eq!(shortened("a\u{1b}[2J\n b"), "a\\u{1b}[2J b");
        let long = shortened(&"word ".repeat(60));
        assert!(long.ends_with("word…") && long.chars().count() <= QUOTE + 1, "{long}");
        assert_eq!(shortened(&"é".repeat(100)).chars().count(), QUOTE + 1);
    }
}
