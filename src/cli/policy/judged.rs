//! A request to the guard in its process.

use crate::{
    cli::{Failure, committer::watch_signals},
    guard::{Request, Verdict},
    host::Host,
    worker::{Worker, WorkerError},
};

/// What the guard says.
pub(super) fn judged(request: &Request) -> Result<Verdict, Failure> {
    let program = Host::program().map_err(Failure::outside)?;
    let interrupted = watch_signals()?;
    Worker::new(program).judge(request, &interrupted).map_err(|error| match error {
        WorkerError::Interrupted => Failure::interrupted(),
        WorkerError::Start { .. } => Failure::outside(error),
    })
}
