//! A released version never changes.

use super::subject::Subject;
use crate::{catalog::Release, diag::Diagnostic};

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
