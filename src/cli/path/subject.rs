//! What an author works on: versions of golden paths and layers in a folder, in the catalog around them.
//!
//! A folder is a version's (it or one above it holds `golden-path.yaml`), a golden path's (its folders
//! are versions) or a whole catalog's.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use super::sample::Wanted;
use crate::{
    cli::{Context, Failure, shelf::Shelf},
    diag::Diagnostic,
    manifest,
    version::Version,
};

/// Versions to work on, and the catalog that they are in.
pub(in crate::cli) struct Subject {
    /// The catalog around them.
    pub(in crate::cli) shelf: Shelf,
    /// The catalog's folder, a whole path.
    pub(in crate::cli) catalog: PathBuf,
    /// What is meant: names with versions, by name and then oldest first.
    pub(in crate::cli) versions: Vec<(String, Version)>,
}

impl Subject {
    /// What `folder` holds.
    ///
    /// # Errors
    /// If there is no golden path in it, or the catalog around can't be read.
    pub(in crate::cli) fn find(context: &Context, folder: &Path) -> Result<Self, Failure> {
        let start: PathBuf = context.host.folder.join(folder).components().collect();
        if !context.host.is_folder(&start) {
            let above =
                folder.parent().map(|it| if it == Path::new("") { Path::new(".") } else { it });
            let (message, help) = match above.filter(|_| context.host.is_file(&start)) {
                Some(above) => (
                    format!("`{}` is a file", folder.display()),
                    format!("name its folder: `{}`", above.display()),
                ),
                None => (format!("there is no folder `{}`", folder.display()), HELP.to_owned()),
            };
            return Err(Failure::mistake(Diagnostic::error("no-folder", message).help(help)));
        }
        if let Some(version) = context.host.nearest(&start, manifest::FILE) {
            return Self::of_version(&version);
        }
        if let Some(subject) = Self::of_catalog(&start)? {
            return Ok(subject);
        }
        let above = start.parent().map(|catalog| Self::of_name(catalog, &start)).transpose()?;
        above.flatten().ok_or_else(|| nothing(folder))
    }

    /// The one version that is meant: of a golden path's or layer's folder the newest.
    ///
    /// # Errors
    /// If more than one golden path or layer is meant.
    pub(super) fn only(self) -> Result<(Shelf, Wanted), Failure> {
        let names: BTreeSet<_> = self.versions.iter().map(|(name, _)| name.clone()).collect();
        if names.len() > 1 {
            let names = names.into_iter().collect::<Vec<_>>().join(", ");
            let message = format!("the catalog `{}` has several", self.catalog.display());
            let help = format!("name the folder of one: {names}");
            return Err(Failure::mistake(Diagnostic::error("several", message).help(help)));
        }
        let Self { shelf, catalog, mut versions } = self;
        let Some((name, version)) = versions.pop() else { return Err(nothing(&catalog)) };
        Ok((shelf, Wanted { catalog, name, version }))
    }

    fn of_version(folder: &Path) -> Result<Self, Failure> {
        let named = folder.file_name().and_then(|it| it.to_str()).and_then(|it| it.parse().ok());
        let path = folder.parent().and_then(|it| Some((it.file_name()?.to_str()?, it.parent()?)));
        let (Some(version), Some((name, catalog))) = (named, path) else {
            let message = format!("`{}` is no version's folder", folder.display());
            let help = "a golden path lies in `<catalog>/<name>/<version>/golden-path.yaml`";
            return Err(Failure::mistake(Diagnostic::error("misplaced", message).help(help)));
        };
        let version: Version = version;
        let shelf = Shelf::directory(catalog)?;
        let versions = vec![(name.to_owned(), version)];
        Ok(Self { shelf, catalog: catalog.to_owned(), versions })
    }

    fn of_catalog(folder: &Path) -> Result<Option<Self>, Failure> {
        let Some(shelf) = Shelf::directory_if_any(folder)? else { return Ok(None) };
        let of_name = |name: &str| {
            let versions = shelf.versions(name).iter();
            versions.map(|it| (name.to_owned(), it.clone())).collect::<Vec<_>>()
        };
        let versions = shelf.names().flat_map(of_name).collect();
        Ok(Some(Self { catalog: folder.to_owned(), versions, shelf }))
    }

    fn of_name(catalog: &Path, folder: &Path) -> Result<Option<Self>, Failure> {
        let Some(name) = folder.file_name().and_then(|it| it.to_str()) else { return Ok(None) };
        let Some(mut subject) = Self::of_catalog(catalog)? else { return Ok(None) };
        subject.versions.retain(|(it, _)| it == name);
        Ok((!subject.versions.is_empty()).then_some(subject))
    }
}

const HELP: &str = "name a catalog's folder, a golden path's or a version's";

fn nothing(folder: &Path) -> Failure {
    let message = format!("there is no golden path in `{}`", folder.display());
    Failure::mistake(Diagnostic::error("no-golden-path", message).help(HELP))
}
