//! A configuration file against the rules: overrides of rules that do not exist, and settings that can't hold.

use std::ops::Range;

use super::{Code, Finding};
use crate::allow::Allowed;
use crate::engine::Engine;
use crate::format::Complaint;
use crate::near::near;
use crate::settings::{Setting, rules_called};

/// What is wrong with a configuration that can't be read at all.
pub(crate) fn unreadable(file: usize, (place, cause): Complaint) -> Finding {
    // The names between ` and `: the one that is wrong, and those that may stand there.
    let mut names = cause.split('`').skip(1).step_by(2);
    let near = names.next().and_then(|wrong| near(wrong, names));
    let code = if cause.starts_with("unknown field") { Code::UnknownKey } else { Code::Unreadable };
    let help = near.map_or_else(
        || "`beholden config --help` shows what a configuration says".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Finding { code, file, place: place.unwrap_or(0..0), help, label: cause }
}

/// A lexicon that a configuration names and that can't be read.
pub(crate) fn no_lexicon(file: usize, place: Range<usize>, cause: String) -> Finding {
    let help = "a path counts from where the configuration stands; mend it, or take it out".to_owned();
    Finding { code: Code::NoLexicon, file, place, label: cause, help }
}

/// Checks each setting against an engine on which none is in force as yet. `file` is the number of the configuration file.
pub(crate) fn overrides(file: usize, settings: &[(Range<usize>, Setting)], engine: &mut Engine) -> Vec<Finding> {
    let mut out = Vec::new();
    for (place, setting) in settings {
        let (code, label, help) = match setting {
            Setting::Weight(name, _) | Setting::Without(name) if !is_known(engine, setting) => {
                let rules = engine.lexicon.rules.iter().map(|r| r.id.as_str());
                let sources = engine.scorer.features.list.iter().map(|f| f.name.as_str());
                let help = near(name, rules.chain(sources)).map_or_else(
                    || "`beholden rules list` lists the rules; a family is called role.family".to_owned(),
                    |near| format!("did you mean {near:?}?"),
                );
                (Code::UnknownRule, format!("nothing is called {name:?}"), help)
            }
            _ => match setting.apply(&mut engine.lexicon, &mut engine.scorer, &mut Allowed::default()) {
                Ok(()) => continue,
                Err(cause) => (Code::BadSetting, cause, "`beholden config --help` shows what a configuration says".to_owned()),
            },
        };
        out.push(Finding { code, file, place: place.clone(), label, help });
    }
    out
}

/// Whether a setting's name is that of a rule, a family, or, for a weight, of another source of contributions.
fn is_known(engine: &Engine, setting: &Setting) -> bool {
    match setting {
        Setting::Weight(name, _) => {
            engine.scorer.features.index(name).is_some() || engine.lexicon.rules.iter().any(|r| r.id == *name)
        }
        Setting::Without(name) => !rules_called(&engine.lexicon, name).is_empty(),
        _ => true,
    }
}
