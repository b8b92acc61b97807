//! What a check found, as SARIF 2.1.0: what code scanning and review tools read.

mod judged;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    diag::{Diagnostic, Fix, FixEdit, Severity},
    docket::Judged,
    drift::{Checked, Finding, Level, Rule},
    secret::redact,
    text::{Place, Position},
};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The report of a check.
pub fn sarif(checked: &Checked, guard: Option<&Judged>) -> String {
    let mut results: Vec<_> = checked.reported().map(|it| result(checked, it)).collect();
    let mut rules: Vec<_> = reported_rules().map(rule).collect();
    if let Some(guard) = guard {
        let (of_policies, found) = judged::judged(guard, &checked.folder, rules.len());
        rules.extend(of_policies);
        results.extend(found);
    }
    log(&json!({
        "tool": tool(&rules),
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": true}],
        "results": results,
    }))
}

/// The report of a check that could not be made.
pub fn sarif_of_mistakes(mistakes: &[Diagnostic]) -> String {
    let notifications: Vec<_> = mistakes.iter().map(notification).collect();
    log(&json!({
        "tool": drift_tool(),
        "columnKind": "unicodeCodePoints",
        "invocations": [{
            "executionSuccessful": false,
            "toolExecutionNotifications": notifications,
        }],
        "results": [],
    }))
}

/// The report of findings that are diagnostics: of a lint.
pub fn sarif_of_findings(found: &[Diagnostic]) -> String {
    let mut codes: Vec<_> = found.iter().map(|it| it.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let rules: Vec<_> = codes.iter().map(|code| json!({"id": code})).collect();
    let results = found.iter().map(|it| {
        let mut result = notification(it);
        if let Some(result) = result.as_object_mut() {
            result.remove("descriptor");
            result.insert("ruleId".to_owned(), json!(it.code));
            result.insert(
                "ruleIndex".to_owned(),
                json!(codes.iter().position(|code| *code == it.code)),
            );
            if let Some(fix) = it.fix.as_ref().and_then(|fix| fixed(it, fix)) {
                result.insert("fixes".to_owned(), json!([fix]));
            }
        }
        result
    });
    let results: Vec<_> = results.collect();
    log(&json!({
        "tool": tool(&rules),
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": true}],
        "results": results,
    }))
}

fn log(run: &Value) -> String {
    let log = json!({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]});
    serde_json::to_string_pretty(&log).expect("keys are texts and numbers are whole")
}

fn drift_tool() -> Value {
    tool(&reported_rules().map(rule).collect::<Vec<_>>())
}

fn tool(rules: &[Value]) -> Value {
    let version = env!("CARGO_PKG_VERSION");
    json!({"driver": {
        "name": "flagstone",
        "version": version,
        "semanticVersion": version,
        "rules": rules,
    }})
}

fn reported_rules() -> impl Iterator<Item = Rule> {
    Rule::ALL.into_iter().filter(|rule| !rule.is_permitted())
}

fn rule(rule: Rule) -> Value {
    json!({
        "id": rule.id(),
        "shortDescription": {"text": rule.title()},
        "help": {"text": rule.remedy(), "markdown": rule.remedy()},
        "defaultConfiguration": {"level": level(rule.level())},
    })
}

fn result(checked: &Checked, finding: &Finding) -> Value {
    let index = reported_rules().position(|rule| rule == finding.rule);
    let help = finding.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
    json!({
        "ruleId": finding.rule.id(),
        "ruleIndex": index,
        "level": level(finding.level),
        "message": {"text": redact(&format!("{}{help}", finding.message))},
        "locations": [location(&format!("{}{}", checked.folder, finding.path), finding.position)],
        "partialFingerprints": {"flagstoneFinding/v1": finding.fingerprint()},
    })
}

fn notification(mistake: &Diagnostic) -> Value {
    let help = mistake.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
    let place = mistake.place.as_ref();
    let locations = place.map(|it| location(it.document.name(), Some(it.position())));
    json!({
        "descriptor": {"id": mistake.code},
        "level": match mistake.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        "message": {"text": redact(&format!("{}{help}", mistake.message))},
        "locations": locations.into_iter().collect::<Vec<_>>(),
    })
}

/// A fix, if its edits are of texts: SARIF knows no renamed files. None of it may be a secret.
fn fixed(mistake: &Diagnostic, fix: &Fix) -> Option<Value> {
    let mut changes: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for edit in &fix.edits {
        let (file, text, region) = match edit {
            FixEdit::Replace { place, text } => (place.document.name(), text, region(place)),
            FixEdit::Create { path, text } => (path.as_str(), text, nothing()),
            FixEdit::Rename { .. } => return None,
        };
        if redact(text) != *text {
            return None;
        }
        let replacement = json!({"deletedRegion": region, "insertedContent": {"text": text}});
        changes.entry(file).or_default().push(replacement);
    }
    let changes = changes.into_iter().map(|(file, replacements)| {
        let place = json!({"uri": uri(file), "uriBaseId": "%SRCROOT%"});
        json!({"artifactLocation": place, "replacements": replacements})
    });
    let text = redact(mistake.help.as_deref().unwrap_or(&mistake.message));
    let changes: Vec<_> = changes.collect();
    Some(json!({"description": {"text": text}, "artifactChanges": changes}))
}

/// The region of a file that is not there yet.
fn nothing() -> Value {
    json!({"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1})
}

/// What a place covers, from its first character to the one behind its last.
fn region(place: &Place) -> Value {
    let (start, end) = (place.position(), place.document.position(place.span.end));
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

/// A place in a file; code scanning shows nothing without a line, so a whole file is its first.
fn location(file: &str, position: Option<Position>) -> Value {
    let region = match position {
        Some(it) => json!({"startLine": it.line, "startColumn": it.column}),
        None => json!({"startLine": 1}),
    };
    json!({"physicalLocation": {
        "artifactLocation": {"uri": uri(file), "uriBaseId": "%SRCROOT%"},
        "region": region,
    }})
}

const fn level(level: Level) -> &'static str {
    level.as_str()
}

/// A path as a relative URI.
fn uri(path: &str) -> String {
    let is_kept = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte);
    path.bytes()
        .map(|byte| match is_kept(byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        drift::test::{checked, every_kind},
        text::{Document, Span},
    };

    #[test]
    fn a_report_names_its_rules_and_each_finding_with_place_and_fingerprint() {
        insta::assert_snapshot!(sarif(&checked(every_kind()), None));
    }

    #[test]
    fn a_check_that_could_not_be_made_says_so() {
        let place = Document::new("flagstone.lock", "a: 1\n").place(Span { start: 3, end: 4 });
        let mistake = Diagnostic::error("lock-conflict", "the lock has conflicts").at(place);
        let text = sarif_of_mistakes(&[mistake.help("mend it")]);
        let log: Value = serde_json::from_str(&text).unwrap();
        insta::assert_snapshot!(log.pointer("/runs/0/invocations/0").unwrap(), @r#"{"executionSuccessful":false,"toolExecutionNotifications":[{"descriptor":{"id":"lock-conflict"},"level":"error","message":{"text":"the lock has conflicts\nmend it"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"flagstone.lock","uriBaseId":"%SRCROOT%"},"region":{"startLine":1,"startColumn":4}}}]}]}"#);
    }

    #[test]
    fn an_edit_is_a_fix_where_sarif_has_a_word_for_it() {
        let place = Document::new("a", "x: nmae\n").place(Span { start: 3, end: 7 });
        let mistake = |edit| Diagnostic::error("x", "x").help("write `name`").fix(edit);
        let edit = FixEdit::Replace { place, text: "name".to_owned() };
        let shown = |edit: FixEdit| {
            let log: Value = serde_json::from_str(&sarif_of_findings(&[mistake(edit)])).unwrap();
            log.pointer("/runs/0/results/0/fixes").map(ToString::to_string)
        };
        insta::assert_snapshot!(shown(edit).unwrap(), @r#"[{"description":{"text":"write `name`"},"artifactChanges":[{"artifactLocation":{"uri":"a","uriBaseId":"%SRCROOT%"},"replacements":[{"deletedRegion":{"startLine":1,"startColumn":4,"endLine":1,"endColumn":8},"insertedContent":{"text":"name"}}]}]}]"#);
        let token = format!("{}_{}", "ghp", "a1".repeat(18));
        assert_eq!(shown(FixEdit::Create { path: "a".to_owned(), text: token }), None);
        let edit = FixEdit::Rename { from: "a".to_owned(), to: "b".to_owned() };
        assert_eq!(shown(edit), None);
    }

    #[test]
    fn a_path_is_a_uri() {
        assert_eq!(uri("a b/ü#1%.txt"), "a%20b/%C3%BC%231%25.txt");
    }
}
