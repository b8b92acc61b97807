//! What a check found, as commands that GitHub's runner turns into annotations of a pull request.
//!
//! **Invariant:** each is one line, and nothing in a finding can begin another command.

use super::clean;
use crate::{
    diag::{Diagnostic, Severity},
    docket::Judged,
    drift::{Checked, Finding, Level},
    guard,
    policy::Role,
    secret::redact,
    spec,
};

/// One command a finding; nothing where nothing is to be said.
pub fn annotations(checked: &Checked, guard: Option<&Judged>) -> String {
    let lines = checked.reported().map(|it| of_finding(checked, it));
    let judged = guard.into_iter().flat_map(|guard| {
        let counted = guard.verdict.findings.iter().filter(|it| it.excepted.is_none());
        let found = counted.map(|it| of_policy(&checked.folder, it));
        let failed = guard.failures.iter().map(|it| of_failure(&checked.folder, it));
        failed.chain(found).collect::<Vec<_>>()
    });
    lines.chain(judged).collect::<Vec<_>>().join("\n")
}

/// What could not be judged. A policy of a catalog is no file of the service: it is told in words.
fn of_failure(folder: &str, mistake: &Diagnostic) -> String {
    let mut origins = mistake.notes.iter().filter_map(|it| it.strip_prefix("the policy is of: "));
    let (Some(origin), Some(place)) = (origins.find(|it| *it != "the service"), &mistake.place)
    else {
        return of_mistake(mistake);
    };
    let file = property(&format!("{folder}{}", spec::FILE));
    let message = format!(
        "{}\n{} of {origin}: only who owns that can mend it",
        mistake.message,
        place.label()
    );
    format!("::error file={file},title={}::{}", mistake.code, data(&message))
}

fn of_policy(folder: &str, finding: &guard::Finding) -> String {
    let command = match finding.role {
        Role::Deny | Role::NeedsApproval => "error",
        Role::Warn => "warning",
    };
    let file = format!("{folder}{}", finding.path.as_deref().unwrap_or(spec::FILE));
    let line = finding.line.map(|it| format!(",line={it}")).unwrap_or_default();
    let help = finding.remediation.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
    let (file, rule) = (property(&file), property(&finding.rule));
    let message = data(&format!("{}{help}", finding.message));
    format!("::{command} file={file}{line},title={rule}::{message}")
}

/// One command a mistake, for a check that could not be made.
pub fn annotated_mistakes(mistakes: &[Diagnostic]) -> String {
    mistakes.iter().map(of_mistake).collect::<Vec<_>>().join("\n")
}

fn of_finding(checked: &Checked, finding: &Finding) -> String {
    let command = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let file = format!("{}{}", checked.folder, finding.path);
    let place = match finding.position {
        Some(it) => format!("file={},line={},col={}", property(&file), it.line, it.column),
        None => format!("file={}", property(&file)),
    };
    let help = finding.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
    let message = format!("{}{help}", finding.message);
    format!("::{command} {place},title={}::{}", finding.rule.id(), data(&message))
}

fn of_mistake(mistake: &Diagnostic) -> String {
    let command = match mistake.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let place = mistake.place.as_ref().map(|place| {
        let (name, at) = (property(place.document.name()), place.position());
        format!("file={name},line={},col={},", at.line, at.column)
    });
    let help = mistake.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
    let message = format!("{}{help}", mistake.message);
    let place = place.unwrap_or_default();
    format!("::{command} {place}title={}::{}", mistake.code, data(&message))
}

/// Text behind the colons.
fn data(text: &str) -> String {
    let text = redact(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    clean(&text).into_owned()
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::{
        drift::test::{checked, every_kind},
        text::{Document, Span},
    };

    #[test]
    fn each_finding_is_one_command_and_what_a_team_may_edit_is_none() {
        assert_snapshot!(annotations(&checked(every_kind()), None), @r#"
        ::error file=services/orders/.github/ci.yml,title=managed-edited::`.github/ci.yml` was edited%0A`flagstone restore .github/ci.yml` takes it back
        ::error file=services/orders/run.sh,title=managed-missing::`run.sh` is missing%0A`flagstone restore run.sh` takes it back
        ::error file=services/orders/pyproject.toml,line=3,col=1,title=managed-key::`tool.ruff` was edited%0Aset it back
        ::warning file=services/orders/flagstone.lock,title=deprecated::golden path `svc` is deprecated%0Ause `web` for new services
        ::notice file=services/orders/flagstone.lock,title=outdated::svc 1.2.0 is <released> & "new"%0A100%25%0Arun `flagstone upgrade`
        "#);
    }

    #[test]
    fn nothing_in_a_finding_begins_another_command() {
        let mut findings = every_kind();
        findings.truncate(1);
        findings[0].message = "a\r\n::set-output name=x::y\x1b[0m 100%".to_owned();
        assert_snapshot!(annotations(&checked(findings), None), @"::error file=services/orders/.github/ci.yml,title=managed-edited::a%0D%0A::set-output name=x::y␛[0m 100%25%0A`flagstone restore .github/ci.yml` takes it back");
        assert_eq!(property("a,b:c%0A"), "a%2Cb%3Ac%250A");
    }

    #[test]
    fn a_mistake_stands_at_its_place() {
        let place =
            Document::new("flagstone.lock", "a: 1\nb: 2\n").place(Span { start: 5, end: 6 });
        let mistakes = [
            Diagnostic::error("lock-conflict", "the lock has conflicts").at(place).help("mend it"),
            Diagnostic::warning("x", "no place"),
        ];
        assert_snapshot!(annotated_mistakes(&mistakes), @"
        ::error file=flagstone.lock,line=2,col=1,title=lock-conflict::the lock has conflicts%0Amend it
        ::warning title=x::no place
        ");
    }
}
