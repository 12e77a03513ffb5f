//! The words that a language can't do without, and which of them tell it from all others.
//!
//! The words that belong to one language alone are those that it uses at least eight times as often as any other language in the
//! Latin script does, counted over large collections of ordinary text.

use crate::plain::PlainWord;

/// English words that a fifth of ordinary English is made of, some of which other languages have too.
const COMMON: &str = "the and to of you your in is for this that with we our are have i it on be my not will as at from or by if can \
    please me has was all";

/// English words of English alone. A quarter of ordinary English is made of them, and less than a hundredth of anything else.
const ALONE: &str = "the and that you it with this not but from or your all his they if one can about up out what has when more were who \
    their there which time get been would she people how some them now other its our than good only after first him into know \
    see two make think then could back these because well said way much very where should here need really did right work years \
    being too going before off why made still take got many never those say down great through while such look use used both \
    every three around between always better little since another does own things during thing again next each without against \
    found must feel sure ever keep might please money someone away left days lot until";

const GERMAN: &str = "und ist nicht zu von mit ein auf im sie eine sich auch dass aber aus hat sind nach noch wir nur wenn oder wird einen \
    haben einer zum kann dann einem schon habe mehr mir sein zur durch mich bis doch ihr immer jetzt diese wurde wieder keine \
    sehr gibt hatte ihre ihnen ihren bitte dieser gegen seine geht denn meine einfach ohne weil beim etwas eines kein seit";

const FRENCH: &str = "les est pas une pour dans qui sur qu plus avec vous elle sont tout nous comme ils cette faire aux ont mon aussi peut \
    leur moi ces quand suis tous sans avoir encore alors avait votre vos notre autres peu autre fois faut voir contre avant \
    depuis donc";

const PORTUGUESE: &str = "em uma os foi ao ele muito isso pelo ela pela bem mesmo pode tudo ainda aqui fazer minha quem agora assim depois \
    onde vou essa esse tenho melhor foram aos apenas coisa suas quero seu sua para com dos mais";

const ITALIAN: &str = "che non della sono dei nel anche gli delle questo ad dal essere nella cui stato tutti ed questa tutto hanno fatto suo \
    loro sia fare dalla degli dopo poi quello ancora molto senza ogni altri mio mia sulla dove quella quindi proprio altro";

const DUTCH: &str = "ik niet zijn hij door naar bij heeft deze hebben geen mijn wordt heb kunnen werd mensen gaat onze zich zou doen dus tegen \
    maken mij nieuwe zien jij moeten komt wij uw zij zoals omdat toen jullie tijdens van worden hebt bent nog";

/// The languages other than English whose words are known, by the number that [`FunctionWord::other`] gives.
pub(crate) const OTHERS: [&str; 5] = ["de", "fr", "pt", "it", "nl"];

/// What a word is in English, in bits; the number of another language stands above them.
const IS_COMMON: u64 = 1;
const IS_ALONE: u64 = 2;
const OTHER_SHIFT: u32 = 2;

const LISTS: [(u64, &str); 7] = [
    (IS_COMMON, COMMON),
    (IS_ALONE, ALONE),
    (1 << OTHER_SHIFT, GERMAN),
    (2 << OTHER_SHIFT, FRENCH),
    (3 << OTHER_SHIFT, PORTUGUESE),
    (4 << OTHER_SHIFT, ITALIAN),
    (5 << OTHER_SHIFT, DUTCH),
];

/// The words have at most seven letters, so that the eighth byte has room for what they are.
const MAX_LETTERS: usize = 7;
const LETTERS: u64 = (1 << (8 * MAX_LETTERS)) - 1;

const SLOT_BITS: u32 = 10;

/// A hash table with open addressing, made by the compiler: nothing is built when a program starts.
static TABLE: [u64; 1 << SLOT_BITS] = table();

/// What is known of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FunctionWord(u64);

impl FunctionWord {
    /// What most words are.
    pub const NONE: Self = Self(0);

    /// What a word is, of whose letters none is beyond ASCII.
    pub fn of(word: &PlainWord) -> Self {
        if word.len > MAX_LETTERS {
            return Self::NONE;
        }
        let key = word.chunks[0];
        let mut slot = first_slot(key);
        while TABLE[slot] != 0 {
            if TABLE[slot] & LETTERS == key {
                return Self(TABLE[slot] >> (8 * MAX_LETTERS));
            }
            slot = (slot + 1) % TABLE.len();
        }
        Self::NONE
    }

    /// One of the commonest words of English.
    pub fn is_common(self) -> bool {
        self.0 & IS_COMMON != 0
    }

    /// A word of English alone.
    pub fn is_english_alone(self) -> bool {
        self.0 & IS_ALONE != 0
    }

    /// A word of English.
    pub fn is_english(self) -> bool {
        self.0 & (IS_COMMON | IS_ALONE) != 0
    }

    /// Which of the other languages it is a word of.
    pub fn other(self) -> Option<usize> {
        ((self.0 >> OTHER_SHIFT) as usize).checked_sub(1)
    }
}

const fn first_slot(key: u64) -> usize {
    (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - SLOT_BITS)) as usize
}

const fn table() -> [u64; 1 << SLOT_BITS] {
    let mut table = [0; 1 << SLOT_BITS];
    let mut list = 0;
    while list < LISTS.len() {
        let (what, words) = (LISTS[list].0, LISTS[list].1.as_bytes());
        let (mut at, mut key, mut len) = (0, 0, 0);
        while at <= words.len() {
            if at < words.len() && words[at] != b' ' {
                assert!(words[at].is_ascii_lowercase() && len < MAX_LETTERS, "a word is too long or has other letters");
                key |= (words[at] as u64) << (8 * len);
                len += 1;
            } else if len > 0 {
                insert(&mut table, key, what);
                (key, len) = (0, 0);
            }
            at += 1;
        }
        list += 1;
    }
    table
}

const fn insert(table: &mut [u64; 1 << SLOT_BITS], key: u64, what: u64) {
    let mut slot = first_slot(key);
    while table[slot] != 0 && table[slot] & LETTERS != key {
        slot = (slot + 1) % table.len();
    }
    let known = table[slot] >> (8 * MAX_LETTERS);
    assert!(known == 0 || (known | what) >> OTHER_SHIFT == 0, "a word of one language alone is given to two");
    table[slot] = key | (known | what) << (8 * MAX_LETTERS);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found_as_what_it_is() {
        let of = |word: &str| FunctionWord::of(&PlainWord::read(word.as_bytes(), 0).unwrap());
        for (what, words) in LISTS {
            for word in words.split_ascii_whitespace() {
                assert_eq!(of(word).0 & what, what, "{word}");
                assert_eq!(of(&word.to_ascii_uppercase()), of(word));
            }
        }
        assert!(of("the").is_common() && of("the").is_english_alone() && of("in").is_english() && !of("in").is_english_alone());
        assert_eq!(of("nicht").other().map(|i| OTHERS[i]), Some("de"));
        assert_eq!(of("wij").other().map(|i| OTHERS[i]), Some("nl"));
        assert_eq!(
            (of("gift"), of("th"), of("together"), of("pleased")),
            (FunctionWord::NONE, FunctionWord::NONE, FunctionWord::NONE, FunctionWord::NONE)
        );
    }
}
