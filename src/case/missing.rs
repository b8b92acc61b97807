//! Files that a case expects, and that are not there.

use super::{Contained, Expect, Expected};
use crate::{diag::Diagnostic, glob::Glob, name, tree::RepoPath};

impl Expect {
    /// What is expected of files that are none of these, each at its place in the case.
    pub fn missing(&self, paths: &[&RepoPath]) -> Vec<Diagnostic> {
        let near = |name: &str| name::did_you_mean(name, paths.iter().map(|it| it.as_str()));
        let unmatched = |it: &&Expected<Glob>| !paths.iter().any(|path| it.value.matches(path));
        let not_present = self.present.iter().filter(unmatched).map(|it| {
            let message = format!("no file matches `{}`", it.value.as_str());
            Diagnostic::error("not-present", message)
                .at(it.place.clone())
                .maybe_help(near(it.value.as_str()))
        });
        let mut unknown: Vec<&Expected<RepoPath>> = Vec::new();
        for Contained { file, .. } in &self.contains {
            let is_new = !unknown.iter().any(|it| it.value == file.value);
            if is_new && !paths.contains(&&file.value) {
                unknown.push(file);
            }
        }
        let not_contained = unknown.into_iter().map(|file| {
            let message = format!("there is no file `{}`", file.value);
            Diagnostic::error("not-contained", message)
                .at(file.place.clone())
                .maybe_help(near(file.value.as_str()))
        });
        not_present.chain(not_contained).collect()
    }
}
