//! The words that a language can't do without, and which of them tell it from all others.
//!
//! The words that belong to one language alone are those that it uses at least eight times as often as any other language in the
//! Latin script does, counted over large collections of ordinary text. Left out are those that English mail writes too, as a
//! word, a name or an abbreviation (`door`, `plus`, `com`, `est`).

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

const GERMAN: &str = "und nicht zu von ein auf im sie eine sich auch dass aber aus sind nach noch wir nur wenn oder wird einen haben \
    einer zum kann dann einem schon habe mehr mir sein zur durch mich bis doch ihr immer jetzt diese wurde wieder \
    keine sehr gibt hatte ihre ihnen ihren bitte dieser gegen seine geht denn meine einfach ohne weil beim etwas \
    eines kein seit";

const FRENCH: &str = "pas une dans qui sur qu avec vous elle sont nous comme ils cette faire aux ont aussi peut leur moi ces quand \
    suis tous avoir encore alors avait votre vos notre autres peu autre fois faut voir contre avant depuis donc";

const PORTUGUESE: &str = "em uma ao ele muito isso pelo ela pela bem mesmo pode tudo ainda aqui fazer minha quem agora assim depois onde \
    vou essa esse tenho melhor foram aos apenas coisa suas quero seu sua mais";

const ITALIAN: &str = "che della sono dei nel anche gli delle questo dal essere nella cui stato tutti questa tutto hanno fatto suo loro \
    sia dalla degli dopo poi quello ancora molto senza ogni altri mio mia sulla quella quindi proprio altro";

const DUTCH: &str = "ik niet zijn hij naar bij heeft deze hebben geen mijn wordt heb kunnen werd mensen gaat onze zich zou doen dus \
    tegen maken mij nieuwe zien jij moeten komt wij uw zij zoals omdat toen jullie tijdens worden hebt bent nog";

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

/// What stands for a word that is none of them: it has more letters, or one beyond ASCII.
pub(crate) const OTHER_WORD: u64 = u64::MAX;

/// The hash tables are made by the compiler: nothing is built when a program starts.
static COMMON_TABLE: [u64; 128] = common_table();
static TABLE: [u64; 1024] = table();

/// Whether a word is one of the commonest of English. Words are given as [`letters`](crate::plain::letters) gives them.
#[inline]
pub(crate) fn is_common(word: u64) -> bool {
    COMMON_TABLE[slot(word, COMMON_TABLE.len())] == word
}

/// What is known of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FunctionWord(u64);

impl FunctionWord {
    /// What a word is, given as [`letters`](crate::plain::letters) gives it.
    pub fn of(word: u64) -> Self {
        let mut slot = slot(word, TABLE.len());
        while TABLE[slot] != 0 {
            if TABLE[slot] & LETTERS == word {
                return Self(TABLE[slot] >> (8 * MAX_LETTERS));
            }
            slot = (slot + 1) % TABLE.len();
        }
        Self(0)
    }

    /// A word of English.
    pub fn is_english(self) -> bool {
        self.0 & (IS_COMMON | IS_ALONE) != 0
    }

    /// A word of English alone.
    pub fn is_english_alone(self) -> bool {
        self.0 & IS_ALONE != 0
    }

    /// Which of the other languages it is a word of.
    pub fn other(self) -> Option<usize> {
        ((self.0 >> OTHER_SHIFT) as usize).checked_sub(1)
    }
}

/// One bit of 64 for a word, by which different words are mostly told apart.
pub(crate) fn bit(word: u64) -> u64 {
    1 << (word.wrapping_mul(FACTOR) >> 58)
}

const FACTOR: u64 = 0xc381_e88f_38c0_c8fd;

/// Where a word is looked for first. The factor is one with which no two of the commonest words meet in their table.
const fn slot(word: u64, slots: usize) -> usize {
    (word.wrapping_mul(FACTOR) >> (64 - slots.ilog2())) as usize
}

const fn common_table() -> [u64; 128] {
    let mut table = [0; 128];
    let mut rest = COMMON.as_bytes();
    while let Some((word, after)) = next_word(rest) {
        rest = after;
        let slot = slot(word, table.len());
        assert!(table[slot] == 0, "two of the commonest words meet");
        table[slot] = word;
    }
    table
}

/// A table with open addressing.
const fn table() -> [u64; 1024] {
    let mut table = [0; 1024];
    let mut list = 0;
    while list < LISTS.len() {
        let (what, words) = LISTS[list];
        let mut rest = words.as_bytes();
        while let Some((word, after)) = next_word(rest) {
            rest = after;
            let mut slot = slot(word, table.len());
            while table[slot] != 0 && table[slot] & LETTERS != word {
                slot = (slot + 1) % table.len();
            }
            let all = table[slot] >> (8 * MAX_LETTERS) | what;
            assert!(all == what || all >> OTHER_SHIFT == 0, "a word of one language alone is given to two");
            table[slot] = word | all << (8 * MAX_LETTERS);
        }
        list += 1;
    }
    table
}

/// The first of the words that spaces stand between, and what is after it.
const fn next_word(mut list: &[u8]) -> Option<(u64, &[u8])> {
    let (mut word, mut letters) = (0, 0);
    while let [first, rest @ ..] = list {
        list = rest;
        if *first == b' ' {
            break;
        }
        assert!(first.is_ascii_lowercase() && letters < MAX_LETTERS, "a word is too long or has other letters");
        word |= (*first as u64) << (8 * letters);
        letters += 1;
    }
    if letters == 0 { None } else { Some((word, list)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(letters: &str) -> u64 {
        next_word(letters.as_bytes()).unwrap().0
    }

    #[test]
    fn every_word_is_found_as_what_it_is() {
        for (what, words) in LISTS {
            for letters in words.split(' ') {
                assert_eq!(FunctionWord::of(word(letters)).0 & what, what, "{letters}");
                assert_eq!(is_common(word(letters)), COMMON.split(' ').any(|w| w == letters), "{letters}");
            }
        }
        let of = |letters| FunctionWord::of(word(letters));
        assert!(of("the").is_english_alone() && of("in").is_english() && !of("in").is_english_alone());
        assert_eq!(of("nicht").other().map(|i| OTHERS[i]), Some("de"));
        assert_eq!(of("wij").other().map(|i| OTHERS[i]), Some("nl"));
        for none in [OTHER_WORD, word("gift"), word("th"), word("pleased")] {
            assert!(!is_common(none) && FunctionWord::of(none) == FunctionWord(0));
        }
    }
}
