//! What people and programs read of `flagstone new`.

use super::{Run, prepare::Prepared, relative::relative};
use crate::{
    cli::{Failure, arguments::Format},
    diag::Diagnostic,
    repo::Landed,
    transport::RemoteUrl,
    tree::{Entry, Ownership, RepoPath},
    ui::{
        human::{self, Origins, ServiceResult, ServiceRow, Summary, TreePicture},
        json_v1::{self, State},
    },
};

/// A service that was made, or would be.
pub(super) struct Outcome {
    pub(super) prepared: Prepared,
    pub(super) landed: Option<Landed>,
}

/// Tells people what is worth a look; programs read it in the result.
pub(super) fn warn(run: &Run<'_>, warnings: &[Diagnostic]) {
    let screen = &run.context.screen;
    if !warnings.is_empty() {
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

/// What was written.
pub(super) fn written(run: &Run<'_>, prepared: &Prepared, landed: &Landed) -> Result<(), Failure> {
    let target = target(run, prepared);
    match run.context.global.format {
        Format::Human => {
            let commit = short(landed);
            let text = human::wrote(&prepared.service.tree, &target, Some(&commit));
            run.context.screen.say(&text);
        }
        Format::Json => {
            let json = result(run, vec![service(run, prepared, Some(landed))]);
            run.context.screen.result(&json_v1::to_text(&json)).map_err(|error| {
                let help = format!("the repository is complete in `{target}`");
                Failure::outside_with_help(error, help)
            })?;
        }
    }
    Ok(())
}

/// That the repository was sent off.
pub(super) fn pushed(run: &Run<'_>, url: &RemoteUrl) {
    run.context.screen.say(&format!("Pushed to `{}`", url.as_str()));
}

/// What became of several services: their mistakes, then the table.
pub(super) fn several(
    run: &Run<'_>,
    outcomes: &[(String, Result<Outcome, Failure>)],
) -> Result<(), Failure> {
    if run.context.global.format == Format::Json {
        let services = outcomes.iter().map(|(name, outcome)| json(run, name, outcome));
        let json = result(run, services.collect());
        return run.context.screen.result(&json_v1::to_text(&json)).map_err(|error| {
            let made = |(_, outcome): &&(String, Result<Outcome, Failure>)| {
                outcome.as_ref().is_ok_and(|it| it.landed.is_some())
            };
            let made = outcomes.iter().filter(made).count();
            let help =
                format!("{made} of {} repositories were made and are complete", outcomes.len());
            Failure::outside_with_help(error, help)
        });
    }
    let screen = &run.context.screen;
    for (_, outcome) in outcomes {
        match outcome {
            Ok(outcome) => warn(run, &outcome.prepared.warnings),
            Err(failure) => screen.say(&failure.to_human(screen.look())),
        }
    }
    let rows: Vec<_> = outcomes.iter().map(|(name, outcome)| row(name, outcome)).collect();
    screen.say(&human::services(&rows, screen.look()));
    Ok(())
}

fn result(run: &Run<'_>, services: Vec<json_v1::Service>) -> json_v1::NewResult {
    let dry_run = run.arguments.dry_run;
    json_v1::NewResult { format: json_v1::FORMAT, dry_run, services, diagnostics: Vec::new() }
}

fn row(name: &str, outcome: &Result<Outcome, Failure>) -> ServiceRow {
    let result = match outcome {
        Ok(Outcome { prepared, landed: Some(landed) }) => ServiceResult::Written {
            files: prepared.service.tree.len(),
            commit: Some(short(landed)),
        },
        Ok(Outcome { prepared, landed: None }) => {
            ServiceResult::Planned { files: prepared.service.tree.len() }
        }
        Err(failure) => {
            let because = failure.diagnostics().into_iter().next().map(|it| it.message);
            ServiceResult::Failed { because: because.unwrap_or_default() }
        }
    };
    ServiceRow { name: name.to_owned(), result }
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
            files: Vec::new(),
            diagnostics: failure.diagnostics().iter().map(Into::into).collect(),
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
    json_v1::Service {
        name: prepared.name.clone(),
        target: target(run, prepared),
        golden_path: metadata.name.clone(),
        version: Some(metadata.version.to_string()),
        state: if landed.is_some() { State::Written } else { State::Planned },
        commit: landed.map(|it| it.commit.to_string()),
        tree: Some(prepared.service.tree.id().to_string()),
        files: prepared.service.tree.iter().map(file).collect(),
        diagnostics: prepared.warnings.iter().map(Into::into).collect(),
    }
}

/// The target as people would name it from where they are.
fn target(run: &Run<'_>, prepared: &Prepared) -> String {
    let near = relative(&run.context.host.folder, &prepared.target);
    let is_near = near.components().count() <= prepared.target.components().count();
    let path = if is_near { near.as_path() } else { prepared.target.as_path() };
    path.display().to_string()
}

fn short(landed: &Landed) -> String {
    landed.commit.to_string().chars().take(7).collect()
}
