//! What became of a judge: on one case, and on its planted fault.

use std::time::Duration;

use super::verdict::Verdict;

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
