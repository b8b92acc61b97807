//! Mistakes in the answers of a case: what can be done about them stands there, not in a flag.

use crate::{diag::Diagnostic, text::Place};

/// How the hints of answers begin that are given by flags or a spec.
const BY_FLAG: &str = "pass `--set ";

/// A mistake in the answers of a case, with a hint at what can be done about it there. `place` is for
/// one that has none.
pub fn told_of_case(mistake: Diagnostic, file: &str, place: &Place) -> Diagnostic {
    let help = match (mistake.code, asked_for(&mistake)) {
        ("missing-answer", Some(name)) => format!("add `{name}` to `parameters` of `{file}`"),
        (_, Some(name)) => {
            format!("answer `{name}` in `parameters` of `{file}`, or mend the golden path")
        }
        (_, None) => return mistake,
    };
    let place = mistake.place.clone().unwrap_or_else(|| place.clone());
    mistake.at(place).help(help)
}

/// The parameter that a hint asks for by a flag.
pub fn asked_for(mistake: &Diagnostic) -> Option<String> {
    let rest = mistake.help.as_deref()?.strip_prefix(BY_FLAG)?;
    rest.split_once('=').map(|(name, _)| name.to_owned())
}
