//! What came of the cases of golden paths: a line each, what is wrong, and the sum.

use std::time::Duration;

use super::{
    diagnostic::diagnostics,
    ink::{BAD, FAINT, GOOD, HEADING, HELP, WARN, count, paint},
    patch::patch,
    upgrade::{UpgradeSummary, upgrade_summary},
};
use crate::{
    rehearse::{MissedLines, Report, Snapshot, Test},
    ui::{Look, clean_line},
};

/// What came of the cases, and how much of it is shown.
#[derive(Debug, Clone, Copy)]
pub struct Rehearsed<'a> {
    /// What came of them.
    pub report: &'a Report,
    /// Lines of templates that no case reached.
    pub missed: Missed,
    /// Upgrades that came out as they should.
    pub upgrades: Upgrades,
    /// The command that writes the snapshots of the same.
    pub accept: &'a str,
    /// How long all of it took.
    pub time: Duration,
}

/// How lines are shown that no case reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missed {
    /// Each by its number.
    Listed,
    /// As a part of all.
    Counted,
}

/// How upgrades are shown that came out as they should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upgrades {
    /// With what becomes of each file.
    Shown,
    /// By their name.
    Counted,
}

/// What came of the cases.
pub fn rehearsal(rehearsed: &Rehearsed<'_>, look: Look) -> String {
    let report = rehearsed.report;
    let mut parts = Vec::new();
    let mut subject = "";
    for test in &report.tests {
        if subject != test.subject {
            subject = &test.subject;
            parts.push(paint(HEADING, clean_line(subject)));
        }
        parts.push(line(test));
        parts.extend(details(test, rehearsed.upgrades, look));
    }
    if !parts.is_empty() {
        parts.push(String::new());
    }
    parts.extend(help(rehearsed).map(|it| format!("{}: {it}\n", paint(HELP, "help"))));
    if let Some(covered) = report.covered.as_ref().filter(|_| rehearsed.missed == Missed::Listed) {
        parts.extend(covered.missed.iter().map(missed));
    }
    parts.push(sum(report, rehearsed.time));
    parts.join("\n")
}

/// How the snapshots become what they should be.
fn help(rehearsed: &Rehearsed<'_>) -> Option<String> {
    let accept = clean_line(rehearsed.accept);
    let is_new = |it: &Test| matches!(it.snapshot, Snapshot::Missing(_) | Snapshot::Differs(_));
    let is_orphaned = |it: &Test| it.snapshot == Snapshot::Orphaned;
    let tests = &rehearsed.report.tests;
    if tests.iter().any(is_new) {
        return Some(format!("if that is what the cases should render, `{accept}` writes it"));
    }
    tests.iter().any(is_orphaned).then(|| format!("`{accept}` removes it"))
}

fn line(test: &Test) -> String {
    let word = match (test.has_passed(), &test.snapshot) {
        (true, Snapshot::Accepted) => paint(GOOD, "wrote"),
        (true, Snapshot::Removed) => paint(GOOD, "gone "),
        (true, _) => paint(GOOD, "pass "),
        (false, _) => paint(BAD, "FAIL "),
    };
    format!("  {word}  {}  {}", clean_line(&test.name), paint(FAINT, milliseconds(test.time)))
}

/// Everything that is to be said of a test, below its line.
fn details(test: &Test, upgrades: Upgrades, look: Look) -> Vec<String> {
    let mut parts = Vec::new();
    if !test.failures.is_empty() {
        parts.push(diagnostics(&test.failures, look));
    }
    match &test.snapshot {
        Snapshot::Missing(overview) => {
            let lines: Vec<_> = overview.lines().map(clean_line).collect();
            parts.push(format!("there is no snapshot yet; it renders\n\n{}", lines.join("\n")));
        }
        Snapshot::Orphaned => parts.push("this snapshot is of no case".to_owned()),
        Snapshot::Differs(files) => {
            let file = |(path, difference): &(String, _)| {
                format!("{}\n{}", paint(HEADING, clean_line(path)), patch(difference))
            };
            parts.extend(files.iter().map(file));
        }
        Snapshot::None | Snapshot::Same | Snapshot::Accepted | Snapshot::Removed => {}
    }
    parts.extend(
        test.note.as_ref().map(|it| format!("{}: {}", paint(FAINT, "note"), clean_line(it))),
    );
    if let Some(it) =
        test.upgraded.as_ref().filter(|_| !test.has_passed() || upgrades == Upgrades::Shown)
    {
        let summary = UpgradeSummary {
            service: "the service",
            golden_path: &it.golden_path,
            from: &it.from,
            to: &it.to,
            range: None,
            answers: &it.answers,
            merge: &it.merge,
            notes: &it.notes,
        };
        parts.push(upgrade_summary(&summary, look));
    }
    parts.into_iter().map(|part| format!("\n{}\n", indented(&part))).collect()
}

fn indented(text: &str) -> String {
    let line =
        |line: &str| if line.trim().is_empty() { String::new() } else { format!("    {line}") };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn sum(report: &Report, time: Duration) -> String {
    let all = count(report.tests.len(), "test");
    let ended = match report.failed() {
        0 => paint(GOOD, "all passed"),
        failed => paint(BAD, format!("{failed} failed")),
    };
    let covered = report
        .covered
        .as_ref()
        .map(|it| format!(", {} % of {} reached", it.percent(), count(it.lines, "template line")));
    format!("{all}, {ended}{}, {}", covered.unwrap_or_default(), milliseconds(time))
}

/// The lines of a template that no case reached: `3-5, 9`.
fn missed(missed: &MissedLines) -> String {
    let lines = ranges(&missed.lines);
    let template = clean_line(&missed.path);
    format!("{}: {}: {template}: {lines}", paint(WARN, "not reached"), clean_line(&missed.subject))
}

/// Lines in their order: `3-5, 9`.
pub(super) fn ranges(lines: &[usize]) -> String {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for line in lines {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == *line => *last = *line,
            _ => ranges.push((*line, *line)),
        }
    }
    let range = |(first, last): &(usize, usize)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    };
    ranges.iter().map(range).collect::<Vec<_>>().join(", ")
}

/// A time as people read it.
fn milliseconds(time: Duration) -> String {
    format!("{} ms", time.as_millis())
}
