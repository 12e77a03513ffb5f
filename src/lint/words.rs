//! The words of patterns and classes: whether any text has them as they are written.

use std::ops::Range;

use super::{Code, Finding, Letters};
use crate::disguise::fold;
use crate::trial::{Opened, Trial};

/// A word of a pattern or a class.
pub(crate) struct WrittenWord {
    pub text: String,
    /// The number of its file.
    file: usize,
    place: Range<usize>,
}

/// Every word of every pattern and class of the files that are looked at.
pub(crate) fn written(opened: &[Opened<'_>]) -> Vec<WrittenWord> {
    let mut out = Vec::new();
    for (number, Opened { text, file, .. }) in opened.iter().enumerate().filter(|(_, o)| o.wanted) {
        let patterns = file.rule.iter().flat_map(|r| &r.get_ref().patterns);
        for string in patterns.chain(file.class.values().flatten()) {
            let value = string.get_ref();
            let letters = Letters::new(text, string.span(), value);
            for at in words(value) {
                // Hyphens part words, in patterns and in texts.
                let word = &value[at.clone()];
                let parts = if word.eq_ignore_ascii_case("e-mail") { vec![at] } else { parts(word, at.start) };
                out.extend(parts.into_iter().map(|p| WrittenWord {
                    text: value[p.clone()].to_lowercase(),
                    file: number,
                    place: letters.at(p),
                }));
            }
        }
    }
    out
}

/// Where the words of a pattern stand: what is no class, gap, group or mark.
fn words(pattern: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let (mut start, mut class) = (None, false);
    for (i, c) in pattern.char_indices() {
        class |= c == '<';
        let inside = !class && !c.is_whitespace() && !"()|?*^$,=".contains(c);
        match (inside, start) {
            (true, None) => start = Some(i),
            (false, Some(from)) => {
                out.push(from..i);
                start = None;
            }
            _ => {}
        }
        class &= c != '>';
    }
    out.extend(start.map(|from| from..pattern.len()));
    out.retain(|at| !pattern[at.clone()].starts_with(".."));
    out
}

fn parts(word: &str, start: usize) -> Vec<Range<usize>> {
    let mut at = start;
    let mut out = Vec::new();
    for part in word.split('-') {
        out.push(at..at + part.len());
        at += part.len() + 1;
    }
    out.retain(|p| !p.is_empty());
    out
}

/// Words that no text has.
pub(crate) fn check(trial: &Trial<'_>, opened: &[Opened<'_>], words: &[WrittenWord], out: &mut Vec<Finding>) {
    for word in words.iter().filter(|w| opened[w.file].wanted) {
        if word.text == "e-mail" {
            continue;
        }
        let tokens = trial.tokens_of_word(&word.text);
        let known = trial.interner.known(&word.text);
        if let ([token], Some(known)) = (tokens.as_slice(), known)
            && token.word.form == known.form
            && token.word.stem == known.stem
        {
            continue;
        }
        let help = mend(&word.text, tokens.iter().map(|t| t.span.of(&word.text)).collect());
        let label = format!("no text has {:?} as one word", word.text);
        out.push(Finding { code: Code::NeverMatches, file: word.file, place: word.place.clone(), label, help });
    }
}

fn mend(word: &str, read: Vec<&str>) -> String {
    let folded = fold(word).0;
    if word.contains(['\'', '\u{2019}']) {
        "contractions are parted in texts and 's is cut off: write don't as `do not`, we've as `we have`, neighbour's as `neighbour`"
            .to_owned()
    } else if folded != word {
        format!("accents are folded away in texts: write `{folded}`")
    } else if word.bytes().all(|b| b.is_ascii_digit()) {
        "figures are read as numbers: write <number>, <money> or <percent>".to_owned()
    } else if read.len() > 1 {
        format!("texts are read as `{}`: write its words apart, as in cannot: `can not`", read.join(" "))
    } else {
        "write it as it is read: letters alone".to_owned()
    }
}
