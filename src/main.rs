//! The `flagstone` program: reads the process once, runs one command, ends with its exit code.
//!
//! One end has no exit code: a run that takes more memory than any service needs is ended by the
//! system (SIGABRT, 134 in a shell), for stable Rust can't do anything else where memory is short.

use std::{panic, process::ExitCode};

use flagstone::{
    cli::{self, Exit},
    host::Host,
};

fn main() -> ExitCode {
    let exit = match Host::read() {
        Ok(host) => {
            end_with_a_report_of_bugs(host.clone());
            cli::run(host)
        }
        Err(error) => cli::without_host(&error),
    };
    ExitCode::from(exit.code())
}

/// Whatever thread has met a bug of ours: nothing goes on behind it.
#[expect(clippy::exit, clippy::disallowed_methods, reason = "the one other end of the process")]
fn end_with_a_report_of_bugs(host: Host) {
    panic::set_hook(Box::new(move |bug| {
        let exit: Exit = cli::report_bug(&host, bug);
        std::process::exit(exit.code().into())
    }));
}
