//! Findings with edits -> the files after them.
//!
//! **Invariant:** no two edits of one round touch the same lines of a file; what is left out waits for
//! the next look.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    diag::{Diagnostic, Fix, FixEdit},
    text::Place,
};

/// What becomes of files, by their names before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files {
    /// Files that get a text.
    pub written: BTreeMap<String, String>,
    /// Files that get another name, with their modes.
    pub moved: BTreeMap<String, String>,
    /// What each finding gets that is mended by that.
    pub mended: Vec<Mended>,
}

/// What mends one finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// Its edits, in their order.
    pub edits: Vec<Made>,
}

/// One edit in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The file that it changes.
    pub file: String,
    /// Where: the file, with line and column if it is a part of it.
    pub place: String,
    /// What: on one line.
    pub what: String,
}

/// The edits of as many findings as can be made at once, none of which touches a file of `refused`.
pub fn mend(found: &[Diagnostic], refused: &BTreeSet<String>) -> Files {
    let mut mending = Mending::default();
    let is_possible = |fix: &&Fix| !fix.edits.iter().any(|it| refused.contains(file(it)));
    for fix in found.iter().filter_map(|it| it.fix.as_ref()).filter(is_possible) {
        mending.take(fix);
    }
    mending.files()
}

/// The file that an edit changes, by its name before.
fn file(edit: &FixEdit) -> &str {
    match edit {
        FixEdit::Replace { place, .. } => place.document.name(),
        FixEdit::Create { path, .. } => path,
        FixEdit::Rename { from, .. } => from,
    }
}

fn made(edit: &FixEdit) -> Made {
    let (place, what) = match edit {
        FixEdit::Replace { place, text } => {
            (place.label(), replaced(&place.document.shown(place.span), text))
        }
        FixEdit::Create { path, .. } => (path.clone(), "written".to_owned()),
        FixEdit::Rename { from, to } => (from.clone(), format!("now called `{to}`")),
    };
    Made { file: file(edit).to_owned(), place, what }
}

/// A replacement in words.
fn replaced(old: &str, new: &str) -> String {
    match (old.trim(), new.trim()) {
        ("", _) => format!("added {}", quoted(new)),
        (_, "") => format!("took away {}", quoted(old)),
        (old, new) => format!("{} is now {}", quoted(old), quoted(new)),
    }
}

/// A text on one line: a long one by its beginning.
fn quoted(text: &str) -> String {
    const MOST: usize = 60;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.chars().count() > MOST {
        true => format!("`{}…`", text.chars().take(MOST).collect::<String>().trim_end()),
        false => format!("`{text}`"),
    }
}

#[derive(Default)]
struct Mending<'a> {
    edits: BTreeMap<String, Vec<(&'a Place, &'a str)>>,
    files: Files,
}

impl<'a> Mending<'a> {
    fn take(&mut self, fix: &'a Fix) {
        if !fix.edits.iter().all(|edit| self.is_free(edit)) {
            return;
        }
        for edit in &fix.edits {
            match edit {
                FixEdit::Replace { place, text } => {
                    let edits = self.edits.entry(place.document.name().to_owned());
                    edits.or_default().push((place, text));
                }
                FixEdit::Create { path, text } => {
                    self.files.written.insert(path.clone(), text.clone());
                }
                FixEdit::Rename { from, to } => {
                    self.files.moved.insert(from.clone(), to.clone());
                }
            }
        }
        self.files.mended.push(Mended { edits: fix.edits.iter().map(made).collect() });
    }

    fn is_free(&self, edit: &FixEdit) -> bool {
        let is_whole = |path: &str| {
            self.files.written.contains_key(path)
                || self.files.moved.contains_key(path)
                || self.files.moved.values().any(|it| it == path)
        };
        match edit {
            FixEdit::Replace { place, .. } => {
                let name = place.document.name();
                let others = self.edits.get(name).into_iter().flatten();
                !is_whole(name) && others.into_iter().all(|(other, _)| are_apart(place, other))
            }
            FixEdit::Create { path, .. } => !is_whole(path) && !self.edits.contains_key(path),
            FixEdit::Rename { from, to } => {
                !is_whole(from) && !is_whole(to) && !self.edits.contains_key(from)
            }
        }
    }

    fn files(mut self) -> Files {
        for (name, mut edits) in self.edits {
            edits.sort_by_key(|(place, _)| std::cmp::Reverse(place.span.start));
            let Some((first, _)) = edits.first() else { continue };
            let mut text = first.document.text().to_owned();
            for (place, new) in edits {
                text.replace_range(place.span.start..place.span.end, new);
            }
            self.files.written.insert(name, text);
        }
        self.files
    }
}

/// Whether two places have a line of their own each, with one between them.
fn are_apart(one: &Place, other: &Place) -> bool {
    let lines = |it: &Place| {
        let line = |offset| it.document.position(offset).line;
        (line(it.span.start), line(it.span.end))
    };
    let ((start, end), (other_start, other_end)) = (lines(one), lines(other));
    one.document == other.document && (end + 1 < other_start || other_end + 1 < start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Document, Span};

    fn replace(document: &Document, old: &str, new: &str) -> Diagnostic {
        let start = document.text().find(old).unwrap();
        let place = document.place(Span { start, end: start + old.len() });
        Diagnostic::error("x", "x").at(place).instead(Some(new))
    }

    #[test]
    fn edits_of_lines_apart_are_made_at_once_and_the_others_wait() {
        let document = Document::new("a", "one\ntwo\nthree\nfour\nfive\n");
        let found = [
            replace(&document, "one", "1"),
            replace(&document, "two", "2"),
            replace(&document, "five", "5"),
        ];
        let files = mend(&found, &BTreeSet::new());
        assert_eq!(files.written["a"], "1\ntwo\nthree\nfour\n5\n");
        let made: Vec<_> = files.mended.iter().flat_map(|it| &it.edits).collect();
        let made: Vec<_> = made.iter().map(|it| format!("{} {}", it.place, it.what)).collect();
        assert_eq!(made, ["a:1:1 `one` is now `1`", "a:5:1 `five` is now `5`"]);
        assert_eq!(mend(&found, &BTreeSet::from(["a".to_owned()])), Files::default());
    }

    #[test]
    fn a_file_that_gets_another_name_is_not_edited() {
        let document = Document::new("a", "one\n");
        let edit = FixEdit::Rename { from: "a".to_owned(), to: "b".to_owned() };
        let renamed = Diagnostic::error("x", "x").fix(edit);
        let files = mend(&[renamed, replace(&document, "one", "1")], &BTreeSet::new());
        assert!(files.written.is_empty() && files.moved["a"] == "b");
    }
}
