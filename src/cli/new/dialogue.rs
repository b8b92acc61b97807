//! The answers of one service: from a person, or from what was given.

use std::sync::Arc;

use super::{
    Run,
    job::Job,
    prepare::{self, Prepared, folder_name, given, unused_variables},
    report,
};
use crate::{
    answer::Origin,
    catalog::Release,
    cli::{
        Failure,
        judgement::{Guarded, at_flags},
        threads,
    },
    diag::Diagnostic,
    manifest::{Kind, Language, Parameter, Shape},
    plan::item_keys,
    resolve::{Asking, Given, GivenAnswers, Questionnaire, Replay, ResolveError, resolve},
    ui::{
        human::CatalogRow,
        prompt::{Decision, Prompter},
    },
};

/// Prepares a service without asking anybody.
pub(super) fn without_asking(run: &Run<'_>, job: &Job) -> Result<Prepared, Failure> {
    let name = job.golden_path.as_deref().ok_or_else(|| Failure::Usage(no_golden_path()))?;
    let release = prepare::release(job, name)?;
    let parameters = in_language(run, &release.manifest.parameters);
    let mut given = given(run, job, &parameters);
    let is_folder_name = name_by_folder(job, &parameters, &mut given);
    let questionnaire = Questionnaire::new(&parameters, &release.manifest.rules)?;
    let mut resolved = match resolve(&questionnaire, &given, Asking::Nobody) {
        Err(ResolveError::Mistakes(mistakes)) if is_folder_name => {
            return Err(Failure::Mistakes(mistakes.into_iter().map(of_folder).collect()));
        }
        resolved => resolved?,
    };
    if job.written.is_none() {
        resolved.warnings.extend(unused_variables(run, &parameters));
    }
    prepare::prepare(run, job, release, resolved)
}

/// Prepares a service with a person at the terminal, and has them confirm it. `None`: they do not
/// want it after all.
pub(super) fn with_a_person(run: &Run<'_>, job: &Job) -> Result<Option<Prepared>, Failure> {
    let screen = &run.context.screen;
    let mut prompter = Prompter::new(&run.context.host, screen);
    let Some(release) = choose(job, &prompter)? else { return Ok(None) };
    let parameters = in_language(run, &release.manifest.parameters);
    let asked = Questionnaire::new(&parameters, &release.manifest.rules)?;
    let name = folder_name(job).filter(|it| asked.fits("name", &it.as_str().into()));
    let parameters = with_folder_name(name, parameters.clone());
    let questionnaire = Questionnaire::new(&parameters, &release.manifest.rules)?
        .with_distinct(item_keys(release.files.paths(), &release.manifest.parameters));
    let mut given = given(run, job, &parameters);
    if run.arguments.defaults {
        name_by_folder(job, &parameters, &mut given);
    }
    let (docket, input) = prepare::listening(run, job, &release)?;
    let known = given.iter().map(|(name, it)| (name.clone(), it.value.clone())).collect();
    if !run.arguments.dry_run {
        at_flags(&docket, (&input, &known), &run.arguments.set, run.context.host.now)?;
    }
    let mut guarded = Guarded::new(&mut prompter, &docket, (input, known), run.context.host.now);
    let mut replay = Replay::new(&mut guarded);
    loop {
        let asking = match run.arguments.defaults {
            true => Asking::ForMissing(&mut replay),
            false => Asking::ForAll(&mut replay),
        };
        let prepared = match resolve(&questionnaire, &given, asking) {
            Err(ResolveError::Back) => return Ok(None),
            Err(error) => Err(Failure::from(error)),
            Ok(mut resolved) => {
                resolved.warnings.extend(unused_variables(run, &parameters));
                threads::inside(|| prepare::prepare(run, job, release.clone(), resolved))
            }
        };
        let prepared = match prepared {
            // What only all answers together show is no reason to lose them.
            Err(failure @ (Failure::Mistakes(_) | Failure::Denied(_))) if replay.has_asked() => {
                match &failure {
                    Failure::Denied(judged) => judged.tell(run.context),
                    other => screen.say(&other.to_human(screen.look())),
                }
                match Prompter::new(&run.context.host, screen).confirm_return()? {
                    true => replay.back(),
                    false => return Ok(None),
                }
                continue;
            }
            prepared => prepared?,
        };
        if run.arguments.dry_run {
            return Ok(Some(prepared));
        }
        if !replay.has_asked() {
            report::judged(run, &prepared);
            return Ok(Some(prepared));
        }
        report::summary(run, &prepared);
        match Prompter::new(&run.context.host, screen).confirm_summary()? {
            Decision::Write => return Ok(Some(prepared)),
            Decision::Leave => return Ok(None),
            Decision::Back => replay.back(),
        }
    }
}

/// The golden path that was named, or that the person chooses.
fn choose(job: &Job, prompter: &Prompter<'_>) -> Result<Option<Arc<Release>>, Failure> {
    if let Some(name) = &job.golden_path {
        return prepare::release(job, name).map(Some);
    }
    let mut manifests = job.shelf.newest()?;
    manifests.retain(|manifest| manifest.kind == Kind::GoldenPath);
    let rows: Vec<_> = manifests.iter().map(|it| CatalogRow::from(&it.metadata)).collect();
    let chosen = prompter.choose_golden_path(&rows)?;
    let chosen = chosen.and_then(|index| manifests.get(index));
    chosen.map(|manifest| prepare::release(job, &manifest.metadata.name)).transpose()
}

/// The questions in the person's language.
fn in_language(run: &Run<'_>, parameters: &[Parameter]) -> Vec<Parameter> {
    let language = Language::of_locale(run.context.host.locale());
    parameters.iter().map(|it| it.in_language(&language)).collect()
}

/// Where nobody is asked for it, the folder's name is the service's.
fn name_by_folder(job: &Job, parameters: &[Parameter], given: &mut GivenAnswers) -> bool {
    let asks = parameters.iter().any(is_name);
    let name = folder_name(job).filter(|_| asks && !given.contains_key("name"));
    let is_taken = name.is_some();
    given.extend(name.map(|it| ("name".to_owned(), Given::new(it.into(), Origin::Flag))));
    is_taken
}

/// A mistake in the name says that it is the folder's.
fn of_folder(mut mistake: Diagnostic) -> Diagnostic {
    const NOTE: &str = "it was given on the command line for `name`";
    for note in mistake.notes.iter_mut().filter(|it| *it == NOTE) {
        "it is the folder's name; `--set name=…` gives another".clone_into(note);
    }
    mistake
}

/// Where somebody is asked, the folder's name is the proposal, if it may be the answer.
fn with_folder_name(name: Option<String>, mut parameters: Vec<Parameter>) -> Vec<Parameter> {
    if let Some(name) = name
        && let Some(parameter) = parameters.iter_mut().find(|it| is_name(it))
    {
        parameter.default = Some(name.into());
    }
    parameters
}

fn is_name(parameter: &Parameter) -> bool {
    parameter.name == "name" && parameter.shape == Shape::Text && parameter.computed.is_none()
}

fn no_golden_path() -> Diagnostic {
    Diagnostic::error("usage", "no golden path is named")
        .note("nobody is asked here to choose one")
        .help("name one (`flagstone catalog list` shows them), or pass `--spec FILE`")
}
