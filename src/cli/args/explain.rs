//! The flags of `explain`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::cli::args::{Input, LexiconArgs, ReportFormat};
use crate::cli::help;
use crate::settings::Setting;
use crate::words::Tactic;

/// What `explain` reads and writes.
#[derive(Debug, Args)]
#[command(after_long_help = help::EXPLAIN)]
pub(crate) struct Explain {
    /// The message; standard input when there is none or it is `-`
    pub path: Option<PathBuf>,
    /// Tell about a tactic instead, for whoever received such a message and for whoever writes one
    #[arg(long, value_name = "NAME", value_parser = tactic(), conflicts_with_all = ["path", "what_if"])]
    pub tactic: Option<Tactic>,
    /// What the input is
    #[arg(long, value_enum, default_value_t = Input::Auto)]
    pub input: Input,
    /// What to write
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    pub format: ReportFormat,
    /// Show the verdict with this weight of a rule or source beside the real one; a rule that weighs 0 is left out, and `off`
    /// leaves out a rule or a family
    #[arg(long, value_name = "RULE=WEIGHT", value_parser = what_if)]
    pub what_if: Vec<Setting>,
    #[command(flatten)]
    pub lexicons: LexiconArgs,
}

/// `RULE=WEIGHT` or `RULE=off`.
fn what_if(text: &str) -> Result<Setting, String> {
    let (name, value) = text.split_once('=').ok_or("it is not RULE=WEIGHT, as in obligation.guilt=0")?;
    let name = name.trim().to_owned();
    match value.trim() {
        "off" => Ok(Setting::Without(name)),
        number => match number.parse::<f64>() {
            Ok(weight) => Ok(Setting::Weight(name, weight.into())),
            Err(_) => Err(format!("{number:?} is neither a number nor off")),
        },
    }
}

/// A tactic's name.
fn tactic() -> impl TypedValueParser<Value = Tactic> {
    PossibleValuesParser::new(Tactic::ALL.map(Tactic::name))
        .try_map(|name| Tactic::ALL.into_iter().find(|t| t.name() == name).ok_or("it is no tactic"))
}
