//! Requests to the guard in its process.

use std::sync::atomic::AtomicBool;

use crate::{
    cli::{Context, Failure, committer::watch_signals},
    guard::{Bundle, Inquiry, Purpose, Request, Study, Trial, Verdict},
    host::Host,
    worker::{Worker, WorkerError},
};

/// What the guard says.
pub(super) fn judged(request: &Request) -> Result<Verdict, Failure> {
    asked(|worker, interrupted| worker.judge(request, interrupted))
}

/// What there is to say of policies without an input.
pub(super) fn studied(context: &Context, bundle: &Bundle) -> Result<Study, Failure> {
    let inquiry = inquiry(context, bundle);
    asked(|worker, interrupted| worker.study(&inquiry, interrupted))
}

/// What comes of the tests whose names are wanted.
pub(super) fn tried(
    context: &Context,
    bundle: &Bundle,
    wanted: &[String],
) -> Result<Trial, Failure> {
    let inquiry = inquiry(context, bundle);
    asked(|worker, interrupted| worker.test(&inquiry, wanted, interrupted))
}

fn inquiry(context: &Context, bundle: &Bundle) -> Inquiry {
    Inquiry { bundle: bundle.clone(), now: context.host.now, purpose: Purpose::Study }
}

fn asked<T>(
    ask: impl FnOnce(&Worker, &AtomicBool) -> Result<T, WorkerError>,
) -> Result<T, Failure> {
    let program = Host::program().map_err(Failure::outside)?;
    let interrupted = watch_signals()?;
    ask(&Worker::new(program), &interrupted).map_err(|error| match error {
        WorkerError::Interrupted => Failure::interrupted(),
        WorkerError::Start { .. } => Failure::outside(error),
    })
}
