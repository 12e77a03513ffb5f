//! What a rule's file says of it, for those who look after rules: more than matching needs.

use crate::error::Error;
use crate::format::{Language, Prior, Status, line_of, parse};
use crate::words::{Role, Tactic, Zone};

/// One rule as it is written, with what its file says of all its rules.
#[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "only the command asks for it"))]
#[derive(Debug)]
pub(crate) struct Card {
    pub id: String,
    pub family: String,
    pub role: Role,
    pub tactic: Option<Tactic>,
    pub language: Language,
    pub status: Status,
    pub why: String,
    pub source: String,
    /// None for all.
    pub zones: Vec<Zone>,
    pub prior: Prior,
    pub lone: Prior,
    pub patterns: Vec<String>,
    pub matches: Vec<String>,
    pub allows: Vec<String>,
    pub file: String,
    pub line: usize,
}

/// The cards of every rule, in the order of the rules.
///
/// # Errors
/// A file can't be read; building an engine says so too.
pub(crate) fn cards<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<Vec<Card>, Error> {
    let own = |own: String, shared: &String| if own.is_empty() { shared.clone() } else { own };
    let words = |all: Vec<toml::Spanned<String>>| all.into_iter().map(toml::Spanned::into_inner).collect();
    let mut out = Vec::new();
    for (name, text) in texts {
        let file = parse(name, text)?;
        let (Some(family), Some(role)) = (file.family, file.role) else { continue };
        for spanned in file.rule {
            let line = line_of(text, spanned.span().start);
            let rule = spanned.into_inner();
            out.push(Card {
                id: rule.id,
                family: family.clone(),
                role,
                tactic: file.tactic,
                language: file.language,
                status: rule.status.unwrap_or(file.status),
                why: own(rule.why, &file.why),
                source: own(rule.source, &file.source),
                zones: rule.zones.unwrap_or_else(|| file.zones.clone()),
                prior: file.prior,
                lone: file.lone,
                patterns: words(rule.patterns),
                matches: words(rule.matches),
                allows: words(rule.allows),
                file: name.to_owned(),
                line,
            });
        }
    }
    Ok(out)
}
