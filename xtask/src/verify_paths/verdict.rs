//! What a judge says: how much it looked at, what it found, what it could not judge, what it measured.

use std::fmt;

/// What a judge said. No items means that it judged nothing, which is never a pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// How many things it looked at: files, alerts, requests, spans, as the judge's row says.
    pub(crate) items: usize,
    pub(crate) findings: Vec<Finding>,
    /// What it could not look at, and why; or what is outside of what it knows.
    pub(crate) not_judged: Vec<String>,
    /// What it measured, for people.
    pub(crate) measured: Vec<String>,
}

/// One fault that a judge found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// The judge's own name for this kind of fault.
    pub(crate) rule: String,
    /// The file, or what stands in its place; nothing where the fault is of the whole service.
    pub(crate) place: Option<String>,
    pub(crate) text: String,
}

impl Verdict {
    /// A verdict on so many items, with nothing found yet.
    pub(crate) fn of(items: usize) -> Self {
        Self { items, ..Self::default() }
    }

    /// A verdict on nothing, with the reason.
    pub(crate) fn not_judged(why: impl Into<String>) -> Self {
        Self { not_judged: vec![why.into()], ..Self::default() }
    }

    /// Adds a finding at a place.
    pub(crate) fn find(
        &mut self,
        rule: impl Into<String>,
        place: impl Into<String>,
        text: impl Into<String>,
    ) {
        let (rule, place, text) = (rule.into(), Some(place.into()), text.into());
        self.findings.push(Finding { rule, place, text });
    }

    /// Looks at one more thing: a finding if it is not good. The same finding is kept once.
    pub(crate) fn hold(&mut self, rule: &str, good: bool, text: impl FnOnce() -> String) {
        self.items += 1;
        if good {
            return;
        }
        let finding = Finding { rule: rule.to_string(), place: None, text: text() };
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    /// Adds what was measured; the same is said once.
    pub(crate) fn measure(&mut self, what: impl Into<String>) {
        let what = what.into();
        if !self.measured.contains(&what) {
            self.measured.push(what);
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place} ")?;
        }
        write!(f, "[{}] {}", self.rule, self.text.trim().replace('\n', "\n      "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_looked_at_is_counted_and_a_finding_is_kept_once() {
        let mut verdict = Verdict::default();
        for good in [true, false, false] {
            verdict.hold("livez", good, || "it is gone".to_string());
        }
        assert_eq!((verdict.items, verdict.findings.len()), (3, 1));
        assert_eq!(verdict.findings[0].to_string(), "[livez] it is gone");
    }

    #[test]
    fn a_finding_in_a_file_names_it() {
        let mut verdict = Verdict::of(1);
        verdict.find("length", "README.md", "a line is long");
        assert_eq!(verdict.findings[0].to_string(), "README.md [length] a line is long");
    }
}
