//! The engine that the user asks for: lexicons beside the embedded ones, and what a configuration file says.

use std::path::{Path, PathBuf};

use crate::cli::args::LexiconArgs;
use crate::cli::config_file::{self, Config};
use crate::cli::text_file;
use crate::engine::EngineBuilder;
use crate::settings::{Origin, Setting};
use crate::{Engine, Error};

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
        let file = match &args.config {
            _ if args.no_config => None,
            Some(named) => Some(named.clone()),
            None => config_file::find(),
        };
        let mut config = file.as_deref().map(config_file::read).transpose()?.unwrap_or_default();
        config.lexicons.extend(args.lexicon.iter().map(|path| (Origin::of("--lexicon"), path.clone())));
        Ok(Self { file, config })
    }

    /// A builder with the embedded lexicons and those that were named, before any settings.
    ///
    /// # Errors
    /// A path can't be read; the error names it.
    pub fn lexicons(&self) -> Result<EngineBuilder, Error> {
        let mut builder = Engine::builder();
        for (origin, path) in &self.config.lexicons {
            let fail = |file: &Path, e: std::io::Error| match origin.line {
                // The mistake is in the configuration file.
                Some(line) => Error::at(&origin.file, Some(line), format!("{}: {e}", file.display())),
                None => Error::at(&file.display().to_string(), None, e),
            };
            for file in files(path).map_err(|e| fail(path, e))? {
                let name = file.display().to_string();
                let bytes = std::fs::read(&file).map_err(|e| fail(&file, e))?;
                let text = text_file::decode(bytes, &name)?;
                builder = builder.lexicon(name, text);
            }
        }
        Ok(builder)
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

/// A builder with all that flags and configuration file ask for.
///
/// # Errors
/// A path can't be read; the error names it.
pub(crate) fn builder(args: &LexiconArgs) -> Result<EngineBuilder, Error> {
    Asked::new(args)?.builder()
}

/// The file itself, or the `.toml` files of a folder in the order of their names.
fn files(path: &Path) -> std::io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in path.read_dir()? {
        let file = entry?.path();
        // A configuration beside its lexicons is none of them.
        let is_config = file.file_name().is_some_and(|n| n == config_file::NAME);
        if file.extension().is_some_and(|e| e == "toml") && !is_config {
            files.push(file);
        }
    }
    if files.is_empty() {
        return Err(std::io::Error::other("the folder holds no .toml file"));
    }
    files.sort();
    Ok(files)
}
