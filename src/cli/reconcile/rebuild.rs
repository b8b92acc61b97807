//! A lock that no longer tells the truth -> the one that the spec gives.
//!
//! Two branches that were both upgraded leave a lock with conflicts; a person may have edited it. The
//! lock is what the spec renders to, so it is made again; nothing else is touched.

use super::{Request, report};
use crate::{
    catalog::{Release, Wish},
    cli::{
        Exit, Failure,
        given::of_spec,
        render::{layers, service},
        service::{Service, Site, SpecOf, read_spec, shelf},
        shelf::Shelf,
    },
    lock::{self, Lock},
    manifest::Kind,
    repo::write_text,
    resolve::{Asking, Questionnaire, resolve},
    spec::Written,
    text::Document,
    version::Version,
};

/// The work tree's lock, if it is there and must be made again.
pub(super) fn is_needed(site: &Site) -> Result<Option<Document>, Failure> {
    let document = site.own_text(lock::FILE)?;
    let is_false = |document: &Document| match Lock::parse(document) {
        Ok(lock) => lock.tree != lock.tree_of_files(),
        Err(_) => true,
    };
    Ok(document.filter(is_false))
}

/// Makes the lock again.
pub(super) fn run(request: &Request<'_>, site: &Site, broken: &Document) -> Result<Exit, Failure> {
    let spec = read_spec(&site.own_spec()?)?;
    let shelf = shelf(request.context, request.catalog, &spec, site)?;
    let release = release(&shelf, &spec, broken.text())?;
    let lock = lock_of(&shelf, &spec, release)?;
    if !request.dry_run {
        write_text(&site.folder.join(lock::FILE), &lock.to_text()).map_err(Failure::outside)?;
    }
    report::rebuilt(request, &spec, &lock)
}

/// Writes the committed lock back where the work tree's is another or gone, and nothing else is to be
/// done: whether that was so.
pub(super) fn take_back(request: &Request<'_>, service: &Service) -> Result<bool, Failure> {
    if request.spec_of() == SpecOf::Commit || service.site.repository.root().is_none() {
        return Ok(false);
    }
    let committed = service.lock_document.text();
    if service.site.own_text(lock::FILE)?.is_some_and(|it| it.text() == committed) {
        return Ok(false);
    }
    if !request.dry_run {
        write_text(&service.site.folder.join(lock::FILE), committed).map_err(Failure::outside)?;
    }
    Ok(true)
}

/// The newest version that the broken lock names and the spec allows; else the newest that it allows.
fn release(
    shelf: &Shelf,
    spec: &Written,
    broken: &str,
) -> Result<std::sync::Arc<Release>, Failure> {
    let range = spec.spec.range.as_ref();
    let name = &spec.spec.golden_path;
    let named = broken.lines().filter_map(|line| line.strip_prefix("version: "));
    let named = named.filter_map(|it| it.trim_matches('"').parse::<Version>().ok());
    let allowed = named.filter(|it| range.is_none_or(|range| range.matches(it)));
    let wish = Wish { kind: Kind::GoldenPath, name, range, place: Some(spec.range.clone()) };
    match allowed.max() {
        Some(version) => shelf.exact(Kind::GoldenPath, name, &version),
        None => shelf.release(&wish),
    }
}

fn lock_of(
    shelf: &Shelf,
    spec: &Written,
    release: std::sync::Arc<Release>,
) -> Result<Lock, Failure> {
    let parameters = &release.manifest.parameters;
    let given = of_spec(parameters, &spec.answers, &spec.spec);
    let questionnaire = Questionnaire::new(parameters, &release.manifest.rules)?;
    let answers = resolve(&questionnaire, &given, Asking::Nobody)?.answers;
    let (layers, _) = layers(shelf, &release, &answers)?;
    Ok(service(shelf, &release, &answers, &layers, &spec.spec)?.lock)
}
