//! A service that is there already: its files, what its team wants, what it got.
//!
//! Every command that works on a service reads it here: as it stands in its work tree, or as it is
//! committed. Its paths are below its own folder, which is that of its `flagstone.yaml`; its repository
//! may begin above.

mod pristine;
mod site;

use std::path::Path;

pub(super) use pristine::{Pristine, by_id};
pub(super) use site::{Site, lost};

use super::{Context, Failure, new::relative::normal, render::source_label, shelf::Shelf};
use crate::{
    compose,
    diag::Diagnostic,
    lock::{self, Lock},
    manifest::Kind,
    repo::CommitId,
    spec::{self, CatalogReference, Written},
    text::Document,
    tree::{Listing, RepoPath, Tree},
};

/// A service that is there already.
pub(super) struct Service {
    /// Where it is.
    pub(super) site: Site,
    /// What its team wants.
    pub(super) spec: Written,
    /// The text of that.
    pub(super) spec_text: String,
    /// What it got.
    pub(super) lock: Lock,
    /// The text of that.
    pub(super) lock_document: Document,
    /// Its files, its spec and its lock among them: as they would be committed, or as they are.
    pub(super) files: Listing,
}

/// Which of the spec's texts counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SpecOf {
    /// That of the work tree, edited or not; of a bare repository that of the commit.
    WorkTree,
    /// That of the commit.
    Commit,
}

/// The two files of a service that are the tool's own.
struct Papers {
    spec: Document,
    lock: Document,
}

impl Service {
    /// Reads a service as it stands in its work tree.
    pub(super) fn present(site: Site) -> Result<Self, Failure> {
        let spec = site.own_spec()?;
        let lock = site.own_text(lock::FILE)?.ok_or_else(|| without_lock(&site))?;
        Self::read(site, Papers { spec, lock }, Site::present)
    }

    /// Reads a service as it is staged: as a commit of the index would have it.
    pub(super) fn staged(site: Site) -> Result<Self, Failure> {
        let files = site.staged()?;
        let spec = site.own_staged(&files, spec::FILE)?;
        let lock = site.own_staged(&files, lock::FILE)?;
        Self::read(site, Papers { spec, lock }, |_, _| Ok(files))
    }

    /// Reads a service as its last commit has it, and which that is.
    pub(super) fn committed(site: Site, which: SpecOf) -> Result<(Self, CommitId), Failure> {
        let head = site.repository.head().map_err(Failure::outside)?;
        let commit = head.commit.ok_or_else(without_commit)?;
        let files = site.committed(commit)?;
        let spec = match (which, site.repository.root()) {
            (SpecOf::WorkTree, Some(_)) => site.own_spec()?,
            (SpecOf::WorkTree | SpecOf::Commit, _) => site.own_committed(&files, spec::FILE)?,
        };
        let has = |name: &str| files.files.contains_key(name);
        if has(spec::FILE) && !has(lock::FILE) {
            return Err(without_lock(&site));
        }
        let lock = site.own_committed(&files, lock::FILE)?;
        Ok((Self::read(site, Papers { spec, lock }, |_, _| Ok(files))?, commit))
    }

    fn read(
        site: Site,
        papers: Papers,
        files: impl FnOnce(&Site, &Lock) -> Result<Listing, Failure>,
    ) -> Result<Self, Failure> {
        let spec = read_spec(&papers.spec)?;
        let lock = Lock::parse(&papers.lock)?;
        let files = files(&site, &lock)?;
        let spec_text = papers.spec.text().to_owned();
        Ok(Self { site, spec, spec_text, lock, lock_document: papers.lock, files })
    }

    /// What its team has made of it, without the files that are the tool's own.
    pub(super) fn ours(&self) -> Listing {
        let mut ours = self.files.clone();
        ours.files.retain(|path, _| ![spec::FILE, lock::FILE].contains(&path.as_str()));
        ours
    }

    /// The catalog that its golden path comes from, or the one of the flag.
    pub(super) fn shelf(&self, context: &Context, flag: Option<&Path>) -> Result<Shelf, Failure> {
        shelf(context, flag, &self.spec, &self.site)
    }

    /// The catalog that its lock names, or the one of the flag: the spec has no say in who judges it.
    pub(super) fn judging(&self, context: &Context, flag: Option<&Path>) -> Result<Shelf, Failure> {
        if let Some(folder) = flag {
            return Shelf::directory(&context.host.folder.join(folder));
        }
        let source = self.lock.golden_path.source.as_str();
        match (source, source.strip_prefix("directory:")) {
            ("embedded", _) => Shelf::embedded(),
            (_, Some(folder)) => {
                let folder = normal(&self.site.folder.join(folder));
                if folder.starts_with(normal(&self.site.folder)) {
                    return Err(Failure::mistake(inside(source)));
                }
                Shelf::directory(&folder)
            }
            (other, None) => {
                let message = format!("this version can't read the catalog `{other}` of the lock");
                Err(Failure::mistake(Diagnostic::error("catalog", message)))
            }
        }
    }

    /// The catalog that changes are made from and judged by: that of the lock, or the one of the flag.
    pub(super) fn binding(&self, context: &Context, flag: Option<&Path>) -> Result<Shelf, Failure> {
        if let (CatalogReference::Unsupported(_), None) = (&self.spec.spec.catalog, flag) {
            return self.shelf(context, flag);
        }
        let named = source_label(&self.spec.spec.catalog);
        if flag.is_none() && named != self.lock.golden_path.source {
            return Err(Failure::mistake(elsewhere(self, &named)));
        }
        self.judging(context, flag)
    }

    /// What the service was made from, rendered again: only if the catalog still holds exactly that.
    pub(super) fn rendered_again(&self, shelf: &Shelf) -> Option<Tree> {
        let release = shelf.locked(Kind::GoldenPath, &self.lock.golden_path).ok()?;
        let layers = self.lock.layers.iter().map(|part| shelf.locked(Kind::Layer, part).ok());
        let layers = layers.collect::<Option<Vec<_>>>()?;
        let again = compose::Again { lock: &self.lock, golden_path: release, layers: &layers };
        compose::again(&again, &shelf.data).ok()
    }
}

/// The catalog that a spec names, or the one of the flag.
pub(super) fn shelf(
    context: &Context,
    flag: Option<&Path>,
    spec: &Written,
    site: &Site,
) -> Result<Shelf, Failure> {
    if let Some(folder) = flag {
        return Shelf::directory(&context.host.folder.join(folder));
    }
    match &spec.spec.catalog {
        CatalogReference::Embedded => Shelf::embedded(),
        CatalogReference::Directory(folder) => Shelf::directory(&normal(&site.folder.join(folder))),
        CatalogReference::Unsupported(what) => Err(Failure::mistake(
            Diagnostic::error("catalog", format!("this version can't read {what}"))
                .at(spec.catalog.clone())
                .help("write `embedded`, or `{directory: …}` with the folder of a catalog"),
        )),
    }
}

/// The one service of a spec.
pub(super) fn read_spec(document: &Document) -> Result<Written, Failure> {
    let mut services = spec::parse(document).map_err(Failure::mistake)?;
    match (services.len(), services.pop()) {
        (1, Some(only)) => Ok(only?),
        (number, _) => {
            let message = format!("`{}` holds {number} services", document.name());
            let help = "keep the one that this repository is";
            Err(Failure::mistake(Diagnostic::error("several-services", message).help(help)))
        }
    }
}

/// The path of a file that is the tool's own.
pub(super) fn own_path(name: &str) -> RepoPath {
    RepoPath::parse(name).expect("our own files have good names")
}

/// That a service brings its own judge.
fn inside(source: &str) -> Diagnostic {
    let message = format!("the catalog `{source}` is a part of the service itself");
    let help = "whoever trusts it names it: `--catalog DIR`";
    Diagnostic::error("catalog-inside", message).help(help)
}

/// That the spec names another catalog than the lock.
fn elsewhere(service: &Service, named: &str) -> Diagnostic {
    let is = &service.lock.golden_path.source;
    let message =
        format!("the spec names the catalog `{named}`, and the service is made from `{is}`");
    Diagnostic::error("other-catalog", message)
        .at(service.spec.catalog.clone())
        .note("whose policies judge a service is not for its spec to say")
        .help(format!("name `{is}` again; whoever moves it on purpose says so: `--catalog DIR`"))
}

fn without_lock(site: &Site) -> Failure {
    let message =
        format!("there is a `{}`, but no `{}` beside it", site.name(spec::FILE), lock::FILE);
    let head = site.repository.head().ok().and_then(|head| head.commit);
    let committed = head.and_then(|commit| site.committed(commit).ok());
    let help = match committed.is_some_and(|files| files.files.contains_key(lock::FILE)) {
        true => "`git checkout HEAD -- flagstone.lock` takes it from the last commit",
        false => {
            "`git log -1 --diff-filter=D -- flagstone.lock` names the commit that removed it, and \
             `git checkout COMMIT~ -- flagstone.lock` takes it from before"
        }
    };
    Failure::mistake(Diagnostic::error("no-lock", message).help(help))
}

fn without_commit() -> Failure {
    let mistake = Diagnostic::error("no-commit", "the repository has no commit yet");
    Failure::mistake(mistake.help("commit what is there, then try again"))
}
