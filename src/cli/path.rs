//! `flagstone path`: what the authors of golden paths do with them.

mod subject;

use clap::{Args, Subcommand};

use self::subject::Subject;
use super::{Context, Exit, Failure};

/// Write golden paths.
#[derive(Debug, Args)]
pub(super) struct PathArguments {
    #[command(subcommand)]
    command: PathCommand,
}

#[derive(Debug, Subcommand)]
enum PathCommand {}

pub(super) fn run(_context: &Context, arguments: &PathArguments) -> Result<Exit, Failure> {
    match arguments.command {}
}
