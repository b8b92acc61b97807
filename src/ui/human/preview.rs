//! What a golden path makes, and what an edit changes in it.

use super::{
    contents,
    ink::{FAINT, HEADING, count, paint},
    patch::{StatRow, patch, stat},
    tree::{TREE_LINES, TreePicture, draw_tree},
};
use crate::{
    patch::{Side, unified},
    tree::{Entry, RepoPath, Tree, difference},
    ui::{Look, clean_line},
    version::Version,
};

/// What is shown of a version with the answers of a case.
#[derive(Debug, Clone, Copy)]
pub struct Previewed<'a> {
    /// The golden path or layer.
    pub name: &'a str,
    /// Its version.
    pub version: &'a Version,
    /// The case.
    pub case: Option<&'a str>,
    /// The files.
    pub files: &'a Tree,
    /// Whether the files' contents are wanted too.
    pub is_whole: bool,
}

/// As many files as differ in a picture that shows their lines; of more only the numbers.
const MOST_PATCHES: usize = 20;

/// The files as a picture.
pub fn previewed(it: &Previewed<'_>, look: Look) -> String {
    let case = it.case.map(|case| format!(", with the case `{}`", clean_line(case)));
    let files = count(it.files.iter().len(), "file");
    let root = format!("{} {}", it.name, it.version);
    let lines = if it.is_whole { usize::MAX } else { TREE_LINES };
    let tree = draw_tree(TreePicture { root: &root, tree: it.files, lines }, look);
    let sum = paint(FAINT, format!("{files}{}", case.unwrap_or_default()));
    match it.is_whole {
        true => format!("{tree}\n{sum}\n\n{}", contents(it.files)),
        false => format!("{tree}\n{sum}"),
    }
}

/// What differs between the files before and after an edit.
pub fn changed(before: &Tree, after: &Tree, look: Look) -> String {
    let paths = difference(before, after);
    let patches: Vec<_> = paths
        .iter()
        .map(|(path, _)| unified(view(path, before.get(path)), view(path, after.get(path))))
        .collect();
    let rows: Vec<_> =
        paths.iter().zip(&patches).map(|((path, _), patch)| StatRow { path, patch }).collect();
    let words = match rows.len() {
        1 => "1 file differs".to_owned(),
        number => format!("{number} files differ"),
    };
    let body = match rows.len() <= MOST_PATCHES {
        true => patches.iter().map(patch).collect::<Vec<_>>().join("\n"),
        false => stat(&rows, look),
    };
    format!("{}\n{body}", paint(HEADING, words))
}

fn view<'a>(path: &'a RepoPath, entry: Option<&'a Entry>) -> Option<Side<'a>> {
    entry.map(|entry| Side { path, mode: entry.mode, bytes: &entry.bytes })
}
