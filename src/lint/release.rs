//! A released version never changes.

use super::{Request, subject::Subject};
use crate::{catalog::Release, diag::Diagnostic};

/// The findings without their edits, if the version is as it was released: no edit may change it.
pub(super) fn kept(request: &Request<'_>, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let released = request.catalog.released(request.name, request.version);
    let is_intact = |released| released == Release::digest_of(request.files);
    if found.iter().any(|it| it.fix.is_some()) && released.is_some_and(is_intact) {
        for finding in found.iter_mut().filter(|it| it.fix.is_some()) {
            finding.fix = None;
            let (name, version) = (request.name, request.version);
            let note = format!(
                "`{name}` {version} is released and stays as it is: mend it in a new version"
            );
            finding.notes.push(note);
        }
    }
    found
}

pub(super) fn check(subject: &Subject<'_>) -> Option<Diagnostic> {
    let request = subject.request;
    let released = request.catalog.released(request.name, request.version)?;
    let digest = Release::digest_of(request.files);
    (digest != released).then(|| {
        let message =
            format!("`{}` {} was changed after its release", request.name, request.version);
        Diagnostic::error("changed-release", message)
            .at(subject.value_place(["metadata", "version"]))
            .note(format!("the catalog says {released}"))
            .note(format!("its files are    {digest}"))
            .help("restore its files, or release the change as a new version")
    })
}
