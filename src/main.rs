//! The `flagstone` program: reads the process once, runs one command, ends with its exit code.

use std::process::ExitCode;

use flagstone::{
    cli::{self, Exit},
    host::Host,
};

fn main() -> ExitCode {
    let exit = Host::read().map_or_else(|error| cli::without_host(&error), cli::run);
    ExitCode::from(Exit::code(exit))
}
