//! What policies say of a service as it stands: in its work tree, or as it is staged.

use std::sync::Arc;

use crate::{
    catalog::{Release, Wish, choose},
    cli::{
        Context, Failure,
        judgement::{self, Deed, Files, Templates},
        service::Service,
        shelf::Shelf,
    },
    data::Value,
    diag::Diagnostic,
    docket::{self, Judged},
    guard::{self, Bundle, Finding, GoldenPath, Layer, PlanInput, Request, Source},
    lock::{self, Lock, Part},
    manifest::Kind,
    tree::{RepoPath, Tree},
};

/// A golden path or layer that the catalog does not have any more, and that had no policies of its own
/// as far as anybody can say.
pub(in crate::cli) struct Unheard {
    /// Its name.
    pub(in crate::cli) name: String,
    /// Kind, name and version.
    pub(in crate::cli) what: String,
}

/// What a service was made from, as far as the catalog still has it.
#[derive(Default)]
struct Origins {
    releases: Vec<Arc<Release>>,
    /// Those that are missed by nobody.
    missed: Vec<Unheard>,
    /// Those whose policies are missed.
    findings: Vec<Finding>,
}

/// What is judged: the service, and the answers that it has or asks for.
pub(in crate::cli) struct Asked<'a> {
    /// The service.
    pub(in crate::cli) service: &'a Service,
    /// The catalog, or why it can't be read.
    pub(in crate::cli) shelf: Result<&'a Shelf, &'a Failure>,
    /// Every answer.
    pub(in crate::cli) parameters: &'a [(String, Value)],
}

/// Where the files of a service are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    WorkTree,
    Index,
}

/// Has the files judged as they would be committed now; and says whose policies could not be had.
///
/// A catalog that can't be asked is a failure of the guard; the service's own policies judge all the
/// same.
pub(in crate::cli) fn present(
    context: &Context,
    asked: &Asked<'_>,
    said: (&'static str, Option<&str>),
) -> Result<(Option<Judged>, Vec<Unheard>), Failure> {
    judged(context, asked, said, Place::WorkTree)
}

/// The same of the files that are staged, of a service that was read so.
pub(in crate::cli) fn staged(
    context: &Context,
    asked: &Asked<'_>,
    said: (&'static str, Option<&str>),
) -> Result<(Option<Judged>, Vec<Unheard>), Failure> {
    judged(context, asked, said, Place::Index)
}

fn judged(
    context: &Context,
    asked: &Asked<'_>,
    said: (&'static str, Option<&str>),
    place: Place,
) -> Result<(Option<Judged>, Vec<Unheard>), Failure> {
    let service = asked.service;
    let Heard { releases, bundles, golden_path, missed, findings, unasked } = heard(asked)?;
    let spec = &service.spec.spec;
    let gathered = judgement::gather(bundles, spec, || tree(service, place));
    let help = || unknown_to_git(context, service);
    let gathered = gathered.map_err(|it| judgement::helped(it, &help))?;
    let Some((docket, tree)) = gathered else {
        let nothing = Judged { service: spec.name.clone(), ..Judged::default() };
        let is_told = unasked.is_some() || !findings.is_empty();
        return Ok((is_told.then(|| nothing.told(findings, unasked)), missed));
    };
    let recoded = match place {
        Place::WorkTree => recoded(service, &tree)?,
        Place::Index => Vec::new(),
    };
    let findings = findings.into_iter().chain(recoded).collect();
    let input = input(context, asked, golden_path, said);
    let judged = with_files(service, (&tree, &releases), place, |files| {
        judgement::judge(context, &docket, input, files)
    })?;
    Ok((Some(judged.told(findings, unasked)), missed))
}

/// What rules over plans are shown of a service, with what every file says.
pub(in crate::cli) fn shown(
    context: &Context,
    asked: &Asked<'_>,
    said: (&'static str, Option<&str>),
) -> Result<Value, Failure> {
    let Heard { releases, mut bundles, golden_path, .. } = heard(asked)?;
    let looks = Source { path: "input.rego".to_owned(), text: LOOKS.to_owned() };
    bundles.push(Bundle { sources: vec![looks], ..Bundle::default() });
    let gathered = judgement::gather(bundles, &asked.service.spec.spec, || {
        tree(asked.service, Place::WorkTree)
    })?;
    let Some((docket, tree)) = gathered else { return Ok(Value::Null) };
    let input = input(context, asked, golden_path, said);
    with_files(asked.service, (&tree, &releases), Place::WorkTree, |files| {
        let (request, _) = docket.request(judgement::plan(context, input, files));
        let plan = request.subjects.into_iter().find(|it| it.path.is_none());
        Ok(plan.map(|it| it.input).unwrap_or_default())
    })
}

/// A rule over plans that looks into files, so that the plan has what they say.
const LOOKS: &str =
    "package flagstone.plan\n\nfiles contains file.parsed if some file in input.files\n";

/// Whose policies judge, what the catalog knows of the golden path, and who could not be asked.
struct Heard {
    releases: Vec<Arc<Release>>,
    bundles: Vec<Bundle>,
    golden_path: GoldenPath,
    missed: Vec<Unheard>,
    findings: Vec<Finding>,
    unasked: Option<(guard::Failure, Diagnostic)>,
}

fn heard(asked: &Asked<'_>) -> Result<Heard, Failure> {
    let Asked { service, shelf, .. } = *asked;
    let Origins { releases, missed, findings } = match shelf {
        Ok(shelf) => origins(&service.lock, shelf)?,
        Err(_) => Origins::default(),
    };
    let (golden_path, unasked) = match shelf.map(|it| golden_path(service, it)) {
        Ok(Ok(known)) => (known, None),
        Ok(Err(failure)) => (of_lock(&service.lock.golden_path), Some(unasked(service, &failure))),
        Err(failure) => (of_lock(&service.lock.golden_path), Some(unasked(service, failure))),
    };
    let heard: Vec<_> = releases.iter().map(|it| &**it).collect();
    let bundles = shelf.map_or_else(|_| Ok(Vec::new()), |it| judgement::policies(it, &heard))?;
    Ok(Heard { releases, bundles, golden_path, missed, findings, unasked })
}

/// What rules over plans see besides the files.
fn input(
    context: &Context,
    asked: &Asked<'_>,
    golden_path: GoldenPath,
    (action, ticket): (&'static str, Option<&str>),
) -> PlanInput {
    let service = asked.service;
    let deed = Deed {
        action,
        ticket,
        folder: &service.site.folder,
        spec: &service.spec.spec,
        parameters: Value::map(asked.parameters.iter().cloned()),
    };
    let layer = |it: &Part| Layer { name: it.name.clone(), version: it.version.to_string() };
    let layers = service.lock.layers.iter().map(layer).collect();
    judgement::input(context, deed, golden_path, layers)
}

/// Shows the service's files as they would be committed: nothing is changed by it.
fn with_files<T>(
    service: &Service,
    (tree, releases): (&Tree, &[Arc<Release>]),
    place: Place,
    show: impl FnOnce(&Files<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let unnamed = match place {
        Place::WorkTree => service.site.unnamed()?,
        Place::Index => service.site.unnamed_staged()?,
    };
    let ownership = judgement::ownership_by(&service.lock);
    let releases: Vec<_> = releases.iter().map(|it| &**it).collect();
    let templates = Templates::of_lock(&releases, &service.lock);
    show(&Files {
        tree,
        files: &service.files,
        before: &service.files,
        unnamed: &unnamed,
        ownership: &ownership,
        templates: &templates,
    })
}

/// Of what a service names and git does not know: the command that tells git of it.
fn unknown_to_git(context: &Context, service: &Service) -> Option<String> {
    let files = &service.files.files;
    let is_known =
        |named: &RepoPath| files.keys().any(|it| it == named || it.is_below(named.as_str()));
    let is_there = |named: &RepoPath| {
        let path = service.site.folder.join(named.as_str());
        context.host.is_folder(&path) || context.host.is_file(&path)
    };
    let named = service.spec.spec.sources.paths();
    let unknown: Vec<_> = named.filter(|it| !is_known(it) && is_there(it)).collect();
    let names: Vec<_> = unknown.iter().map(|it| it.as_str()).collect();
    let add = || format!("git does not know it yet: `git add {}`", names.join(" "));
    (!names.is_empty()).then(add)
}

/// What the service is made from, as far as the catalog still has it.
fn origins(lock: &Lock, shelf: &Shelf) -> Result<Origins, Failure> {
    let parts = std::iter::once((Kind::GoldenPath, &lock.golden_path))
        .chain(lock.layers.iter().map(|it| (Kind::Layer, it)));
    let mut origins = Origins::default();
    for (kind, part) in parts {
        let what = format!("{} {} {}", kind.name(), part.name, part.version);
        match shelf.exact(kind, &part.name, &part.version) {
            Ok(release) => {
                if shelf.is_released(&part.name, &part.version) && release.digest != part.digest {
                    let message = format!("the lock says {what}, and has another digest of it");
                    origins.findings.push(unheard(message));
                }
                origins.releases.push(release);
            }
            Err(Failure::Mistakes(_)) if has_policies(shelf, &part.name) => {
                let message =
                    format!("the catalog has no {what}: policies of its own did not judge");
                origins.findings.push(unheard(message));
            }
            Err(Failure::Mistakes(_)) => {
                origins.missed.push(Unheard { name: part.name.clone(), what });
            }
            Err(failure) => return Err(failure),
        }
    }
    let always = origins.releases.iter().flat_map(|it| &it.manifest.layers);
    let always = always.filter(|it| it.when.is_none());
    let is_locked = |name: &str| lock.layers.iter().any(|it| it.name == name);
    let absent = always.filter(|it| !is_locked(&it.name) && has_policies(shelf, &it.name));
    let message = |name: &str| {
        format!(
            "the lock has no layer {name}, which belongs to it: policies of its own did not judge"
        )
    };
    let absent: Vec<_> = absent.map(|it| unheard(message(&it.name))).collect();
    origins.findings.extend(absent);
    Ok(origins)
}

/// Whether a version of it in the catalog has policies of its own, or nobody can say.
fn has_policies(shelf: &Shelf, name: &str) -> bool {
    let versions = shelf.versions(name);
    let has = |version| shelf.manifest(name, version).map_or(true, |it| !it.sources.is_empty());
    versions.is_empty() || versions.iter().any(has)
}

/// That nobody could ask the policies of something that the lock names.
fn unheard(message: String) -> Finding {
    let remediation = format!(
        "Restore `{file}` as flagstone wrote it, name the catalog that has it with `--catalog DIR`, or run \
         `flagstone upgrade`.",
        file = lock::FILE
    );
    Finding::unheard(lock::FILE, message, remediation)
}

/// That nobody could ask the catalog.
fn unasked(service: &Service, failure: &Failure) -> (guard::Failure, Diagnostic) {
    let message = format!("the catalog's policies can't be asked: {}", failure.message());
    let help = "`--catalog DIR` names the catalog in another place";
    let failure = guard::Failure {
        help: Some(help.to_owned()),
        ..guard::Failure::new("guard-catalog", message)
    };
    let source = &service.lock.golden_path.source;
    let mistake = failure.diagnostic(&Request::default());
    (failure, mistake.note(format!("`{}` names the catalog: {source}", lock::FILE)))
}

impl Judged {
    /// The same with what was found beside the policies, and what could not be judged.
    fn told(self, findings: Vec<Finding>, unasked: Option<(guard::Failure, Diagnostic)>) -> Self {
        let (failure, mistake): (Vec<_>, Vec<_>) = unasked.into_iter().unzip();
        let failures = self.failures.into_iter().chain(mistake).collect();
        Self { verdict: self.verdict.with(findings).but(failure), failures, ..self }
    }
}

/// The golden path as its newest version tells of it: that it is deprecated, for instance.
fn golden_path(service: &Service, shelf: &Shelf) -> Result<GoldenPath, Failure> {
    let locked = &service.lock.golden_path;
    let wish = Wish { kind: Kind::GoldenPath, name: &locked.name, range: None, place: None };
    let newest = choose(&wish, &mut shelf.names(), shelf.versions(&locked.name))?;
    let metadata = shelf.manifest(&locked.name, newest)?.metadata;
    let golden_path = judgement::golden_path(shelf, &metadata, locked.digest.to_string());
    Ok(GoldenPath { version: locked.version.to_string(), ..golden_path })
}

/// The golden path as far as the lock tells of it.
fn of_lock(locked: &Part) -> GoldenPath {
    GoldenPath {
        name: locked.name.clone(),
        version: locked.version.to_string(),
        digest: Some(locked.digest.to_string()),
        ..GoldenPath::default()
    }
}

/// Files that git keeps in another encoding: what it would store now can't be judged.
fn recoded(service: &Service, tree: &Tree) -> Result<Vec<Finding>, Failure> {
    let paths: Vec<_> = service.files.files.keys().cloned().collect();
    let recoded = service.site.recoded(&paths)?;
    let there = recoded.iter().filter(|it| tree.get(it).is_some());
    Ok(there.map(|it| docket::recoded(it.as_str())).collect())
}

/// Every file as it would be committed.
fn tree(service: &Service, place: Place) -> Result<Tree, Failure> {
    if place == Place::Index {
        return service.site.held(&service.files);
    }
    let paths: Vec<_> = service.files.files.keys().cloned().collect();
    let entries = service.site.entries(&paths).map_err(Failure::outside)?;
    Ok(paths.into_iter().zip(entries).filter_map(|(path, it)| Some((path, it?))).collect())
}
