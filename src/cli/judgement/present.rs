//! What policies say of a service as it stands in its work tree.

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
    docket::Judged,
    guard::{self, Bundle, GoldenPath, Layer, PlanInput, Request, Source},
    lock::{self, Lock, Part},
    manifest::Kind,
    tree::{RepoPath, Tree},
};

/// A golden path or layer that the catalog does not have any more, so that its own policies are not
/// heard.
pub(in crate::cli) struct Unheard {
    /// Its name.
    pub(in crate::cli) name: String,
    /// Kind, name and version.
    pub(in crate::cli) what: String,
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

/// Has the files judged as they would be committed now; and says whose policies could not be had.
///
/// A catalog that can't be asked is a failure of the guard; the service's own policies judge all the
/// same.
pub(in crate::cli) fn present(
    context: &Context,
    asked: &Asked<'_>,
    (action, ticket): (&'static str, Option<&str>),
) -> Result<(Option<Judged>, Vec<Unheard>), Failure> {
    let service = asked.service;
    let Heard { releases, bundles, golden_path, unheard, unasked } = heard(asked)?;
    let spec = &service.spec.spec;
    let gathered = judgement::gather(bundles, spec, || tree(service));
    let help = || unknown_to_git(context, service);
    let gathered = gathered.map_err(|it| judgement::helped(it, &help))?;
    let Some((docket, tree)) = gathered else {
        let nothing = Judged { service: spec.name.clone(), ..Judged::default() };
        return Ok((unasked.map(|it| nothing.but(it)), unheard));
    };
    let input = input(context, asked, golden_path, (action, ticket));
    let judged = with_files(service, (&tree, &releases), |files| {
        judgement::judge(context, &docket, input, files)
    })?;
    Ok((Some(unasked.into_iter().fold(judged, Judged::but)), unheard))
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
    let gathered = judgement::gather(bundles, &asked.service.spec.spec, || tree(asked.service))?;
    let Some((docket, tree)) = gathered else { return Ok(Value::Null) };
    let input = input(context, asked, golden_path, said);
    with_files(asked.service, (&tree, &releases), |files| {
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
    unheard: Vec<Unheard>,
    unasked: Option<(guard::Failure, Diagnostic)>,
}

fn heard(asked: &Asked<'_>) -> Result<Heard, Failure> {
    let Asked { service, shelf, .. } = *asked;
    let (releases, unheard) = match shelf {
        Ok(shelf) => releases(&service.lock, shelf)?,
        Err(_) => Default::default(),
    };
    let (golden_path, unasked) = match shelf.map(|it| golden_path(service, it)) {
        Ok(Ok(known)) => (known, None),
        Ok(Err(failure)) => (of_lock(&service.lock.golden_path), Some(unasked(service, &failure))),
        Err(failure) => (of_lock(&service.lock.golden_path), Some(unasked(service, failure))),
    };
    let heard: Vec<_> = releases.iter().map(|it| &**it).collect();
    let bundles = shelf.map_or_else(|_| Ok(Vec::new()), |it| judgement::policies(it, &heard))?;
    Ok(Heard { releases, bundles, golden_path, unheard, unasked })
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

/// Shows the service's files as they would be committed now: nothing is changed by it.
fn with_files<T>(
    service: &Service,
    (tree, releases): (&Tree, &[Arc<Release>]),
    show: impl FnOnce(&Files<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let unnamed = service.site.unnamed()?;
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
fn releases(lock: &Lock, shelf: &Shelf) -> Result<(Vec<Arc<Release>>, Vec<Unheard>), Failure> {
    let parts = std::iter::once((Kind::GoldenPath, &lock.golden_path))
        .chain(lock.layers.iter().map(|it| (Kind::Layer, it)));
    let (mut releases, mut missed) = (Vec::new(), Vec::new());
    for (kind, part) in parts {
        match shelf.exact(kind, &part.name, &part.version) {
            Ok(release) => releases.push(release),
            Err(Failure::Mistakes(_)) => {
                let what = format!("{} {} {}", kind.name(), part.name, part.version);
                missed.push(Unheard { name: part.name.clone(), what });
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok((releases, missed))
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
    /// The same with something that could not be judged.
    fn but(self, (failure, mistake): (guard::Failure, Diagnostic)) -> Self {
        let failures = self.failures.into_iter().chain([mistake]).collect();
        Self { verdict: self.verdict.but(vec![failure]), failures, ..self }
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

/// Every file as it would be committed now.
fn tree(service: &Service) -> Result<Tree, Failure> {
    let paths: Vec<_> = service.files.files.keys().cloned().collect();
    let entries = service.site.entries(&paths).map_err(Failure::outside)?;
    Ok(paths.into_iter().zip(entries).filter_map(|(path, it)| Some((path, it?))).collect())
}
