//! `flagstone path test`: cases are rendered and compared with what they should come to.

mod judged;
mod matrix;
mod play;
mod report;
mod upgrade;
mod verify;
mod without;

use std::{collections::BTreeSet, path::PathBuf};

use clap::Args;
use rayon::prelude::*;

pub(super) use self::play::given;
use self::play::{Task, play};
use super::{Subject, subjects, told::Relative};
use crate::{
    cli::{Context, Exit, Failure},
    host::Stopwatch,
    rehearse::{Covered, Reached, Report, Test, covered},
    ui::human::Missed,
};

/// Render the cases of golden paths and layers, and compare what comes of them.
///
/// Policies judge what each renders, as in `flagstone new`. Ends with 1 if a case fails.
#[derive(Debug, Args)]
pub(super) struct TestArguments {
    /// A version's folder, a golden path's or a whole catalog's [default: .].
    #[arg(value_name = "DIR")]
    folders: Vec<PathBuf>,
    /// Write the snapshots as the cases render now.
    #[arg(long)]
    accept: bool,
    /// Play only the cases of this name; may be repeated.
    #[arg(long = "case", value_name = "CASE")]
    cases: Vec<String>,
    /// List the lines of templates that no case reaches.
    #[arg(long)]
    coverage: bool,
    /// Try every two answers to choices and yes-or-no parameters together, and report what does not
    /// render.
    #[arg(long)]
    matrix: bool,
    /// Run what the manifest says under `verify` in a temporary repository of each case. These are
    /// programs of the golden path's author: they are listed first.
    #[arg(long)]
    verify: bool,
}

pub(super) fn run(context: &Context, arguments: &TestArguments) -> Result<Exit, Failure> {
    let watch = Stopwatch::start();
    let subjects = subjects(context, &arguments.folders)?;
    known(&subjects, &arguments.cases)?;
    let mut report = Report::default();
    for subject in &subjects {
        let (first, relative) = (report.tests.len(), Relative::of(context, subject));
        let tasks = tasks(subject, arguments)?;
        let mut reached = Reached::new();
        let played: Vec<_> = tasks.par_iter().map(|task| play(context, subject, task)).collect();
        for played in played {
            let mut played = played?;
            if arguments.accept {
                played.accept(subject);
            }
            report.tests.extend(played.tests);
            for (label, parts) in played.reached {
                reached.entry(label).or_default().extend(parts);
            }
        }
        report.tests.extend(without::cases(subject, arguments)?);
        if arguments.matrix {
            let versions = subject.versions.par_iter();
            let tests = versions.map(|(name, version)| matrix::matrix(subject, name, version));
            let tests: Vec<_> = tests.collect::<Result<_, _>>()?;
            report.tests.extend(tests.into_iter().flatten());
        }
        if arguments.verify {
            report.tests.extend(verified(context, subject, arguments)?);
        }
        if arguments.cases.is_empty() {
            report.covered.get_or_insert_default().add(lines(subject, &reached)?);
        }
        for test in report.tests.iter_mut().skip(first) {
            let failures = std::mem::take(&mut test.failures).into_iter();
            test.failures = failures.map(|it| relative.mistake(it)).collect();
            test.file = relative.name(&test.file);
        }
    }
    report.gather();
    let missed = if arguments.coverage { Missed::Listed } else { Missed::Counted };
    report::show(context, &report, missed, (&accept(arguments), watch.elapsed()))?;
    Ok(if report.failed() == 0 { Exit::Done } else { Exit::Found })
}

/// The command that writes the snapshots of the same.
fn accept(arguments: &TestArguments) -> String {
    let folders = arguments.folders.iter().map(|it| format!(" {}", it.display()));
    let cases = arguments.cases.iter().map(|it| format!(" --case {it}"));
    let words: String = folders.chain(cases).collect();
    format!("flagstone path test{words} --accept")
}

/// Whether each wanted case is one of some version: none at all would pass unseen.
fn known(subjects: &[Subject], wanted: &[String]) -> Result<(), Failure> {
    if wanted.is_empty() {
        return Ok(());
    }
    let mut names = BTreeSet::new();
    for subject in subjects {
        for (name, version) in &subject.versions {
            names.extend(crate::case::names(&subject.shelf.files(name, version)?));
        }
    }
    let unknown = wanted.iter().filter(|it| !names.contains(*it));
    let mistakes: Vec<_> = unknown.map(|it| without::no_case(it, &names)).collect();
    if mistakes.is_empty() { Ok(()) } else { Err(Failure::Mistakes(mistakes)) }
}

/// Lists what will be run, then runs it.
fn verified(
    context: &Context,
    subject: &Subject,
    arguments: &TestArguments,
) -> Result<Vec<Test>, Failure> {
    let verifications = verify::verifications(subject, &arguments.cases)?;
    verify::list(context, &verifications);
    let committer = verify::committer(context)?;
    let mut tests = Vec::new();
    for verification in &verifications {
        tests.extend(verify::verify(context, subject, verification, &committer)?);
    }
    Ok(tests)
}

/// The lines of a subject's templates.
fn lines(subject: &Subject, reached: &Reached) -> Result<Covered, Failure> {
    let mut lines = Covered::default();
    for (name, version) in &subject.versions {
        match play::release(&subject.shelf, name, version) {
            Ok(release) => lines.add(covered(&release, reached)),
            // It is a failure of its cases already.
            Err(Failure::Mistakes(_)) => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(lines)
}

/// The cases of a subject's versions.
fn tasks(subject: &Subject, arguments: &TestArguments) -> Result<Vec<Task>, Failure> {
    let mut tasks = Vec::new();
    for (name, version) in &subject.versions {
        let files = subject.shelf.files(name, version)?;
        let is_wanted =
            |case: &String| arguments.cases.is_empty() || arguments.cases.contains(case);
        let cases = crate::case::names(&files).into_iter().filter(is_wanted);
        let task = |case| Task::new(subject, (name, version), case, &files);
        tasks.extend(cases.map(task));
    }
    Ok(tasks)
}
