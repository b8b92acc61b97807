//! The `flagstone` program: reads the process once, runs one command, ends with its exit code.
//!
//! One end has no exit code: a run that takes more memory than any service needs is ended by the
//! system (SIGABRT, 134 in a shell), for stable Rust can't do anything else where memory is short.

use std::{panic, process::ExitCode, thread};

use flagstone::{
    cli::{self, Exit},
    host::Host,
};

/// Room for whatever the first thread does, in bytes.
const STACK: usize = 32 << 20;
const LITTLE: usize = 2 << 20;

fn main() -> ExitCode {
    let exit = match Host::read() {
        Ok(host) => {
            end_with_a_report_of_bugs(host.clone());
            with_room(host)
        }
        Err(error) => cli::without_host(&error),
    };
    ExitCode::from(exit.code())
}

/// Runs where there is room: how much the thread has that we begin in is for `ulimit -s` to say.
fn with_room(host: Host) -> Exit {
    if !host.is_narrow() {
        return cli::run(host);
    }
    let again = host.clone();
    // The guard's child has little memory, and makes itself room for what is deep.
    let is_guard = host.arguments.get(1).is_some_and(|it| it == "__guard");
    let room = if is_guard { LITTLE } else { STACK };
    match thread::Builder::new().stack_size(room).spawn(|| cli::run(host)) {
        Ok(running) => running.join().unwrap_or(Exit::Bug),
        Err(_) => cli::run(again),
    }
}

/// Whatever thread has met a bug of ours: nothing goes on behind it.
#[expect(clippy::exit, clippy::disallowed_methods, reason = "the one other end of the process")]
fn end_with_a_report_of_bugs(host: Host) {
    panic::set_hook(Box::new(move |bug| {
        let exit: Exit = cli::report_bug(&host, bug);
        std::process::exit(exit.code().into())
    }));
}
