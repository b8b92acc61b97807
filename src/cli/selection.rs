//! Paths of the command line -> files of a service.

use std::path::{Path, PathBuf};

use super::{Context, Failure, new::relative::normal, service::Service};
use crate::{diag::Diagnostic, lock::LockedFile, name::did_you_mean, tree::RepoPath};

/// What the user has named: files, or folders with all that is in them.
pub(super) struct Selection {
    /// Paths below the service's folder; an empty one is the whole service.
    paths: Vec<String>,
}

impl Selection {
    /// Reads paths, which start where the user is.
    pub(super) fn read(
        context: &Context,
        service: &Service,
        paths: &[PathBuf],
    ) -> Result<Self, Failure> {
        let read = |path: &PathBuf| {
            let whole = normal(&context.host.folder.join(path));
            let below = whole.strip_prefix(&service.site.folder).ok().and_then(Path::to_str);
            below.map(str::to_owned).ok_or_else(|| {
                let message = format!("`{}` is not in the service", path.display());
                let note = format!("the service is in `{}`", service.site.folder.display());
                Diagnostic::error("outside-service", message).note(note)
            })
        };
        let read: Vec<_> = paths.iter().map(read).collect();
        let mut mistakes = Vec::new();
        let mut paths = Vec::new();
        for path in read {
            match path {
                Ok(path) => paths.push(path),
                Err(mistake) => mistakes.push(mistake),
            }
        }
        if mistakes.is_empty() { Ok(Self { paths }) } else { Err(Failure::Mistakes(mistakes)) }
    }

    /// Whether a file was named: itself, a folder around it, or nothing at all and so everything.
    pub(super) fn has(&self, path: &RepoPath) -> bool {
        self.paths.is_empty() || self.names(path) || self.paths.iter().any(String::is_empty)
    }

    /// Whether a file was named by itself, or by a folder below the service's own.
    pub(super) fn names(&self, path: &RepoPath) -> bool {
        let is_named = |it: &String| path.as_str() == it || path.is_below(it);
        self.paths.iter().any(is_named)
    }

    /// What was named and is no file of the golden path, with what may be meant.
    pub(super) fn unknown(&self, files: &[LockedFile]) -> Vec<Diagnostic> {
        let is_known = |named: &str| {
            named.is_empty()
                || files.iter().any(|it| it.path.as_str() == named || it.path.is_below(named))
        };
        let unknown = self.paths.iter().filter(|it| !is_known(it));
        unknown.map(|named| unknown_file(named, files)).collect()
    }

    /// The paths, below the service's folder.
    pub(super) fn paths(&self) -> &[String] {
        &self.paths
    }
}

/// That a path is none that the golden path made.
pub(super) fn unknown_file(named: &str, files: &[LockedFile]) -> Diagnostic {
    let known = || files.iter().map(|it| it.path.as_str());
    Diagnostic::error("unknown-file", format!("the golden path made no file `{named}`"))
        .help("`flagstone.lock` lists what it made")
        .maybe_help(did_you_mean(named, known()))
}
