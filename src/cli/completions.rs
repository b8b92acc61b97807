//! `flagstone completions`: what a shell needs to complete our command line.

use clap::Args;
use clap_complete::Shell;

use super::{Context, Exit, Failure, command_line};

/// Print completions for a shell.
///
/// The result is a script, whatever the --format.
///
/// For instance: flagstone completions bash > ~/.local/share/bash-completion/completions/flagstone
#[derive(Debug, Args)]
pub(super) struct CompletionsArguments {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(context: &Context, arguments: &CompletionsArguments) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command_line(), "flagstone", &mut script);
    context.screen.result(String::from_utf8_lossy(&script).trim_end())?;
    Ok(Exit::Done)
}
