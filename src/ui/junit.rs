//! What a check or the cases of golden paths found, as the XML that CI systems show as test results.
//!
//! Every file of which something is the golden path's is a test, and so is whatever else was found;
//! an error is a failure, anything else is printed by a test that passed.

use std::{fmt::Write as _, time::Duration};

use crate::{
    diag::Diagnostic,
    drift::{Checked, Finding, Level},
    rehearse::{self, Report, Snapshot},
    secret::redact,
};

/// One test of the report.
struct Test<'a> {
    class: &'a str,
    name: String,
    file: String,
    findings: Vec<&'a Finding>,
}

/// The report of a check.
pub fn junit(checked: &Checked) -> String {
    let tests = cases(checked);
    let failed = tests.iter().filter(|test| test.failures().next().is_some()).count();
    let mut text = opening(&checked.service, tests.len(), failed, 0);
    for test in &tests {
        test.write(&mut text);
    }
    text + CLOSING
}

/// The report of a check that could not be made.
pub fn junit_of_mistakes(mistakes: &[Diagnostic]) -> String {
    let mut text = opening("flagstone", mistakes.len(), 0, mistakes.len());
    for mistake in mistakes {
        let place = mistake.place.as_ref();
        let name = place.map_or_else(|| mistake.code.to_owned(), crate::text::Place::label);
        let help = mistake.help.as_deref().unwrap_or_default();
        // Writing into a String can't fail.
        let _ = writeln!(
            text,
            "    <testcase classname=\"{}\" name=\"{}\">\n      \
             <error type=\"{}\" message=\"{}\">{}</error>\n    </testcase>",
            mistake.code,
            escaped(&name),
            mistake.code,
            escaped(&mistake.message),
            escaped(help)
        );
    }
    text + CLOSING
}

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
    super::clean_line(&text).into_owned()
}

const CLOSING: &str = "  </testsuite>\n</testsuites>";

fn opening(service: &str, tests: usize, failures: usize, errors: usize) -> String {
    let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\"");
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"flagstone check\" {counts}>\n  \
         <testsuite name=\"{}\" {counts} skipped=\"0\">\n",
        escaped(service)
    )
}

/// The watched files, then what else was found.
fn cases(checked: &Checked) -> Vec<Test<'_>> {
    let file = |path: &crate::tree::RepoPath| format!("{}{path}", checked.folder);
    let watched = checked.watched.iter().map(|path| Test {
        class: "managed",
        name: path.to_string(),
        file: file(path),
        findings: checked.reported().filter(|it| it.path == *path).collect(),
    });
    let others = checked.reported().filter(|it| !checked.watched.contains(&it.path));
    let others = others.map(|finding| Test {
        class: finding.rule.id(),
        name: finding.key.clone().unwrap_or_else(|| finding.path.to_string()),
        file: file(&finding.path),
        findings: vec![finding],
    });
    watched.chain(others).collect()
}

impl<'a> Test<'a> {
    fn failures(&self) -> impl Iterator<Item = &&'a Finding> {
        self.findings.iter().filter(|it| it.level == Level::Error)
    }

    fn write(&self, text: &mut String) {
        let (class, name, file) = (self.class, escaped(&self.name), escaped(&self.file));
        let _ = write!(text, "    <testcase classname=\"{class}\" name=\"{name}\" file=\"{file}\"");
        if self.findings.is_empty() {
            text.push_str("/>\n");
            return;
        }
        text.push_str(">\n");
        let mut failures = self.failures();
        if let Some(first) = failures.next() {
            let lines: Vec<_> = self.failures().map(|it| words(it)).collect();
            let (rule, message) = (first.rule.id(), escaped(&first.message));
            let body = escaped(&lines.join("\n"));
            let _ = writeln!(
                text,
                "      <failure type=\"{rule}\" message=\"{message}\">{body}</failure>"
            );
        }
        let others = self.findings.iter().filter(|it| it.level != Level::Error);
        let others: Vec<_> = others.map(|it| words(it)).collect();
        if !others.is_empty() {
            let body = escaped(&others.join("\n"));
            let _ = writeln!(text, "      <system-out>{body}</system-out>");
        }
        text.push_str("    </testcase>\n");
    }
}

/// A finding with its help, as text.
fn words(finding: &Finding) -> String {
    let help = finding.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
    format!("{}[{}]: {}{help}", finding.level.as_str(), finding.rule.id(), finding.message)
}

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

/// Text for an element or an attribute: without what XML can't hold at all.
fn escaped(text: &str) -> String {
    let is_held = |it: &char| {
        matches!(it, '\t' | '\n' | ' '..)
            && !matches!(it, '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}')
    };
    redact(text)
        .chars()
        .filter(is_held)
        .map(|character| match character {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            '"' => "&quot;".to_owned(),
            '\'' => "&apos;".to_owned(),
            other => other.to_string(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::drift::test::{checked, every_kind};

    #[test]
    fn every_watched_file_is_a_test_and_every_error_a_failure() {
        assert_snapshot!(junit(&checked(every_kind())), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="flagstone check" tests="6" failures="3" errors="0">
          <testsuite name="orders" tests="6" failures="3" errors="0" skipped="0">
            <testcase classname="managed" name=".github/ci.yml" file="services/orders/.github/ci.yml">
              <failure type="managed-edited" message="`.github/ci.yml` was edited">error[managed-edited]: `.github/ci.yml` was edited
        `flagstone restore .github/ci.yml` takes it back</failure>
            </testcase>
            <testcase classname="managed" name="deny.toml" file="services/orders/deny.toml"/>
            <testcase classname="managed" name="pyproject.toml" file="services/orders/pyproject.toml">
              <failure type="managed-key" message="`tool.ruff` was edited">error[managed-key]: `tool.ruff` was edited
        set it back</failure>
            </testcase>
            <testcase classname="managed" name="run.sh" file="services/orders/run.sh">
              <failure type="managed-missing" message="`run.sh` is missing">error[managed-missing]: `run.sh` is missing
        `flagstone restore run.sh` takes it back</failure>
            </testcase>
            <testcase classname="deprecated" name="flagstone.lock" file="services/orders/flagstone.lock">
              <system-out>warning[deprecated]: golden path `svc` is deprecated
        use `web` for new services</system-out>
            </testcase>
            <testcase classname="outdated" name="svc" file="services/orders/flagstone.lock">
              <system-out>note[outdated]: svc 1.2.0 is &lt;released&gt; &amp; &quot;new&quot;
        100%
        run `flagstone upgrade`</system-out>
            </testcase>
          </testsuite>
        </testsuites>
        "#);
    }

    #[test]
    fn a_check_that_could_not_be_made_is_an_error() {
        let mistake = Diagnostic::error("lock-conflict", "\"<<<<<<<\" & so on\0").help("mend it");
        assert_snapshot!(junit_of_mistakes(&[mistake]), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="flagstone check" tests="1" failures="0" errors="1">
          <testsuite name="flagstone" tests="1" failures="0" errors="1" skipped="0">
            <testcase classname="lock-conflict" name="lock-conflict">
              <error type="lock-conflict" message="&quot;&lt;&lt;&lt;&lt;&lt;&lt;&lt;&quot; &amp; so on">mend it</error>
            </testcase>
          </testsuite>
        </testsuites>
        "#);
    }
}
