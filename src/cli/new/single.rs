//! One service, told in full.

use super::{
    Run, dialogue,
    job::{Catalog, Job},
    landing::{self, check_place, place_warnings},
    prepare::{Prepared, unused_variables},
    report::{self, Written},
};
use crate::{
    cli::{Exit, Failure, arguments::Format, committer::Committer, nearby::hinted, threads},
    diag::Diagnostic,
    transport::{Push, RemoteUrl, check_url, push},
};

pub(super) fn run(run: &Run<'_>, job: &Job) -> Result<Exit, Failure> {
    let url = run.arguments.push.as_deref().map(|url| url_of(run, url)).transpose()?;
    if !run.arguments.dry_run {
        check_before_asking(run, job)?;
    }
    let may_ask = run.context.screen.is_interactive() && run.arguments.spec.is_none();
    let asks = may_ask && !run.arguments.yes;
    let prepared = match asks {
        true => dialogue::with_a_person(run, job),
        false => threads::inside(|| dialogue::without_asking(run, job)).map(Some),
    };
    let is_named = job.written.is_none() && job.catalog == Catalog::Embedded;
    let prepared = prepared.map_err(|failure| match &job.golden_path {
        Some(name) if is_named => hinted(run.context, name, failure),
        Some(_) | None => failure,
    })?;
    let Some(mut prepared) = prepared else { return Err(Failure::interrupted()) };
    let unused = unused_variables(run, &prepared.release.manifest.parameters);
    // A person was told before the first question.
    if !asks || run.context.global.format == Format::Json {
        prepared.warnings.extend(unused);
    }
    if run.arguments.dry_run {
        prepared.warnings.extend(place_warnings(run, &prepared.target));
        report::warn(run, &prepared.warnings);
        report::explain(run, &prepared);
        report::planned(run, &prepared)?;
        return Ok(report::judged(run, &prepared));
    }
    report::warn(run, &prepared.warnings);
    report::explain(run, &prepared);
    // A person has seen it before.
    if !asks {
        report::judged(run, &prepared);
    }
    check_place(run, &prepared.target)?;
    write(run, &prepared, url.as_ref())
}

/// Nobody should answer ten questions for what can't be written.
fn check_before_asking(run: &Run<'_>, job: &Job) -> Result<(), Failure> {
    if let Some(target) = &job.target {
        check_place(run, target)?;
    }
    let folder = job.target.as_deref().and_then(|it| it.parent());
    landing::settings(run, folder.unwrap_or(&run.context.host.folder)).map(drop)
}

fn write(run: &Run<'_>, prepared: &Prepared, url: Option<&RemoteUrl>) -> Result<Exit, Failure> {
    let folder = prepared.target.parent().unwrap_or(&prepared.target);
    let (committer, warnings) = landing::committer(run, landing::settings(run, folder)?)?;
    let landed = landing::land_service(&committer, prepared, run.threads)?;
    report::warn(run, &warnings);
    let written = Written { prepared, landed: &landed, warnings: &warnings };
    report::landed(run, &written);
    let pushed = url.map(|url| send(run, prepared, &committer, url));
    report::written(run, &written, pushed)
}

fn send(
    run: &Run<'_>,
    prepared: &Prepared,
    committer: &Committer,
    url: &RemoteUrl,
) -> Result<(), Failure> {
    let sent = push(&Push {
        repository: &prepared.target,
        branch: committer.branch(),
        url,
        environment: &run.context.host.environment,
        may_ask: run.context.screen.is_interactive(),
        interrupted: committer.interrupted(),
    });
    sent.map_err(|error| Failure::push(error, &report::target(run, prepared)))?;
    report::pushed(run, url);
    Ok(())
}

fn url_of(run: &Run<'_>, url: &str) -> Result<RemoteUrl, Failure> {
    check_url(url, &run.context.host.folder).map_err(|error| {
        let mistake = Diagnostic::error("push-url", format!("can't push there: {error}"));
        Failure::mistake(mistake.help("write for instance `git@example.com:team/service.git`"))
    })
}
