//! `flagstone __guard`: the child's side of the guard, for our own program alone.

use clap::Args;

use super::{Exit, Failure};
use crate::worker::{self, Task};

/// Judge the request on standard input.
#[derive(Debug, Args)]
pub(super) struct GuardArguments {
    /// Whether the author of policies asks.
    #[arg(long)]
    author: bool,
}

pub(super) fn run(arguments: &GuardArguments) -> Result<Exit, Failure> {
    let task = if arguments.author { Task::Tell } else { Task::Judge };
    worker::serve(task).map_err(Failure::outside)?;
    Ok(Exit::Done)
}
