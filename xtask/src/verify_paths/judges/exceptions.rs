//! The findings that we accept, each with its reason: `xtask/judges/exceptions.yaml`.
//!
//! **Invariant:** an exception that accepts nothing is a fault, in every run that judges all cases.

use anyhow::{Context as _, Result};
use serde_yaml::Value;

use super::{subject::fits, verdict::Finding};
use crate::workspace;

/// Where they are written down.
pub(crate) const FILE: &str = "xtask/judges/exceptions.yaml";

/// One accepted kind of finding.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Exception {
    pub(crate) judge: String,
    pub(crate) rule: String,
    /// A pattern of the finding's place.
    pub(crate) place: String,
    /// A pattern of what the finding says.
    pub(crate) says: String,
    /// A pattern of `path@version`.
    pub(crate) path: String,
    /// A pattern of the case's name.
    pub(crate) case: String,
    pub(crate) reason: String,
}

/// All exceptions, and how often each was used.
pub(crate) struct Exceptions {
    pub(crate) list: Vec<Exception>,
}

impl Exceptions {
    /// Reads the file.
    pub(crate) fn read() -> Result<Self> {
        Self::parse(&workspace::read(&workspace::root().join(FILE))?).context(FILE)
    }

    fn parse(text: &str) -> Result<Self> {
        const KEYS: &[&str] = &["judge", "rule", "place", "says", "path", "case", "reason"];
        let value: Value = serde_yaml::from_str(text)?;
        let mut list = Vec::new();
        for entry in value.as_sequence().into_iter().flatten() {
            for key in entry.as_mapping().into_iter().flatten().map(|(key, _)| key.as_str()) {
                let known = key.is_some_and(|key| KEYS.contains(&key));
                anyhow::ensure!(known, "an exception has {key:?}, which is not known");
            }
            let given = |key: &str| entry[key].as_str().map(str::to_string);
            let needed =
                |key: &str| given(key).with_context(|| format!("an exception lacks `{key}`"));
            let any = || "*".to_string();
            list.push(Exception {
                judge: needed("judge")?,
                rule: needed("rule")?,
                place: needed("place")?,
                says: given("says").unwrap_or_else(any),
                path: given("path").unwrap_or_else(any),
                case: given("case").unwrap_or_else(any),
                reason: needed("reason")?,
            });
        }
        Ok(Self { list })
    }

    /// The exception that accepts a finding, by its number.
    pub(crate) fn accepting(
        &self,
        judge: &str,
        (path, case): (&str, &str),
        finding: &Finding,
    ) -> Option<usize> {
        self.list.iter().position(|it| {
            it.judge == judge
                && it.applies_to(path, case)
                && fits(&it.rule, &finding.rule)
                && finding.place.as_ref().is_some_and(|place| fits(&it.place, place))
                && fits(&it.says, &finding.text)
        })
    }

    /// The exceptions of judges and cases that were looked at, which accepted nothing.
    pub(crate) fn idle(&self, used: &[usize], looked: &[(&str, &str, &str)]) -> Vec<&Exception> {
        let unused = self.list.iter().enumerate().filter(|(index, _)| !used.contains(index));
        unused
            .map(|(_, it)| it)
            .filter(|it| {
                looked
                    .iter()
                    .any(|(judge, path, case)| it.judge == *judge && it.applies_to(path, case))
            })
            .collect()
    }
}

impl Exception {
    fn applies_to(&self, path: &str, case: &str) -> bool {
        fits(&self.path, path) && fits(&self.case, case)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(rule: &str, place: &str) -> Finding {
        Finding {
            rule: rule.to_string(),
            place: Some(place.to_string()),
            text: "it is bad".to_string(),
        }
    }

    #[test]
    fn an_exception_accepts_what_it_names_and_nothing_else() {
        let text = "- {judge: checkov, rule: CKV_1, place: 'deploy/*', path: 'node-*', reason: r}";
        let exceptions = Exceptions::parse(text).expect("it is read");
        let node = ("node-service@1.0.0", "defaults");
        let accepts = |judge, of, found: &Finding| exceptions.accepting(judge, of, found).is_some();
        assert!(accepts("checkov", node, &finding("CKV_1", "deploy/a.yaml")));
        assert!(!accepts("hadolint", node, &finding("CKV_1", "deploy/a.yaml")));
        assert!(!accepts("checkov", node, &finding("CKV_2", "deploy/a.yaml")));
        assert!(!accepts("checkov", node, &finding("CKV_1", "a.yaml")));
        assert!(!accepts(
            "checkov",
            ("rust-service@1.0.0", "x"),
            &finding("CKV_1", "deploy/a.yaml")
        ));
    }

    #[test]
    fn an_exception_that_accepts_nothing_is_idle_where_its_case_was_judged() {
        let text = "- {judge: checkov, rule: A, place: b, case: postgres, reason: r}";
        let exceptions = Exceptions::parse(text).expect("it is read");
        let idle =
            |used: &[usize], case| exceptions.idle(used, &[("checkov", "n@1.0.0", case)]).len();
        assert_eq!(idle(&[], "postgres"), 1);
        assert_eq!(idle(&[], "defaults"), 0);
        assert_eq!(idle(&[0], "postgres"), 0);
    }

    #[test]
    fn an_exception_without_a_reason_is_no_exception() {
        assert!(Exceptions::parse("- {judge: a, rule: b, place: c}").is_err());
        assert!(
            Exceptions::parse("- {judge: a, rule: b, place: c, reason: d, becuase: e}").is_err()
        );
    }
}
