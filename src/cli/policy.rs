//! `flagstone policy`: what the authors of policies do with them.

mod eval;
mod input;
mod judged;

use clap::{Args, Subcommand};

use super::{Context, Exit, Failure};

/// Write and try policies.
#[derive(Debug, Args)]
pub(super) struct PolicyArguments {
    #[command(subcommand)]
    command: PolicyCommand,
}

#[derive(Debug, Subcommand)]
enum PolicyCommand {
    Eval(eval::EvalArguments),
}

pub(super) fn run(context: &Context, arguments: &PolicyArguments) -> Result<Exit, Failure> {
    match &arguments.command {
        PolicyCommand::Eval(arguments) => eval::run(context, arguments),
    }
}
