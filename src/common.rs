//! How common a word is in English mail. Only speed depends on it: the index asks for the rarest words of a pattern.

use crate::interner::Interner;
use crate::symbol::Symbols;
use crate::vocabulary::Kind;

/// The commonest words, in the order of their counts in the labelled corpus of this project.
const COMMON: &str = "the and you a to on in is it i for your of at that we with have so not from are one no by has my this me will be \
     if free before who was can two as there dear us our do all now friday please out up th back see or he thank what \
     about name them they had been three would when put until new week return here last after first thursday an ll \
     nothing since read send hi card yours may which she know list bring keep only like her six people nobody next \
     today every any year good off its page open sunday don example because come did four ve desk says number years \
     gift got am thanks go never days nine day then left night just mail line but own time again were month told get \
     say tell team june went mr down minutes how same give came could still his asked monday owe old re said take ask \
     bank more under full than does need side second paid address write room morning over form account should letter \
     office look saturday want five ten hello pay thing sign let use march goes too where through comes each mrs other \
     gave till order call sent both somebody their eleven home end anything those best least tuesday work table well \
     half evening april dr box most street takes him midnight leave phone favour house hall without spring closed car \
     questions late some find hours shop ever something wrote code hand board book door post way note file think set \
     offer took done reading already must names report kept school man owed part children october pages points away \
     also bonus once road short date gets small into below whole st talk sat why nights forty long";

/// The chance of a word of the first rank, and how it falls with the rank (Zipf's law).
const FIRST: f64 = 0.06;

/// The chance of words that are not common.
const RARE: f64 = 0.0003;

/// The chance that a token has a symbol.
pub(crate) struct Frequencies {
    chances: Vec<f64>,
}

impl Frequencies {
    pub fn new(interner: &Interner, symbols: &Symbols<'_>) -> Self {
        let mut chances = vec![RARE; symbols.count() as usize];
        for (rank, word) in COMMON.split_whitespace().enumerate() {
            if let Some(stem) = interner.stem_number(word) {
                chances[stem as usize] += FIRST / (rank as f64 + 1.0);
            }
        }
        // Numbers, addresses and the borders of sentences, as they were counted in mail.
        for (kind, chance) in [(Kind::Number, 0.03), (Kind::Url, 0.007), (Kind::Email, 0.004), (Kind::Money, 0.002)] {
            chances[symbols.kind(kind) as usize] = chance;
        }
        for border in [symbols.start(), symbols.end()] {
            chances[border as usize] = 0.1;
        }
        Self { chances }
    }

    /// The symbols, the commonest first.
    pub fn ranked(&self) -> Vec<u32> {
        let mut symbols: Vec<u32> = (0..self.chances.len() as u32).collect();
        symbols.sort_by(|a, b| self.chance(*b).total_cmp(&self.chance(*a)));
        symbols
    }

    pub fn chance(&self, symbol: u32) -> f64 {
        self.chances[symbol as usize]
    }
}
