//! What came of the cases of golden paths: a line each, what is wrong, and the sum.

use std::time::Duration;

use super::{
    diagnostic::diagnostics,
    ink::{BAD, FAINT, GOOD, HEADING, HELP, count, paint},
    patch::patch,
};
use crate::{
    rehearse::{Report, Snapshot, Test},
    ui::{Look, clean, clean_line},
};

/// What came of the cases.
pub fn rehearsal(report: &Report, time: Duration, look: Look) -> String {
    let mut parts = Vec::new();
    let mut subject = "";
    for test in &report.tests {
        if subject != test.subject {
            subject = &test.subject;
            parts.push(paint(HEADING, clean_line(subject)));
        }
        parts.push(line(test));
        parts.extend(details(test, look));
    }
    if !parts.is_empty() {
        parts.push(String::new());
    }
    let is_new = |it: &Test| matches!(it.snapshot, Snapshot::Missing | Snapshot::Differs(_));
    if report.tests.iter().any(is_new) {
        let help =
            "if that is what the cases should render, `flagstone path test --accept` writes it";
        parts.push(format!("{}: {help}\n", paint(HELP, "help")));
    }
    parts.push(sum(report, time));
    parts.join("\n")
}

fn line(test: &Test) -> String {
    let word = match (test.has_passed(), &test.snapshot) {
        (true, Snapshot::Accepted) => paint(GOOD, "wrote"),
        (true, _) => paint(GOOD, "pass "),
        (false, _) => paint(BAD, "FAIL "),
    };
    format!("  {word}  {}  {}", clean_line(&test.name), paint(FAINT, milliseconds(test.time)))
}

/// Everything that is to be said of a test, below its line.
fn details(test: &Test, look: Look) -> Vec<String> {
    let mut parts = Vec::new();
    if !test.failures.is_empty() {
        parts.push(diagnostics(&test.failures, look));
    }
    match &test.snapshot {
        Snapshot::Missing => parts.push("there is no snapshot yet".to_owned()),
        Snapshot::Differs(files) => {
            let file = |(path, difference): &(String, _)| {
                format!("{}\n{}", paint(HEADING, clean_line(path)), patch(difference))
            };
            parts.extend(files.iter().map(file));
        }
        Snapshot::None | Snapshot::Same | Snapshot::Accepted => {}
    }
    parts.extend(test.text.as_ref().map(|text| clean(text).into_owned()));
    parts.into_iter().map(|part| format!("\n{}\n", indented(&part))).collect()
}

fn indented(text: &str) -> String {
    let line = |line: &str| if line.is_empty() { String::new() } else { format!("    {line}") };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn sum(report: &Report, time: Duration) -> String {
    let all = count(report.tests.len(), "test");
    let ended = match report.failed() {
        0 => paint(GOOD, "all passed"),
        failed => paint(BAD, format!("{failed} failed")),
    };
    format!("{all}, {ended}, {}", milliseconds(time))
}

/// A time as people read it.
fn milliseconds(time: Duration) -> String {
    format!("{} ms", time.as_millis())
}
