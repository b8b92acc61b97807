//! Three small trees as a test writes them, and a merge as it reads it.

mod laws;
mod moves;
mod ownership;
mod paths;
mod renames;

use std::{cell::RefCell, collections::BTreeMap};

use super::*;
use crate::{
    glob::Glob,
    tree::{Blob, Mode, Ownership, SourceId},
};

/// One file as a test writes it.
#[derive(Debug, Clone)]
struct Sketch {
    path: String,
    bytes: Vec<u8>,
    mode: Mode,
    ownership: Ownership,
    source: String,
}

/// A file that came from a template of the same name.
fn file(path: &str, text: &str) -> Sketch {
    Sketch {
        path: path.to_owned(),
        bytes: text.into(),
        mode: Mode::File,
        ownership: Ownership::Merged,
        source: path.to_owned(),
    }
}

impl Sketch {
    fn from(mut self, source: &str) -> Self {
        self.source = source.to_owned();
        self
    }

    fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    fn own(mut self, ownership: Ownership) -> Self {
        self.ownership = ownership;
        self
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        self.bytes = bytes.to_vec();
        self
    }

    fn blob(&self) -> Blob {
        Blob { mode: self.mode, id: BlobId::of(&self.bytes) }
    }

    fn locked(&self) -> LockedFile {
        LockedFile {
            path: path(&self.path),
            mode: self.mode,
            ownership: self.ownership.clone(),
            blob: self.blob().id,
            source: SourceId { layer: "p".to_owned(), path: self.source.clone() },
        }
    }
}

impl From<(&str, &str)> for Sketch {
    fn from((path, text): (&str, &str)) -> Self {
        file(path, text)
    }
}

fn path(text: &str) -> RepoPath {
    RepoPath::parse(text).unwrap()
}

/// Bytes by id, with a record of what was read.
#[derive(Default)]
struct Store {
    blobs: BTreeMap<BlobId, Arc<[u8]>>,
    read: RefCell<Vec<BlobId>>,
}

impl Contents for Store {
    fn bytes(&self, id: BlobId) -> Option<Arc<[u8]>> {
        self.read.borrow_mut().push(id);
        self.blobs.get(&id).cloned()
    }
}

/// Three trees and what is declared between them.
#[derive(Default)]
struct Case {
    base: Vec<LockedFile>,
    ours: Listing,
    theirs: Vec<LockedFile>,
    steps: Vec<Step>,
    store: Store,
    ignores_renames: bool,
}

/// Begins with what the old version made.
fn base<S: Into<Sketch>>(files: impl IntoIterator<Item = S>) -> Case {
    let mut case = Case::default();
    case.base = case.locked(files);
    case
}

/// Begins with nothing.
fn nothing() -> Case {
    Case::default()
}

impl Case {
    fn ours<S: Into<Sketch>>(mut self, files: impl IntoIterator<Item = S>) -> Self {
        for sketch in files.into_iter().map(Into::into) {
            self.keep(&sketch);
            self.ours.files.insert(path(&sketch.path), sketch.blob());
        }
        self
    }

    fn theirs<S: Into<Sketch>>(mut self, files: impl IntoIterator<Item = S>) -> Self {
        self.theirs = self.locked(files);
        self
    }

    fn repository(mut self, at: &str) -> Self {
        self.ours.repositories.insert(path(at));
        self
    }

    fn moves(mut self, from: &str, to: &str) -> Self {
        self.steps.push(Step::Move { from: from.to_owned(), to: to.to_owned() });
        self
    }

    fn deletes(mut self, glob: &str) -> Self {
        self.steps.push(Step::Delete(Glob::parse(glob).unwrap()));
        self
    }

    fn without_renames(mut self) -> Self {
        self.ignores_renames = true;
        self
    }

    /// Nobody holds these bytes any more.
    fn loses(mut self, text: &str) -> Self {
        self.store.blobs.remove(&BlobId::of(text.as_bytes()));
        self
    }

    fn keep(&mut self, sketch: &Sketch) {
        self.store.blobs.insert(sketch.blob().id, sketch.bytes.as_slice().into());
    }

    fn locked<S: Into<Sketch>>(&mut self, files: impl IntoIterator<Item = S>) -> Vec<LockedFile> {
        let mut locked = Vec::new();
        for sketch in files.into_iter().map(Into::into) {
            self.keep(&sketch);
            locked.push(sketch.locked());
        }
        locked.sort_by(|one: &LockedFile, two| one.path.cmp(&two.path));
        locked
    }

    fn try_merge(&self) -> Result<Merge, MergeError> {
        let labels = Labels {
            base: "base: p 1.0.0".to_owned(),
            ours: "ours: svc".to_owned(),
            theirs: "theirs: p 2.0.0".to_owned(),
        };
        merge(&Request {
            base: &self.base,
            ours: &self.ours,
            theirs: &self.theirs,
            steps: &self.steps.iter().collect::<Vec<_>>(),
            contents: &self.store,
            labels: &labels,
            follow_renames: !self.ignores_renames,
        })
    }

    fn merge(&self) -> Merge {
        self.try_merge().unwrap()
    }

    /// Every row in a line: kind, path, where it was, why, notes, and of a conflict the stages.
    #[track_caller]
    fn rows<const N: usize>(self, expected: [&str; N]) -> Self {
        let rows: Vec<_> = self.merge().rows.iter().map(line).collect();
        assert_eq!(rows, expected);
        self
    }

    /// Every file afterwards; a text with markers is `<markers>`.
    #[track_caller]
    fn leaves<const N: usize>(self, expected: [(&str, &str); N]) -> Self {
        let expected: Vec<_> =
            expected.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect();
        assert_eq!(self.texts(), expected);
        self
    }

    fn texts(&self) -> Vec<(String, String)> {
        let merge = self.merge();
        let news: BTreeMap<_, _> = merge
            .rows
            .iter()
            .filter_map(|row| row.result.as_ref())
            .filter_map(|merged| Some((merged.blob.id, merged.bytes.clone()?)))
            .collect();
        let text = |blob: &Blob| {
            let bytes = news.get(&blob.id).or_else(|| self.store.blobs.get(&blob.id)).unwrap();
            let text = String::from_utf8_lossy(bytes).into_owned();
            if text.contains("<<<<<<<") { "<markers>".to_owned() } else { text }
        };
        let result = merge.result(&self.ours);
        result.files.iter().map(|(path, blob)| (path.to_string(), text(blob))).collect()
    }

    /// The texts that were read.
    fn reads(&self) -> Vec<String> {
        self.store.read.borrow_mut().clear();
        self.merge();
        let read = self.store.read.borrow();
        let text = |id| String::from_utf8_lossy(&self.store.blobs[id]).into_owned();
        let mut texts: Vec<_> = read.iter().map(text).collect();
        texts.sort();
        texts.dedup();
        texts
    }
}

fn line(row: &Row) -> String {
    let mut line = format!("{} {}", format!("{:?}", row.kind).to_lowercase(), row.path);
    if let Some(from) = &row.from {
        line.push_str(&format!(" <- {from}"));
    }
    line.push_str(&format!(": {}", row.reason.code()));
    for note in &row.notes {
        line.push_str(&format!(", {}", note.code()));
    }
    if let Some(Stages { base, ours, theirs }) = row.stages {
        let stage = |blob: Option<Blob>, letter| if blob.is_some() { letter } else { '-' };
        line.push_str(" [");
        line.extend([stage(base, 'b'), stage(ours, 'o'), stage(theirs, 't')]);
        line.push(']');
    }
    line
}

const NOTHING: [(&str, &str); 0] = [];
