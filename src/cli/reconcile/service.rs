//! A service that is there already: its repository, what its team wants, what it got.

use std::{path::Path, sync::Arc};

use crate::{
    catalog::Release,
    cli::{Context, Failure, shelf::Shelf},
    compose,
    diag::Diagnostic,
    lock::{self, Lock},
    manifest::Kind,
    repo::{CommitId, Repository},
    spec::{self, CatalogReference, Written},
    text::Document,
    tree::{Listing, RepoPath},
};

/// A service that is there already.
pub(in crate::cli) struct Service {
    /// Its repository.
    pub(in crate::cli) repository: Repository,
    /// The commit that is gone out from.
    pub(in crate::cli) commit: CommitId,
    /// Every file of that commit.
    pub(in crate::cli) committed: Listing,
    /// What its team wants.
    pub(in crate::cli) spec: Written,
    /// The text of that.
    pub(in crate::cli) spec_text: String,
    /// What it got.
    pub(in crate::cli) lock: Lock,
}

/// Which of the spec's texts counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum SpecOf {
    /// That of the work tree, edited or not.
    WorkTree,
    /// That of the commit.
    Commit,
}

impl Service {
    /// Reads the service in `repository`.
    pub(in crate::cli) fn read(repository: Repository, which: SpecOf) -> Result<Self, Failure> {
        let head = repository.head().map_err(Failure::outside)?;
        let commit = head.commit.ok_or_else(no_commit)?;
        let committed = repository.committed(commit).map_err(Failure::outside)?;
        let spec_text = match (which, repository.root()) {
            (SpecOf::WorkTree, Some(root)) => spec_in_work_tree(&repository, root)?,
            (SpecOf::WorkTree | SpecOf::Commit, _) => {
                in_commit(&repository, &committed, spec::FILE)?
            }
        };
        let spec = read_spec(&spec_text)?;
        let lock_text = in_commit(&repository, &committed, lock::FILE)?;
        let lock = Lock::parse(&Document::new(lock::FILE, lock_text))?;
        Ok(Self { repository, commit, committed, spec, spec_text, lock })
    }

    /// What its team has made of it, without the files that are the tool's own.
    pub(in crate::cli) fn ours(&self) -> Listing {
        let mut ours = self.committed.clone();
        ours.files.retain(|path, _| ![spec::FILE, lock::FILE].contains(&path.as_str()));
        ours
    }

    /// The catalog that its golden path comes from.
    pub(in crate::cli) fn shelf(
        &self,
        context: &Context,
        flag: Option<&Path>,
    ) -> Result<Shelf, Failure> {
        shelf_of(context, flag, &self.spec, &self.repository)
    }

    /// The spec's text as it is committed.
    pub(super) fn committed_spec(&self) -> Result<String, Failure> {
        in_commit(&self.repository, &self.committed, spec::FILE)
    }

    /// What the service was made from, rendered again: only if the catalog still holds exactly that.
    pub(in crate::cli) fn rendered_again(&self, shelf: &Shelf) -> Option<crate::tree::Tree> {
        let exact = |part: &lock::Part, kind| -> Option<Arc<Release>> {
            let release = shelf.exact(kind, &part.name, &part.version).ok()?;
            (release.digest == part.digest).then_some(release)
        };
        let release = exact(&self.lock.golden_path, Kind::GoldenPath)?;
        let layers = self.lock.layers.iter().map(|part| exact(part, Kind::Layer));
        let layers = layers.collect::<Option<Vec<_>>>()?;
        let again = compose::Again { lock: &self.lock, golden_path: release, layers: &layers };
        compose::again(&again, &shelf.data).ok()
    }
}

/// The catalog that a spec names, or the one of the flag.
pub(super) fn shelf_of(
    context: &Context,
    flag: Option<&Path>,
    spec: &Written,
    repository: &Repository,
) -> Result<Shelf, Failure> {
    if let Some(folder) = flag {
        return Shelf::directory(&context.host.folder.join(folder));
    }
    match &spec.spec.catalog {
        CatalogReference::Embedded => Shelf::embedded(),
        CatalogReference::Directory(folder) => {
            let base = repository.root().unwrap_or(repository.git_folder());
            Shelf::directory(&base.join(folder))
        }
        CatalogReference::Unsupported(what) => Err(Failure::mistake(
            Diagnostic::error("catalog", format!("this version can't read {what}"))
                .at(spec.catalog.clone())
                .help("write `embedded`, or `{directory: …}` with the folder of a catalog"),
        )),
    }
}

/// The spec in the work tree, with the line endings that git would commit.
fn spec_in_work_tree(repository: &Repository, root: &Path) -> Result<String, Failure> {
    let path = RepoPath::parse(spec::FILE).expect("our own files have good names");
    let entry = repository.file(&path).map_err(Failure::outside)?;
    match entry.and_then(|it| String::from_utf8(it.bytes.to_vec()).ok()) {
        Some(text) => Ok(text),
        // It is not there, or no text: that is told as of any other file.
        None => in_work_tree(&root.join(spec::FILE)),
    }
}

/// The text of a file of ours in the work tree.
pub(super) fn in_work_tree(path: &Path) -> Result<String, Failure> {
    crate::repo::read_text(path).map_err(|error| {
        let help = "go to a service that flagstone made: its folder holds `flagstone.yaml`";
        Failure::outside_with_help(error, help)
    })
}

/// The text of a file of ours in a commit.
fn in_commit(repository: &Repository, files: &Listing, name: &str) -> Result<String, Failure> {
    let path = RepoPath::parse(name).expect("our own files have good names");
    let blob = files.files.get(&path).ok_or_else(|| {
        let message = format!("the last commit holds no `{name}`");
        let help = "go to a service that flagstone made, and commit that file if it is there";
        Failure::mistake(Diagnostic::error("no-service", message).help(help))
    })?;
    let bytes = repository.bytes(blob.id).map_err(Failure::outside)?;
    let text = bytes.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
    text.ok_or_else(|| {
        let message = format!("`{name}` of the last commit is no text, or its object is gone");
        Failure::mistake(Diagnostic::error("no-service", message))
    })
}

/// The one service of a spec.
pub(in crate::cli) fn read_spec(text: &str) -> Result<Written, Failure> {
    let document = Document::new(spec::FILE, text);
    let mut services = spec::parse(&document).map_err(Failure::mistake)?;
    match (services.len(), services.pop()) {
        (1, Some(only)) => Ok(only?),
        (number, _) => {
            let message = format!("`{}` holds {number} services", spec::FILE);
            let help = "keep the one that this repository is";
            Err(Failure::mistake(Diagnostic::error("several-services", message).help(help)))
        }
    }
}

fn no_commit() -> Failure {
    let mistake = Diagnostic::error("no-commit", "the repository has no commit yet");
    Failure::mistake(mistake.help("commit what is there, then try again"))
}
