//! `beholden filter`: one message in, the same message out with headers added. Whatever goes wrong, mail is not lost.

use std::io::{self, Read, Write};
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use crate::Error;
use crate::cli::args::Filter;
use crate::cli::headers::{Verdict, rewrite};
use crate::cli::{complain, lexicons};

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
        match judged(args, &message) {
            Ok(judged) => {
                output.write_all(&judged)?;
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

/// The message with its headers.
fn judged(args: &Filter, message: &[u8]) -> Result<Vec<u8>, String> {
    // Nothing here panics, and if it does after all, mail still flows.
    let judged = panic::catch_unwind(AssertUnwindSafe(|| {
        let engine = lexicons::builder(&args.lexicons).and_then(|b| b.build())?;
        let verdict = Verdict::new(&engine.analyze_message(message), args.headers.required);
        Ok(rewrite(message, &args.headers, &verdict))
    }));
    judged.map_err(|_| "an internal error".to_owned())?.map_err(|e: Error| e.to_string())
}
