//! Where a service is: its repository, and its folder in it.
//!
//! **Invariant:** a service is looked for from where the user is up to the top of the repository around
//! it, and never above: another repository is another matter.

use std::path::{Path, PathBuf};

use super::own_path;
use crate::{
    cli::{Context, Failure},
    diag::Diagnostic,
    lock::Lock,
    repo::{CommitId, OpenError, ReadError, Repository, read_text},
    spec,
    text::Document,
    tree::{Blob, Entry, Listing, Mode, RepoPath, Tree},
    version::Version,
};

/// Where a service is.
pub(in crate::cli) struct Site {
    /// Its repository.
    pub(in crate::cli) repository: Repository,
    /// Its folder, a whole path without links; of a bare repository git's own.
    pub(in crate::cli) folder: PathBuf,
    /// Its folder in its repository, with a slash behind it; empty at the top.
    pub(in crate::cli) prefix: String,
}

impl Site {
    /// The service at `start` or around it, by its `flagstone.yaml`; or a bare repository, where only
    /// a commit can hold one.
    pub(in crate::cli) fn find(context: &Context, start: &Path) -> Result<Self, Failure> {
        match Self::found(context, start)? {
            (site, has_spec) if has_spec || site.repository.root().is_none() => Ok(site),
            _ => Err(nothing(start)),
        }
    }

    /// The same; or the top of the repository, if its work tree holds no `flagstone.yaml`.
    pub(in crate::cli) fn find_committed(context: &Context, start: &Path) -> Result<Self, Failure> {
        Ok(Self::found(context, start)?.0)
    }

    /// A site, and whether there is a spec in its work tree.
    fn found(context: &Context, start: &Path) -> Result<(Self, bool), Failure> {
        if !context.host.is_folder(start) {
            return Err(no_folder(start));
        }
        let with_spec = context.host.nearest(start, spec::FILE);
        // As components, a path has no `.` to be told of.
        let whole: PathBuf = context.host.folder.join(start).components().collect();
        let repository = match Repository::open(&whole) {
            Err(OpenError::NoRepository(_)) if with_spec.is_none() => return Err(nothing(start)),
            other => other?,
        };
        let root = repository.root().unwrap_or(repository.git_folder()).to_owned();
        let below = with_spec.and_then(|folder| {
            let below = folder.strip_prefix(&root).ok()?.to_str()?.to_owned();
            Some((folder, below))
        });
        Ok(match below {
            Some((folder, below)) => {
                let prefix = if below.is_empty() { below } else { format!("{below}/") };
                (Self { repository, folder, prefix }, true)
            }
            None => (Self { repository, folder: root, prefix: String::new() }, false),
        })
    }

    /// A file of the service as messages name it.
    pub(in crate::cli) fn name(&self, file: &str) -> String {
        format!("{}{file}", self.prefix)
    }

    /// A path of the service as its repository has it.
    pub(in crate::cli) fn in_repository(&self, path: &RepoPath) -> Option<RepoPath> {
        RepoPath::parse(&self.name(path.as_str())).ok()
    }

    /// A file as it would be committed now.
    pub(in crate::cli) fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, ReadError> {
        match self.in_repository(path) {
            Some(path) => self.repository.file(&path),
            None => Ok(None),
        }
    }

    /// Files as they would be committed now, in the order of `paths`.
    pub(in crate::cli) fn entries(
        &self,
        paths: &[RepoPath],
    ) -> Result<Vec<Option<Entry>>, ReadError> {
        // A path that the repository can't hold has no file.
        let whole: Vec<_> = paths.iter().map(|path| self.in_repository(path)).collect();
        let held: Vec<_> = whole.iter().flatten().cloned().collect();
        let mut entries = self.repository.entries(&held)?.into_iter();
        Ok(whole.iter().map(|path| path.as_ref().and_then(|_| entries.next().flatten())).collect())
    }

    /// The files of the work tree, and those of the lock that git does not know.
    pub(super) fn present(&self, lock: &Lock) -> Result<Listing, Failure> {
        let beside = lock.files.iter().filter_map(|file| self.in_repository(&file.path));
        let beside: Vec<_> = beside.collect();
        let beside: Vec<_> = beside.iter().collect();
        let present = self.repository.present(&beside).map_err(Failure::outside)?;
        Ok(self.below(present.listing))
    }

    /// The files that git knows in the work tree, and that we could not write ourselves.
    pub(in crate::cli) fn unnamed(&self) -> Result<Vec<(String, Entry)>, Failure> {
        let files = self.repository.unnamed().map_err(Failure::outside)?;
        Ok(self.unnamed_below(files))
    }

    /// The files of a commit that we could not write ourselves.
    pub(in crate::cli) fn unnamed_in(
        &self,
        commit: CommitId,
    ) -> Result<Vec<(String, Entry)>, Failure> {
        let files = self.repository.unnamed_in(commit).map_err(Failure::outside)?;
        Ok(self.unnamed_below(files))
    }

    /// The files that are staged and that we could not write ourselves.
    pub(in crate::cli) fn unnamed_staged(&self) -> Result<Vec<(String, Entry)>, Failure> {
        let files = self.repository.unnamed_staged().map_err(Failure::outside)?;
        Ok(self.unnamed_below(files))
    }

    fn unnamed_below(&self, files: Vec<(String, Entry)>) -> Vec<(String, Entry)> {
        let below = |(name, entry): (String, Entry)| {
            Some((name.strip_prefix(self.prefix.as_str())?.to_owned(), entry))
        };
        files.into_iter().filter_map(below).collect()
    }

    /// Of these files those of which nobody can say what git will store.
    pub(in crate::cli) fn recoded(&self, paths: &[RepoPath]) -> Result<Vec<RepoPath>, Failure> {
        let whole: Vec<_> = paths.iter().filter_map(|it| self.in_repository(it)).collect();
        let recoded = self.repository.recoded(&whole).map_err(Failure::outside)?;
        let below = |it: &RepoPath| RepoPath::parse(it.as_str().strip_prefix(&*self.prefix)?).ok();
        Ok(recoded.iter().filter_map(below).collect())
    }

    /// The files of a commit.
    pub(in crate::cli) fn committed(&self, commit: CommitId) -> Result<Listing, Failure> {
        Ok(self.below(self.repository.committed(commit).map_err(Failure::outside)?))
    }

    /// The files that are staged.
    pub(super) fn staged(&self) -> Result<Listing, Failure> {
        Ok(self.below(self.repository.staged().map_err(Failure::outside)?))
    }

    /// Files that the repository holds, with their bytes.
    pub(in crate::cli) fn held(&self, files: &Listing) -> Result<Tree, Failure> {
        let mut tree = Tree::new();
        for (path, blob) in &files.files {
            let bytes = self.repository.bytes(blob.id).map_err(Failure::outside)?;
            let bytes = bytes.ok_or_else(|| lost(path.as_str()))?;
            tree.insert(path.clone(), Entry { mode: blob.mode, bytes });
        }
        Ok(tree)
    }

    /// Of a repository's files those of the service.
    fn below(&self, listing: Listing) -> Listing {
        if self.prefix.is_empty() {
            return listing;
        }
        let below = |path: &RepoPath| {
            RepoPath::parse(path.as_str().strip_prefix(self.prefix.as_str())?).ok()
        };
        let files = listing.files.iter().filter_map(|(path, blob)| Some((below(path)?, *blob)));
        let repositories = listing.repositories.iter().filter_map(below);
        Listing { files: files.collect(), repositories: repositories.collect() }
    }

    /// A file of ours in the work tree, with the line endings that git would commit; `None` if it is
    /// not there.
    pub(in crate::cli) fn own_text(&self, name: &str) -> Result<Option<Document>, Failure> {
        let entry = self.entry(&own_path(name)).map_err(Failure::outside)?;
        let entry = entry.filter(|it| it.mode != Mode::Link);
        let document = |text: String| Document::new(self.name(name), text);
        match entry.and_then(|it| String::from_utf8(it.bytes.to_vec()).ok()) {
            Some(text) => Ok(Some(document(text))),
            // It is not there, or no text: that is told as of any other file.
            None => match read_text(&self.folder.join(name)) {
                Ok(text) => Ok(Some(document(text))),
                Err(error) if error.is_missing() => Ok(None),
                Err(error) => Err(Failure::outside(error)),
            },
        }
    }

    /// The spec in the work tree.
    pub(in crate::cli) fn own_spec(&self) -> Result<Document, Failure> {
        self.own_text(spec::FILE)?.ok_or_else(|| nothing(&self.folder))
    }

    /// A file of ours in a commit with these files.
    pub(in crate::cli) fn own_committed(
        &self,
        files: &Listing,
        name: &str,
    ) -> Result<Document, Failure> {
        let blob = files.files.get(&own_path(name)).ok_or_else(|| {
            let message = format!("the last commit holds no `{}`", self.name(name));
            let help = "go to a service that flagstone made, and commit that file if it is there";
            Failure::mistake(Diagnostic::error("no-service", message).help(help))
        })?;
        self.own_held(*blob, name)?.ok_or_else(|| {
            let name = self.name(name);
            let message = format!("`{name}` of the last commit is no text, or its object is gone");
            let help = "`git fsck` says whether objects are missing; else commit it as text";
            Failure::mistake(Diagnostic::error("no-service", message).help(help))
        })
    }

    /// A file of ours among those that are staged.
    pub(super) fn own_staged(&self, files: &Listing, name: &str) -> Result<Document, Failure> {
        let file = self.name(name);
        let mistake = |message: String| {
            let help = format!("`git add {file}` stages the one in the work tree");
            Failure::mistake(Diagnostic::error("no-service", message).help(help))
        };
        let blob = files.files.get(&own_path(name));
        let blob = blob.ok_or_else(|| mistake(format!("`{file}` is not staged")))?;
        let staged = self.own_held(*blob, name)?;
        staged.ok_or_else(|| mistake(format!("`{file}` is staged, and is no text")))
    }

    /// A file of ours that the repository holds; `None` if it is no text or not there.
    fn own_held(&self, blob: Blob, name: &str) -> Result<Option<Document>, Failure> {
        let bytes = self.repository.bytes(blob.id).map_err(Failure::outside)?;
        let text = bytes.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
        Ok(text.map(|text| Document::new(self.name(name), text)))
    }
}

/// That there is no such folder: what is around it was not meant.
fn no_folder(start: &Path) -> Failure {
    let message = format!("there is no folder `{}`", start.display());
    let is_version = start.to_str().is_some_and(|it| it.parse::<Version>().is_ok());
    let help = match is_version {
        true => format!("`--to {}` names a version", start.display()),
        false => "name the folder of a service, or go there".to_owned(),
    };
    Failure::mistake(Diagnostic::error("no-folder", message).help(help))
}

/// That a file can't be judged.
pub(in crate::cli) fn lost(path: &str) -> Failure {
    let message = format!("the content of `{path}` is nowhere, so it can't be judged");
    let help = "fetch the whole history: `git fetch --unshallow`, then try again";
    Failure::outside_with_help(std::io::Error::other(message), help)
}

/// That there is no service.
fn nothing(start: &Path) -> Failure {
    let place = match start.to_str() {
        Some("." | "") | None => "here".to_owned(),
        Some(start) => format!("in `{start}`"),
    };
    let message = format!("there is no `{}` {place} or in a folder above", spec::FILE);
    let help = "go to a service that flagstone made, or name its folder";
    Failure::mistake(Diagnostic::error("no-service", message).help(help))
}
