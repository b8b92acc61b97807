//! The judges of alert rules: promtool reads and tests them; that each alert has a test in which it
//! fires and one in which it does not is ours to count.

use std::collections::BTreeSet;

use anyhow::Result;
use serde_yaml::Value;

use super::{Judge, subject::Subject, tools::Tools, verdict::Verdict};

const TOOL: &str = "promtool of Debian's `prometheus`";
const RULES: &str = "observability/rules.yaml";
const TESTS: &str = "observability/rules_test.yaml";

fn expected(subject: &Subject) -> bool {
    subject.has_layer("observability", 1)
}

pub(super) const CHECK: Judge = Judge {
    name: "promtool check",
    tool: TOOL,
    on: "rules",
    expects: expected,
    judge: check,
    canary: (
        &[(RULES, "groups: [{name: canary, rules: [{alert: Canary, expr: \"up ==\"}]}]\n")],
        "check",
    ),
};

fn check(subject: &Subject, tools: &Tools) -> Result<Verdict> {
    if !subject.has(RULES) {
        return Ok(Verdict::default());
    }
    let rules = each_rule(subject)?.len();
    let arguments = ["check", "rules", "--lint=all", "--lint-fatal", RULES];
    let output = tools.judge("promtool", &subject.folder, &arguments, &[0, 1, 3])?;
    let said = [&output.stdout[..], &output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    let mut verdict = Verdict::of(rules);
    if !output.status.success() {
        verdict.find("check", RULES, said.trim());
    } else if !said.contains(&format!("{rules} rules found")) {
        verdict.find("not-read", RULES, format!("of {rules} rules promtool said: {}", said.trim()));
    }
    Ok(verdict)
}

pub(super) const TEST: Judge = Judge {
    name: "promtool test",
    tool: TOOL,
    on: "tests of rules",
    expects: expected,
    judge: test,
    canary: (
        &[
            (RULES, "groups: [{name: canary, rules: [{alert: Canary, expr: up == 0}]}]\n"),
            (
                TESTS,
                "rule_files: [rules.yaml]\ntests:\n  - interval: 1m\n    input_series: [{series: up, \
                 values: 0x5}]\n    alert_rule_test: [{alertname: Canary, eval_time: 2m}]\n",
            ),
        ],
        "test",
    ),
};

fn test(subject: &Subject, tools: &Tools) -> Result<Verdict> {
    if !subject.has(TESTS) {
        return Ok(Verdict::default());
    }
    let mut verdict = Verdict::default();
    for document in subject.yaml(TESTS)? {
        verdict.items += document["tests"].as_sequence().map_or(0, Vec::len);
    }
    let output = tools.judge("promtool", &subject.folder, &["test", "rules", TESTS], &[0, 1])?;
    let said = [&output.stdout[..], &output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    if !output.status.success() || said.contains("FAILED") {
        verdict.find("test", TESTS, said.trim());
    } else if said.contains("WARNING") {
        verdict.find("not-read", TESTS, said.trim());
    }
    Ok(verdict)
}

pub(super) const NAMED: Judge = Judge {
    name: "alerts tested",
    tool: "our own",
    on: "alerts, each of which a test expects and another does not",
    expects: expected,
    judge: named,
    canary: (
        &[
            (RULES, "groups: [{name: canary, rules: [{alert: Canary, expr: up == 0}]}]\n"),
            (
                TESTS,
                "rule_files: [rules.yaml]\ntests: [{alert_rule_test: [{alertname: Canari, exp_alerts: []}]}]\n",
            ),
        ],
        "never-fires",
    ),
};

fn named(subject: &Subject, _: &Tools) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    if !subject.has(RULES) {
        return Ok(verdict);
    }
    let rules = each_rule(subject)?;
    let alerts: BTreeSet<&str> = rules.iter().filter_map(|rule| rule["alert"].as_str()).collect();
    verdict.items = alerts.len();
    let tests = if subject.has(TESTS) { subject.yaml(TESTS)? } else { Vec::new() };
    let tests: Vec<Expected> = tests
        .iter()
        .flat_map(|it| it["tests"].as_sequence().into_iter().flatten())
        .map(Expected::of)
        .collect();
    for alert in &alerts {
        if !tests.iter().any(|test| test.fires.contains(*alert)) {
            verdict.find("never-fires", RULES, format!("no test expects `{alert}`"));
        }
        if !tests.iter().any(|test| test.is_silent(alert)) {
            verdict.find("never-silent", RULES, format!("no test expects `{alert}` to be silent"));
        }
    }
    for test in &tests {
        for unknown in
            test.fires.iter().chain(&test.silent).filter(|it| !alerts.contains(it.as_str()))
        {
            verdict.find("unknown-alert", TESTS, format!("there is no alert `{unknown}`"));
        }
    }
    Ok(verdict)
}

/// What one test expects of alerts.
struct Expected {
    fires: BTreeSet<String>,
    silent: BTreeSet<String>,
    /// Whether it lists all that fire, so that every other alert is silent in it.
    is_whole: bool,
}

impl Expected {
    fn of(test: &Value) -> Self {
        let (mut fires, mut silent) = (BTreeSet::new(), BTreeSet::new());
        for expected in test["alert_rule_test"].as_sequence().into_iter().flatten() {
            let name = expected["alertname"].as_str().unwrap_or_default().to_string();
            let is_silent = expected["exp_alerts"].as_sequence().is_none_or(Vec::is_empty);
            if is_silent {
                silent.insert(name)
            } else {
                fires.insert(name)
            };
        }
        let mut is_whole = false;
        for expected in test["promql_expr_test"].as_sequence().into_iter().flatten() {
            // Only this selector is about every alert.
            if !expected["expr"]
                .as_str()
                .is_some_and(|it| it.contains("ALERTS{alertstate=\"firing\"}"))
            {
                continue;
            }
            is_whole = true;
            for sample in expected["exp_samples"].as_sequence().into_iter().flatten() {
                let labels = sample["labels"].as_str().unwrap_or_default();
                let name = labels.split_once("alertname=\"").and_then(|(_, it)| it.split_once('"'));
                fires.extend(name.map(|(name, _)| name.to_string()));
            }
        }
        Self { fires, silent, is_whole }
    }

    fn is_silent(&self, alert: &str) -> bool {
        self.silent.contains(alert) || (self.is_whole && !self.fires.contains(alert))
    }
}

/// Every rule of every group.
pub(super) fn each_rule(subject: &Subject) -> Result<Vec<Value>> {
    let mut rules = Vec::new();
    for document in subject.yaml(RULES)? {
        for group in document["groups"].as_sequence().into_iter().flatten() {
            rules.extend(group["rules"].as_sequence().into_iter().flatten().cloned());
        }
    }
    Ok(rules)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_that_lists_all_that_fires_is_silent_about_the_others() {
        let test = "promql_expr_test: [{expr: 'count(ALERTS{alertstate=\"firing\"})', exp_samples: \
                    [{labels: '{alertname=\"Slow\"}', value: 1}]}]";
        let expected = Expected::of(&serde_yaml::from_str(test).expect("YAML"));
        assert!(expected.fires.contains("Slow"));
        assert!(expected.is_silent("Down") && !expected.is_silent("Slow"));
    }
}
