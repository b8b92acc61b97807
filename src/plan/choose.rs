//! Which source writes a path that several name.

use std::collections::BTreeMap;

use super::{Layer, Plan, PlannedFile};
use crate::{diag::Diagnostic, tree::RepoPath};

/// A rendered file, its path and whose it is.
pub(super) type Candidate<'a> = (RepoPath, &'a Layer<'a>, PlannedFile);

/// One file for each path: the only one, or that of the first layer which overrides the path.
pub(super) fn choose(candidates: Vec<Candidate<'_>>) -> (Plan, Vec<Diagnostic>) {
    let mut by_path: BTreeMap<RepoPath, Vec<(&Layer<'_>, PlannedFile)>> = BTreeMap::new();
    for (path, layer, file) in candidates {
        by_path.entry(path).or_default().push((layer, file));
    }
    let mut plan = Plan::default();
    let mut mistakes = Vec::new();
    for (path, mut files) in by_path {
        if files.len() > 1 {
            let overrides = |layer: &Layer<'_>| layer.overrides.iter().any(|it| it.matches(&path));
            let first = files.iter().find(|(layer, _)| overrides(layer)).map(|it| it.0.name);
            if let Some(first) = first {
                files.retain(|(layer, _)| layer.name == first);
            }
        }
        match (files.pop(), files.is_empty()) {
            (Some((_, file)), true) => {
                plan.files.insert(path, file);
            }
            (Some((_, last)), false) => {
                files.iter().for_each(|(_, other)| mistakes.push(twice(&path, other, &last)));
            }
            (None, _) => {}
        }
    }
    (plan, mistakes)
}

fn twice(path: &RepoPath, one: &PlannedFile, two: &PlannedFile) -> Diagnostic {
    let message = format!("`{path}` is written by `{}` and by `{}`", one.source, two.source);
    let help = match one.source.layer == two.source.layer {
        true => "make at most one of them render",
        false => {
            "make at most one of them render, or name the path in the `overrides` of one layer"
        }
    };
    Diagnostic::error("written-twice", message).help(help)
}
