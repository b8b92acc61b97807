//! `flagstone completions`: what a shell needs to complete our command line.
//!
//! The scripts for bash, zsh and fish are ours, and ask `flagstone __complete`: clap's own dynamic
//! completions are unstable, and a value's completion does not see the words before it (the golden
//! path whose parameters are wanted). The other shells get what clap knows without asking.

use clap::Args;
use clap_complete::Shell;

use super::{Context, Exit, Failure, command_line};

/// Print completions for a shell.
///
/// The result is a script, whatever the --format. Those for bash, zsh and fish know golden paths,
/// versions, parameters and choices.
///
/// For instance: flagstone completions bash > ~/.local/share/bash-completion/completions/flagstone
#[derive(Debug, Args)]
pub(super) struct CompletionsArguments {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(context: &Context, arguments: &CompletionsArguments) -> Result<Exit, Failure> {
    let script = match arguments.shell {
        Shell::Bash => include_str!("completions/flagstone.bash").to_owned(),
        Shell::Zsh => include_str!("completions/flagstone.zsh").to_owned(),
        Shell::Fish => include_str!("completions/flagstone.fish").to_owned(),
        other => {
            let mut script = Vec::new();
            clap_complete::generate(other, &mut command_line(), "flagstone", &mut script);
            String::from_utf8_lossy(&script).into_owned()
        }
    };
    context.screen.result(script.trim_end())?;
    Ok(Exit::Done)
}
