//! Every two answers to enumerable parameters, tried together.

use super::play::{answers, release, render};
use crate::{
    case::{self, Case},
    cli::{Failure, path::Subject},
    data::Places,
    diag::Diagnostic,
    host::Stopwatch,
    rehearse::{self, Combination, Matrix, Snapshot, Test},
    spec::Stated,
    text::Document,
    version::Version,
};

/// Tries the pairwise combinations of one version; none where it has no case to begin with, or no
/// parameter whose answers can be listed.
pub(super) fn matrix(
    subject: &Subject,
    name: &str,
    version: &Version,
) -> Result<Option<Test>, Failure> {
    let watch = Stopwatch::start();
    let release = match release(&subject.shelf, name, version) {
        Ok(release) => release,
        // It is a failure of its cases already.
        Err(Failure::Mistakes(_)) => return Ok(None),
        Err(failure) => return Err(failure),
    };
    let matrix = rehearse::matrix(&release.manifest.parameters);
    let Some(case) = first_case(subject, (name, version), &release.files) else { return Ok(None) };
    if matrix.combinations.is_empty() {
        return Ok(None);
    }
    let (mut failures, mut tried) = (Vec::new(), 0);
    for combination in &matrix.combinations {
        let stated = stated(&case, combination);
        let rendered = match answers(&release, &stated) {
            // The parameters themselves do not allow it.
            Err(Failure::Mistakes(mistakes)) if mistakes.iter().all(|it| it.code != "default") => {
                continue;
            }
            Err(failure) => Err(failure),
            Ok(_) => render(&subject.shelf, release.clone(), &stated),
        };
        tried += 1;
        match rendered {
            Ok(_) => {}
            Err(Failure::Mistakes(mistakes)) => {
                failures.extend(mistakes.into_iter().map(|it| it.note(with(combination))));
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(Some(Test {
        subject: release.label(),
        name: format!("matrix ({tried} combinations)"),
        file: case.document.name().to_owned(),
        failures: once_each(failures),
        snapshot: Snapshot::None,
        upgraded: None,
        note: left_out(&matrix),
        time: watch.elapsed(),
    }))
}

/// What of the pairs was not tried.
fn left_out(matrix: &Matrix) -> Option<String> {
    let Matrix { combinations, met, pairs } = matrix;
    let what = match combinations.first().map_or(0, Vec::len) {
        1 => "answers",
        _ => "pairs of answers",
    };
    (met < pairs).then(|| format!("covered {met} of {pairs} {what}: there are too many for all"))
}

/// The case that gives all other answers: `defaults`, or else the first that is not to be refused.
fn first_case(
    subject: &Subject,
    (name, version): (&str, &Version),
    files: &crate::tree::Tree,
) -> Option<Case> {
    let read = |case: String| {
        let file = format!("{}/{case}.yaml", case::FOLDER);
        let label = subject.shelf.file_label(&format!("{name}/{version}/{file}"));
        let text = files.file(&file)?.text()?;
        Case::parse(&case, &Document::new(label, text)).ok()
    };
    let cases = case::names(files).into_iter().filter_map(read);
    let mut good: Vec<_> = cases.filter(|it| it.expect.refused.is_none()).collect();
    good.sort_by_key(|it| it.name != "defaults");
    good.into_iter().next()
}

/// The answers of a case, with those of a combination in their place.
fn stated(case: &Case, combination: &Combination) -> Vec<Stated> {
    let place = case.document.place((0..0).into());
    let is_own = |it: &&Stated| combination.iter().all(|(name, _)| *name != it.name);
    let own = case.parameters.iter().filter(is_own).cloned();
    let given = combination.iter().map(|(name, value)| Stated {
        name: name.clone(),
        value: value.clone(),
        key: place.clone(),
        place: place.clone(),
        parts: Places::default(),
    });
    own.chain(given).collect()
}

fn with(combination: &Combination) -> String {
    let one = |(name, value): &(String, _)| format!("{name}={value}");
    format!("with {}", combination.iter().map(one).collect::<Vec<_>>().join(" "))
}

/// A mistake that many combinations make is told once, with the first of them.
fn once_each(mistakes: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut once: Vec<Diagnostic> = Vec::new();
    for mistake in mistakes {
        let is_same = |it: &Diagnostic| {
            (it.code, &it.message, &it.place) == (mistake.code, &mistake.message, &mistake.place)
        };
        if !once.iter().any(is_same) {
            once.push(mistake);
        }
    }
    once
}
