//! Several services side by side, each whole or not at all.

use rayon::prelude::*;

use super::{
    Run, dialogue,
    job::{Job, Service},
    landing::{Lander, check_surroundings},
    prepare::Prepared,
    report::{self, Outcome},
};
use crate::{
    cli::{Exit, Failure},
    repo::check_target,
    ui::progress::Progress,
};

pub(super) fn run(run: &Run<'_>, services: Vec<Service>) -> Result<Exit, Failure> {
    let (lander, warnings) = Lander::new(run, &run.context.host.folder)?;
    let progress = Progress::new(services.len(), &run.context.screen);
    let outcomes: Vec<_> = services
        .into_par_iter()
        .map(|Service { name, job }| {
            let outcome = job.and_then(|job| make(run, &job, &lander));
            progress.done(&name);
            (name, outcome)
        })
        .collect();
    drop(progress);
    report::warn(run, &warnings);
    let ends: Vec<_> = outcomes.iter().map(|(_, it)| end(it)).collect();
    report::several(run, &outcomes)?;
    Ok(Exit::of_all(&ends))
}

fn make(run: &Run<'_>, job: &Job, lander: &Lander) -> Result<Outcome, Failure> {
    if lander.interrupted().load(std::sync::atomic::Ordering::Relaxed) {
        return Err(Failure::Interrupted);
    }
    let prepared = dialogue::without_asking(run, job)?;
    if run.arguments.dry_run {
        return Ok(Outcome { prepared, landed: None });
    }
    check(run, &prepared)?;
    // The services are the parallel work; each has one thread.
    let landed = lander.land(&prepared, 1)?;
    Ok(Outcome { prepared, landed: Some(landed) })
}

fn check(run: &Run<'_>, prepared: &Prepared) -> Result<(), Failure> {
    check_target(&prepared.target)?;
    check_surroundings(run, &prepared.target)
}

const fn end(outcome: &Result<Outcome, Failure>) -> Exit {
    match outcome {
        Ok(_) => Exit::Done,
        Err(failure) => failure.exit(),
    }
}
