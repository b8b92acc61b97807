//! What a judge says of one repository: how much it looked at, what it found, what it could not judge.

use std::{fmt, time::Duration};

/// What a judge said. No items means that it judged nothing, which is never a pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// How many things it looked at: files, resources, alerts, as the judge's row says.
    pub(crate) items: usize,
    pub(crate) findings: Vec<Finding>,
    /// What lies before it and is outside of what it knows.
    pub(crate) not_judged: Vec<String>,
}

/// One fault that a judge found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// The judge's own name for this kind of fault.
    pub(crate) rule: String,
    /// The file, or what stands in its place.
    pub(crate) place: String,
    pub(crate) text: String,
}

impl Verdict {
    /// A verdict on so many items, with nothing found yet.
    pub(crate) fn of(items: usize) -> Self {
        Self { items, ..Self::default() }
    }

    /// Adds a finding.
    pub(crate) fn find(
        &mut self,
        rule: impl Into<String>,
        place: impl Into<String>,
        text: impl Into<String>,
    ) {
        self.findings.push(Finding { rule: rule.into(), place: place.into(), text: text.into() });
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.text.trim().replace('\n', "\n      ");
        write!(f, "{} [{}] {text}", self.place, self.rule)
    }
}

/// What became of one judge on one case.
#[derive(Debug)]
pub(crate) struct Judged {
    /// The judge's name.
    pub(crate) judge: &'static str,
    /// `node-service@1.0.0`.
    pub(crate) path: String,
    pub(crate) case: String,
    /// Its tier, or nothing where the path knows none.
    pub(crate) tier: String,
    pub(crate) verdict: Verdict,
    /// How many findings an exception accepts; `verdict` holds the others.
    pub(crate) accepted: usize,
    /// Why it failed, apart from its findings.
    pub(crate) fault: Option<String>,
    pub(crate) time: Duration,
}

impl Judged {
    /// Whether it found nothing that is not accepted, and judged what it should.
    pub(crate) fn is_good(&self) -> bool {
        self.fault.is_none() && self.verdict.findings.is_empty()
    }
}

/// What became of a judge's planted fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Canary {
    /// The judge found it, as it must.
    Caught,
    /// It did not, for this reason: nothing that it says can be relied on.
    Missed(String),
}
