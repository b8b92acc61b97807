//! A service as it stands in its work tree, found from where the user is.
//!
//! Its paths are below its own folder, which is that of its `flagstone.yaml`; its repository may begin
//! above.

use std::{
    cell::RefCell,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{Context, Failure, new::relative::normal, shelf::Shelf};
use crate::{
    diag::Diagnostic,
    drift::Contents,
    lock::{self, Lock},
    repo::{ReadError, Repository, read_text},
    spec::{self, CatalogReference, Written},
    text::Document,
    tree::{BlobId, Entry, Listing, RepoPath},
};

/// A service as it stands in its work tree.
pub(super) struct Standing {
    /// Its folder.
    pub(super) folder: PathBuf,
    /// Its folder in its repository, with a slash behind it; empty at the top.
    pub(super) prefix: String,
    /// Its repository.
    pub(super) repository: Repository,
    /// What its team wants.
    pub(super) written: Written,
    /// What it got.
    pub(super) lock: Lock,
    /// The text of that.
    pub(super) document: Document,
    /// Its files as they are now.
    pub(super) present: Listing,
    /// The first object or file that could not be read, where nobody could be told.
    failure: RefCell<Option<ReadError>>,
}

impl Standing {
    /// Reads the service at `start` or around it.
    pub(super) fn read(context: &Context, start: &Path) -> Result<Self, Failure> {
        let folder = context.host.nearest(start, spec::FILE).ok_or_else(|| nothing(start))?;
        let repository = Repository::open(&folder)?;
        let root = repository.root().unwrap_or(&folder);
        let prefix = match folder.strip_prefix(root).ok().and_then(Path::to_str) {
            None | Some("") => String::new(),
            Some(below) => format!("{below}/"),
        };
        let text = |name: &str| read_text(&folder.join(name));
        let spec = text(spec::FILE).map_err(Failure::outside)?;
        let written = read_spec(&Document::new(format!("{prefix}{}", spec::FILE), spec))?;
        if context.host.nearest(&folder, lock::FILE).as_ref() != Some(&folder) {
            return Err(without_lock(&prefix));
        }
        let lock = text(lock::FILE).map_err(Failure::outside)?;
        let document = Document::new(format!("{prefix}{}", lock::FILE), lock);
        let lock = Lock::parse(&document)?;
        let present = present(&repository, &prefix, &lock).map_err(Failure::outside)?;
        let failure = RefCell::new(None);
        Ok(Self { folder, prefix, repository, written, lock, document, present, failure })
    }

    /// A file as it would be committed now.
    pub(super) fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, ReadError> {
        match self.in_repository(path) {
            Some(path) => self.repository.file(&path),
            None => Ok(None),
        }
    }

    /// Files as they would be committed now, in the order of `paths`.
    pub(super) fn entries(&self, paths: &[RepoPath]) -> Result<Vec<Option<Entry>>, ReadError> {
        // A path that the repository can't hold has no file.
        let whole: Vec<_> = paths.iter().map(|path| self.in_repository(path)).collect();
        let held: Vec<_> = whole.iter().flatten().cloned().collect();
        let mut entries = self.repository.entries(&held)?.into_iter();
        Ok(whole.iter().map(|path| path.as_ref().and_then(|_| entries.next().flatten())).collect())
    }

    /// A path of the service as its repository has it.
    pub(super) fn in_repository(&self, path: &RepoPath) -> Option<RepoPath> {
        RepoPath::parse(&format!("{}{path}", self.prefix)).ok()
    }

    /// The catalog that its golden path comes from.
    pub(super) fn shelf(&self, context: &Context, flag: Option<&Path>) -> Result<Shelf, Failure> {
        if let Some(folder) = flag {
            return Shelf::directory(&context.host.folder.join(folder));
        }
        match &self.written.spec.catalog {
            CatalogReference::Embedded => Shelf::embedded(),
            CatalogReference::Directory(folder) => {
                Shelf::directory(&normal(&self.folder.join(folder)))
            }
            CatalogReference::Unsupported(what) => Err(Failure::mistake(
                Diagnostic::error("catalog", format!("this version can't read {what}"))
                    .at(self.written.catalog.clone())
                    .help("write `embedded`, or `{directory: …}` with the folder of a catalog"),
            )),
        }
    }

    /// What could not be read while nobody could be told.
    pub(super) fn check_read(&self) -> Result<(), Failure> {
        self.failure.take().map_or(Ok(()), |error| Err(Failure::outside(error)))
    }

    fn or_note<T>(&self, read: Result<Option<T>, ReadError>) -> Option<T> {
        read.unwrap_or_else(|error| {
            self.failure.borrow_mut().get_or_insert(error);
            None
        })
    }
}

impl Contents for Standing {
    fn locked(&self, id: BlobId) -> Option<Arc<[u8]>> {
        self.or_note(self.repository.bytes(id))
    }

    fn present(&self, path: &RepoPath) -> Option<Arc<[u8]>> {
        self.or_note(self.entry(path)).map(|entry| entry.bytes)
    }
}

/// The files of the service, and those of its lock that git does not know.
fn present(repository: &Repository, prefix: &str, lock: &Lock) -> Result<Listing, ReadError> {
    let whole = |path: &RepoPath| RepoPath::parse(&format!("{prefix}{path}")).ok();
    let beside: Vec<_> = lock.files.iter().filter_map(|file| whole(&file.path)).collect();
    let listing = repository.present(&beside.iter().collect::<Vec<_>>())?.listing;
    if prefix.is_empty() {
        return Ok(listing);
    }
    let below = |path: &RepoPath| RepoPath::parse(path.as_str().strip_prefix(prefix)?).ok();
    let files = listing.files.iter().filter_map(|(path, blob)| Some((below(path)?, *blob)));
    let repositories = listing.repositories.iter().filter_map(below);
    Ok(Listing { files: files.collect(), repositories: repositories.collect() })
}

/// The one service of a spec.
fn read_spec(document: &Document) -> Result<Written, Failure> {
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

fn nothing(start: &Path) -> Failure {
    let place = match start.to_str() {
        Some("." | "") | None => "here".to_owned(),
        Some(start) => format!("in `{start}`"),
    };
    let message = format!("there is no `{}` {place} or in a folder above", spec::FILE);
    let help = "go to a service that flagstone made, or name its folder";
    Failure::mistake(Diagnostic::error("no-service", message).help(help))
}

fn without_lock(prefix: &str) -> Failure {
    let message = format!("there is a `{prefix}{}`, but no `{}` beside it", spec::FILE, lock::FILE);
    let help = "`git checkout HEAD -- flagstone.lock` takes it from the last commit";
    Failure::mistake(Diagnostic::error("no-lock", message).help(help))
}
