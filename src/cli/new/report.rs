//! What people and programs read of `flagstone new`.

use super::{Run, landing::place_warnings, prepare::Prepared, relative::relative};
use crate::{
    cli::{Exit, Failure, arguments::Format, failure::Interruption},
    diag::Diagnostic,
    docket::Judged,
    repo::Landed,
    transport::RemoteUrl,
    tree::{Entry, Ownership, RepoPath},
    ui::{
        clean_line,
        human::{self, Origins, ServiceResult, ServiceRow, Summary, TreePicture},
        json_v1::{self, State},
    },
};

/// A service that was made, or would be.
pub(super) struct Outcome {
    pub(super) prepared: Prepared,
    pub(super) landed: Option<Landed>,
}

/// The one service that was written, and what is worth a look beside it.
pub(super) struct Written<'a> {
    pub(super) prepared: &'a Prepared,
    pub(super) landed: &'a Landed,
    pub(super) warnings: &'a [Diagnostic],
}

/// Tells people what is worth a look; programs read it in the result.
pub(super) fn warn(run: &Run<'_>, warnings: &[Diagnostic]) {
    let screen = &run.context.screen;
    if !warnings.is_empty() && run.context.global.format == Format::Human {
        screen.say(&human::diagnostics(warnings, screen.look()));
    }
}

/// Says where each answer came from, where that is wanted.
pub(super) fn explain(run: &Run<'_>, prepared: &Prepared) {
    if run.arguments.explain && run.context.global.format == Format::Human {
        let screen = &run.context.screen;
        screen.say(&human::answers(&prepared.answers, Origins::Shown, screen.look()));
    }
}

/// What will be written, before a person confirms it.
pub(super) fn summary(run: &Run<'_>, prepared: &Prepared) {
    let screen = &run.context.screen;
    if !run.arguments.dry_run {
        warn(run, &place_warnings(run, &prepared.target));
    }
    let metadata = &prepared.release.manifest.metadata;
    let summary = Summary {
        golden_path: &metadata.name,
        version: &metadata.version,
        target: &target(run, prepared),
        answers: &prepared.answers,
        origins: if run.arguments.explain { Origins::Shown } else { Origins::Hidden },
        tree: &prepared.service.tree,
    };
    screen.say(&human::summary(&summary, screen.look()));
    judged(run, prepared);
}

/// What policies say, and what that comes to.
pub(super) fn judged(run: &Run<'_>, prepared: &Prepared) -> Exit {
    let Some(judged) = &prepared.judged else { return Exit::Done };
    judged.tell(run.context);
    if judged.may_go_on() { Exit::Done } else { Exit::Denied }
}

/// What would be written.
pub(super) fn planned(run: &Run<'_>, prepared: &Prepared) -> Result<(), Failure> {
    let look = run.context.screen.result_look();
    let text = match run.context.global.verbose {
        true => human::contents(&prepared.service.tree),
        false => {
            let root = &target(run, prepared);
            let tree = &prepared.service.tree;
            human::draw_tree(TreePicture { root, tree, lines: usize::MAX }, look)
        }
    };
    let json = result(run, vec![service(run, prepared, None)]);
    Ok(run.context.show(&text, &json)?)
}

/// Tells people what was written, before it is pushed.
pub(super) fn landed(run: &Run<'_>, written: &Written<'_>) {
    if run.context.global.format == Format::Human {
        let (tree, commit) = (&written.prepared.service.tree, short(written.landed));
        let text = human::wrote(tree, &target(run, written.prepared), Some(&commit));
        run.context.screen.say(&text);
    }
}

/// Tells programs what was written and what became of its push, in one document; people know it.
pub(super) fn written(
    run: &Run<'_>,
    written: &Written<'_>,
    pushed: Option<Result<(), Failure>>,
) -> Result<Exit, Failure> {
    if run.context.global.format == Format::Human {
        return pushed.unwrap_or(Ok(())).map(|()| Exit::Done);
    }
    let services = vec![service(run, written.prepared, Some(written.landed))];
    let failure = pushed.as_ref().and_then(|it| it.as_ref().err());
    let mistakes = failure.map(Failure::diagnostics).unwrap_or_default();
    let json = json_v1::NewResult {
        pushed: pushed.as_ref().map(Result::is_ok),
        diagnostics: written.warnings.iter().chain(&mistakes).map(Into::into).collect(),
        ..result(run, services)
    };
    run.context.screen.result(&json_v1::to_text(&json)).map_err(|error| {
        let target = target(run, written.prepared);
        Failure::outside_with_help(error, format!("the repository is complete in `{target}`"))
    })?;
    Ok(failure.map_or(Exit::Done, Failure::exit))
}

/// That the repository was sent off.
pub(super) fn pushed(run: &Run<'_>, url: &RemoteUrl) {
    if run.context.global.format == Format::Human {
        run.context.screen.say(&format!("Pushed to `{}`", url.as_str()));
    }
}

/// What became of several services: their mistakes, then the table.
pub(super) fn several(
    run: &Run<'_>,
    outcomes: &[(String, Result<Outcome, Failure>)],
    warnings: &[Diagnostic],
) -> Result<(), Failure> {
    let interruption = interruption(outcomes);
    if run.context.global.format == Format::Json {
        let services = outcomes.iter().map(|(name, outcome)| json(run, name, outcome));
        let interrupted = interruption.map(Failure::Interrupted);
        let interrupted = interrupted.map(|it| it.diagnostics()).unwrap_or_default();
        let json = json_v1::NewResult {
            diagnostics: warnings.iter().chain(&interrupted).map(Into::into).collect(),
            ..result(run, services.collect())
        };
        return run.context.screen.result(&json_v1::to_text(&json)).map_err(|error| {
            let is_made = |outcome: &Outcome| outcome.landed.is_some();
            let made = outcomes.iter().filter(|(_, it)| it.as_ref().is_ok_and(is_made)).count();
            let all = outcomes.len();
            let help = format!("{made} of {all} repositories were made and are complete");
            Failure::outside_with_help(error, help)
        });
    }
    let screen = &run.context.screen;
    warn(run, warnings);
    for (name, outcome) in outcomes {
        match outcome {
            Ok(outcome) => {
                warn(run, &outcome.prepared.warnings);
                if let Some(judged) = &outcome.prepared.judged {
                    judged.tell_of(run.context, name);
                }
            }
            // Said once, for all.
            Err(Failure::Interrupted(_)) => {}
            // Others may have been written.
            Err(Failure::Denied(judged)) => judged.tell_of(run.context, name),
            Err(failure) => screen.say(&failure.to_human(screen.look())),
        }
    }
    let made = || outcomes.iter().filter_map(|(name, it)| Some((name, it.as_ref().ok()?)));
    if run.arguments.explain {
        for (name, outcome) in made() {
            screen.say(&format!("{}:", clean_line(name)));
            explain(run, &outcome.prepared);
        }
    }
    if run.arguments.dry_run && run.context.global.verbose {
        let contents = |(name, outcome): (&String, &Outcome)| {
            let name = clean_line(name).into_owned();
            format!("=== {name}\n{}", human::contents(&outcome.prepared.service.tree))
        };
        screen.result(&made().map(contents).collect::<Vec<_>>().join("\n"))?;
    }
    let rows: Vec<_> = outcomes.iter().map(|(name, outcome)| row(name, outcome)).collect();
    screen.say(&human::services(&rows, screen.look()));
    if let Some(interruption) = interruption {
        screen.say(&interruption.to_string());
    }
    Ok(())
}

/// If Ctrl-C ended some of the services: how many there are all the same.
fn interruption(outcomes: &[(String, Result<Outcome, Failure>)]) -> Option<Interruption> {
    let is_interrupted = |it: &Result<_, _>| matches!(it, Err(Failure::Interrupted(_)));
    outcomes.iter().find(|(_, outcome)| is_interrupted(outcome))?;
    let is_written = |it: &Result<Outcome, _>| it.as_ref().is_ok_and(|it| it.landed.is_some());
    let written = outcomes.iter().filter(|(_, outcome)| is_written(outcome)).count();
    Some(Interruption(match written {
        0 => "nothing was written".to_owned(),
        1 => format!("1 of {} services was written", outcomes.len()),
        _ => format!("{written} of {} services were written", outcomes.len()),
    }))
}

fn result(run: &Run<'_>, services: Vec<json_v1::Service>) -> json_v1::NewResult {
    let dry_run = run.arguments.dry_run;
    json_v1::NewResult {
        format: json_v1::FORMAT,
        dry_run,
        services,
        pushed: None,
        diagnostics: Vec::new(),
    }
}

fn row(name: &str, outcome: &Result<Outcome, Failure>) -> ServiceRow {
    let result = match outcome {
        Ok(Outcome { prepared, landed: Some(landed) }) => ServiceResult::Written {
            files: prepared.service.tree.len(),
            commit: Some(short(landed)),
        },
        Ok(Outcome { prepared, landed: None }) => match &prepared.judged {
            Some(judged) if !judged.may_go_on() => denied(judged),
            Some(_) | None => ServiceResult::Planned { files: prepared.service.tree.len() },
        },
        Err(Failure::Denied(judged)) => denied(judged),
        Err(failure) => {
            let because = failure.diagnostics().into_iter().next().map(|it| it.message);
            ServiceResult::Failed { because: because.unwrap_or_default() }
        }
    };
    ServiceRow { name: name.to_owned(), result }
}

fn denied(judged: &Judged) -> ServiceResult {
    let because: Vec<_> = judged.diagnostics().into_iter().map(|it| it.message).collect();
    ServiceResult::Denied {
        more: because.len().saturating_sub(1),
        because: because.into_iter().next().unwrap_or_default(),
    }
}

fn json(run: &Run<'_>, name: &str, outcome: &Result<Outcome, Failure>) -> json_v1::Service {
    match outcome {
        Ok(outcome) => service(run, &outcome.prepared, outcome.landed.as_ref()),
        Err(failure) => json_v1::Service {
            name: name.to_owned(),
            target: String::new(),
            golden_path: String::new(),
            version: None,
            state: State::Failed,
            commit: None,
            tree: None,
            answers: Vec::new(),
            files: Vec::new(),
            diagnostics: failure.diagnostics().iter().map(Into::into).collect(),
            guard: match failure {
                Failure::Denied(judged) => Some(judged.to_json()),
                _ => None,
            },
        },
    }
}

fn service(run: &Run<'_>, prepared: &Prepared, landed: Option<&Landed>) -> json_v1::Service {
    let metadata = &prepared.release.manifest.metadata;
    let plan = &prepared.service.plan;
    let file = |(path, entry): (&RepoPath, &Entry)| match plan.files.get(path) {
        Some(file) => json_v1::File::new(path, entry, &file.ownership, Some(&file.source)),
        None => json_v1::File::new(path, entry, &Ownership::Tool, None),
    };
    let answers = prepared.answers.iter().filter(|_| run.arguments.explain);
    json_v1::Service {
        name: prepared.name.clone(),
        target: target(run, prepared),
        golden_path: metadata.name.clone(),
        version: Some(metadata.version.to_string()),
        state: if landed.is_some() { State::Written } else { State::Planned },
        commit: landed.map(|it| it.commit.to_string()),
        tree: Some(landed.map_or_else(|| prepared.service.tree.id(), |it| it.tree).to_string()),
        answers: answers.map(json_v1::Answer::from).collect(),
        files: prepared.service.tree.iter().map(file).collect(),
        diagnostics: prepared.warnings.iter().map(Into::into).collect(),
        guard: prepared.judged.as_ref().map(Judged::to_json),
    }
}

/// The target as people would name it from where they are.
pub(super) fn target(run: &Run<'_>, prepared: &Prepared) -> String {
    let near = relative(&run.context.host.folder, &prepared.target);
    let is_near = near.components().count() <= prepared.target.components().count();
    let path = if is_near { near.as_path() } else { prepared.target.as_path() };
    path.display().to_string()
}

fn short(landed: &Landed) -> String {
    landed.commit.to_string().chars().take(7).collect()
}
