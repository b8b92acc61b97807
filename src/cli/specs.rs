//! The services that a spec file asks for.

use std::path::Path;

use super::Failure;
use crate::{
    diag::Diagnostic,
    host::Host,
    spec::{self, Written},
    text::Document,
};

/// One service as a spec says it, or what is wrong with its part.
pub(super) type Service = Result<Written, Vec<Diagnostic>>;

/// Every service of a spec file; `-` is standard input.
pub(super) fn services(host: &Host, file: &Path) -> Result<Vec<Service>, Failure> {
    let text = host.read_text(file).map_err(|error| {
        Failure::outside_with_help(error, "name a spec file, or `-` for standard input")
    })?;
    spec::parse(&Document::new(name(file), text)).map_err(Failure::mistake)
}

/// What people call a spec file.
pub(super) fn name(file: &Path) -> String {
    let name = if file.as_os_str() == "-" { Path::new("<stdin>") } else { file };
    name.display().to_string()
}
