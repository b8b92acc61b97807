//! Cases whose answers the version does not take.

use std::collections::BTreeSet;

use super::{render::Rendered, sample::Samples, subject::Subject};
use crate::{
    case::{self, Case, Expected, Upgrade},
    data::{Value, parse_yaml},
    diag::{Diagnostic, FixEdit},
    name::nearest,
    text::Place,
};

/// Mistakes in what cases say, told before they are tried.
pub(super) fn misread(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for case in parsed(subject) {
        match case {
            Ok(case) => found.extend(case.upgrades.iter().filter_map(|it| no_older(subject, it))),
            Err(mistakes) => found.extend(mistakes),
        }
    }
    found
}

/// An upgrade must come from an older version that is there.
fn no_older(subject: &Subject<'_>, upgrade: &Upgrade) -> Option<Diagnostic> {
    let Expected { value: from, place } = &upgrade.from;
    let request = subject.request;
    let versions = request.catalog.versions(request.name).iter();
    let older: Vec<_> = versions.filter(|it| *it < request.version).collect();
    (!older.contains(&from)).then(|| {
        let there: Vec<_> = older.iter().map(|it| format!("`{it}`")).collect();
        let help = match there.is_empty() {
            true => "remove it: this is the first version".to_owned(),
            false => format!("older versions are {}", there.join(", ")),
        };
        let message = format!("there is no older version `{from}` of `{}`", request.name);
        Diagnostic::error("no-such-version", message).at(place.clone()).help(help)
    })
}

/// Files that cases expect and that no answers make. Others may come of an upgrade.
pub(super) fn unmet(subject: &Subject<'_>, rendered: &Rendered) -> Vec<Diagnostic> {
    let files: BTreeSet<_> = rendered.all().flat_map(|plan| plan.files.keys()).collect();
    let files: Vec<_> = files.into_iter().collect();
    let missing = |case: Case| case.expect.missing(&files);
    let helped = |it: Diagnostic| match it.help {
        Some(_) => it,
        None => it.help("remove it, or mend the paths of `template/`: no answers make such a file"),
    };
    parsed(subject).flatten().flat_map(missing).map(helped).collect()
}

fn parsed(subject: &Subject<'_>) -> impl Iterator<Item = Result<Case, Vec<Diagnostic>>> {
    let files = subject.request.files;
    case::names(files).into_iter().filter_map(|name| {
        let document = subject.request.document(&format!("{}/{name}.yaml", case::FOLDER))?;
        Some(Case::parse(&name, &document))
    })
}

pub(super) fn check(subject: &Subject<'_>, samples: &Samples<'_>) -> Vec<Diagnostic> {
    let mistakes = samples.mistakes.iter().cloned();
    mistakes
        .map(|mistake| match (&mistake.place, mistake.code) {
            (Some(place), "unknown-parameter") => {
                let name = place.document.slice(place.span).to_owned();
                // What the case answers already is not what it misspells.
                let answered = answered(place);
                let open = subject.parameters().filter(|it| !answered.contains(*it));
                let near = nearest(&name, open).map(str::to_owned);
                let help = near.as_ref().map_or_else(
                    || format!("remove it: the parameters are {}", parameters(subject)),
                    |near| format!("did you mean `{near}`?"),
                );
                let edit = near.map(|text| FixEdit::Replace { place: place.clone(), text });
                mistake.help(help).fix(edit)
            }
            _ => mistake,
        })
        .collect()
}

/// The parameters that the case around a place answers.
fn answered(place: &Place) -> BTreeSet<String> {
    let value = parse_yaml(&place.document).map(|it| it.value).unwrap_or_default();
    let answers = value.get("parameters").into_iter().flat_map(Value::entries);
    answers.map(|(name, _)| name.to_owned()).collect()
}

fn parameters(subject: &Subject<'_>) -> String {
    subject.parameters().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ")
}
