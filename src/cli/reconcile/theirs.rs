//! What the service would be, were it made today: answers carried over, asked for, and rendered.

use std::collections::BTreeSet;

use super::{Request, target::Target};
use crate::{
    answer::{AnswerChange, Answers},
    cli::{
        Failure,
        catalog::deprecation,
        given,
        judgement::{self, Deed, Guarded},
        render::{self, layers},
        service::{Service, read_spec},
        shelf::Shelf,
    },
    compose::{self, Answered},
    data::Value,
    diag::Diagnostic,
    docket::Docket,
    edit::{self, Edit},
    manifest::{Language, Step},
    migrate::{self, AnswerEdit, Migrated},
    plan::item_keys,
    resolve::{Asking, Questionnaire, Replay, Resolved, resolve},
    spec::{self, METADATA_ANSWERS, Written},
    text::Document,
    ui::prompt::Prompter,
};

/// What the service would be, were it made today.
pub(super) struct Theirs {
    /// Plan, lock and tree; the spec in the tree is `spec_text`.
    pub(super) service: compose::Service,
    /// The spec as its team wrote it, with what had to change.
    pub(super) spec_text: String,
    /// Every answer, and where it came from.
    pub(super) resolved: Answers,
    /// The answers that are not what they were.
    pub(super) answers: Vec<AnswerChange>,
    /// Every step of the migrations on the way, the layers' too.
    pub(super) steps: Vec<Step>,
    /// What only a person can do.
    pub(super) notes: Vec<String>,
    /// What is worth a look.
    pub(super) warnings: Vec<Diagnostic>,
}

/// Renders the target for a service.
pub(super) fn render(
    request: &Request<'_>,
    service: &Service,
    shelf: &Shelf,
    target: &Target,
) -> Result<Theirs, Failure> {
    let manifest = &target.release.manifest;
    let migrated = migrate::answers(
        &target.steps,
        service.spec.answers.clone(),
        &service.lock.parameters,
        &manifest.parameters,
    )?;
    let Resolved { answers, stated, mut warnings } =
        answer(request, (service, shelf), target, &migrated)?;
    let spec_text = spec_text(service, target, &migrated, &stated)?;
    let spec = read_spec(&Document::new(service.site.name(spec::FILE), spec_text.as_str()))?;
    check_spec(&spec, &stated)?;
    let (layers, layer_warnings) = layers(shelf, &target.release, &answers)?;
    warnings.extend(migrated.warnings);
    warnings.extend(layer_warnings);
    warnings.extend(deprecation(manifest));
    let composed = render::service(shelf, &target.release, &answers, &layers, &spec.spec)?;
    let steps: Vec<_> = target.steps.iter().cloned().chain(layer_steps(service, &layers)).collect();
    let note = |step: &Step| match step {
        Step::Note(text) => Some(text.clone()),
        _ => None,
    };
    Ok(Theirs {
        resolved: answers,
        answers: migrate::changes(
            &service.lock.parameters,
            &composed.lock.parameters,
            &target.steps,
        ),
        notes: steps.iter().filter_map(note).collect(),
        service: composed,
        spec_text,
        steps,
        warnings,
    })
}

/// What layers say of their own paths.
fn layer_steps(service: &Service, layers: &[Answered]) -> Vec<Step> {
    let after: Vec<_> = layers.iter().map(|it| &it.release.manifest).collect();
    migrate::of_layers(&service.lock.layers, &after)
}

/// Every answer: flags, then the spec, then the environment, then a person for what is new.
fn answer(
    request: &Request<'_>,
    (service, shelf): (&Service, &Shelf),
    target: &Target,
    migrated: &Migrated,
) -> Result<Resolved, Failure> {
    let language = Language::of_locale(request.context.host.locale());
    let manifest = &target.release.manifest;
    let parameters: Vec<_> =
        manifest.parameters.iter().map(|it| it.in_language(&language)).collect();
    let parameters = &parameters;
    let questionnaire = Questionnaire::new(parameters, &manifest.rules)?
        .with_distinct(item_keys(target.release.files.paths(), parameters));
    for (name, _) in request.set {
        check_name(name, target)?;
    }
    let spec = given::of_spec(parameters, &migrated.stated, &service.spec.spec);
    let given = given::given(&request.context.host, parameters, spec, request.set);
    if !request.may_ask() || request.defaults {
        return Ok(resolve(&questionnaire, &given, Asking::Nobody)?);
    }
    let known = known(service, &target.steps);
    let mut prompter = Prompter::new(&request.context.host, &request.context.screen);
    let docket = Docket::new(judgement::policies(shelf, &[&target.release])?);
    let answered = service.lock.parameters.iter();
    let answered =
        answered.map(|(name, value)| (migrate::renamed(&target.steps, name), value.clone()));
    let stated = given.iter().map(|(name, it)| (name.clone(), it.value.clone()));
    let answered = answered.chain(stated).collect();
    let deed = Deed {
        action: request.verb.as_str(),
        ticket: request.ticket,
        folder: &request.context.host.folder,
        spec: &service.spec.spec,
        parameters: Value::map::<String>([]),
    };
    let release = &target.release;
    let golden_path =
        judgement::golden_path(shelf, &release.manifest.metadata, release.digest.to_string());
    let input = judgement::input(request.context, deed, golden_path, Vec::new());
    let now = request.context.host.now;
    let mut guarded = Guarded::new(&mut prompter, &docket, (input, answered), now);
    let mut replay = Replay::new(&mut guarded);
    Ok(resolve(&questionnaire, &given, Asking::ForNew(&mut replay, &known))?)
}

/// The parameters that the service has an answer to, under their new names.
fn known(service: &Service, steps: &[Step]) -> BTreeSet<String> {
    service.lock.parameters.iter().map(|(name, _)| migrate::renamed(steps, name)).collect()
}

/// A flag names a parameter as the new version calls it.
fn check_name(name: &str, target: &Target) -> Result<(), Failure> {
    let manifest = &target.release.manifest;
    let new = migrate::renamed(&target.steps, name);
    if new == name || manifest.parameters.iter().any(|it| it.name == name) {
        return Ok(());
    }
    let version = &manifest.metadata.version;
    let message = format!("there is no parameter `{name}` in {version}");
    let help = format!("it is called `{new}` now: `--set {new}=…`");
    Err(Failure::mistake(Diagnostic::error("unknown-parameter", message).help(help)))
}

/// The spec with what had to change, everything else as its team wrote it.
fn spec_text(
    service: &Service,
    target: &Target,
    migrated: &Migrated,
    answers: &Answers,
) -> Result<String, Failure> {
    let mut edits: Vec<Edit> = migrated.edits.iter().map(edit_of).collect();
    if let Some(range) = &target.range {
        edits.push(Edit::set(edit::Step::dotted("spec.version"), range.to_string()));
    }
    let stated = |name: &str| migrated.stated.iter().find(|it| it.name == name);
    for (name, answer) in answers.iter().filter(|(_, answer)| answer.origin.is_given()) {
        if stated(name).is_none_or(|it| it.value != answer.value) {
            edits.push(Edit::set(place(name), answer.value.clone()));
        }
    }
    if edits.is_empty() {
        return Ok(service.spec_text.clone());
    }
    edit::yaml(&service.spec_text, &edits).map_err(|error| {
        let message = format!("`flagstone.yaml` can't be brought up to date: {error}");
        let help = "write its `spec` in the plain form that `flagstone new` writes, then try again";
        Failure::mistake(Diagnostic::error("spec-edit", message).help(help))
    })
}

fn edit_of(edit: &AnswerEdit) -> Edit {
    match edit {
        AnswerEdit::Rename { from, to } => Edit::Rename { path: place(from), to: to.clone() },
        AnswerEdit::Set { name, value } => Edit::set(place(name), value.clone()),
        AnswerEdit::Remove(name) => Edit::Remove { path: place(name) },
    }
}

/// Where a spec states an answer.
fn place(name: &str) -> Vec<edit::Step> {
    match METADATA_ANSWERS.contains(&name) {
        true => vec!["metadata".into(), name.into()],
        false => vec!["spec".into(), "parameters".into(), name.into()],
    }
}

/// The spec that is written must say what was rendered.
fn check_spec(spec: &Written, answers: &Answers) -> Result<(), Failure> {
    let says = |name: &str| spec.answers.iter().find(|it| it.name == name).map(|it| &it.value);
    let is_wrong = |(name, answer): &(&String, &crate::answer::Answer)| {
        answer.origin.is_given() && says(name) != Some(&answer.value)
    };
    match answers.iter().find(is_wrong) {
        None => Ok(()),
        Some((name, _)) => {
            let message = format!("the answer to `{name}` can't be written into `flagstone.yaml`");
            let help = "write it there yourself, then run `flagstone apply`";
            Err(Failure::mistake(Diagnostic::error("unwritable-answer", message).help(help)))
        }
    }
}
