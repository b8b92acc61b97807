//! Findings, and what is to end a check in failure -> findings of which every error is a failure.

use super::{Finding, Level, Rule};

/// What is to end a check in failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// What is the platform's is not as it made it.
    Drift,
    /// A newer version is released.
    Outdated,
    /// Anything that is worth a look.
    Warn,
}

/// The findings, the gravest first: what one of `causes` makes a failure is an error, and nothing else
/// is. A lock that can't be trusted always is.
pub fn judged(findings: Vec<Finding>, causes: &[Cause]) -> Vec<Finding> {
    let judge = |finding: Finding| {
        let level = match (fails(&finding, causes), finding.level) {
            (true, _) => Level::Error,
            (false, Level::Error) => Level::Warning,
            (false, level) => level,
        };
        Finding { level, ..finding }
    };
    let mut findings: Vec<_> = findings.into_iter().map(judge).collect();
    findings.sort_by_key(|finding| finding.level);
    findings
}

fn fails(finding: &Finding, causes: &[Cause]) -> bool {
    finding.rule == Rule::LockTree
        || causes.iter().any(|cause| match cause {
            Cause::Drift => finding.level == Level::Error,
            Cause::Outdated => finding.rule == Rule::Outdated,
            Cause::Warn => finding.level < Level::Note,
        })
}
