//! What people and programs are told of an upgrade.

mod difference;
mod json;

use self::{
    difference::{difference, has_difference},
    json::{empty, origins},
};
use super::{Reconciled, Request, Verb, base::Sides, target::Target, theirs::Theirs};
use crate::{
    cli::{Context, Exit, Failure, arguments::Format, recovery, service::Service},
    diag::Diagnostic,
    docket::Judged,
    lock::Lock,
    merge::Kind,
    repo::{CommitId, Kept, Landed},
    spec::Written,
    ui::{
        human::{self, Origins, UpgradeSummary},
        json_v1::{self, UpgradeState},
        prompt::{Prompter, Review},
    },
};

/// Tells people what is worth a look; programs read it in the result.
pub(super) fn warn<'a>(request: &Request<'_>, warnings: impl IntoIterator<Item = &'a Diagnostic>) {
    let warnings: Vec<_> = warnings.into_iter().cloned().collect();
    let screen = &request.context.screen;
    if !warnings.is_empty() && request.context.global.format == Format::Human {
        screen.say(&human::diagnostics(&warnings, screen.look()));
    }
}

/// Says where each answer came from, where that is wanted.
pub(super) fn explain(request: &Request<'_>, theirs: &Theirs) {
    let screen = &request.context.screen;
    if request.explain && request.context.global.format == Format::Human {
        screen.say(&human::answers(&theirs.resolved, Origins::Shown, screen.look()));
    }
}

/// How an upgrade with conflicts has ended.
pub(super) fn ended(
    request: &Request<'_>,
    commit: Option<CommitId>,
    (kept_files, guard): (&[Kept], Option<Judged>),
) -> Result<Exit, Failure> {
    recovery::tell_kept(request.context, kept_files);
    if request.context.global.format == Format::Json {
        let json = json_v1::UpgradeEnd {
            format: json_v1::FORMAT,
            commit: commit.map(|it| it.to_string()),
            kept: kept_files.iter().map(|it| it.at.display().to_string()).collect(),
            guard: guard.as_ref().map(Judged::to_json),
        };
        request.context.screen.result(&json_v1::to_text(&json))?;
        return Ok(Exit::Done);
    }
    match commit {
        Some(commit) => {
            let commit: String = commit.to_string().chars().take(7).collect();
            say(request.context, &format!("Committed as {commit}"));
        }
        None => {
            say(request.context, "The upgrade is taken back: everything is as it was before it");
        }
    }
    Ok(Exit::Done)
}

/// That there is nothing to do.
pub(super) fn up_to_date(
    request: &Request<'_>,
    service: &Service,
    (target, theirs): (&Target, &Theirs),
) -> Result<Exit, Failure> {
    let locked = &service.lock.golden_path;
    if request.context.global.format == Format::Json {
        let json = json_v1::UpgradeResult {
            newer: target.newer.as_ref().map(ToString::to_string),
            origins: origins(request, theirs),
            diagnostics: target.warnings.iter().map(Into::into).collect(),
            ..empty((&service.spec, &service.lock), &locked.version, UpgradeState::UpToDate)
        };
        request.context.screen.result(&json_v1::to_text(&json))?;
        return Ok(Exit::Done);
    }
    let name = &service.spec.spec.name;
    request.context.screen.say(&format!(
        "{} is up to date: {} {}",
        crate::ui::clean_line(name),
        locked.name,
        locked.version
    ));
    newer(request, target);
    Ok(Exit::Done)
}

/// That there is a version which the spec's range leaves out.
fn newer(request: &Request<'_>, target: &Target) {
    let Some(newer) = &target.newer else { return };
    if request.verb == Verb::Upgrade {
        say(request.context, &format!("{newer} is there too: `flagstone upgrade --to {newer}`"));
    }
}

/// What would be done; nothing is.
pub(super) fn planned(
    request: &Request<'_>,
    reconciled: &Reconciled<'_>,
    sides: &Sides<'_>,
) -> Result<Exit, Failure> {
    match request.context.global.format {
        Format::Json => json::show(request, reconciled, UpgradeState::Planned, None)?,
        _ => {
            let look = request.context.screen.result_look();
            let mut text = human::upgrade_summary(&summary(reconciled), look);
            if request.context.global.verbose {
                for row in &reconciled.merge.rows {
                    text += &format!("\n\n{}", difference(row, sides));
                }
            }
            request.context.screen.result(text.trim_end())?;
        }
    }
    let Some(judged) = &reconciled.judged else { return Ok(Exit::Done) };
    judged.tell(request.context);
    Ok(if judged.may_go_on() { Exit::Done } else { Exit::Denied })
}

/// That there are conflicts, and so nothing was written.
pub(super) fn stopped(request: &Request<'_>, reconciled: &Reconciled<'_>) -> Result<Exit, Failure> {
    tell(request, reconciled, UpgradeState::Stopped, None)?;
    say(request.context, "Nothing was written: there are conflicts");
    let how = match request.branch {
        Some(_) => {
            "To resolve them, run it without `--branch`; or choose a side: `--on-conflict ours` or `theirs`"
        }
        None => {
            "To resolve them, run it without `--on-conflict stop`; or choose a side: `ours` or `theirs`"
        }
    };
    say(request.context, how);
    Ok(Exit::Conflicts)
}

/// That edits would give way, and nobody has agreed to it.
pub(super) fn not_agreed(
    request: &Request<'_>,
    reconciled: &Reconciled<'_>,
) -> Result<Exit, Failure> {
    tell(request, reconciled, UpgradeState::Planned, None)?;
    say(
        request.context,
        "Nothing was written: edits of the team in what is managed would be replaced; pass `--yes` to agree",
    );
    Ok(Exit::Found)
}

/// Whether a person who has seen the plan, and any file of it, agrees.
pub(super) fn confirmed(
    request: &Request<'_>,
    reconciled: &Reconciled<'_>,
    sides: &Sides<'_>,
) -> Result<bool, Failure> {
    let screen = &request.context.screen;
    screen.say(&human::upgrade_summary(&summary(reconciled), screen.look()));
    if let Some(judged) = &reconciled.judged {
        judged.tell(request.context);
    }
    let prompter = Prompter::new(&request.context.host, screen);
    let rows: Vec<_> = reconciled.merge.rows.iter().filter(|row| has_difference(row)).collect();
    let paths: Vec<_> = rows.iter().map(|row| row.path.to_string()).collect();
    loop {
        match prompter.review(&paths, reconciled.merge.has_conflicts())? {
            Review::Write => return Ok(true),
            Review::Leave => return Ok(false),
            Review::Look(at) => {
                if let Some(row) = rows.get(at) {
                    screen.say(&difference(row, sides));
                }
            }
        }
    }
}

/// What was written.
pub(super) fn landed(
    request: &Request<'_>,
    reconciled: &Reconciled<'_>,
    landed: &Landed,
) -> Result<Exit, Failure> {
    let conflicts = reconciled.merge.has_conflicts();
    let state = if conflicts { UpgradeState::Conflicts } else { UpgradeState::Committed };
    tell(request, reconciled, state, Some(landed))?;
    if conflicts {
        say(request.context, "Conflicts are left to resolve, as after `git cherry-pick`:");
        for row in reconciled.merge.rows.iter().filter(|row| row.kind == Kind::Conflict) {
            say(request.context, &format!("  {}", crate::ui::clean_line(row.path.as_str())));
        }
        say(
            request.context,
            "Mend them, `git add` them, then `flagstone upgrade --continue`; `flagstone upgrade --abort` takes all of it back",
        );
        return Ok(Exit::Conflicts);
    }
    let commit: String = landed.commit.to_string().chars().take(7).collect();
    match request.branch {
        Some(branch) => {
            say(request.context, &format!("Made the branch `{branch}` at commit {commit}"));
        }
        None => say(request.context, &format!("Committed as {commit}")),
    }
    newer(request, reconciled.target);
    Ok(Exit::Done)
}

fn say(context: &Context, text: &str) {
    if context.global.format == Format::Human {
        context.screen.say(text);
    }
}

/// The plan, to those who have not seen it.
fn tell(
    request: &Request<'_>,
    reconciled: &Reconciled<'_>,
    state: UpgradeState,
    landed: Option<&Landed>,
) -> Result<(), Failure> {
    let screen = &request.context.screen;
    match request.context.global.format {
        Format::Json => json::show(request, reconciled, state, landed)?,
        _ if request.may_ask() => {}
        _ => screen.say(&human::upgrade_summary(&summary(reconciled), screen.look())),
    }
    Ok(())
}

fn summary<'a>(reconciled: &'a Reconciled<'_>) -> UpgradeSummary<'a> {
    UpgradeSummary {
        service: &reconciled.service.spec.spec.name,
        golden_path: &reconciled.service.lock.golden_path.name,
        from: &reconciled.service.lock.golden_path.version,
        to: &reconciled.target.release.manifest.metadata.version,
        range: range(reconciled),
        answers: &reconciled.theirs.answers,
        merge: &reconciled.merge,
        notes: &reconciled.theirs.notes,
    }
}

/// The range of versions that the spec has and shall have, if that must change.
fn range(reconciled: &Reconciled<'_>) -> Option<(String, String)> {
    let wanted = reconciled.target.range.as_ref()?;
    let has = reconciled.service.spec.spec.range.as_ref()?;
    Some((has.to_string(), wanted.to_string()))
}

/// That the lock is made again, and what is left to do.
pub(super) fn rebuilt(request: &Request<'_>, spec: &Written, lock: &Lock) -> Result<Exit, Failure> {
    let version = lock.golden_path.version.to_string();
    if request.context.global.format == Format::Json {
        let version = &lock.golden_path.version;
        let json = empty((spec, lock), version, UpgradeState::LockRebuilt);
        request.context.screen.result(&json_v1::to_text(&json))?;
        return Ok(Exit::Done);
    }
    let would = if request.dry_run { "Would make" } else { "Made" };
    say(
        request.context,
        &format!("{would} `flagstone.lock` again, for {} {version}", lock.golden_path.name),
    );
    if !request.dry_run {
        say(request.context, "`git add flagstone.lock`, and go on with your merge or commit");
    }
    Ok(Exit::Done)
}
