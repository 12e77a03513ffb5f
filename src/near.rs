//! What somebody may have meant who wrote a name that nothing has.

use strsim::damerau_levenshtein;

/// The name that is the fewest letters away, if most of it is as it was written.
pub(crate) fn near<'n>(wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let away = |name: &str| damerau_levenshtein(wrong, name);
    let is_near = |(away, name): &(usize, &str)| *away <= (name.chars().count() / 3).max(1);
    names.into_iter().map(|name| (away(name), name)).filter(is_near).min().map(|(_, name)| name)
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
            ("", None),
        ] {
            let names = ["tactic", "zones", "role", "allows", "gift.free.information", "gift.free.form"];
            assert_eq!(near(wrong, names), meant, "{wrong}");
        }
    }
}
