//! The engine: built once, shared by reference, judging one message at a time.

use std::sync::Mutex;

use crate::allow::Allowed;
use crate::compiled;
use crate::cue::{Cue, Indexed, MAX_CUES, Match, Matcher, Place, Scratch, cues};
use crate::document::Document;
use crate::embedded;
use crate::error::Error;
use crate::extraction::Surroundings;
use crate::finding::{Composition, compose};
use crate::language::language;
use crate::lexicon::Lexicon;
use crate::report::{Note, PartText, Report, Version};
use crate::reporting::hidden_note;
use crate::score::Scorer;
use crate::sentence::{Sentence, sentences};
use crate::settings::{Origin, Setting, Settings, Weight};
use crate::source::{Source, sha256};
use crate::span::Stretch;
use crate::token::Token;
use crate::tokenizer::{MAX_SENTENCE_TOKENS, Tokenizer};
use crate::verdict::Verdict;
use crate::vocabulary::{Vocabulary, Words};
use crate::weights::{Thresholds, Weights};
use crate::words::{Level, Zone};
use crate::zone::zones_of;

/// So many sentences are read before the first of them is looked at.
const SENTENCES_AT_ONCE: usize = 64;

/// Judges messages. Compiled once, `Send + Sync`, shared by reference.
///
/// Analysing is a total function of its input: no I/O, no clock, no panic, and the same report for the same bytes.
pub struct Engine {
    pub(crate) lexicon: Lexicon,
    pub(crate) scorer: Scorer,
    version: Version,
    /// Whether the embedded lexicon files are among those that it was built from.
    pub(crate) embedded: bool,
    /// The other lexicon files that it was built from.
    pub(crate) added: Vec<(String, String)>,
    keep_text: bool,
    pub(crate) allowed: Allowed,
    /// One for each thread that has judged at the same time as others.
    workshops: Mutex<Vec<Workshop>>,
}

/// Options of an [`Engine`].
#[derive(Debug, Clone)]
pub struct EngineBuilder {
    embedded: bool,
    lexicons: Vec<(String, String)>,
    weights: Option<(String, String)>,
    thresholds: Option<Thresholds>,
    settings: Settings,
    keep_text: bool,
    experimental: bool,
}

impl Default for EngineBuilder {
    fn default() -> Self {
        Self {
            embedded: true,
            lexicons: Vec::new(),
            weights: None,
            thresholds: None,
            settings: Settings::default(),
            keep_text: false,
            experimental: false,
        }
    }
}

impl EngineBuilder {
    /// Whether the embedded lexicons and their weights are used, as they are unless this says no. Without them the lexicons
    /// that are added stand alone, and what no weights file weighs has the prior that they give it.
    pub fn embedded(mut self, embedded: bool) -> Self {
        self.embedded = embedded;
        self
    }

    /// Adds a lexicon file's text to the embedded ones; `name` is used in error messages.
    pub fn lexicon(mut self, name: impl Into<String>, toml: impl Into<String>) -> Self {
        self.lexicons.push((name.into(), toml.into()));
        self
    }

    /// Uses other weights than the embedded ones; `name` is used in error messages.
    pub fn weights(mut self, name: impl Into<String>, json: impl Into<String>) -> Self {
        self.weights = Some((name.into(), json.into()));
        self
    }

    /// Uses other thresholds than the weights file's.
    pub fn thresholds(mut self, thresholds: Thresholds) -> Self {
        self.thresholds = Some(thresholds);
        self
    }

    /// Uses another threshold for one level: the probability from which on a message has it. [`Level::None`] has none, which
    /// building says.
    pub fn threshold(self, level: Level, probability: f64) -> Self {
        self.set(Origin::of("threshold"), Setting::Threshold(level, probability))
    }

    /// Gives a rule, or a source of [`contributions`](Report::contributions), another weight, in log-odds. A rule is weighed by
    /// its family unless it is given a weight of its own here; with the weight 0 it counts nothing and makes no finding, as
    /// [`without`](Self::without) it. What is set last holds.
    ///
    /// ```
    /// use beholden::{Engine, Weight};
    ///
    /// let engine = Engine::builder().weight("obligation.guilt", 0.0).weight("tie.same", Weight::appeal(0.4)).build()?;
    /// let error = Engine::builder().weight("obligation.gilt", 0.0).build().err().unwrap();
    /// assert_eq!(error.to_string(), "weight: no rule or source is called \"obligation.gilt\"");
    /// # Ok::<(), beholden::Error>(())
    /// ```
    pub fn weight(self, name: impl Into<String>, weight: impl Into<Weight>) -> Self {
        self.set(Origin::of("weight"), Setting::Weight(name.into(), weight.into()))
    }

    /// Switches a rule off, or all rules of a family (`gift.free`): they give no cue and, as false friends, block none.
    pub fn without(self, rule: impl Into<String>) -> Self {
        self.set(Origin::of("without"), Setting::Without(rule.into()))
    }

    /// Leaves out every cue that lies wholly within this phrase, in any case and over line breaks; the report then has the note
    /// `allowed_phrase`. A cue that reaches beyond the phrase counts.
    pub fn allow_phrase(self, phrase: impl Into<String>) -> Self {
        self.set(Origin::of("allow_phrase"), Setting::AllowPhrase(phrase.into()))
    }

    /// Does not judge messages of this sender, an address (`ann@example.org`) or a domain with all below it (`example.org`):
    /// the report abstains with `allowed_sender`. The message's From must name exactly one address. Anybody can write any
    /// From, so this is only as good as whatever checked it (DMARC) before the message came here.
    pub fn allow_sender(self, sender: impl Into<String>) -> Self {
        self.set(Origin::of("allow_sender"), Setting::AllowSender(sender.into()))
    }

    /// Adds a setting with the place that an error names.
    pub(crate) fn set(mut self, origin: Origin, setting: Setting) -> Self {
        self.settings.push(origin, setting);
        self
    }

    /// Whether reports carry the decoded parts that their offsets refer to; off unless asked for.
    pub fn keep_text(mut self, keep: bool) -> Self {
        self.keep_text = keep;
        self
    }

    /// Whether experimental rules count, as they do only where their examples are tested.
    pub(crate) fn experimental(mut self, count: bool) -> Self {
        self.experimental = count;
        self
    }

    /// Compiles the engine.
    ///
    /// # Errors
    /// A lexicon or the weights can't be read; the error names the file, the line where it is known, and the cause.
    pub fn build(self) -> Result<Engine, Error> {
        let lexicon = if self.embedded && self.lexicons.is_empty() && !self.experimental {
            compiled::lexicon()
        } else {
            Lexicon::new(&Source::with_status(texts(self.embedded, &self.lexicons), self.experimental)?)
        };
        self.build_on(lexicon)
    }

    /// An engine on a compiled lexicon.
    pub(crate) fn build_on(self, mut lexicon: Lexicon) -> Result<Engine, Error> {
        let shipped = if self.embedded { embedded::WEIGHTS } else { embedded::NO_WEIGHTS };
        let (file, json) = self.weights.unwrap_or_else(|| ("lexicons/weights.json".to_owned(), shipped.to_owned()));
        let weights: Weights = serde_json::from_str(&json).map_err(|e| Error::at(&file, Some(e.line()), e))?;
        lexicon.vocabulary.watch(&weights.contexts());
        let mut scorer = Scorer::new(&lexicon, &file, &weights)?;
        if let Some(thresholds) = self.thresholds {
            scorer.thresholds = thresholds;
        }
        let allowed = self.settings.apply(&mut lexicon, &mut scorer)?;
        let version = Version {
            beholden: env!("CARGO_PKG_VERSION"),
            lexicon: lexicon.hash.clone(),
            weights: sha256([json.as_str()]),
            settings: self.settings.hash(),
        };
        let Self { embedded, lexicons, keep_text, .. } = self;
        Ok(Engine { lexicon, scorer, version, embedded, added: lexicons, keep_text, allowed, workshops: Mutex::default() })
    }
}

/// A message taken as far as composed findings.
pub(crate) struct Reading {
    pub cues: Vec<Cue>,
    pub composition: Composition,
    pub surroundings: Surroundings,
    /// The cues within allowed phrases, each with the number of its phrase.
    pub left_out: Vec<(Cue, usize)>,
    pub capped: bool,
}

/// What a message is read with.
pub(crate) struct Tools<W, M> {
    pub words: W,
    pub matcher: M,
    /// Whether the tokenizer may take its shortcuts.
    pub shortcuts: bool,
    /// Memory for tokens.
    pub tokens: Vec<Token>,
}

/// Memory for the fast tools. Nothing of a message stays in it.
#[derive(Default)]
pub struct Workshop {
    scratch: Scratch,
    tokens: Vec<Token>,
}

/// Cues of a message and what surrounds them.
#[derive(Default)]
struct Gathered {
    cues: Vec<Cue>,
    surroundings: Surroundings,
    next_sentence: usize,
    /// Memory for the matches of one sentence after the other.
    matches: Vec<Match>,
    /// There were more cues than are looked at.
    capped: bool,
}

impl Gathered {
    /// With room for what most messages have.
    fn with_room() -> Self {
        let surroundings = Surroundings { contexts: Vec::with_capacity(64), sentences: 0 };
        Self { cues: Vec::with_capacity(16), surroundings, matches: Vec::with_capacity(16), ..Self::default() }
    }
}

impl Engine {
    /// An engine with the embedded lexicons and weights.
    ///
    /// # Errors
    /// None with the data that this crate ships; its tests build it.
    pub fn new() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// Options for an engine.
    pub fn builder() -> EngineBuilder {
        EngineBuilder::default()
    }

    /// The version of the engine and of the data that it was built from.
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// Judges bare text.
    pub fn analyze(&self, text: &str) -> Report {
        self.judge(&Document::from_text(text))
    }

    /// Judges a message as it stands in a file: headers, an empty line, a body (RFC 5322, MIME).
    pub fn analyze_message(&self, bytes: &[u8]) -> Report {
        if self.allowed.author(bytes).is_some() {
            return Report::abstained(&Document::default(), self.version.clone(), None, "allowed_sender");
        }
        self.judge(&Document::from_message(bytes))
    }

    /// Judges text that stands under a subject line.
    pub fn analyze_with_subject(&self, subject: &str, text: &str) -> Report {
        self.judge(&Document::from_subject_and_text(subject, text))
    }

    pub(crate) fn judge(&self, document: &Document<'_>) -> Report {
        let mut workshop = self.workshops.lock().ok().and_then(|mut all| all.pop()).unwrap_or_default();
        let mut tools = self.tools(&mut workshop);
        let mut report = self.judge_with(document, &mut tools);
        workshop.tokens = tools.tokens;
        if let Ok(mut all) = self.workshops.lock() {
            all.push(workshop);
        }
        if self.keep_text {
            report.parts =
                Some(document.parts.iter().map(|p| PartText { part: p.id.clone(), text: p.text.to_string() }).collect());
        }
        report
    }

    /// The fast tools, over memory that is used again.
    pub(crate) fn tools<'a>(&'a self, workshop: &'a mut Workshop) -> Tools<&'a Vocabulary, Indexed<'a>> {
        let tokens = std::mem::take(&mut workshop.tokens);
        Tools {
            words: &self.lexicon.vocabulary,
            matcher: Indexed { lexicon: &self.lexicon, scratch: &mut workshop.scratch },
            shortcuts: true,
            tokens,
        }
    }

    /// The report on a document, by whatever tools.
    pub(crate) fn judge_with(&self, document: &Document<'_>, tools: &mut Tools<impl Words, impl Matcher>) -> Report {
        let zones = zones_of(document);
        if let Some(code) = document.abstained {
            let mut report = Report::abstained(document, self.version.clone(), None, code);
            // A picture over hidden words can't be judged, but the hiding is said.
            let mut hidden = Gathered::default();
            self.gather(document, &zones, true, tools, &mut hidden);
            report.notes.extend(hidden_note(&self.lexicon, &hidden.cues));
            return report;
        }
        let (language, known) = language(document, &zones);
        if !known {
            return Report::abstained(document, self.version.clone(), language, "language");
        }
        let reading = self.read_zones(document, &zones, tools);
        let scored = self.scorer.score(&self.lexicon, &reading.cues, &reading.composition, &reading.surroundings);
        let mut report = Verdict {
            document,
            lexicon: &self.lexicon,
            scorer: &self.scorer,
            cues: &reading.cues,
            composition: &reading.composition,
            scored: &scored,
            capped: reading.capped,
        }
        .report(self.version.clone(), language);
        if !reading.left_out.is_empty() {
            report.notes.push(Note { code: "allowed_phrase", detail: format!("{} cues left out", reading.left_out.len()) });
        }
        report
    }

    /// Zones, sentences, tokens, cues, findings.
    pub(crate) fn read(&self, document: &Document<'_>) -> Reading {
        self.read_zones(document, &zones_of(document), &mut self.tools(&mut Workshop::default()))
    }

    pub(crate) fn read_zones(
        &self,
        document: &Document<'_>,
        zones: &[Vec<Stretch>],
        tools: &mut Tools<impl Words, impl Matcher>,
    ) -> Reading {
        let mut seen = Gathered::with_room();
        self.gather(document, zones, false, tools, &mut seen);
        // What nobody sees comes last and has a bound of its own, so that it can't crowd out what is read.
        let mut hidden = Gathered { next_sentence: seen.next_sentence, ..Gathered::default() };
        self.gather(document, zones, true, tools, &mut hidden);
        let Gathered { mut cues, surroundings, capped, .. } = seen;
        cues.append(&mut hidden.cues);
        let left_out = self.allowed.leave_out(document, &mut cues);
        let composition = compose(&self.lexicon, &cues);
        Reading { cues, composition, surroundings, left_out, capped: capped | hidden.capped }
    }

    /// Gathers the cues of what is hidden, or of all else.
    fn gather(
        &self,
        document: &Document<'_>,
        zones: &[Vec<Stretch>],
        hidden: bool,
        tools: &mut Tools<impl Words, impl Matcher>,
        out: &mut Gathered,
    ) {
        let mut some = Vec::new();
        for (i, (part, stretches)) in document.parts.iter().zip(zones).enumerate() {
            let wanted = stretches.iter().copied().filter(|s| (s.zone == Zone::Hidden) == hidden);
            let memory = std::mem::take(&mut tools.tokens);
            let mut tokenizer = Tokenizer::over(&part.text, &tools.words, tools.shortcuts, memory);
            sentences(&part.text, wanted, &part.labels, part.flowed, |sentence| {
                some.push(sentence);
                if some.len() == SENTENCES_AT_ONCE {
                    self.gather_some(&some, i, &mut tokenizer, &mut tools.matcher, out);
                    some.clear();
                }
            });
            self.gather_some(&some, i, &mut tokenizer, &mut tools.matcher, out);
            some.clear();
            tools.tokens = tokenizer.into_memory();
        }
    }

    /// Gathers the cues of some sentences of a part.
    fn gather_some(
        &self,
        some: &[Sentence],
        part: usize,
        tokenizer: &mut Tokenizer<'_, impl Words>,
        matcher: &mut impl Matcher,
        out: &mut Gathered,
    ) {
        for (sentence, tokens) in tokenizer.each(some) {
            for tokens in tokens.chunks(MAX_SENTENCE_TOKENS) {
                let place = Place { part, zone: sentence.zone, sentence: out.next_sentence };
                self.gather_sentence(tokens, place, matcher, out);
            }
        }
    }

    /// Gathers the cues of one sentence.
    fn gather_sentence(&self, tokens: &[Token], place: Place, matcher: &mut impl Matcher, out: &mut Gathered) {
        out.next_sentence += 1;
        let before = out.cues.len();
        if out.cues.len() < MAX_CUES {
            cues(&self.lexicon, tokens, place, matcher, &mut out.matches, &mut out.cues);
        } else {
            out.capped = true;
        }
        if place.zone.is_own() {
            out.surroundings.sentences += 1;
            // Where there is no cue there can be no finding, in whose sentences alone they count.
            if out.cues.len() > before {
                let contexts = tokens.iter().map(|t| t.word.context).filter(|c| *c != 0);
                out.surroundings.contexts.extend(contexts.map(|c| (place.sentence, c)));
            }
        }
    }
}

/// Name and text of the embedded lexicon files, if they are wanted, and of those that were added.
pub(crate) fn texts(embedded: bool, added: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    let shipped = if embedded { embedded::LEXICONS } else { &[] };
    shipped.iter().copied().chain(added.iter().map(|(n, t)| (n.as_str(), t.as_str())))
}
