//! Requests to the guard in its process.

use std::sync::atomic::AtomicBool;

use super::input::TEST;
use crate::{
    cli::{Context, Failure, committer::watch_signals},
    guard::{self, Bundle, Inquiry, Purpose, Request, Study, Trial, Verdict},
    host::Host,
    worker::{Worker, WorkerError},
};

/// What the guard says.
pub(super) fn judged(request: &Request) -> Result<Verdict, Failure> {
    asked(|worker, interrupted| worker.judge(request, interrupted))
}

/// What there is to say of policies without an input, bundle by bundle. Modules are numbered through.
pub(super) fn studied(context: &Context, bundles: &[Bundle]) -> Result<Study, Failure> {
    let mut all = Study::default();
    let mut first = 0;
    for bundle in bundles {
        let inquiry = inquiry(context, bundle);
        let mut study = asked(|worker, interrupted| worker.study(&inquiry, interrupted))?;
        for rule in &mut study.rules {
            rule.part.source += first;
            rule.helpers.iter_mut().for_each(|it| it.source += first);
        }
        study.remarks.iter_mut().for_each(|it| it.part.source += first);
        all.rules.append(&mut study.rules);
        all.tests += study.tests;
        all.remarks.append(&mut study.remarks);
        all.failures.extend(study.failures.into_iter().map(|it| moved(it, first)));
        first += bundle.sources.len();
    }
    Ok(all)
}

/// What comes of the tests whose names are wanted, bundle by bundle. Modules are numbered through.
pub(super) fn tried(
    context: &Context,
    bundles: &[Bundle],
    wanted: &[String],
) -> Result<Trial, Failure> {
    let mut all = Trial::default();
    let mut first = 0;
    for bundle in bundles {
        let inquiry = inquiry(context, bundle);
        let has_tests = bundle.sources.iter().any(|it| it.path.ends_with(TEST));
        // Of several bundles those without tests are nobody's to test here.
        if has_tests || bundles.len() == 1 {
            let mut trial =
                asked(|worker, interrupted| worker.test(&inquiry, wanted, interrupted))?;
            for test in &mut trial.tests {
                test.head.source += first;
                test.why.iter_mut().for_each(|it| it.part.source += first);
            }
            trial.lines.iter_mut().for_each(|it| it.source += first);
            all.tests.append(&mut trial.tests);
            all.lines.append(&mut trial.lines);
            all.failures.extend(trial.failures.into_iter().map(|it| moved(it, first)));
        }
        first += bundle.sources.len();
    }
    Ok(all)
}

/// A failure of a bundle as one of all of them.
fn moved(failure: guard::Failure, first: usize) -> guard::Failure {
    guard::Failure { source: failure.source.map(|(_, source)| (0, source + first)), ..failure }
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
        WorkerError::Start { .. } | WorkerError::Thread(_) => Failure::outside(error),
    })
}
