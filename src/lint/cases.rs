//! Cases whose answers the version does not take.

use super::{sample::Samples, subject::Subject};
use crate::{
    diag::{Diagnostic, FixEdit},
    name::nearest,
};

pub(super) fn check(subject: &Subject<'_>, samples: &Samples<'_>) -> Vec<Diagnostic> {
    let mistakes = samples.mistakes.iter().cloned();
    mistakes
        .map(|mistake| match (&mistake.place, mistake.code) {
            (Some(place), "unknown-parameter") => {
                let name = place.document.slice(place.span).to_owned();
                let near = nearest(&name, subject.parameters()).map(str::to_owned);
                let edit = near.map(|text| FixEdit::Replace { place: place.clone(), text });
                mistake.fix(edit)
            }
            _ => mistake,
        })
        .collect()
}
