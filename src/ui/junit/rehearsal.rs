//! The cases of golden paths as a test report: each case and each upgrade is a test.

use std::{fmt::Write as _, time::Duration};

use super::{CLOSING, escaped};
use crate::{
    diag::Diagnostic,
    rehearse::{self, Report, Snapshot},
};

/// The report of what came of the cases of golden paths.
pub fn junit_of_rehearsal(report: &Report, time: Duration) -> String {
    let counts = format!("tests=\"{}\" failures=\"{}\"", report.tests.len(), report.failed());
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"flagstone path test\" {counts} \
         time=\"{:.3}\">\n  <testsuite name=\"cases\" {counts} errors=\"0\" skipped=\"0\">\n",
        time.as_secs_f64()
    );
    for test in &report.tests {
        let (subject, name, file) =
            (escaped(&test.subject), escaped(&test.name), escaped(&test.file));
        // Writing into a String can't fail.
        let _ = write!(
            text,
            "    <testcase classname=\"{subject}\" name=\"{name}\" file=\"{file}\" time=\"{:.3}\"",
            test.time.as_secs_f64()
        );
        if test.has_passed() {
            text.push_str("/>\n");
            continue;
        }
        let lines = failures(test);
        let (message, body) =
            (escaped(lines.first().map_or("", String::as_str)), escaped(&lines.join("\n")));
        let _ = writeln!(
            text,
            ">\n      <failure message=\"{message}\">{body}</failure>\n    </testcase>"
        );
    }
    text + CLOSING
}

/// What is wrong with a test, a line each.
fn failures(test: &rehearse::Test) -> Vec<String> {
    let mistake = |it: &Diagnostic| {
        let place = it.place.as_ref().map(|it| format!("{}: ", it.label())).unwrap_or_default();
        format!("{place}error[{}]: {}", it.code, it.message)
    };
    let mut lines: Vec<_> = test.failures.iter().map(mistake).collect();
    match &test.snapshot {
        Snapshot::Orphaned => lines.push("this snapshot is of no case".to_owned()),
        Snapshot::Missing(_) => lines.push("there is no snapshot yet".to_owned()),
        Snapshot::Differs(files) => {
            lines.extend(
                files.iter().map(|(path, _)| format!("`{path}` differs from the snapshot")),
            );
        }
        Snapshot::None | Snapshot::Same | Snapshot::Accepted | Snapshot::Removed => {}
    }
    lines
}
