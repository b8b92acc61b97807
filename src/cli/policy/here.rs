//! The policies that judge where we are: those of a service, of a catalog, or of the catalog in the
//! binary.

use std::path::{Path, PathBuf};

use super::input::{self, Beside, Gathered, Tests};
use crate::{
    charter::{self, Charter},
    cli::{
        Context, Failure, judgement,
        service::{Service, Site},
        shelf::Shelf,
    },
    data::Value,
    diag::Diagnostic,
    guard::Bundle,
    manifest::Kind,
    policy::Sources,
    spec,
    text::Document,
};

/// The folder of policies that nothing names.
const FOLDER: &str = "policies";

/// The policies that judge here, each bundle by itself.
pub(super) fn gathered(
    context: &Context,
    tests: Tests,
    beside: &Beside,
) -> Result<Gathered, Failure> {
    if !beside.keys.is_empty() {
        return Err(no_bundle());
    }
    let host = &context.host;
    if host.is_file(spec::FILE.as_ref()) {
        return of_service(context, tests, beside);
    }
    if let Some(folder) = &beside.catalog {
        return of_shelf(context, &Shelf::directory(&host.folder.join(folder))?, beside);
    }
    if let Some(charter) = charter_here(context)?
        && !charter.sources.policies.is_empty()
    {
        let origin = format!("catalog {}", charter.name);
        let bundle = named(context, (&charter.sources, tests), &Value::Null, beside)?;
        return Ok(Gathered::whole(vec![Bundle { origin, ..bundle }]));
    }
    if host.is_folder(FOLDER.as_ref()) {
        let places = [PathBuf::from(FOLDER)];
        return Ok(Gathered::whole(vec![input::bundle(context, (&places, tests), beside)?]));
    }
    of_shelf(context, &Shelf::embedded()?, beside)
}

/// That a key would verify nothing.
fn no_bundle() -> Failure {
    let message = "`--verification-key` verifies OPA bundles, and no bundle is named";
    let help =
        "name it: `--policy FILE.tar.gz` with `eval` and `explain`, else `FILE.tar.gz` by itself";
    Failure::Usage(Diagnostic::error("usage", message).help(help))
}

/// Those of a catalog.
fn of_shelf(context: &Context, shelf: &Shelf, beside: &Beside) -> Result<Gathered, Failure> {
    let bundle = input::with_data(context, shelf.policies()?, beside)?;
    Ok(Gathered { bundles: vec![bundle], without_tests: 1 })
}

/// The charter of the catalog whose folder this is.
fn charter_here(context: &Context) -> Result<Option<Charter>, Failure> {
    let file = Path::new(charter::FILE);
    if !context.host.is_file(file) {
        return Ok(None);
    }
    let document = Document::new(charter::FILE, input::text(context, file)?);
    Ok(Some(Charter::parse(&document)?))
}

/// Those of the catalog, of the golden path and its layers, as the lock names them, and the service's own.
fn of_service(context: &Context, tests: Tests, beside: &Beside) -> Result<Gathered, Failure> {
    let service = Service::present(Site::find(context, ".".as_ref())?)?;
    let shelf = service.judging(context, beside.catalog.as_deref())?;
    let lock = &service.lock;
    let mut releases =
        vec![shelf.exact(Kind::GoldenPath, &lock.golden_path.name, &lock.golden_path.version)?];
    for layer in &lock.layers {
        releases.push(shelf.exact(Kind::Layer, &layer.name, &layer.version)?);
    }
    let releases: Vec<_> = releases.iter().map(|it| &**it).collect();
    let mut bundles = Vec::new();
    let mut data = Value::Null;
    for (at, bundle) in judgement::policies(&shelf, &releases)?.into_iter().enumerate() {
        let bundle = input::with_data(context, bundle, beside)?;
        if at == 0 {
            data.clone_from(&bundle.data);
        }
        if !bundle.sources.is_empty() {
            bundles.push(bundle);
        }
    }
    let without_tests = bundles.len();
    let own = &service.spec.spec.sources;
    if !own.policies.is_empty() {
        let bundle = named(context, (own, tests), &data, &Beside::default())?;
        bundles.push(Bundle { origin: "the service".to_owned(), ..bundle });
    }
    match bundles.is_empty() {
        true => Err(input::missing("here")),
        false => Ok(Gathered { bundles, without_tests }),
    }
}

/// What a document in this folder names.
fn named(
    context: &Context,
    (sources, tests): (&Sources, Tests),
    inherited: &Value,
    beside: &Beside,
) -> Result<Bundle, Failure> {
    let path = |it: &crate::tree::RepoPath| PathBuf::from(it.as_str());
    let places: Vec<_> = sources.policies.iter().map(path).collect();
    let data = sources.data.iter().map(path).chain(beside.data.clone()).collect();
    let beside = Beside { data, ..beside.clone() };
    let bundle = input::bundle(context, (&places, tests), &beside)?;
    input::with(bundle, inherited)
}
