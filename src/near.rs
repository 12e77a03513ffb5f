//! What somebody may have meant who wrote a name that nothing has.

use strsim::damerau_levenshtein;

/// The name that is the fewest letters away, if most of it is as it was written.
pub(crate) fn near<'n>(wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let length = wrong.chars().count();
    let reach = |name: &str| (name.chars().count() / 3).max(1);
    // Names of very different lengths are at least as far from each other, and need no comparing.
    let names = names.into_iter().filter(|name| name.chars().count().abs_diff(length) <= reach(name));
    let away = names.map(|name| (damerau_levenshtein(wrong, name), name));
    away.filter(|(away, name)| *away <= reach(name)).min().map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_mended_and_another_word_is_none() {
        for (wrong, meant) in [
            ("tactics", Some("tactic")),
            ("zoens", Some("zones")),
            ("allow", Some("allows")),
            ("gift.free.informatin", Some("gift.free.information")),
            ("motive", None),
            // Whatever its length.
            (&"a".repeat(1_000_000), None),
            ("", None),
        ] {
            let names = ["tactic", "zones", "role", "allows", "gift.free.information", "gift.free.form"];
            assert_eq!(near(wrong, names), meant, "{wrong}");
        }
    }
}
