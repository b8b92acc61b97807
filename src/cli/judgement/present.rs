//! What policies say of a service as it stands in its work tree.

use std::sync::Arc;

use crate::{
    catalog::{Release, Wish, choose},
    cli::{
        Context, Failure,
        judgement::{self, Deed, Files},
        service::Service,
        shelf::Shelf,
    },
    data::Value,
    docket::Judged,
    guard::{GoldenPath, Layer},
    lock::Part,
    manifest::Kind,
    tree::Tree,
};

/// A golden path or layer that the catalog does not have any more, so that its own policies are not
/// heard.
pub(in crate::cli) struct Unheard {
    /// Its name.
    pub(in crate::cli) name: String,
    /// Kind, name and version.
    pub(in crate::cli) what: String,
}

/// Has the files judged as they would be committed now; and says whose policies could not be had.
pub(in crate::cli) fn present(
    context: &Context,
    (service, shelf): (&Service, &Shelf),
    (action, ticket): (&'static str, Option<&str>),
) -> Result<(Option<Judged>, Vec<Unheard>), Failure> {
    let lock = &service.lock;
    let parts = std::iter::once((Kind::GoldenPath, &lock.golden_path))
        .chain(lock.layers.iter().map(|it| (Kind::Layer, it)));
    let mut releases: Vec<Arc<Release>> = Vec::new();
    let mut missed = Vec::new();
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
    let releases: Vec<_> = releases.iter().map(|it| &**it).collect();
    let spec = &service.spec.spec;
    let gathered = judgement::gather((shelf, &releases), spec, || tree(service))?;
    let Some((docket, tree)) = gathered else { return Ok((None, missed)) };
    let deed = Deed {
        action,
        ticket,
        folder: &service.site.folder,
        spec,
        parameters: Value::map(lock.parameters.iter().cloned()),
    };
    let layer = |it: &Part| Layer { name: it.name.clone(), version: it.version.to_string() };
    let layers = lock.layers.iter().map(layer).collect();
    let input = judgement::input(context, deed, golden_path(service, shelf)?, layers);
    let unnamed = service.site.unnamed()?;
    let ownership = judgement::ownership_by(lock);
    let files = Files {
        tree: &tree,
        files: &service.files,
        before: &service.files,
        unnamed: &unnamed,
        ownership: &ownership,
    };
    Ok((Some(judgement::judge(context, &docket, input, &files)?), missed))
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

/// Every file as it would be committed now.
fn tree(service: &Service) -> Result<Tree, Failure> {
    let paths: Vec<_> = service.files.files.keys().cloned().collect();
    let entries = service.site.entries(&paths).map_err(Failure::outside)?;
    Ok(paths.into_iter().zip(entries).filter_map(|(path, it)| Some((path, it?))).collect())
}
