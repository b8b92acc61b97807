//! The cases of the starter set, as conftest's own readers and OPA have them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::Command,
};

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::{
    found::{FILE, PLAN, Plan, Said, Subject},
    set::{Set, files},
};
use crate::{program, workspace};

/// How many are judged in one request.
const AT_ONCE: usize = 25;

/// Every case.
pub(super) struct Cases {
    cases: Vec<Case>,
    /// The ids of rules by their package and name.
    ids: BTreeMap<String, String>,
}

struct Case {
    subject: Subject,
    expected: Expected,
}

/// What must be found in a case.
enum Expected {
    /// By this rule something.
    Fires(String),
    /// By this rule nothing.
    Silent(String),
    /// These rules and parts, one a line.
    Lines(String),
}

impl Cases {
    /// Reads every case with conftest's readers.
    pub(super) fn read(conftest: &Path, scratch: &Path, set: &Set) -> Result<Self> {
        let ids = set.ids();
        let is_plan = |rule: &str| ids.iter().any(|(it, id)| id == rule && it.starts_with(PLAN));
        let folder = workspace::root().join("tests/cases/policy/starter");
        let mut cases = Vec::new();
        let rules: BTreeSet<_> = ids.values().cloned().collect();
        for rule in &rules {
            let package = if is_plan(rule) { PLAN } else { FILE };
            for (kind, expected) in
                [("fires", Expected::Fires as fn(String) -> _), ("silent", Expected::Silent)]
            {
                for path in files(folder.join(rule).join(kind))? {
                    cases.push((path, package, expected(rule.clone())));
                }
            }
        }
        for path in files(folder.join("real"))? {
            let expected = path.with_added_extension("expected");
            if expected.is_file() {
                cases.push((path, FILE, Expected::Lines(workspace::read(&expected)?)));
            }
        }
        let texts = scratch.join("cases");
        let mut inputs = BTreeMap::new();
        for (number, (path, ..)) in cases.iter().enumerate() {
            let kind = match path.extension().and_then(|it| it.to_str()) {
                Some("yaml") => "yaml",
                Some("json") => "json",
                _ => "dockerfile",
            };
            fs::create_dir_all(texts.join(kind))?;
            fs::copy(path, texts.join(kind).join(format!("{number}.txt")))?;
        }
        let mut reading = Command::new(conftest);
        let said = program::must(reading.env_clear().env("TZ", "UTC").arg(&texts))?.stdout;
        for line in String::from_utf8(said)?.lines() {
            let answer: Value = serde_json::from_str(line)?;
            let path = answer["path"].as_str().map(Path::new).context("no path")?;
            let value = answer.get("value").with_context(|| format!("conftest: {answer}"))?;
            // Of a Dockerfile conftest makes one of several documents.
            let value = if path.starts_with(texts.join("dockerfile")) { &value[0] } else { value };
            let number = path.file_stem().and_then(|it| it.to_str()).context("no number")?;
            inputs.insert(number.parse::<usize>()?, value.clone());
        }
        let case = |(number, (path, package, expected)): (usize, (std::path::PathBuf, _, _))| {
            let name = path.strip_prefix(&folder).unwrap_or(&path).display().to_string();
            let input = inputs.remove(&number).with_context(|| format!("{name} was not read"))?;
            Ok(Case { subject: Subject { name, package, input }, expected })
        };
        let cases = cases.into_iter().enumerate().map(case).collect::<Result<_>>()?;
        Ok(Self { cases, ids })
    }

    pub(super) fn len(&self) -> usize {
        self.cases.len()
    }

    /// The cases as plans to be judged. What is found in a plan says itself where; so each is alone.
    pub(super) fn plans(&self) -> Vec<Plan> {
        let mut plans: Vec<Plan> = Vec::new();
        for Case { subject, .. } in &self.cases {
            match plans.last_mut() {
                Some(last) if last.subjects.len() < AT_ONCE && subject.package == FILE => {
                    last.subjects.push(subject.clone());
                }
                Some(_) | None => plans.push(Plan {
                    name: format!("cases {}", plans.len()),
                    subjects: vec![subject.clone()],
                }),
            }
        }
        plans
    }

    /// What was found otherwise than it should be, in the answers to these plans and others after them.
    pub(super) fn told(&self, said: &[Vec<Said>]) -> Vec<String> {
        let wrong = |(case, said): (&Case, &Said)| {
            let rule = |it: &(String, String)| self.ids.get(&it.0).cloned().unwrap_or_default();
            let fired: BTreeSet<_> = said.findings.iter().map(rule).collect();
            let is_right = said.failures.is_empty()
                && match &case.expected {
                    Expected::Fires(rule) => fired.contains(rule),
                    Expected::Silent(rule) => !fired.contains(rule),
                    Expected::Lines(lines) => {
                        let line = |it: &(String, String)| {
                            let finding: Value = serde_json::from_str(&it.1).unwrap_or_default();
                            let pointer = finding["pointer"].as_str().filter(|it| !it.is_empty());
                            format!("{} {}\n", rule(it), pointer.unwrap_or("/"))
                        };
                        let found: BTreeSet<_> = said.findings.iter().map(line).collect();
                        found.into_iter().collect::<String>() == *lines
                    }
                };
            (!is_right).then(|| format!("{}: {said:?}", case.subject.name))
        };
        self.cases.iter().zip(said.iter().flatten()).filter_map(wrong).collect()
    }
}
