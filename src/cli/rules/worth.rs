//! What a rule earned when it was last measured, what its weight was learned from, and whether that is still true.

use serde_json::Value;

use crate::Error;
use crate::embedded::WEIGHTS;
use crate::format::Status;
use crate::lab::earned::{Counts, Earned};
use crate::source::sha256;
use crate::weights::Weights;

/// What the rules earned in the last evaluation of the embedded lexicon.
const EARNED: &str = include_str!("../../../lexicons/earned.json");

/// What is known of a rule's worth.
pub(crate) struct Worth {
    pub earned: Earned,
    /// Nothing for a rule that was not measured.
    pub counts: Option<Counts>,
    /// What is another now than it was when the rules were measured.
    pub changed: Vec<&'static str>,
    /// What the embedded weights say that they were learned from.
    pub learned: Value,
    /// The hash of the lexicon as it is now.
    lexicon: String,
}

impl Worth {
    /// Looks a rule up. `lexicon` is the hash of the embedded lexicon, as it is now.
    ///
    /// # Errors
    /// None with the data that this crate ships.
    pub fn new(id: &str, lexicon: &str) -> Result<Self, Error> {
        let bad = |file: &str, e: serde_json::Error| Error::at(file, Some(e.line()), e);
        let earned: Earned = serde_json::from_str(EARNED).map_err(|e| bad("lexicons/earned.json", e))?;
        let weights: Weights = serde_json::from_str(WEIGHTS).map_err(|e| bad("lexicons/weights.json", e))?;
        let weights_hash = sha256([WEIGHTS]);
        let compared = [("lexicon", earned.lexicon.as_str(), lexicon), ("weights", &earned.weights, &weights_hash)];
        let changed = compared.into_iter().filter(|(_, then, now)| then != now).map(|(what, ..)| what).collect();
        let counts = earned.rules.get(id).copied();
        let mut learned = serde_json::Map::from_iter(weights.learned);
        // The figures of all weights together are in the file.
        learned.remove("accepted");
        Ok(Self { earned, counts, changed, learned: learned.into(), lexicon: lexicon.to_owned() })
    }

    /// What the weights were learned from, in a sentence.
    pub fn weights_in_words(&self) -> String {
        let files: Vec<&str> = self.learned["data"].as_array().into_iter().flatten().filter_map(|d| d["file"].as_str()).collect();
        let lexicon = match self.learned["lexicon"].as_str() {
            None => "with a lexicon that was not recorded".to_owned(),
            Some(then) if then == self.lexicon => "with this lexicon".to_owned(),
            Some(then) => format!("with another lexicon ({}); `beholden learn` fits weights to this one", short(then)),
        };
        format!("from {} messages of {}, {lexicon}", self.learned["messages"], files.join(" and "))
    }

    /// What the rule earned, in a sentence that says with what it was measured.
    pub fn in_words(&self, status: Status) -> String {
        let Earned { beholden, lexicon, messages, data, .. } = &self.earned;
        let Some(c) = &self.counts else {
            return "not measured; `beholden eval --rules GOLD...` measures rules, those of --lexicon too".to_owned();
        };
        let data: Vec<&str> = data.iter().map(|(name, _)| name.as_str()).collect();
        let (data, lexicon) = (data.join(" and "), short(lexicon));
        let on = format!(
            "on {messages} messages of {data} that rules and weights were made with (beholden {beholden}, lexicon {lexicon})"
        );
        let earned = match (status, c.hits) {
            (Status::Experimental, _) => "nothing, since it is experimental;".to_owned(),
            (_, 0) => "no hit".to_owned(),
            _ => format!(
                "{} hits from {} sources, {} where its role fits; alone in {} findings; without it {} more wrong and {} more right;",
                c.hits, c.sources, c.fits, c.sole, c.lost, c.gained
            ),
        };
        let changed = match self.changed.as_slice() {
            [] => String::new(),
            changed => format!("; out of date: another {} since", changed.join(" and other ")),
        };
        format!("{earned} {on}{changed}")
    }
}

/// As much of a hash as tells it from others.
fn short(hash: &str) -> &str {
    hash.get(..19).unwrap_or(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_that_was_not_measured_is_told_from_one_without_a_hit() {
        let mut worth = Worth::new("gift.free.information", "sha256:now").unwrap();
        assert!(worth.in_words(Status::Active).contains(" hits from "));
        worth.counts = Some(Counts { hits: 0, fits: 0, sources: 0, sole: 0, lost: 0, gained: 0 });
        assert!(worth.in_words(Status::Active).starts_with("no hit on "));
        let own = Worth::new("gift.nowhere", "sha256:now").unwrap();
        assert!(own.in_words(Status::Active).starts_with("not measured; "));
    }

    #[test]
    fn figures_of_another_lexicon_are_out_of_date() {
        let mut worth = Worth::new("gift.free.information", "sha256:now").unwrap();
        assert!(worth.changed.contains(&"lexicon"));
        worth.changed = vec!["lexicon", "weights"];
        assert!(worth.in_words(Status::Active).ends_with("; out of date: another lexicon and other weights since"));
        let then = worth.earned.lexicon.clone();
        let mut worth = Worth::new("gift.free.information", &then).unwrap();
        assert!(!worth.changed.contains(&"lexicon"));
        worth.changed = Vec::new();
        assert!(!worth.in_words(Status::Active).contains("out of date"));
    }

    #[test]
    fn weights_say_with_which_lexicon_they_were_learned() {
        let mut worth = Worth::new("gift.free.information", "sha256:now").unwrap();
        worth.learned["lexicon"] = "sha256:now".into();
        assert!(worth.weights_in_words().ends_with(", with this lexicon"), "{}", worth.weights_in_words());
        worth.learned["lexicon"] = "sha256:then".into();
        assert!(worth.weights_in_words().contains("with another lexicon (sha256:then)"));
    }
}
