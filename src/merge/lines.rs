//! Three texts merged by lines, as git does it; line endings, byte-order mark and final newline are
//! each merged apart.
//!
//! **Invariant:** nothing is read but the bytes: no configuration, attributes or filters. Where the
//! three texts wear the same, a clean result is git's, byte for byte.

use git2::{Config, MergeFileInput, MergeFileOptions, merge_file};

use super::{
    Labels,
    dress::{Dress, Undressing},
};

/// Bytes merged by lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lines {
    /// The text, with markers where it is not clean.
    pub(super) bytes: Vec<u8>,
    /// Whether no lines conflict.
    pub(super) is_clean: bool,
}

/// How what both sides changed is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// Ours, base and theirs; lines that both sides have at a hunk's edge stand outside of it.
    ThreeSides,
    /// Ours and theirs, and only where they differ.
    TwoSides,
}

/// How far neighbouring hunks are drawn together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    /// As `git merge`.
    Merge,
    /// As `git merge-file`.
    #[cfg(test)]
    MergeFile,
}

/// A line at the end of all three texts. It keeps the result from being empty, which the library
/// has no bytes for, and keeps the labels of a side that is.
const SENTINEL: &[u8] = b"\x01 the end of all three \x01\n";

/// The largest text that is merged; the library itself stops near 1 GiB.
const MAX_BYTES: usize = 512 << 20;

/// Git's rule for what is no text: a NUL among the first bytes.
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    bytes.iter().take(8000).any(|byte| *byte == 0)
}

/// Merges three texts; without a base both sides added the file. `None` if one is binary.
pub(super) fn merge(
    base: Option<&[u8]>,
    ours: &[u8],
    theirs: &[u8],
    labels: &Labels,
) -> Option<Lines> {
    dressed(base, ours, theirs, |[base, ours, theirs]| {
        run([base, ours, theirs], labels, Style::ThreeSides, Level::Merge)
    })
}

/// Two texts as one, with markers around whatever is not the same in both. `None` if one is
/// binary.
pub(super) fn both(ours: &[u8], theirs: &[u8], labels: &Labels) -> Option<Lines> {
    dressed(None, ours, theirs, |[base, ours, theirs]| {
        run([base, ours, theirs], labels, Style::TwoSides, Level::Merge)
    })
}

/// Merges the bare texts, and what they wear.
fn dressed(
    base: Option<&[u8]>,
    ours: &[u8],
    theirs: &[u8],
    merge: impl FnOnce([&[u8]; 3]) -> Option<Lines>,
) -> Option<Lines> {
    let dresses = [base, Some(ours), Some(theirs)].map(|side| side.map(Dress::of));
    let how = Undressing::of(&dresses);
    let [base, ours, theirs] =
        [base.unwrap_or_default(), ours, theirs].map(|side| how.take_off(side));
    let Lines { bytes, is_clean } = merge([&base, &ours, &theirs])?;
    Some(Lines { bytes: how.put_on(bytes, is_clean), is_clean })
}

fn run(sides: [&[u8]; 3], labels: &Labels, style: Style, level: Level) -> Option<Lines> {
    // The library is set up by whatever is first made of it, and this is the least.
    Config::new().ok()?;
    // The library has no bytes for a merge of what it takes for binary, or too large.
    if sides.iter().any(|side| is_binary(side) || side.len() > MAX_BYTES) {
        return None;
    }
    let [base, ours, theirs] = sides.map(|side| [side, SENTINEL].concat());
    let mut inputs = [MergeFileInput::new(), MergeFileInput::new(), MergeFileInput::new()];
    for (input, text) in inputs.iter_mut().zip([&base, &ours, &theirs]) {
        input.content(text);
    }
    let mut options = MergeFileOptions::new();
    options
        .ancestor_label(one_line(&labels.base))
        .our_label(one_line(&labels.ours))
        .their_label(one_line(&labels.theirs));
    match style {
        Style::ThreeSides => options.style_zdiff3(true),
        Style::TwoSides => options.style_standard(true),
    };
    match level {
        Level::Merge => {}
        #[cfg(test)]
        Level::MergeFile => {
            options.simplify_alnum(true);
        }
    }
    let [base, ours, theirs] = &inputs;
    let merged = merge_file(base, ours, theirs, Some(&mut options)).ok()?;
    let bytes = merged.content().strip_suffix(SENTINEL)?.to_vec();
    Some(Lines { bytes, is_clean: merged.is_automergeable() })
}

/// A label can't end its line, nor hold what C takes for its end.
fn one_line(label: &str) -> String {
    label.chars().map(|it| if it.is_control() { ' ' } else { it }).collect()
}

#[cfg(test)]
mod tests;
