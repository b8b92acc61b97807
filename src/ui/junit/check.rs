//! A check as a test report.
//!
//! Every file of which something is the golden path's is a test, and so is whatever else was found;
//! an error is a failure, anything else is printed by a test that passed.

use std::fmt::Write as _;

use super::{CLOSING, escaped};
use crate::{
    diag::Diagnostic,
    docket::Judged,
    drift::{Checked, Finding, Level},
    policy::Role,
    spec,
};

/// One test of the report.
struct Test<'a> {
    class: &'a str,
    name: String,
    file: String,
    findings: Vec<&'a Finding>,
}

/// The report of a check.
pub fn junit(checked: &Checked, guard: Option<&Judged>) -> String {
    let tests = cases(checked);
    let failed = tests.iter().filter(|test| test.failures().next().is_some()).count();
    let judged: Vec<_> = guard.map(judged).unwrap_or_default();
    let denied = judged.iter().filter(|it| it.fails).count();
    let (all, failed) = (tests.len() + judged.len(), failed + denied);
    let mut text = opening(&checked.service, all, failed, 0);
    for test in &tests {
        test.write(&mut text);
    }
    for test in &judged {
        test.write(&checked.folder, &mut text);
    }
    text + CLOSING
}

/// What policies say of one thing.
struct JudgedTest {
    rule: String,
    name: String,
    file: String,
    message: String,
    body: String,
    fails: bool,
}

fn judged(guard: &Judged) -> Vec<JudgedTest> {
    let failures = guard.failures.iter().map(|it| JudgedTest {
        rule: it.code.to_owned(),
        name: it.place.as_ref().map_or_else(|| it.code.to_owned(), crate::text::Place::label),
        file: spec::FILE.to_owned(),
        message: it.message.clone(),
        body: it.help.clone().unwrap_or_default(),
        fails: true,
    });
    let found = guard.verdict.findings.iter().map(|it| {
        let file = it.path.clone().unwrap_or_else(|| spec::FILE.to_owned());
        let line = it.line.map(|it| format!(":{it}")).unwrap_or_default();
        JudgedTest {
            rule: it.rule.clone(),
            name: format!("{} {file}{line}", it.rule),
            file,
            message: it.message.clone(),
            body: it.remediation.clone().unwrap_or_default(),
            fails: it.role != Role::Warn && it.excepted.is_none(),
        }
    });
    failures.chain(found).collect()
}

impl JudgedTest {
    fn write(&self, folder: &str, text: &mut String) {
        let (name, file) = (escaped(&self.name), escaped(&format!("{folder}{}", self.file)));
        let (rule, message) = (escaped(&self.rule), escaped(&self.message));
        let body = format!("{}: {}\n{}", self.rule, self.message, self.body);
        let body = escaped(body.trim_end());
        let found = match self.fails {
            true => format!("<failure type=\"{rule}\" message=\"{message}\">{body}</failure>"),
            false => format!("<system-out>{body}</system-out>"),
        };
        // Writing into a String can't fail.
        let _ = writeln!(
            text,
            "    <testcase classname=\"guard\" name=\"{name}\" file=\"{file}\">\n      \
             {found}\n    </testcase>"
        );
    }
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

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::drift::test::{checked, every_kind};

    #[test]
    fn every_watched_file_is_a_test_and_every_error_a_failure() {
        assert_snapshot!(junit(&checked(every_kind()), None), @r#"
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
