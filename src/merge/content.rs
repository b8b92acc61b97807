//! One file that all three sides have changed: its bytes merged, by lines and then by keys.

use std::sync::Arc;

use super::{
    Labels,
    dress::{Dress, Undressing},
    keys, lines, managed,
};
use crate::{
    edit::{Format, Reading, Source, Step, reading},
    plan::target,
    template::{self, Target},
    tree::{Mode, RepoPath},
};

/// The three sides of one file.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'a> {
    /// Where it will be: its name says which format its data have.
    pub path: &'a RepoPath,
    /// What both sides began with; `None` if both added the file, or nobody holds the bytes.
    pub base: Option<&'a [u8]>,
    /// What the team made of it.
    pub ours: &'a [u8],
    /// What the golden path made of it.
    pub theirs: &'a [u8],
    /// What the markers of a conflict call the sides.
    pub labels: &'a Labels,
    /// Keys (dotted) that are the golden path's whatever the team did.
    pub managed_keys: &'a [String],
}

/// What came of merging a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Both sides' changes are in it.
    Clean(Arc<[u8]>),
    /// A person must decide: the text with markers, where lines conflict, else the lines as merged.
    Conflict {
        /// What is to stand in the work tree.
        bytes: Arc<[u8]>,
        /// Why.
        trouble: Trouble,
    },
    /// One of the sides is no text, so nothing can be merged.
    Binary,
}

/// Why a person must decide about the content of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Both sides changed the same lines.
    Lines,
    /// The lines merge, but the result does not parse, or has a key twice.
    Broken,
    /// A managed key can't be set in what the team made of the file.
    ManagedKeys,
}

/// Merges one file.
pub fn merge_content(texts: &Texts<'_>) -> Outcome {
    let outcome = match whole(texts) {
        Some(bytes) => Outcome::Clean(bytes.into()),
        None => merge_texts(texts),
    };
    match outcome {
        outcome if texts.managed_keys.is_empty() => outcome,
        Outcome::Clean(bytes) => set_managed(texts, &bytes),
        Outcome::Conflict { .. } => merge_around_managed(texts).unwrap_or(outcome),
        Outcome::Binary => Outcome::Binary,
    }
}

/// What both sides did to a managed key is no conflict: the key is theirs before the rest is merged.
fn merge_around_managed(texts: &Texts<'_>) -> Option<Outcome> {
    let ours = with_managed(texts.path, texts.ours, texts.theirs, texts.managed_keys)?;
    let base = match texts.base {
        Some(base) => Some(with_managed(texts.path, base, texts.theirs, texts.managed_keys)?),
        None => None,
    };
    let texts = Texts { ours: &ours, base: base.as_deref(), ..*texts };
    match merge_texts(&texts) {
        Outcome::Clean(bytes) => Some(set_managed(&texts, &bytes)),
        // A person decides about the rest alone.
        conflict @ Outcome::Conflict { .. } => Some(conflict),
        Outcome::Binary => None,
    }
}

/// The managed keys that the team edited and that the golden path has otherwise: what `ours` says there
/// gives way. None where nobody knows what they said before.
pub(super) fn replaced_keys(texts: &Texts<'_>) -> Vec<String> {
    let read = |bytes: &[u8]| {
        let bare = Undressing::of(&[None, Some(Dress::of(bytes)), None]).take_off(bytes);
        Source::parse(format(texts.path)?, &String::from_utf8(bare).ok()?)
    };
    let sides = (texts.base.and_then(read), read(texts.ours), read(texts.theirs));
    let (Some(base), Some(ours), Some(theirs)) = sides else { return Vec::new() };
    let is_replaced = |key: &&String| {
        let path = Step::dotted(key);
        let ours = ours.at(&path);
        ours != base.at(&path) && ours != theirs.at(&path)
    };
    texts.managed_keys.iter().filter(is_replaced).cloned().collect()
}

/// The side that alone changed the file.
fn whole<'a>(texts: &Texts<'a>) -> Option<&'a [u8]> {
    match texts.base {
        _ if texts.ours == texts.theirs => Some(texts.ours),
        Some(base) if base == texts.ours => Some(texts.theirs),
        Some(base) if base == texts.theirs => Some(texts.ours),
        _ => None,
    }
}

fn merge_texts(texts: &Texts<'_>) -> Outcome {
    let sides = [texts.base.unwrap_or_default(), texts.ours, texts.theirs];
    if sides.into_iter().any(lines::is_binary) {
        return Outcome::Binary;
    }
    let Some(merged) = lines::merge(texts.base, texts.ours, texts.theirs, texts.labels) else {
        return Outcome::Binary;
    };
    if merged.is_clean && is_still_sound(texts, &merged.bytes) {
        return Outcome::Clean(merged.bytes.into());
    }
    if let Some(bytes) = merge_keys(texts) {
        return Outcome::Clean(bytes.into());
    }
    match merged.is_clean {
        true => broken(texts, merged.bytes),
        false => Outcome::Conflict { bytes: merged.bytes.into(), trouble: Trouble::Lines },
    }
}

/// Whether what parsed before does so still, and in the same way.
fn is_still_sound(texts: &Texts<'_>, bytes: &[u8]) -> bool {
    let Some(format) = format(texts.path) else { return true };
    let read = |side: &[u8]| str::from_utf8(side).ok().and_then(|text| reading(format, text));
    let (ours, theirs) = (read(texts.ours), read(texts.theirs));
    let wanted = match (ours, texts.base.map(read)) {
        (Some(ours), _) => Some(ours.min(theirs.unwrap_or(ours))),
        (None, Some(Some(base))) => theirs.map(|theirs| theirs.min(base)),
        (None, None) => theirs,
        (None, Some(None)) => None,
    };
    wanted.is_none_or(|wanted: Reading| read(bytes).is_some_and(|reading| reading >= wanted))
}

fn merge_keys(texts: &Texts<'_>) -> Option<Vec<u8>> {
    let format = format(texts.path)?;
    let dresses = [texts.base, Some(texts.ours), Some(texts.theirs)].map(|it| it.map(Dress::of));
    let how = Undressing::of(&dresses);
    let bare = |side: &[u8]| String::from_utf8(how.take_off(side)).ok();
    let base = match texts.base {
        Some(base) => Some(bare(base)?),
        None => None,
    };
    let merged = keys::merge(format, base.as_deref(), &bare(texts.ours)?, &bare(texts.theirs)?)?;
    let bytes = how.put_on(merged.into_bytes(), true);
    is_still_sound(texts, &bytes).then_some(bytes)
}

/// Lines that merge to something that nobody can read: both sides, wherever they differ.
fn broken(texts: &Texts<'_>, merged: Vec<u8>) -> Outcome {
    let both = lines::both(texts.ours, texts.theirs, texts.labels);
    let bytes = both.map_or(merged, |lines| lines.bytes);
    Outcome::Conflict { bytes: bytes.into(), trouble: Trouble::Broken }
}

fn set_managed(texts: &Texts<'_>, bytes: &Arc<[u8]>) -> Outcome {
    if bytes.as_ref() == texts.theirs {
        return Outcome::Clean(bytes.clone());
    }
    match with_managed(texts.path, bytes, texts.theirs, texts.managed_keys) {
        Some(bytes) => Outcome::Clean(bytes.into()),
        None => Outcome::Conflict { bytes: bytes.clone(), trouble: Trouble::ManagedKeys },
    }
}

/// A text with the managed keys as theirs has them, and dressed as it was.
pub(super) fn with_managed(
    path: &RepoPath,
    bytes: &[u8],
    theirs: &[u8],
    keys: &[String],
) -> Option<Vec<u8>> {
    let format = format(path)?;
    let how = Undressing::of(&[None, Some(Dress::of(bytes)), Some(Dress::of(theirs))]);
    let bare = |side: &[u8]| String::from_utf8(how.take_off(side)).ok();
    let set = managed::set(format, &bare(bytes)?, &bare(theirs)?, keys)?;
    Some(how.put_on(set.into_bytes(), true))
}

/// The language of a file's data, by its name.
fn format(path: &RepoPath) -> Option<Format> {
    match target(path, Mode::File, "") {
        Target::Structured(template::Format::Yaml, _) => Some(Format::Yaml),
        Target::Structured(template::Format::Json, _) => Some(Format::Json),
        Target::Structured(template::Format::Toml, _) => Some(Format::Toml),
        Target::Code(_) | Target::Prose => None,
    }
}

#[cfg(test)]
mod tests;
