//! Several services side by side, each whole or not at all.

use rayon::prelude::*;

use super::{
    Run, dialogue,
    job::{Job, Service},
    landing::{self, check_place, place_warnings},
    prepare::Prepared,
    report::{self, Outcome},
};
use crate::{
    cli::{Exit, Failure, committer::Committer},
    diag::Diagnostic,
    ui::progress::Progress,
};

pub(super) fn run(run: &Run<'_>, services: Vec<Service>) -> Result<Exit, Failure> {
    check_arguments(run)?;
    let settings = landing::settings(run, &run.context.host.folder)?;
    let (committer, warnings) = landing::committer(run, settings)?;
    let progress = Progress::new(services.len(), &run.context.screen);
    let outcomes: Vec<_> = services
        .into_par_iter()
        .map(|Service { name, job }| {
            let outcome = job.and_then(|job| make(run, &job, &committer));
            progress.done(&name);
            (name, outcome)
        })
        .collect();
    drop(progress);
    let warnings = if run.arguments.dry_run { Vec::new() } else { warnings };
    let ends: Vec<_> = outcomes.iter().map(|(_, it)| end(it)).collect();
    report::several(run, &outcomes, &warnings)?;
    Ok(Exit::of_all(&ends))
}

fn make(run: &Run<'_>, job: &Job, committer: &Committer) -> Result<Outcome, Failure> {
    if committer.interrupted().load(std::sync::atomic::Ordering::Relaxed) {
        return Err(Failure::interrupted());
    }
    let mut prepared = dialogue::without_asking(run, job)?;
    if run.arguments.dry_run {
        prepared.warnings.extend(place_warnings(run, &prepared.target));
        return Ok(Outcome { prepared, landed: None });
    }
    check_place(run, &prepared.target)?;
    // The services are the parallel work; each has one thread.
    let landed = landing::land_service(committer, &prepared, 1)?;
    Ok(Outcome { prepared, landed: Some(landed) })
}

/// Refuses what can hold for one service only.
fn check_arguments(run: &Run<'_>) -> Result<(), Failure> {
    if run.arguments.set.iter().any(|(name, _)| name == "name") {
        let message = "`--set name=…` names one service, and there are several";
        let help = "name each in `metadata.name` of its part of the spec";
        return Err(Failure::Usage(Diagnostic::error("usage", message).help(help)));
    }
    Ok(())
}

const fn end(outcome: &Result<Outcome, Failure>) -> Exit {
    match outcome {
        Ok(Outcome { prepared: Prepared { judged: Some(judged), .. }, .. })
            if !judged.may_go_on() =>
        {
            Exit::Denied
        }
        Ok(_) => Exit::Done,
        Err(failure) => failure.exit(),
    }
}
