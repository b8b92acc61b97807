//! One service, told in full.

use std::path::Path;

use rayon::ThreadPool;

use super::{
    Run, dialogue,
    job::Job,
    landing::{Lander, check_surroundings},
    prepare::Prepared,
    report,
};
use crate::{
    cli::{Exit, Failure},
    diag::Diagnostic,
    repo::check_target,
    transport::{Push, RemoteUrl, check_url, push},
};

pub(super) fn run(run: &Run<'_>, job: &Job, pool: &ThreadPool) -> Result<Exit, Failure> {
    let url = run.arguments.push.as_deref().map(|url| url_of(run, url)).transpose()?;
    // Nobody should answer ten questions for a target that can't be.
    if let Some(target) = job.target.as_deref().filter(|_| !run.arguments.dry_run) {
        check(run, target)?;
    }
    let may_ask = run.context.screen.is_interactive() && run.arguments.spec.is_none();
    let prepared = match may_ask && !run.arguments.yes {
        true => dialogue::with_a_person(run, job, pool)?,
        false => Some(pool.install(|| dialogue::without_asking(run, job))?),
    };
    let Some(prepared) = prepared else { return Err(Failure::Interrupted) };
    report::warn(run, &prepared.warnings);
    report::explain(run, &prepared);
    if run.arguments.dry_run {
        report::planned(run, &prepared)?;
        return Ok(Exit::Done);
    }
    check(run, &prepared.target)?;
    write(run, &prepared, url.as_ref())
}

fn check(run: &Run<'_>, target: &Path) -> Result<(), Failure> {
    // First, for it also removes what a run that was cut off left in the target.
    check_target(target)?;
    check_surroundings(run, target)
}

fn write(run: &Run<'_>, prepared: &Prepared, url: Option<&RemoteUrl>) -> Result<Exit, Failure> {
    let folder = prepared.target.parent().unwrap_or(&prepared.target);
    let (lander, warnings) = Lander::new(run, folder)?;
    let landed = lander.land(prepared, run.threads)?;
    report::warn(run, &warnings);
    report::written(run, prepared, &landed)?;
    let Some(url) = url else { return Ok(Exit::Done) };
    push(&Push {
        repository: &prepared.target,
        branch: lander.branch(),
        url,
        environment: &run.context.host.environment,
        may_ask: run.context.screen.is_interactive(),
        interrupted: lander.interrupted(),
    })
    .map_err(|error| {
        let folder = prepared.target.display();
        let help = format!("the repository is complete in `{folder}`; push it later from there");
        Failure::outside_with_help(error, help)
    })?;
    report::pushed(run, url);
    Ok(Exit::Done)
}

fn url_of(run: &Run<'_>, url: &str) -> Result<RemoteUrl, Failure> {
    check_url(url, &run.context.host.folder).map_err(|error| {
        let mistake = Diagnostic::error("push-url", format!("can't push there: {error}"));
        Failure::mistake(mistake.help("write for instance `git@example.com:team/service.git`"))
    })
}
