//! What a check found, a line each, and what to do about it.

use super::ink::{BAD, FAINT, GOOD, HELP, WARN, count, paint};
use crate::{
    drift::{Checked, Finding, Level, Rule},
    ui::clean_line,
};

/// How many of the files that a team may edit as it likes are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permitted {
    /// All.
    Named,
    /// Their number is said.
    Counted,
}

/// What a check found: a line for each finding, what to do, and how it ended.
pub fn checked(checked: &Checked, permitted: Permitted) -> String {
    let is_shown = |it: &&Finding| permitted == Permitted::Named || !it.rule.is_permitted();
    let shown: Vec<_> = checked.findings.iter().filter(is_shown).collect();
    let mut parts: Vec<_> = shown.iter().map(|it| line(it)).collect();
    if permitted == Permitted::Counted {
        parts.extend(permitted_line(checked));
    }
    let helps = helps(&shown);
    if !parts.is_empty() && !helps.is_empty() {
        parts.push(String::new());
    }
    parts.extend(helps.iter().map(|help| format!("{}: {}", paint(HELP, "help"), clean_line(help))));
    if !parts.is_empty() {
        parts.push(String::new());
    }
    parts.push(check_line(checked));
    parts.join("\n")
}

/// How a check ended, on a line.
pub fn check_line(checked: &Checked) -> String {
    let name = clean_line(&checked.service);
    let made_of = format!("{} {}", clean_line(&checked.golden_path), checked.version);
    let of = |level| checked.findings.iter().filter(|it| it.level == level).count();
    let said = |level, style, noun| match of(level) {
        0 => None,
        number => Some(paint(style, count(number, noun))),
    };
    let ends = [said(Level::Error, BAD, "error"), said(Level::Warning, WARN, "warning")];
    let ends: Vec<_> = ends.into_iter().flatten().collect();
    let files = count(checked.files, "file");
    match ends.as_slice() {
        [] => format!("{name} ({made_of}, {files}): {}", paint(GOOD, "no drift")),
        ends => format!("{name} ({made_of}, {files}): {}", ends.join(", ")),
    }
}

fn line(finding: &Finding) -> String {
    let style = match finding.level {
        Level::Error => BAD,
        Level::Warning => WARN,
        Level::Note => FAINT,
    };
    let heading = paint(style, format!("{}[{}]", finding.level.as_str(), finding.rule.id()));
    let place = finding
        .position
        .map(|it| format!(" ({}:{}:{})", finding.path, it.line, it.column))
        .unwrap_or_default();
    format!("{heading}: {}{}", clean_line(&finding.message), paint(FAINT, clean_line(&place)))
}

/// How many files the team has made its own.
fn permitted_line(checked: &Checked) -> Option<String> {
    let of = |rule| checked.findings.iter().filter(|it| it.rule == rule).count();
    let words = match (of(Rule::MergedEdited), of(Rule::MergedMissing)) {
        (0, 0) => return None,
        (edited, 0) => format!("{} edited by the team", count(edited, "shared file")),
        (0, removed) => format!("{} removed by the team", count(removed, "shared file")),
        (edited, removed) => {
            format!("{} edited by the team, {removed} removed", count(edited, "shared file"))
        }
    };
    Some(format!("{}: {words} (`-v` names them)", paint(FAINT, "note")))
}

/// What to do: what belongs to a single finding as it is, what belongs to many once for all.
fn helps(shown: &[&Finding]) -> Vec<String> {
    let managed = [Rule::ManagedEdited, Rule::ManagedMissing, Rule::ManagedMode];
    let is_managed = |it: &&&Finding| managed.contains(&it.rule);
    let several = shown.iter().filter(is_managed).count() > 1;
    let mut helps = Vec::new();
    if several {
        let all = "`flagstone diff PATH` shows an edit, `flagstone restore --all-managed` takes all \
                   of them back";
        helps.push(all.to_owned());
    }
    for finding in shown.iter().filter(|it| !(several && is_managed(it))) {
        match &finding.help {
            Some(help) if !helps.contains(help) => helps.push(help.clone()),
            Some(_) | None => {}
        }
    }
    helps
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::{
        drift::test::{checked as made, every_kind},
        ui::human::ink::test::plain,
    };

    #[test]
    fn a_service_without_drift_is_one_line() {
        assert_snapshot!(plain(&checked(&made(Vec::new()), Permitted::Counted)), @"orders (svc 1.1.0, 12 files): no drift");
    }

    #[test]
    fn each_finding_is_a_line_and_what_to_do_is_said_once() {
        assert_snapshot!(plain(&checked(&made(every_kind()), Permitted::Counted)), @r#"
        error[managed-edited]: `.github/ci.yml` was edited
        error[managed-missing]: `run.sh` is missing
        error[managed-key]: `tool.ruff` was edited (pyproject.toml:3:1)
        warning[deprecated]: golden path `svc` is deprecated
        note[outdated]: svc 1.2.0 is <released> & "new" 100%
        note: 1 shared file edited by the team, 1 removed (`-v` names them)

        help: `flagstone diff PATH` shows an edit, `flagstone restore --all-managed` takes all of them back
        help: set it back
        help: use `web` for new services
        help: run `flagstone upgrade`

        orders (svc 1.1.0, 12 files): 3 errors, 1 warning
        "#);
    }

    #[test]
    fn what_a_team_may_edit_is_named_where_that_is_wanted() {
        let text = plain(&checked(&made(every_kind()), Permitted::Named));
        assert!(
            text.contains("note[merged-edited]: `service.yaml` was edited by the team"),
            "{text}"
        );
    }

    #[test]
    fn nothing_of_a_message_reaches_the_terminal() {
        let mut findings = every_kind();
        findings[0].message = "\x1b[2J\nerror: x".to_owned();
        findings[0].help = Some("\x07".to_owned());
        let text = plain(&checked(&made(findings), Permitted::Counted));
        assert!(!text.contains(['\x1b', '\x07']), "{text}");
    }
}
