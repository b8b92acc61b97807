//! Every two answers to enumerable parameters, tried together.

use super::play::{given, release, render};
use crate::{
    answer::Answers,
    case::{self, Case},
    cli::{Failure, path::Subject},
    data::Places,
    diag::Diagnostic,
    host::Stopwatch,
    rehearse::{self, Combination, Judged, Limits, Matrix, Snapshot, Test, Trial},
    resolve::{Asking, Questionnaire, ResolveError, resolve},
    spec::Stated,
    text::Document,
    version::Version,
};

/// How many cases may give the other answers.
const CASES: usize = 10;

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
    let cases = good_cases(subject, (name, version), &release.files);
    let Some(case) = cases.first() else { return Ok(None) };
    let manifest = &release.manifest;
    let Ok(questionnaire) = Questionnaire::new(&manifest.parameters, &manifest.rules) else {
        // It is a failure of its cases, too.
        return Ok(None);
    };
    let mut judge = |case: usize, combination: &Combination| match cases.get(case) {
        Some(case) => judged(&questionnaire, case, combination),
        None => Judged::Refused,
    };
    let limits = Limits { spoken: questionnaire.spoken(), cases: cases.len(), judge: &mut judge };
    let matrix = rehearse::matrix(&manifest.parameters, limits);
    if matrix.pairs == 0 {
        return Ok(None);
    }
    let mut failures = Vec::new();
    for trial in &matrix.trials {
        let Some(of) = cases.get(trial.case) else { continue };
        match render(&subject.shelf, release.clone(), &stated(of, &trial.answers)) {
            Ok(_) => {}
            Err(Failure::Mistakes(mistakes)) => {
                failures.extend(mistakes.into_iter().map(|it| it.note(with(trial, of))));
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(Some(Test {
        subject: release.label(),
        name: format!("matrix ({} combinations)", matrix.trials.len()),
        file: case.document.name().to_owned(),
        failures: once_each(failures),
        snapshot: Snapshot::None,
        upgraded: None,
        note: left_out(&matrix, &cases),
        time: watch.elapsed(),
    }))
}

/// What the parameters say to a combination, the other answers taken from a case.
fn judged(questionnaire: &Questionnaire<'_>, case: &Case, combination: &Combination) -> Judged {
    let given = given(&stated(case, combination));
    let applies = |answers: &Answers| {
        let is_so =
            |(name, value): &(String, _)| answers.get(name).is_some_and(|it| it.value == *value);
        combination.iter().map(is_so).collect()
    };
    match resolve(questionnaire, &given, Asking::Nobody) {
        Ok(resolved) => Judged::Allowed(applies(&resolved.answers)),
        // A default that is wrong with them is no mistake of the answers: rendering tells it.
        Err(ResolveError::Mistakes(mistakes)) if mistakes.iter().any(|it| it.code == "default") => {
            Judged::Allowed(vec![true; combination.len()])
        }
        Err(_) => Judged::Refused,
    }
}

/// What of the pairs was not tried, and why.
fn left_out(matrix: &Matrix, cases: &[Case]) -> Option<String> {
    let Matrix { impossible, met, refused, pairs, .. } = matrix;
    let what = if matrix.is_of_pairs { "pairs of answers" } else { "answers" };
    let covered = (met + refused < *pairs)
        .then(|| format!("covered {met} of {pairs} {what}: there are too many for all"));
    let never = (!impossible.is_empty()).then(|| {
        let of = match cases {
            [one] => format!("case `{}`", one.name),
            _ => "any case".to_owned(),
        };
        format!("never allowed with the other answers of {of}: {}", listed(impossible))
    });
    let parts: Vec<_> = covered.into_iter().chain(never).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// Answers that can't be, each with those that it can't be together with.
fn listed(impossible: &[Combination]) -> String {
    const MOST: usize = 12;
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for answers in impossible.iter().take(MOST) {
        let mut words = answers.iter().map(|(name, value)| format!("`{name}={value}`"));
        let (Some(first), other) = (words.next(), words.next()) else { continue };
        match groups.last_mut() {
            Some((of, others)) if *of == first => others.extend(other),
            _ => groups.push((first, other.into_iter().collect())),
        }
    }
    let group = |(first, others): (String, Vec<String>)| match others.as_slice() {
        [] => first,
        others => format!("{first} with {}", others.join(" or ")),
    };
    let told = groups.into_iter().map(group).collect::<Vec<_>>().join(", ");
    match impossible.len().saturating_sub(MOST) {
        0 => told,
        more => format!("{told}, and {more} more"),
    }
}

/// The cases that may give all other answers: `defaults` first, and none that is to be refused.
fn good_cases(
    subject: &Subject,
    (name, version): (&str, &Version),
    files: &crate::tree::Tree,
) -> Vec<Case> {
    let read = |case: String| {
        let file = format!("{}/{case}.yaml", case::FOLDER);
        let label = subject.shelf.file_label(&format!("{name}/{version}/{file}"));
        let text = files.file(&file)?.text()?;
        Case::parse(&case, &Document::new(label, text)).ok()
    };
    let cases = case::names(files).into_iter().filter_map(read);
    let mut good: Vec<_> = cases.filter(|it| it.expect.refused.is_none()).collect();
    good.sort_by_key(|it| it.name != "defaults");
    good.truncate(CASES);
    good
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

fn with(trial: &Trial, case: &Case) -> String {
    let one = |(name, value): &(String, _)| format!("{name}={value}");
    let answers = trial.answers.iter().map(one).collect::<Vec<_>>().join(" ");
    match trial.case {
        0 => format!("with {answers}"),
        _ => format!("with {answers}, and the other answers of case `{}`", case.name),
    }
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
