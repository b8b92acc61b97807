//! `flagstone path`: what the authors of golden paths do with them.

mod impact;
mod new;
mod preview;
mod sample;
mod subject;

pub(super) use sample::cases;
pub(super) use subject::Subject;

use clap::{Args, Subcommand};

use super::{Context, Exit, Failure};

/// Write golden paths.
#[derive(Debug, Args)]
pub(super) struct PathArguments {
    #[command(subcommand)]
    command: PathCommand,
}

#[derive(Debug, Subcommand)]
enum PathCommand {
    New(new::NewArguments),
    Impact(impact::ImpactArguments),
    Preview(preview::PreviewArguments),
}

pub(super) fn run(context: &Context, arguments: &PathArguments) -> Result<Exit, Failure> {
    match &arguments.command {
        PathCommand::New(arguments) => new::run(context, arguments),
        PathCommand::Impact(arguments) => impact::run(context, arguments),
        PathCommand::Preview(arguments) => preview::run(context, arguments),
    }
}
