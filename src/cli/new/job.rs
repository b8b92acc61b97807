//! What is to be made: one service by name, or those of a spec file.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{Run, relative::normal};
use crate::{
    cli::{Failure, shelf::Shelf, specs},
    diag::Diagnostic,
    spec::{CatalogReference, Written},
    text::Place,
    version::Range,
};

/// One service to be made.
pub(super) struct Job {
    /// The catalog to make it from.
    pub(super) shelf: Arc<Shelf>,
    /// The catalog, as the spec and the lock will name it: a folder by its whole path.
    pub(super) catalog: Catalog,
    /// The golden path; none where a person chooses.
    pub(super) golden_path: Option<String>,
    /// The versions that will do.
    pub(super) range: Option<Range>,
    /// The range that the spec will have; none where it follows from the version.
    pub(super) stated: Option<Range>,
    /// Where the wish stands.
    pub(super) place: Option<Place>,
    /// The folder of the repository; none where it follows from the name.
    pub(super) target: Option<PathBuf>,
    /// The spec that was given.
    pub(super) written: Option<Written>,
}

/// Where the golden path comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Catalog {
    /// The binary.
    Embedded,
    /// A folder that was named by its whole path.
    Absolute(PathBuf),
    /// A folder that was named from where the user or the spec is; its whole path.
    Relative(PathBuf),
}

/// What the command line asks for.
pub(super) enum Jobs {
    /// One service, whose target and mistakes are told in full.
    Single(Box<Job>),
    /// Several services; each is a job or the mistakes of its part of the spec.
    Several(Vec<Service>),
}

/// One of several services: what people call it, and the job or why there is none.
pub(super) struct Service {
    /// Its name, or its place among the services.
    pub(super) name: String,
    /// The job.
    pub(super) job: Result<Job, Failure>,
}

/// Reads what is to be made.
pub(super) fn read(run: &Run<'_>) -> Result<Jobs, Failure> {
    let folder = run.arguments.folder()?.map(|folder| run.absolute(folder));
    let Some(file) = &run.arguments.spec else {
        return Ok(Jobs::Single(Box::new(named(run, folder)?)));
    };
    let mut services = specs::services(&run.context.host, file)?;
    let mut shelves = Shelves { run, folder: run.folder_of(file), open: BTreeMap::new() };
    match (services.len(), services.pop()) {
        (1, Some(only)) => {
            let job = shelves.single(only?, folder)?;
            Ok(Jobs::Single(Box::new(job)))
        }
        (_, last) => {
            services.extend(last);
            several(shelves, services, &folder.unwrap_or_else(|| run.context.host.folder.clone()))
        }
    }
}

/// The service that the arguments name, or that a person will choose.
fn named(run: &Run<'_>, target: Option<PathBuf>) -> Result<Job, Failure> {
    let wished = run.arguments.golden_path()?;
    let stated = wished.as_ref().filter(|it| !it.is_version).and_then(|it| it.range.clone());
    let (name, range) = wished.map_or((None, None), |it| (Some(it.name), it.range));
    let mut shelves = Shelves { run, folder: PathBuf::new(), open: BTreeMap::new() };
    let catalog = shelves.flag().unwrap_or(Catalog::Embedded);
    let shelf = shelves.open(&catalog)?;
    let (golden_path, place, written) = (name, None, None);
    Ok(Job { shelf, catalog, golden_path, range, stated, place, target, written })
}

fn several(
    mut shelves: Shelves<'_>,
    services: Vec<Result<Written, Vec<Diagnostic>>>,
    parent: &Path,
) -> Result<Jobs, Failure> {
    if shelves.run.arguments.push.is_some() {
        let mistake =
            Diagnostic::error("usage", "`--push` takes one service, and there are several")
                .help("make them first, then push each");
        return Err(Failure::Usage(mistake));
    }
    let mut taken: BTreeMap<String, Place> = BTreeMap::new();
    let service = |(index, written): (usize, Result<Written, Vec<Diagnostic>>)| match written {
        Err(mistakes) => Service {
            name: format!("service {}", index + 1),
            job: Err(Failure::Mistakes(mistakes)),
        },
        Ok(written) => {
            let name = written.spec.name.clone();
            let first = taken.insert(name.to_lowercase(), written.place.clone());
            let job = match first {
                Some(first) => Err(Failure::mistake(twice(&written, &first))),
                None => shelves.single(written, Some(parent.join(&name))),
            };
            Service { name, job }
        }
    };
    Ok(Jobs::Several(services.into_iter().enumerate().map(service).collect()))
}

fn twice(written: &Written, first: &Place) -> Diagnostic {
    let message = format!("there are two services `{}`", written.spec.name);
    Diagnostic::error("service-twice", message)
        .at(written.place.clone())
        .note(format!("the first stands at {}", first.label()))
        .help("give one of them another name")
}

/// The catalogs that this run has opened.
struct Shelves<'a> {
    run: &'a Run<'a>,
    /// The folder that a spec's own paths start from.
    folder: PathBuf,
    open: BTreeMap<Option<PathBuf>, Arc<Shelf>>,
}

impl Shelves<'_> {
    fn single(&mut self, written: Written, target: Option<PathBuf>) -> Result<Job, Failure> {
        let catalog = match self.flag() {
            Some(catalog) => catalog,
            None => self.of_spec(&written)?,
        };
        Ok(Job {
            shelf: self.open(&catalog)?,
            catalog,
            golden_path: Some(written.spec.golden_path.clone()),
            range: written.spec.range.clone(),
            stated: written.spec.range.clone(),
            place: Some(written.range.clone()),
            target,
            written: Some(written),
        })
    }

    /// The catalog of `--catalog`, which goes before that of the spec.
    fn flag(&self) -> Option<Catalog> {
        let folder = self.run.arguments.catalog.catalog.as_ref()?;
        Some(catalog_at(folder, &self.run.context.host.folder))
    }

    fn of_spec(&self, written: &Written) -> Result<Catalog, Failure> {
        match &written.spec.catalog {
            CatalogReference::Embedded => Ok(Catalog::Embedded),
            CatalogReference::Directory(folder) => Ok(catalog_at(Path::new(folder), &self.folder)),
            CatalogReference::Unsupported(what) => Err(Failure::mistake(
                Diagnostic::error("catalog", format!("this version can't read {what}"))
                    .at(written.catalog.clone())
                    .help("write `embedded`, or `{directory: …}` with the folder of a catalog"),
            )),
        }
    }

    fn open(&mut self, catalog: &Catalog) -> Result<Arc<Shelf>, Failure> {
        let folder = catalog.folder().map(Path::to_owned);
        if let Some(shelf) = self.open.get(&folder) {
            return Ok(shelf.clone());
        }
        let shelf = Arc::new(match &folder {
            Some(folder) => Shelf::directory(folder)?,
            None => Shelf::embedded()?,
        });
        self.open.insert(folder, shelf.clone());
        Ok(shelf)
    }
}

impl Catalog {
    fn folder(&self) -> Option<&Path> {
        match self {
            Self::Embedded => None,
            Self::Absolute(folder) | Self::Relative(folder) => Some(folder),
        }
    }
}

fn catalog_at(folder: &Path, base: &Path) -> Catalog {
    match folder.is_absolute() {
        true => Catalog::Absolute(normal(folder)),
        false => Catalog::Relative(normal(&base.join(folder))),
    }
}

impl Run<'_> {
    /// A path of the command line as a whole path.
    pub(super) fn absolute(&self, path: &Path) -> PathBuf {
        normal(&self.context.host.folder.join(path))
    }

    /// The folder that a file stands in; standard input stands where the user is.
    fn folder_of(&self, file: &Path) -> PathBuf {
        let path = self.absolute(file);
        path.parent().map_or_else(|| self.context.host.folder.clone(), Path::to_owned)
    }
}
