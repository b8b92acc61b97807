//! A lock and a service as it stands -> what differs, and whose change that is.
//!
//! **Invariant:** pure, and nothing is rendered. Files are told apart by their ids alone; bytes are
//! asked for only where single keys of a file are the golden path's and the file was edited.

mod finding;
mod keys;
mod releases;
mod state;
mod wanted;

pub use finding::{Finding, Level, Rule};
pub use releases::{Known, LayerRelease, outdated};
pub use state::{State, state};
pub use wanted::wanted;

use std::sync::Arc;

use crate::{
    lock::{self, Lock, LockedFile},
    text::Document,
    tree::{BlobId, Listing, Ownership, RepoPath},
};

use self::finding::argument;

/// What is to be compared.
pub struct Request<'a> {
    /// What the service got.
    pub lock: &'a Lock,
    /// The lock's text, for the places in it.
    pub document: &'a Document,
    /// The service as it stands.
    pub service: &'a Listing,
    /// The bytes behind ids and paths.
    pub contents: &'a dyn Contents,
}

/// The bytes that ids alone don't tell.
pub trait Contents {
    /// The bytes of a file as the lock has it; `None` if nobody holds them.
    fn locked(&self, id: BlobId) -> Option<Arc<[u8]>>;

    /// The bytes of a file as it stands; `None` if it can't be read.
    fn present(&self, path: &RepoPath) -> Option<Arc<[u8]>>;
}

/// Every difference between a lock and its service, the lock's own first, then by path.
pub fn drift(request: &Request<'_>) -> Vec<Finding> {
    let mut findings: Vec<_> = tampered(request).into_iter().collect();
    for file in &request.lock.files {
        let state = state(file, request.service);
        match file.ownership {
            Ownership::Managed => findings.extend(managed(file, state)),
            Ownership::Merged => findings.extend(merged(file, state)),
            Ownership::MergedWithKeys(_) => {
                findings.extend(merged(file, state));
                if state == State::Edited {
                    findings.extend(keys::findings(file, request.contents));
                }
            }
            Ownership::Seeded | Ownership::Tool => {}
        }
    }
    findings
}

/// A lock whose lines do not give its tree: somebody edited it, or a merge did.
fn tampered(request: &Request<'_>) -> Option<Finding> {
    let is = request.lock.tree_of_files();
    if is == request.lock.tree {
        return None;
    }
    let text = request.document.text();
    let at = text.find("\ntree:").map_or(0, |at| at + 1);
    let path = RepoPath::parse(lock::FILE).expect("our own files have good names");
    let message = format!(
        "the lock says tree {}, but its lines give {is}: it was edited, or two branches were merged",
        request.lock.tree
    );
    Some(
        Finding::new(Rule::LockTree, path, message)
            .at(request.document.position(at))
            .help("`flagstone apply` makes the lock again from `flagstone.yaml`"),
    )
}

fn managed(file: &LockedFile, state: State) -> Option<Finding> {
    let path = &file.path;
    let (rule, what) = match state {
        State::Untouched => return None,
        State::Edited => (Rule::ManagedEdited, "was edited"),
        State::Missing => (Rule::ManagedMissing, "is missing"),
        State::Mode(mode) => (Rule::ManagedMode, mode_words(mode)),
    };
    let message = format!("`{path}` is the golden path's and {what}");
    Some(Finding::new(rule, path.clone(), message).help(match rule {
        Rule::ManagedEdited => format!(
            "`flagstone diff {0}` shows the edit, `flagstone restore {0}` takes it back",
            argument(path)
        ),
        _ => format!("`flagstone restore {}` takes it back", argument(path)),
    }))
}

fn merged(file: &LockedFile, state: State) -> Option<Finding> {
    let path = &file.path;
    let (rule, what) = match state {
        State::Untouched => return None,
        State::Edited => (Rule::MergedEdited, "was edited by the team"),
        State::Missing => (Rule::MergedMissing, "was removed by the team"),
        State::Mode(mode) => (Rule::MergedEdited, mode_words(mode)),
    };
    Some(Finding::new(rule, path.clone(), format!("`{path}` {what}")))
}

const fn mode_words(mode: crate::tree::Mode) -> &'static str {
    match mode {
        crate::tree::Mode::File => "is not executable any more",
        crate::tree::Mode::Executable => "is executable now",
        crate::tree::Mode::Link => "is a link now",
    }
}

#[cfg(test)]
mod tests;
