//! What is wrong with parameters that nobody answered rightly.

use crate::{
    answer::Origin,
    diag::{Diagnostic, Wanted},
    manifest::Parameter,
    resolve::Given,
};

/// The code of a parameter that must have an answer and has none.
pub(super) const MISSING: &str = "missing-answer";

/// A parameter without an answer.
pub(super) fn missing(parameter: &Parameter) -> Diagnostic {
    let name = &parameter.name;
    let mistake = Diagnostic::error(MISSING, format!("parameter `{name}` has no answer"))
        .help(format!("pass `--set {name}=…`, or add `{}` to the spec file", in_spec(name)))
        .wants(Wanted::Answer(name.clone()));
    match parameter.title.as_ref().or(parameter.description.as_ref()) {
        Some(title) => mistake.note(title.clone()),
        None => mistake,
    }
}

/// Where a spec answers a parameter.
fn in_spec(name: &str) -> String {
    let of_metadata = crate::spec::METADATA_ANSWERS.contains(&name);
    format!("{}.{name}", if of_metadata { "metadata" } else { "spec.parameters" })
}

/// A default or computed value that its own schema refuses.
pub(super) fn unfit(parameter: &Parameter, origin: Origin, complaint: &str) -> Diagnostic {
    let name = &parameter.name;
    let (what, help, wanted) = match origin {
        Origin::Computed => (
            "the computed value",
            "change what it is computed from, or mend the golden path".to_owned(),
            None,
        ),
        _ => (
            "the default",
            format!("pass `--set {name}=…`, or mend the golden path"),
            Some(Wanted::Answer(name.clone())),
        ),
    };
    let message = format!("{what} of parameter `{name}` {complaint}");
    Diagnostic::error("default", message).at(parameter.value_place.clone()).help(help).wants(wanted)
}

/// An answer to a parameter that does not apply.
pub(super) fn without_effect(name: &str, given: &Given) -> Diagnostic {
    let message = format!("parameter `{name}` does not apply with these answers");
    Diagnostic::warning("without-effect", message)
        .at(given.key.clone())
        .note(format!("its answer from {} is left out", given.origin))
}
