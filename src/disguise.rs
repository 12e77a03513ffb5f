//! Words seen through their disguise: look-alike letters, zero-width characters, l33t, single letters apart.
//!
//! The folded form is what the lexicon is asked for; the token's span stays on the original bytes.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::vocabulary::Words;

/// Characters that take no room and may stand inside a word.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// A l33t word has at most so many bytes.
const LONGEST_LEET: usize = 24;

/// Symbols that stand for letters inside l33t words.
pub(crate) fn is_leet_symbol(c: char) -> bool {
    matches!(c, '@' | '$' | '!' | '*' | '|' | '\u{20ac}')
}

/// The lower-case ASCII view of a word with letters beyond ASCII, and whether that view is a disguise seen through.
///
/// A word wholly in another script is left alone: only a word that mixes scripts, or is written in mathematical,
/// full-width or small capital letters, pretends to be something else. Accents are folded without suspicion.
pub(crate) fn fold(word: &str) -> (String, bool) {
    if word.is_ascii() {
        return (word.to_ascii_lowercase(), false);
    }
    let visible: String = word.chars().filter(|c| !is_invisible(*c)).collect();
    let invisible = word.chars().any(|c| is_invisible(c) && c != '\u{ad}');
    let compatible: String = visible.nfkd().filter(|c| !is_combining_mark(*c)).map(|c| small_capital(c).unwrap_or(c)).collect();
    let stylised = visible.chars().any(is_stylised);
    let latin = compatible.chars().any(|c| c.is_ascii_alphabetic());
    let foreign = compatible.chars().any(|c| look_alike(c).is_some());
    let mapped = if latin && foreign { compatible.chars().map(|c| look_alike(c).unwrap_or(c)).collect() } else { compatible };
    (mapped.to_lowercase(), invisible || stylised || (latin && foreign))
}

/// The lexicon word that a word of look-alikes alone spells. In three letters or fewer that may be chance.
pub(crate) fn unmask(word: &str, words: &impl Words) -> Option<String> {
    let letters = || word.chars().filter(|c| !is_invisible(*c) && !is_combining_mark(*c));
    if letters().count() < 4 {
        return None;
    }
    let plain: String = letters().map(look_alike).collect::<Option<String>>()?.to_lowercase();
    words.knows(&plain).then_some(plain)
}

/// Letters that only mathematics and posters need.
fn is_stylised(c: char) -> bool {
    matches!(c, '\u{1d400}'..='\u{1d7ff}' | '\u{ff01}'..='\u{ff5e}' | '\u{2460}'..='\u{24ff}' | '\u{1f130}'..='\u{1f189}')
        || small_capital(c).is_some()
}

/// The letter of a small capital.
fn small_capital(c: char) -> Option<char> {
    const CAPITALS: &str = "ᴀaʙbᴄcᴅdᴇeꜰfɢgʜhɪiᴊjᴋkʟlᴍmɴnᴏoᴘpꞯqʀrꜱsᴛtᴜuᴠvᴡwʏyᴢz";
    if !matches!(c, '\u{262}'..='\u{29f}' | '\u{1d00}'..='\u{1d22}' | '\u{a730}'..='\u{a7af}') {
        return None;
    }
    CAPITALS[CAPITALS.find(c)?..].chars().nth(1)
}

/// The ASCII letter that a Cyrillic or Greek letter looks like.
fn look_alike(c: char) -> Option<char> {
    Some(match c {
        'а' | 'α' => 'a',
        'А' | 'Α' => 'A',
        'в' | 'В' | 'Β' => 'B',
        'с' => 'c',
        'С' => 'C',
        'ԁ' => 'd',
        'е' | 'ε' => 'e',
        'Е' | 'Ε' => 'E',
        'һ' => 'h',
        'Н' | 'Η' => 'H',
        'і' | 'ι' | 'ı' => 'i',
        'І' | 'Ι' => 'I',
        'ј' => 'j',
        'Ј' => 'J',
        'к' | 'κ' => 'k',
        'К' | 'Κ' => 'K',
        'ӏ' => 'l',
        'м' | 'М' | 'Μ' => 'M',
        'п' | 'η' => 'n',
        'Ν' => 'N',
        'о' | 'ο' | 'σ' => 'o',
        'О' | 'Ο' => 'O',
        'р' | 'ρ' => 'p',
        'Р' | 'Ρ' => 'P',
        'г' => 'r',
        'ѕ' => 's',
        'Ѕ' => 'S',
        'т' | 'τ' => 't',
        'Т' | 'Τ' => 'T',
        'υ' | 'ц' => 'u',
        'ν' => 'v',
        'μ' => 'u',
        'ѡ' | 'ω' => 'w',
        'х' | 'χ' => 'x',
        'Х' | 'Χ' => 'X',
        'у' | 'γ' => 'y',
        'У' | 'Υ' => 'Y',
        'Ζ' => 'Z',
        _ => return None,
    })
}

/// Whether it is worth asking what a l33t spelling stands for, told without writing it in lower case.
pub(crate) fn may_be_leet(word: &str, words: &impl Words) -> bool {
    let may_have = |byte: u8| !stands_for(char::from(byte)).is_empty() || words.may_have(char::from(byte.to_ascii_lowercase()));
    !word.is_ascii() || word.len() <= LONGEST_LEET && word.bytes().all(may_have)
}

/// The lexicon word that a l33t spelling stands for, if there is one.
pub(crate) fn unleet(word: &str, words: &impl Words) -> Option<String> {
    if word.len() > LONGEST_LEET || !word.contains(char::is_alphabetic) || !word.contains(|c| !stands_for(c).is_empty()) {
        return None;
    }
    if word.chars().any(|c| stands_for(c).is_empty() && !words.may_have(c)) {
        return None;
    }
    // Each ambiguous character doubles the readings or worse; more than a few is no word that a reader would see.
    let readings = word.chars().map(|c| stands_for(c).len().max(1)).try_fold(1usize, usize::checked_mul)?;
    if readings > 64 {
        return None;
    }
    let mut form = String::with_capacity(word.len());
    for reading in 0..readings {
        form.clear();
        // The number of a reading tells each choice, those for the last characters changing first.
        let (mut below, mut rest) = (readings, reading);
        form.extend(word.chars().map(|c| match stands_for(c) {
            [] => c,
            choice => {
                below /= choice.len();
                let chosen = rest / below;
                rest %= below;
                choice[chosen]
            }
        }));
        if words.knows(&form) {
            return Some(form);
        }
    }
    None
}

fn stands_for(c: char) -> &'static [char] {
    match c {
        '0' => &['o'],
        '1' | '!' | '|' => &['i', 'l'],
        '3' | '\u{20ac}' => &['e'],
        '4' | '@' => &['a'],
        '5' | '$' => &['s'],
        '7' => &['t'],
        '8' => &['b'],
        '*' => &['a', 'e', 'i', 'o', 'u'],
        _ => &[],
    }
}

/// The longest word that is looked for in letters that stand apart.
const LONGEST_SPELLED: usize = 14;

/// Where in a run of single characters lexicon words begin that spell all of the rest, and those words, as lengths in
/// characters; nothing if no rest is spelled.
///
/// Each word must have at least three letters, or be `u`, so that a list of initials stays one. A pronoun or an article may
/// stand before the spelled words: "a f r e e guide".
pub(crate) fn spell(run: &[char], words: &impl Words) -> Option<(usize, Vec<(usize, String)>)> {
    // For each place the fewest words that spell all from there on: their number, and the first of them.
    let mut best: Vec<Option<(usize, usize, String)>> = vec![None; run.len() + 1];
    best[run.len()] = Some((0, 0, String::new()));
    for start in (0..run.len()).rev() {
        for end in start + 1..=run.len().min(start + LONGEST_SPELLED) {
            let Some((count, _, _)) = &best[end] else { continue };
            let count = count + 1;
            if best[start].as_ref().is_some_and(|b| b.0 < count) {
                continue;
            }
            let raw: String = run[start..end].iter().collect();
            let known = (raw == "u" && run.len() > 3) || (end - start >= 3 && words.knows(&raw));
            let form = if known {
                Some(raw)
            } else if end - start >= 3 {
                unleet(&raw, words)
            } else {
                None
            };
            if let Some(form) = form {
                best[start] = Some((count, end - start, form));
            }
        }
    }
    let first = (0..run.len().saturating_sub(2)).find(|i| best[*i].is_some())?;
    let mut spelled = Vec::new();
    let mut at = first;
    while at < run.len() {
        let (_, len, form) = best[at].take()?;
        at += len;
        spelled.push((len, form));
    }
    Some((first, spelled))
}
