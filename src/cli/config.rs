//! `beholden config`: which configuration file is in force, and what holds because of it.

use std::io::Write;

use serde_json::{Value, json};

use crate::cli::args::{Config, ReportFormat};
use crate::cli::config_file;
use crate::cli::exit::{Exit, Stop};
use crate::cli::lexicons::Asked;
use crate::cli::visible::visible;
use crate::engine::Engine;
use crate::lexicon_files::CONFIG_NAME;
use crate::score::UNIT;
use crate::settings::{Setting, Weight, rules_called};
use crate::weights::Thresholds;
use crate::words::Level;

/// Something that holds, and why.
struct Row {
    kind: &'static str,
    what: String,
    /// Where it was said; nothing for what is built in.
    from: Option<String>,
    /// What would hold without it.
    otherwise: Option<String>,
}

/// Runs the command. The engine is built as any other command would build it, so that it fails on what they would fail on.
pub(crate) fn run(args: &Config) -> Result<Exit, Stop> {
    let asked = Asked::new(&args.lexicons)?;
    let plain = asked.lexicons()?.build()?;
    asked.builder()?.build()?;
    let is_rule = |name: &str| plain.lexicon.rules.iter().any(|r| r.id == name);
    let is_weighed = |rule: bool| {
        let of_kind = |setting: &Setting| matches!(setting, Setting::Weight(name, _) if is_rule(name) == rule);
        asked.config.settings.iter().any(|(_, setting)| of_kind(setting))
    };
    // An engine takes its time to build, and only rules are weighed otherwise for what else is weighed.
    let families = (is_weighed(true) && is_weighed(false)).then(|| asked.weighed(|name| !is_rule(name))?.build()).transpose()?;
    let rows = rows(&asked, &plain, families.as_ref().unwrap_or(&plain));
    let file = asked.file.as_ref().map(|f| f.display().to_string());
    let mut out = std::io::stdout().lock();
    match args.format {
        ReportFormat::Text => as_text(&mut out, file.as_deref(), args.lexicons.no_config, &rows)?,
        ReportFormat::Json => {
            let settings: Vec<Value> = rows.iter().map(as_value).collect();
            serde_json::to_writer_pretty(&mut out, &json!({"file": file, "settings": settings})).map_err(std::io::Error::from)?;
            writeln!(out)?;
        }
    }
    Ok(Exit::Done)
}

/// The rows, beside an engine without any settings and one with the weights of families and other sources alone.
fn rows(asked: &Asked, plain: &Engine, families: &Engine) -> Vec<Row> {
    let embedded = format!("{} rules, {} of them embedded", plain.lexicon.rules.len(), embedded_rules(plain));
    let mut rows = vec![Row { kind: "lexicon", what: embedded, from: None, otherwise: None }];
    rows.extend(asked.config.lexicons.iter().map(|(origin, path)| Row {
        kind: "lexicon",
        what: path.display().to_string(),
        from: Some(origin.to_string()),
        otherwise: None,
    }));
    let is_set = |level: Level| asked.config.settings.iter().any(|(_, s)| matches!(s, Setting::Threshold(l, _) if *l == level));
    for level in [Level::Goodwill, Level::Appeal, Level::Pressure].into_iter().filter(|l| !is_set(*l)) {
        let what = format!("{} = {}", level.name(), threshold(&plain.scorer.thresholds, level));
        rows.push(Row { kind: "threshold", what, from: None, otherwise: None });
    }
    rows.extend(asked.config.settings.iter().map(|(origin, setting)| {
        let said = setting.to_string();
        Row {
            kind: setting.kind(),
            what: said.strip_prefix(setting.kind()).unwrap_or(&said).trim_start().to_owned(),
            from: Some(origin.to_string()),
            otherwise: otherwise(setting, plain, families),
        }
    }));
    rows
}

/// The rules whose file was not added.
fn embedded_rules(engine: &Engine) -> usize {
    engine.lexicon.rules.iter().filter(|r| !engine.added.iter().any(|(name, _)| *name == r.file)).count()
}

/// What would hold without a setting: for a rule the weight of its family, which may be set too.
fn otherwise(setting: &Setting, plain: &Engine, families: &Engine) -> Option<String> {
    match setting {
        Setting::Threshold(level, _) => Some(threshold(&plain.scorer.thresholds, *level).to_string()),
        Setting::Weight(name, _) => {
            let weight = |engine: &Engine, feature| {
                let [appeal, pressure] = engine.scorer.weights(feature).map(|w| w as f64 / UNIT);
                Weight::each(appeal, pressure).to_string()
            };
            match plain.scorer.features.index(name) {
                Some(feature) => Some(weight(plain, feature)),
                None => {
                    let rule = *rules_called(&families.lexicon, name).first()?;
                    Some(weight(families, families.scorer.features.of_rule(rule)))
                }
            }
        }
        _ => None,
    }
}

fn threshold(thresholds: &Thresholds, level: Level) -> f64 {
    match level {
        Level::None => 0.0,
        Level::Goodwill => thresholds.goodwill,
        Level::Appeal => thresholds.appeal,
        Level::Pressure => thresholds.pressure,
    }
}

fn as_text(out: &mut impl Write, file: Option<&str>, ignored: bool, rows: &[Row]) -> std::io::Result<()> {
    match file {
        Some(file) => writeln!(out, "configuration: {}", visible(file))?,
        None if ignored => writeln!(out, "configuration: none (--no-config)")?,
        None => {
            let user = config_file::user_file().map(|f| format!(", nor is {}", f.display())).unwrap_or_default();
            writeln!(out, "configuration: none; no {} is here or in a folder above{user}", CONFIG_NAME)?;
        }
    }
    let width = rows.iter().map(|r| visible(&r.what).chars().count()).max().unwrap_or(0).min(56);
    for row in rows {
        let from = row.from.as_deref().unwrap_or("built in");
        write!(out, "{:<10} {:<width$}  {}", row.kind, visible(&row.what), visible(from))?;
        match &row.otherwise {
            Some(otherwise) => writeln!(out, ", instead of {otherwise}")?,
            None => writeln!(out)?,
        }
    }
    Ok(())
}

fn as_value(row: &Row) -> Value {
    json!({"kind": row.kind, "what": row.what, "from": row.from, "instead_of": row.otherwise})
}
