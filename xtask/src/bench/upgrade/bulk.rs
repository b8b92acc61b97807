//! A service of many files for the clock: half of them changed by the new version in one line, the
//! team's edits in a tenth, in another line.

use std::{collections::BTreeMap, path::Path};

use anyhow::Result;

use super::{
    tool::Place,
    versions::{Files, Git as _, PACKAGE, Versions, put, rendered},
};
use crate::bench::template::{self, Content, File};

/// A service of many files.
pub(in crate::bench) struct Bulk {
    pub(in crate::bench) versions: Versions,
    /// What the team has at the end of an update: the new version with its own edits.
    pub(super) expected: BTreeMap<String, Vec<u8>>,
    /// The files that the team edited, as it left them.
    edited: BTreeMap<String, Vec<u8>>,
}

impl Bulk {
    /// So many files, half of them YAML, half of them rendered.
    pub(in crate::bench) fn new(count: usize) -> Self {
        let files = template::files(count, Content::HalfYaml);
        // Of each four neighbours two change: one rendered, one copied.
        let is_changed = |index: usize| index % 4 < 2;
        let before: Files = files.iter().map(|it| (it.path.clone(), text(it))).collect();
        let after = files.iter().enumerate().map(|(index, it)| {
            let text = text(it);
            (it.path.clone(), if is_changed(index) { changed(&text) } else { text })
        });
        let versions = Versions { before, after: after.collect(), ..Versions::default() };
        let theirs = files.iter().step_by(10).map(|it| it.path.clone());
        let theirs: Vec<String> = theirs.collect();
        let with_edits = |files: &Files| {
            let mut files = rendered(files, PACKAGE);
            for path in &theirs {
                files.entry(path.clone()).and_modify(|it| it.extend_from_slice(EDIT));
            }
            files
        };
        let (expected, mut edited) = (with_edits(&versions.after), with_edits(&versions.before));
        edited.retain(|path, _| theirs.contains(path));
        Self { versions, expected, edited }
    }

    /// Has the team edit and commit.
    pub(in crate::bench) fn edit(&self, place: &Place, service: &Path) -> Result<()> {
        self.edited.iter().try_for_each(|(path, bytes)| put(&service.join(path), bytes))?;
        place.run(service, &["commit", "--quiet", "--all", "--message", "The team's work"])?;
        Ok(())
    }
}

/// What the team adds at the end; a comment in YAML and in the texts alike.
const EDIT: &[u8] = b"# the team's own\n";

fn text(file: &File) -> String {
    file.text.replace("@OWNER@", "the team")
}

/// The new version: the fourth line in other words.
fn changed(text: &str) -> String {
    let line = |(number, line): (usize, &str)| match number {
        3 => format!("{line} and more\n"),
        _ => format!("{line}\n"),
    };
    text.lines().enumerate().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_files_change_and_a_tenth_is_edited() {
        let bulk = Bulk::new(100);
        let (before, after) = (&bulk.versions.before, &bulk.versions.after);
        assert_eq!(before.iter().filter(|(path, it)| after.get(*path) != Some(it)).count(), 50);
        assert_eq!(bulk.edited.len(), 10);
        let both = |path: &String| before.get(path) != after.get(path);
        assert_eq!(bulk.edited.keys().filter(|path| both(path)).count(), 5);
        assert_eq!(bulk.expected.len(), 100);
    }
}
