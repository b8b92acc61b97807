//! A job with its answers -> everything that will be written.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    Run,
    job::{Catalog, Job},
    relative::relative,
};
use crate::{
    answer::Answers,
    catalog::{Release, Wish},
    cli::{
        Failure,
        catalog::deprecation,
        given,
        judgement::{self, Deed, Files, Templates},
        render::{layers, service},
    },
    compose::{Answered, Service},
    data::Value,
    diag::Diagnostic,
    docket::{Docket, Judged},
    guard::{GoldenPath, PlanInput, Verdict},
    manifest::{Kind, Parameter},
    policy::Sources,
    resolve::{GivenAnswers, Resolved},
    spec::{self, CatalogReference, Spec},
    text::Document,
    tree::Listing,
};

/// A service that can be written.
pub(super) struct Prepared {
    /// Its name.
    pub(super) name: String,
    /// The folder of the repository, a whole path.
    pub(super) target: PathBuf,
    /// The golden path.
    pub(super) release: Arc<Release>,
    /// The answers.
    pub(super) answers: Answers,
    /// Everything that will be written.
    pub(super) service: Service,
    /// What is worth a look.
    pub(super) warnings: Vec<Diagnostic>,
    /// What policies say of it; none where there is no policy.
    pub(super) judged: Option<Judged>,
}

/// The golden path of a job.
pub(super) fn release(job: &Job, name: &str) -> Result<Arc<Release>, Failure> {
    let place = match &job.written {
        Some(written) if job.shelf.versions(name).is_empty() => Some(written.golden_path.clone()),
        _ => job.place.clone(),
    };
    job.shelf.release(&Wish { kind: Kind::GoldenPath, name, range: job.range.as_ref(), place })
}

/// What is answered before anybody is asked: by flags, the spec, the environment.
pub(super) fn given(run: &Run<'_>, job: &Job, parameters: &[Parameter]) -> GivenAnswers {
    let spec = job.written.as_ref().map(|it| given::of_spec(parameters, &it.answers, &it.spec));
    given::given(&run.context.host, parameters, spec.unwrap_or_default(), &run.arguments.set)
}

/// The name that the target's folder proposes.
pub(super) fn folder_name(job: &Job) -> Option<String> {
    let name = job.target.as_ref()?.file_name()?.to_str()?;
    // What would be taken for a template is no name.
    (!name.contains("{{") && !name.contains("{%")).then(|| name.to_owned())
}

/// Composes the service from the answers to its golden path.
pub(super) fn prepare(
    run: &Run<'_>,
    job: &Job,
    release: Arc<Release>,
    resolved: Resolved,
) -> Result<Prepared, Failure> {
    let Resolved { answers, stated, mut warnings } = resolved;
    let (layers, layer_warnings) = layers(&job.shelf, &release, &answers)?;
    warnings.extend(layer_warnings);
    warnings.extend(deprecation(&release.manifest));
    let name = name(job, &answers)?;
    let target = job.target.clone().unwrap_or_else(|| run.context.host.folder.join(&name));
    let catalog = catalog_reference(&job.catalog, &target);
    let spec = spec_of(run, job, (&release, &stated), (name.clone(), catalog));
    check_spec(&spec)?;
    let service = service(&job.shelf, &release, &answers, &layers, &spec)?;
    let judged = judge(run, job, (&release, &answers, &layers), (&spec, &service))?;
    let prepared = Prepared { name, target, release, answers, service, warnings, judged };
    match prepared.judged {
        // What would be written is shown all the same, and the verdict with it.
        Some(judged) if !judged.may_go_on() && !run.arguments.dry_run => {
            Err(Failure::Denied(Box::new(judged)))
        }
        _ => Ok(prepared),
    }
}

/// Has the service judged as it would be written.
fn judge(
    run: &Run<'_>,
    job: &Job,
    (release, answers, layers): (&Arc<Release>, &Answers, &[Answered]),
    (spec, service): (&Spec, &Service),
) -> Result<Option<Judged>, Failure> {
    let releases = std::iter::once(release).chain(layers.iter().map(|it| &it.release));
    let releases: Vec<_> = releases.map(|it| &**it).collect();
    let bundles = judgement::policies(&job.shelf, &releases)?;
    let gathered = judgement::gather(bundles, spec, || Ok(service.tree.clone()));
    let later = || {
        let help = "leave `policies` and `data` out of the spec: name them in `flagstone.yaml` when the service is made";
        Some(help.to_owned())
    };
    let gathered = gathered.map_err(|it| judgement::helped(it, &later))?;
    let Some((docket, tree)) = gathered else { return Ok(None) };
    let parameters = answers.iter().map(|(name, it)| (name.clone(), it.value.clone()));
    let deed = deed(run, spec, Value::map(parameters));
    let golden_path = of_release(job, release);
    let layers = layers.iter().map(|it| judgement::layer(&it.release)).collect();
    let input = judgement::input(run.context, deed, golden_path, layers);
    let ownership = judgement::ownership_in(service);
    let templates = Templates::of(&releases, service);
    let (files, before) = (Listing::from(&tree), Listing::default());
    let files = Files {
        tree: &tree,
        files: &files,
        before: &before,
        unnamed: &[],
        ownership: &ownership,
        templates: &templates,
    };
    let judged = judgement::judge(run.context, &docket, input, &files)?;
    Ok(Some(Judged { verdict: as_given(job, judged.verdict), ..judged }))
}

/// A verdict that speaks of the spec which was given, where that says what a finding is about: there is
/// no `flagstone.yaml` yet.
fn as_given(job: &Job, mut verdict: Verdict) -> Verdict {
    let Some(written) = &job.written else { return verdict };
    for finding in &mut verdict.findings {
        let is_spec = finding.path.as_deref() == Some(spec::FILE);
        let pointer = finding.pointer.as_deref().filter(|_| is_spec).unwrap_or_default();
        let name =
            ["/spec/parameters/", "/metadata/"].iter().find_map(|it| pointer.strip_prefix(it));
        let stated = name.and_then(|name| written.answers.iter().find(|it| it.name == name));
        if let Some(stated) = stated {
            finding.path = Some(stated.place.document.name().to_owned());
            finding.line = Some(stated.place.position().line);
        }
    }
    verdict
}

/// What policies over answers see before anything is answered, and the policies.
pub(super) fn listening(
    run: &Run<'_>,
    job: &Job,
    release: &Release,
) -> Result<(Docket, PlanInput), Failure> {
    let docket = Docket::new(judgement::policies(&job.shelf, &[release])?);
    let spec = Spec {
        name: folder_name(job).unwrap_or_default(),
        owner: None,
        description: None,
        annotations: annotations(run, job.written.as_ref().map(|it| &it.spec)),
        catalog: CatalogReference::Embedded,
        golden_path: release.manifest.metadata.name.clone(),
        range: None,
        parameters: Vec::new(),
        sources: Sources::default(),
    };
    let golden_path = of_release(job, release);
    let deed = deed(run, &spec, Value::map::<String>([]));
    let input = judgement::input(run.context, deed, golden_path, Vec::new());
    Ok((docket, input))
}

fn of_release(job: &Job, release: &Release) -> GoldenPath {
    let digest = release.digest.to_string();
    judgement::golden_path(&job.shelf, &release.manifest.metadata, digest)
}

fn deed<'a>(run: &'a Run<'_>, spec: &'a Spec, parameters: Value) -> Deed<'a> {
    let (ticket, folder) = (run.arguments.ticket.as_deref(), &run.context.host.folder);
    Deed { action: "new", ticket, folder, spec, parameters }
}

/// The service's name: the answer, what the spec says, or the folder's name.
fn name(job: &Job, answers: &Answers) -> Result<String, Failure> {
    let answered = answers.get("name").and_then(|it| it.value.as_text()).map(str::to_owned);
    let stated = || job.written.as_ref().map(|written| written.spec.name.clone());
    answered.or_else(stated).or_else(|| folder_name(job)).ok_or_else(|| {
        let mistake = Diagnostic::error("no-name", "the service has no name");
        Failure::mistake(mistake.help("name the folder of the new repository"))
    })
}

/// What was given or answered, not the defaults: those may change with the golden path.
fn spec_of(
    run: &Run<'_>,
    job: &Job,
    (release, answers): (&Release, &Answers),
    (name, catalog): (String, CatalogReference),
) -> Spec {
    let stated = job.written.as_ref().map(|written| &written.spec);
    let given = |parameter: &str| answers.get(parameter).filter(|it| it.origin.is_given());
    let text = |parameter: &str| given(parameter).and_then(|it| it.value.as_text());
    let asked = |it: &&Parameter| !spec::METADATA_ANSWERS.contains(&it.name.as_str());
    let parameters = release
        .manifest
        .parameters
        .iter()
        .filter(asked)
        .filter_map(|it| Some((it.name.clone(), given(&it.name)?.value.clone())));
    let metadata = &release.manifest.metadata;
    Spec {
        name,
        owner: text("owner").map(str::to_owned).or_else(|| stated?.owner.clone()),
        description: text("description").map(str::to_owned).or_else(|| stated?.description.clone()),
        annotations: annotations(run, stated),
        catalog,
        golden_path: metadata.name.clone(),
        range: Some(job.stated.clone().unwrap_or_else(|| metadata.version.compatible())),
        parameters: parameters.collect::<Vec<(String, Value)>>(),
        sources: stated.map(|spec| spec.sources.clone()).unwrap_or_default(),
    }
}

/// The annotations of the spec, and over them those of the command line.
fn annotations(run: &Run<'_>, stated: Option<&Spec>) -> Vec<(String, String)> {
    let mut all = stated.map(|spec| spec.annotations.clone()).unwrap_or_default();
    for (key, text) in &run.arguments.annotate {
        match all.iter_mut().find(|(it, _)| it == key) {
            Some((_, old)) => old.clone_from(text),
            None => all.push((key.clone(), text.clone())),
        }
    }
    all
}

/// What goes into the repository must read as what it was: a name or an answer that can't stand in a
/// spec is refused before anything is written.
fn check_spec(written: &Spec) -> Result<(), Failure> {
    let document = Document::new("flagstone.yaml (to be written)", written.to_text());
    let read = spec::parse(&document).map_err(Failure::mistake)?.pop();
    match read {
        Some(Ok(read)) if read.spec == *written => Ok(()),
        Some(Err(mistakes)) => Err(Failure::Mistakes(mistakes)),
        Some(Ok(_)) | None => {
            let message = "an answer can't be written into `flagstone.yaml` as it is";
            Err(Failure::mistake(Diagnostic::error("unwritable-answer", message)))
        }
    }
}

/// A folder that was named relatively is named from the new repository.
fn catalog_reference(catalog: &Catalog, target: &Path) -> CatalogReference {
    let directory = |path: &Path| CatalogReference::Directory(path.display().to_string());
    match catalog {
        Catalog::Embedded => CatalogReference::Embedded,
        Catalog::Absolute(folder) => directory(folder),
        Catalog::Relative(folder) => directory(&relative(target, folder)),
    }
}

/// Variables of the environment that no parameter of the golden path takes, for a warning.
pub(super) fn unused_variables(run: &Run<'_>, parameters: &[Parameter]) -> Vec<Diagnostic> {
    let known: BTreeSet<_> = parameters.iter().map(|it| it.name.to_uppercase()).collect();
    let names = run.context.host.environment.keys();
    let unused = names.filter_map(|name| name.strip_prefix("FLAGSTONE_PARAM_"));
    unused
        .filter(|name| !known.contains(*name))
        .map(|name| {
            let message = format!("`FLAGSTONE_PARAM_{name}` answers no parameter");
            let help = crate::name::did_you_mean(name, known.iter().map(String::as_str));
            Diagnostic::warning("unused-variable", message).maybe_help(help)
        })
        .collect()
}
