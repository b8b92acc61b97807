//! Mistakes in the answers of a case: what can be done about them stands there, not in a flag.

use crate::{
    diag::{Diagnostic, Wanted},
    text::Place,
};

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

/// The parameter whose answer mends a mistake.
pub fn asked_for(mistake: &Diagnostic) -> Option<String> {
    match &mistake.wanted {
        Some(Wanted::Answer(name)) => Some(name.clone()),
        Some(
            Wanted::Joined(_)
            | Wanted::Literal(_)
            | Wanted::InBraces(_)
            | Wanted::InTemplateLiteral(_),
        )
        | None => None,
    }
}
