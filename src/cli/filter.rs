//! `beholden filter`: one message in, the same message out with headers added. Whatever goes wrong, mail is not lost.

use std::io::{self, Read, Write};
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use crate::cli::args::Filter;
use crate::cli::headers::{Verdict, rewrite};
use crate::cli::{complain, lexicons};
use crate::{Error, Report};

/// EX_TEMPFAIL of sysexits.h: the mail system keeps the message and tries again.
const TEMPORARY_FAILURE: u8 = 75;

/// Runs the command.
pub(crate) fn run(args: &Filter) -> ExitCode {
    match pass(args, &mut io::stdin().lock(), &mut io::stdout().lock()) {
        Ok(Passed::Judged) => ExitCode::SUCCESS,
        Ok(Passed::Unchanged { cause }) => {
            complain(&format!("filter: {cause}; the message passed unchanged"));
            if args.strict { ExitCode::from(TEMPORARY_FAILURE) } else { ExitCode::SUCCESS }
        }
        // Only a part of the message may have come or gone, and success would make it all there is.
        Err(error) => {
            complain(&format!("filter: {error}"));
            ExitCode::from(TEMPORARY_FAILURE)
        }
    }
}

/// How a message came through.
enum Passed {
    Judged,
    Unchanged { cause: String },
}

fn pass(args: &Filter, input: &mut impl Read, output: &mut impl Write) -> io::Result<Passed> {
    let mut message = Vec::new();
    // One byte more tells that there are more, and goes out with the others.
    input.by_ref().take((args.max_size as u64).saturating_add(1)).read_to_end(&mut message)?;
    let passed = if message.len() > args.max_size {
        output.write_all(&message)?;
        io::copy(input, output)?;
        Passed::Unchanged { cause: format!("it is longer than {} bytes", args.max_size) }
    } else {
        match judge(args, &message) {
            Ok(report) => {
                output.write_all(&rewrite(&message, &args.headers, &Verdict::new(&report, args.headers.required)))?;
                Passed::Judged
            }
            Err(cause) => {
                output.write_all(&message)?;
                Passed::Unchanged { cause }
            }
        }
    };
    output.flush()?;
    Ok(passed)
}

fn judge(args: &Filter, message: &[u8]) -> Result<Report, String> {
    let engine = lexicons::builder(&args.lexicons).and_then(|b| b.build()).map_err(|e: Error| e.to_string())?;
    // Analysing never panics, and if it does after all, mail still flows.
    panic::catch_unwind(AssertUnwindSafe(|| engine.analyze_message(message))).map_err(|_| "an internal error".to_owned())
}
