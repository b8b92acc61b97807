//! What a case expects of the files that came of it, and what is not so.

use super::nearby::nearby;
use crate::{
    case::{Contained, Expect, Expected},
    diag::Diagnostic,
    text::Place,
    tree::{RepoPath, Tree},
};

/// What of these files is not as it is expected, each at its place in the case.
pub fn unmet(expect: &Expect, files: &Tree) -> Vec<Diagnostic> {
    let mut unmet = expect.missing(&files.paths().collect::<Vec<_>>());
    for Expected { value: glob, place } in &expect.absent {
        if let Some(path) = files.paths().find(|path| glob.matches(path)) {
            let message = match path.as_str() == glob.as_str() {
                true => format!("`{path}` is there"),
                false => format!("`{path}` is there, and matches `{}`", glob.as_str()),
            };
            unmet.push(Diagnostic::error("not-absent", message).at(place.clone()));
        }
    }
    for Contained { file, text } in &expect.contains {
        let content = files.get(&file.value).map(|entry| entry.text().unwrap_or_default());
        if let Some(content) = content.filter(|it| !it.contains(&text.value)) {
            let message = format!("`{}` does not contain this text", file.value);
            let mistake = Diagnostic::error("not-contained", message).at(text.place.clone());
            unmet.push(mistake.note(nearby(content, &text.value)));
        }
    }
    unmet
}

/// What is wrong with the conflicts of an upgrade: they must be exactly the expected ones. `place` is
/// that of the upgrade.
pub fn unconflicted(expect: &Expect, place: &Place, conflicts: &[RepoPath]) -> Vec<Diagnostic> {
    let is_missing = |it: &&Expected<RepoPath>| !conflicts.contains(&it.value);
    let missing = expect.conflicts.iter().filter(is_missing).map(|it| {
        let message = format!("`{}` is no conflict", it.value);
        Diagnostic::error("not-conflicting", message).at(it.place.clone())
    });
    let is_new = |it: &&RepoPath| expect.conflicts.iter().all(|known| known.value != **it);
    let new = conflicts.iter().filter(is_new).map(|path| {
        let message = format!("`{path}` is a conflict, which the case does not expect");
        Diagnostic::error("conflict", message).at(place.clone())
    });
    missing.chain(new).collect()
}

/// What is wrong where answers were refused with `mistakes`: nothing, if that is what was expected.
pub fn unrefused(expect: &Expect, mistakes: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let Some(Expected { value: code, place }) = &expect.refused else { return mistakes };
    if mistakes.iter().any(|it| it.code == *code) {
        return Vec::new();
    }
    let codes: Vec<_> = mistakes.iter().map(|it| format!("`{}`", it.code)).collect();
    let message = format!("the answers are refused with {}, not with `{code}`", codes.join(", "));
    let mut unmet = vec![Diagnostic::error("not-refused", message).at(place.clone())];
    unmet.extend(mistakes);
    unmet
}
