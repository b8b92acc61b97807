//! Where the parts stand that findings speak of.

use super::files::{configs, followed, labelled, plain};
use crate::{
    guard::{Finding, Verdict},
    tree::Tree,
};

/// A verdict whose findings say the file by its path and the line of the part.
pub fn placed(mut verdict: Verdict, tree: &Tree) -> Verdict {
    verdict.findings.iter_mut().for_each(|it| place(it, tree));
    for failure in &mut verdict.failures {
        let found = failure.path.as_deref().and_then(|it| labelled(tree, it));
        failure.path = found.map(|(path, ..)| path.to_string()).or(failure.path.take());
    }
    verdict
}

fn place(finding: &mut Finding, tree: &Tree) {
    let Some((path, entry, at)) = finding.path.as_deref().and_then(|it| labelled(tree, it)) else {
        return;
    };
    finding.path = Some(path.to_string());
    let text = followed(tree, path, entry).ok().and_then(plain);
    let (None, Some(pointer), Some(text)) = (finding.line, &finding.pointer, text) else {
        return;
    };
    let configs = configs(path, &text);
    finding.line = configs.get(at).map(|it| it.place(pointer).position().line);
}
