//! A lock and a service as it stands -> what differs, and whose change that is.
//!
//! **Invariant:** pure, and nothing is rendered. Files are told apart by their ids alone; bytes are
//! asked for only of shared files that were edited.

mod finding;
mod judge;
mod keys;
mod markers;
mod releases;
mod state;
mod wanted;

pub use finding::{Finding, Level, Rule};
pub use judge::{Cause, judged};
pub use keys::is_same;
pub use releases::{Known, LayerRelease, outdated};
pub use state::{State, state};
pub use wanted::wanted;

use std::sync::Arc;

use crate::{
    lock::{self, Lock, LockedFile},
    text::Document,
    tree::{BlobId, Listing, Ownership, RepoPath},
    version::Version,
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

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The service.
    pub service: String,
    /// Its golden path.
    pub golden_path: String,
    /// The version that it has.
    pub version: Version,
    /// Its folder in its repository, with a slash behind it; empty at the top.
    pub folder: String,
    /// How many files its golden path made.
    pub files: usize,
    /// The files of which something is the golden path's alone.
    pub watched: Vec<RepoPath>,
    /// What is to be said, the gravest first.
    pub findings: Vec<Finding>,
}

impl Checked {
    /// Whether the check failed.
    pub fn has_failed(&self) -> bool {
        self.findings.iter().any(|it| it.level == Level::Error)
    }

    /// The findings without what a team may do as it likes.
    pub fn reported(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|it| !it.rule.is_permitted())
    }
}

/// Every difference between a lock and its service, the lock's own first, then by path.
pub fn drift(request: &Request<'_>) -> Vec<Finding> {
    let mut findings: Vec<_> = tampered(request).into_iter().collect();
    for file in &request.lock.files {
        let state = state(file, request.service);
        match file.ownership {
            Ownership::Managed => findings.extend(managed(file, state)),
            Ownership::Merged => {
                findings.extend(merged(file, state));
                if state == State::Edited {
                    findings.extend(markers::finding(file, request.contents));
                }
            }
            Ownership::MergedWithKeys(_) => {
                findings.extend(merged(file, state));
                if state == State::Edited {
                    findings.extend(markers::finding(file, request.contents));
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
pub(crate) mod test {
    //! Findings for the tests of what shows them.

    use super::*;
    use crate::text::Position;

    /// A check of a small service that came to `findings`.
    pub(crate) fn checked(findings: Vec<Finding>) -> Checked {
        Checked {
            service: "orders".to_owned(),
            golden_path: "svc".to_owned(),
            version: "1.1.0".parse().unwrap(),
            folder: "services/orders/".to_owned(),
            files: 12,
            watched: [".github/ci.yml", "deny.toml", "pyproject.toml", "run.sh"]
                .map(|path| RepoPath::parse(path).unwrap())
                .into(),
            findings,
        }
    }

    /// A finding of nearly every rule.
    pub(crate) fn every_kind() -> Vec<Finding> {
        let finding = |rule, path: &str, message: &str| {
            Finding::new(rule, RepoPath::parse(path).unwrap(), message)
        };
        let findings = vec![
            finding(Rule::ManagedEdited, ".github/ci.yml", "`.github/ci.yml` was edited")
                .help("`flagstone restore .github/ci.yml` takes it back"),
            finding(Rule::ManagedMissing, "run.sh", "`run.sh` is missing")
                .help("`flagstone restore run.sh` takes it back"),
            finding(Rule::ManagedKey, "pyproject.toml", "`tool.ruff` was edited")
                .at(Position { line: 3, column: 1 })
                .key("tool.ruff")
                .help("set it back"),
            finding(Rule::MergedEdited, "service.yaml", "`service.yaml` was edited by the team"),
            finding(Rule::MergedMissing, "a, b%.txt", "`a, b%.txt` was removed by the team"),
            finding(Rule::Deprecated, lock::FILE, "golden path `svc` is deprecated")
                .help("use `web` for new services"),
            finding(Rule::Outdated, lock::FILE, "svc 1.2.0 is <released> & \"new\"\n100%")
                .key("svc")
                .help("run `flagstone upgrade`"),
        ];
        judged(findings, &[Cause::Drift])
    }
}

#[cfg(test)]
mod tests;
