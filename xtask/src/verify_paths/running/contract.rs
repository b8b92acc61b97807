//! Judge: the server keeps what its OpenAPI document says, and that document is the committed one.

use std::{fs, process::Command};

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::{subject::Subject, tools::Tools, verdict::Verdict};
use crate::program;

/// Where the document is served, and its name in the repository.
const DOCUMENT: &str = "openapi.json";

/// Each run begins with another of these, so that two runs try different things, and the same tomorrow.
const SEEDS: [&str; 2] = ["1", "2"];

const PHASES: [&str; 4] = ["examples", "coverage", "fuzzing", "stateful"];

/// The document that is served is the committed one, value by value.
pub(crate) fn judge_document(subject: &Subject<'_>) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    let service = subject.start(&[("DRAIN_DELAY_SECONDS", "0")])?;
    let answer = service.get(&format!("/{DOCUMENT}"))?;
    let served: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let committed = fs::read_to_string(subject.folder.join(DOCUMENT)).unwrap_or_default();
    let committed: Option<Value> = serde_json::from_str(&committed).ok();
    verdict.hold("committed", committed.is_some(), || format!("there is no `{DOCUMENT}`"));
    verdict.hold("served", served.is_some() && served == committed, || {
        format!("what /{DOCUMENT} answers ({}) is not the committed document", answer.status())
    });
    service.stop()?;
    Ok(verdict)
}

/// schemathesis, with every check and every phase, twice.
pub(crate) fn judge(subject: &Subject<'_>, tools: &Tools) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    let service = subject.start(&[("DRAIN_DELAY_SECONDS", "0")])?;
    for seed in SEEDS {
        let report = subject.scratch.join(format!("schemathesis-{seed}.json"));
        let mut run = Command::new(tools.schemathesis());
        run.current_dir(&subject.scratch).args(["run", "--checks", "all", "--max-examples", "100"]);
        run.args(["--phases", &PHASES.join(","), "--seed", seed, "--continue-on-failure"]);
        run.args(["--report", "json", "--report-json-path"]).arg(&report);
        run.arg(format!("http://127.0.0.1:{}/{DOCUMENT}", service.port));
        for name in ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
            run.env_remove(name);
        }
        let output = program::output(&mut run)?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let text = fs::read_to_string(&report)
            .with_context(|| format!("schemathesis has written no report:\n{said}"))?;
        take(&serde_json::from_str(&text)?, output.status.success(), &said, &mut verdict)?;
    }
    service.stop()?;
    Ok(verdict)
}

/// Takes one run's report into the verdict.
fn take(report: &Value, passed: bool, said: &str, verdict: &mut Verdict) -> Result<()> {
    let number = |part: &str, name: &str| report[part][name].as_u64().unwrap_or(0) as usize;
    let (total, tested) = (number("operations", "total"), number("operations", "tested"));
    verdict.hold("operations", total > 0 && tested == total, || {
        format!("{tested} of {total} operations were tested")
    });
    for phase in PHASES {
        let status = report["phases"][phase]["status"].as_str().unwrap_or("none");
        let reason = report["phases"][phase]["skip_reason"].as_str().unwrap_or_default();
        let is_idle = status == "skip" && reason == "not_applicable";
        verdict.hold("phase", matches!(status, "success" | "failure") || is_idle, || {
            let help = match phase {
                "examples" => ": the document has no example of a request",
                _ => reason,
            };
            format!("the phase {phase} ended as {status}{help}")
        });
        if is_idle {
            verdict.measure(format!("{phase}: not applicable"));
        }
    }
    let cases = number("test_cases", "generated");
    verdict.items += cases;
    verdict.measure(format!("{tested} operations, {cases} cases"));
    for list in ["failures", "errors"] {
        for failure in report[list].as_array().into_iter().flatten() {
            verdict.hold("finding", false, || shown(failure));
        }
    }
    let is_complete = report["complete"].as_bool() == Some(true);
    verdict.hold("complete", is_complete && (passed || !verdict.findings.is_empty()), || {
        format!("schemathesis did not pass:\n{said}")
    });
    Ok(())
}

fn shown(failure: &Value) -> String {
    let part = |name: &str| failure[name].as_str().unwrap_or_default().to_string();
    let short = [part("operation"), part("title"), part("message")].join(" ");
    if short.trim().is_empty() { failure.to_string() } else { short }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(tested: u64, failures: &str) -> Value {
        let phases = PHASES.map(|it| format!("\"{it}\": {{\"status\": \"success\"}}")).join(",");
        let text = format!(
            r#"{{"complete": true, "operations": {{"total": 2, "tested": {tested}}},
                "phases": {{{phases}}}, "test_cases": {{"generated": 70}}, "failures": {failures}}}"#
        );
        serde_json::from_str(&text).expect("it is JSON")
    }

    #[test]
    fn cases_are_counted_and_failures_found() {
        let mut verdict = Verdict::default();
        take(&report(2, "[]"), true, "", &mut verdict).expect("it is read");
        assert_eq!((verdict.items, verdict.findings.len()), (76, 0));
        let failures = r#"[{"title": "Server error", "operation": "POST /a"}]"#;
        take(&report(2, failures), false, "", &mut verdict).expect("it is read");
        assert_eq!(verdict.findings[0].text, "POST /a Server error ");
    }

    #[test]
    fn an_operation_that_was_not_tested_is_found() {
        let mut verdict = Verdict::default();
        take(&report(1, "[]"), true, "", &mut verdict).expect("it is read");
        assert_eq!(verdict.findings[0].rule, "operations");
    }

    #[test]
    fn a_run_that_fails_without_saying_why_is_found() {
        let mut verdict = Verdict::default();
        take(&report(2, "[]"), false, "oh no", &mut verdict).expect("it is read");
        assert!(verdict.findings[0].text.contains("oh no"), "{:?}", verdict.findings);
    }
}
