//! The engine that the user asks for: lexicons beside the embedded ones, and what a configuration file says.

use std::collections::HashSet;
use std::path::PathBuf;

use crate::cli::args::LexiconArgs;
use crate::cli::config_file::{self, Config};
use crate::engine::EngineBuilder;
use crate::lexicon_files::{files, text};
use crate::settings::{Origin, Setting};
use crate::{Engine, Error};

/// A lexicon file that could be read.
pub(crate) struct LexiconFile {
    pub path: PathBuf,
    pub name: String,
    pub text: String,
    /// The number of the path among those that are asked for that it stands for, or in.
    pub of: usize,
}

impl LexiconFile {
    /// Whether it is the file of a checkout from which the embedded one with this path was made.
    pub fn stands_for(&self, embedded: &str) -> bool {
        self.path.canonicalize().unwrap_or_else(|_| self.path.clone()).ends_with(embedded)
    }

    /// Its name and its text.
    pub fn pair(&self) -> (&str, &str) {
        (&self.name, &self.text)
    }
}

/// All that flags and configuration file ask for.
pub(crate) struct Asked {
    /// The configuration file, if one is in force.
    pub file: Option<PathBuf>,
    pub config: Config,
}

impl Asked {
    /// Reads the configuration file, unless flags say that there is none, and adds what flags say.
    ///
    /// # Errors
    /// The configuration file can't be read; the error names it.
    pub fn new(args: &LexiconArgs) -> Result<Self, Error> {
        let file = config_path(args);
        let config = file.as_deref().map(config_file::read).transpose()?.unwrap_or_default();
        let mut asked = Self { file, config };
        asked.add(&args.lexicon, "--lexicon");
        Ok(asked)
    }

    /// Adds lexicons that a flag or an argument named.
    pub fn add(&mut self, paths: &[PathBuf], by: &str) {
        self.config.lexicons.extend(paths.iter().map(|path| (Origin::of(by), path.clone())));
    }

    /// Every lexicon file that is asked for, once each, and what can't be had, with the number of the path that asks for it.
    pub fn read(&self) -> (Vec<LexiconFile>, Vec<(usize, Error)>) {
        let (mut read, mut errors) = (Vec::new(), Vec::new());
        let mut seen = HashSet::new();
        for (of, (_, path)) in self.config.lexicons.iter().enumerate() {
            let found = files(path).unwrap_or_else(|e| {
                errors.push((of, e));
                Vec::new()
            });
            for file in found {
                if !seen.insert(file.canonicalize().unwrap_or_else(|_| file.clone())) {
                    continue;
                }
                match text(&file) {
                    Ok(text) => read.push(LexiconFile { name: file.display().to_string(), path: file, text, of }),
                    Err(e) => errors.push((of, e)),
                }
            }
        }
        (read, errors)
    }

    /// An error of reading, with the place of the mistake: where a configuration file names the path, that is in it.
    pub fn blame(&self, (of, error): (usize, Error)) -> Error {
        match self.config.lexicons.get(of) {
            Some((Origin { file, line: Some(line) }, _)) => Error::at(file, Some(*line), error),
            _ => error,
        }
    }

    /// A builder with the embedded lexicons and those that were named, before any settings.
    ///
    /// # Errors
    /// A path can't be read; the error names it.
    pub fn lexicons(&self) -> Result<EngineBuilder, Error> {
        let (files, errors) = self.read();
        if let Some(error) = errors.into_iter().next() {
            return Err(self.blame(error));
        }
        Ok(files.into_iter().fold(Engine::builder(), |builder, file| builder.lexicon(file.name, file.text)))
    }

    /// The builder with the weights of what is called so, and no other settings.
    ///
    /// # Errors
    /// A path can't be read; the error names it.
    pub fn weighed(&self, called: impl Fn(&str) -> bool) -> Result<EngineBuilder, Error> {
        let wanted = |setting: &Setting| matches!(setting, Setting::Weight(name, _) if called(name));
        let settings = self.config.settings.iter().filter(|(_, setting)| wanted(setting)).cloned();
        Ok(settings.fold(self.lexicons()?, |builder, (origin, setting)| builder.set(origin, setting)))
    }

    /// The builder with all settings.
    ///
    /// # Errors
    /// A path can't be read; the error names it.
    pub fn builder(&self) -> Result<EngineBuilder, Error> {
        let settings = self.config.settings.iter().cloned();
        Ok(settings.fold(self.lexicons()?, |builder, (origin, setting)| builder.set(origin, setting)))
    }
}

/// The configuration file that is in force, if one is.
pub(crate) fn config_path(args: &LexiconArgs) -> Option<PathBuf> {
    match &args.config {
        _ if args.no_config => None,
        Some(named) => Some(named.clone()),
        None => config_file::find(),
    }
}

/// A builder with all that flags and configuration file ask for.
///
/// # Errors
/// A path can't be read; the error names it.
pub(crate) fn builder(args: &LexiconArgs) -> Result<EngineBuilder, Error> {
    Asked::new(args)?.builder()
}
