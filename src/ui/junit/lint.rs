//! A lint as a test report: each version is a test, and its errors are failures.

use std::fmt::Write as _;

use super::{CLOSING, escaped};
use crate::{diag::Diagnostic, ui::clean_line};

/// The report of a lint: each version is a test, and its errors are failures.
pub fn junit_of_lint(folders: &[String], found: &[Diagnostic]) -> String {
    let file = |it: &Diagnostic| it.place.as_ref().map(|it| it.document.name().to_owned());
    let is_in = |it: &Diagnostic, folder: &str| file(it).is_some_and(|it| it.starts_with(folder));
    let of_folder = |folder: &String| {
        let folder = format!("{folder}/");
        found.iter().filter(|it| is_in(it, &folder)).collect::<Vec<_>>()
    };
    let mut tests: Vec<_> = folders.iter().map(|it| (it.as_str(), of_folder(it))).collect();
    let is_told = |it: &&Diagnostic| tests.iter().any(|(_, found)| found.contains(it));
    let others: Vec<_> = found.iter().filter(|it| !is_told(it)).collect();
    tests.extend((!others.is_empty()).then_some(("catalog", others)));
    let failed = tests.iter().filter(|(_, it)| it.iter().any(|it| it.is_error())).count();
    let counts = format!("tests=\"{}\" failures=\"{failed}\" errors=\"0\"", tests.len());
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"flagstone path lint\" {counts}>\n  \
         <testsuite name=\"versions\" {counts} skipped=\"0\">\n",
    );
    for (folder, found) in tests {
        let name = escaped(folder);
        // Writing into a String can't fail.
        let _ = write!(text, "    <testcase classname=\"lint\" name=\"{name}\" file=\"{name}\"");
        let (errors, warnings): (Vec<&Diagnostic>, Vec<&Diagnostic>) =
            found.iter().copied().partition(|it| it.is_error());
        if found.is_empty() {
            text.push_str("/>\n");
            continue;
        }
        text.push_str(">\n");
        let body = |it: &[&Diagnostic]| {
            escaped(&it.iter().map(|it| line(it)).collect::<Vec<_>>().join("\n"))
        };
        if let Some(first) = errors.first() {
            let (code, message, body) = (first.code, escaped(&first.message), body(&errors));
            let _ = writeln!(
                text,
                "      <failure type=\"{code}\" message=\"{message}\">{body}</failure>"
            );
        }
        if !warnings.is_empty() {
            let _ = writeln!(text, "      <system-out>{}</system-out>", body(&warnings));
        }
        text.push_str("    </testcase>\n");
    }
    text + CLOSING
}

/// A mistake on a line, with its place.
fn line(mistake: &Diagnostic) -> String {
    let place = mistake.place.as_ref().map(|it| format!("{}: ", it.label())).unwrap_or_default();
    let severity = if mistake.is_error() { "error" } else { "warning" };
    let help = mistake.help.as_ref().map(|it| format!(" ({it})")).unwrap_or_default();
    let text = format!("{place}{severity}[{}]: {}{help}", mistake.code, mistake.message);
    clean_line(&text).into_owned()
}
