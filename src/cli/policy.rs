//! `flagstone policy`: what the authors of policies do with them.

mod check;
mod eval;
mod explain;
mod given;
mod here;
mod input;
mod judged;
mod list;
mod new;
mod plan;
mod test;

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
    New(new::NewArguments),
    Check(check::CheckArguments),
    Test(test::TestArguments),
    List(list::ListArguments),
    Explain(explain::ExplainArguments),
    Eval(eval::EvalArguments),
    Input(plan::InputArguments),
}

pub(super) fn run(context: &Context, arguments: &PolicyArguments) -> Result<Exit, Failure> {
    match &arguments.command {
        PolicyCommand::New(arguments) => new::run(context, arguments),
        PolicyCommand::Check(arguments) => check::run(context, arguments),
        PolicyCommand::Test(arguments) => test::run(context, arguments),
        PolicyCommand::List(arguments) => list::run(context, arguments),
        PolicyCommand::Explain(arguments) => explain::run(context, arguments),
        PolicyCommand::Eval(arguments) => eval::run(context, arguments),
        PolicyCommand::Input(arguments) => plan::run(context, arguments),
    }
}
