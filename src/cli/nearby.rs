//! The catalog where the user is, for those who look in the one in the binary.

use std::path::{Path, PathBuf};

use super::{
    Context, Failure,
    new::relative::{normal, relative},
    path::Subject,
    shelf::Shelf,
};
use crate::{
    name::meant,
    spec::{self, CatalogReference},
    text::Document,
};

/// A failure to find `name` in the catalog in the binary, with where else to look.
pub(super) fn hinted(context: &Context, name: &str, failure: Failure) -> Failure {
    let Failure::Mistakes(mut mistakes) = failure else { return failure };
    for mistake in mistakes.iter_mut().filter(|it| it.code == "unknown-golden-path") {
        let Some(folder) = nearby(context) else {
            mistake.notes.push("this is the catalog in the binary".to_owned());
            let other = "pass `--catalog DIR` to look in another";
            let help = mistake.help.take().map_or_else(String::new, |it| format!("{it}; "));
            mistake.help = Some(format!("{help}{other}"));
            continue;
        };
        let shown = folder.display();
        let has_it = Shelf::directory(&context.host.folder.join(&folder))
            .is_ok_and(|shelf| !shelf.versions(name).is_empty());
        mistake.notes.push("this is the catalog in the binary".to_owned());
        let here = format!("`flagstone catalog list --catalog {shown}` shows what is here");
        mistake.help = Some(match mistake.help.take().filter(|it| meant(it).is_some()) {
            _ if has_it => format!("pass `--catalog {shown}`, which has it"),
            Some(help) => format!("{help} {here}"),
            None => here,
        });
    }
    Failure::Mistakes(mistakes)
}

/// The catalog of the service around, or the one in which or at whose top the user is; as one would type
/// it here.
pub(super) fn nearby(context: &Context) -> Option<PathBuf> {
    let here = &context.host.folder;
    let folder = of_service(context)
        .or_else(|| Subject::find(context, Path::new(".")).ok().map(|it| it.catalog))
        .or_else(|| context.host.nearest(here, "catalog.yaml"))?;
    Some(relative(here, &folder))
}

fn of_service(context: &Context) -> Option<PathBuf> {
    let folder = context.host.nearest(&context.host.folder, spec::FILE)?;
    let text = context.host.read_text(&folder.join(spec::FILE)).ok()?;
    let written = spec::parse(&Document::new(spec::FILE, text)).ok()?.pop()?.ok()?;
    match written.spec.catalog {
        CatalogReference::Directory(catalog) => Some(normal(&folder.join(catalog))),
        CatalogReference::Embedded | CatalogReference::Unsupported(_) => None,
    }
}
