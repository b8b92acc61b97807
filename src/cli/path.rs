//! `flagstone path`: what the authors of golden paths do with them.

mod lint;
mod subject;

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
    Lint(lint::LintArguments),
}

impl PathArguments {
    /// Whether the command has the formats of reports too.
    pub(super) const fn has_reports(&self) -> bool {
        match self.command {
            PathCommand::Lint(_) => true,
        }
    }
}

pub(super) fn run(context: &Context, arguments: &PathArguments) -> Result<Exit, Failure> {
    match &arguments.command {
        PathCommand::Lint(arguments) => lint::run(context, arguments),
    }
}
