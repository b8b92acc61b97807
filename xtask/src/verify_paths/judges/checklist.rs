//! The checklist of the golden paths: `xtask/judges/checklist.yaml` says what proves each id, or why
//! nothing does.
//!
//! **Invariant:** every id is there once, for every path and tier; what it names as its proof exists, and
//! judged something.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use serde_yaml::Value;

use super::{JUDGES, run::Reading, subject::fits};
use crate::{verify_paths::running, workspace};

const FILE: &str = "xtask/judges/checklist.yaml";

/// Every id, in the checklist's order; those of the critical tier or of an option are marked in the file.
const IDS: &[(&str, u32)] = &[
    ("BLD", 7),
    ("SVC", 13),
    ("DAT", 1),
    ("TST", 6),
    ("CI", 8),
    ("SUP", 11),
    ("CON", 5),
    ("K8S", 11),
    ("OBS", 11),
    ("OWN", 6),
];

/// The tiers, by how much they ask for.
pub(super) const TIERS: &[&str] = &["experimental", "standard", "critical"];

/// What `verify-paths` does itself to a built service, beside the judges of `running`.
const DONE: &[&str] = &["verify", "verify twice", "image", "upgrade"];

/// One line of the checklist.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) what: String,
    proofs: Vec<Proof>,
}

/// What proves it, for some paths and tiers.
#[derive(Debug)]
struct Proof {
    /// A pattern of the path's name.
    path: String,
    tiers: Vec<String>,
    by: Vec<By>,
    /// Why nothing proves it, or what of it stays unproved.
    unproved: Option<String>,
}

/// One proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// A judge that reads, by its name.
    Judge(String),
    /// A judge that runs the service.
    Running(String),
    /// A test of the repository itself, by its file.
    Test(String),
}

impl By {
    fn parse(text: &str) -> Result<Self> {
        let (kind, name) =
            text.split_once(' ').with_context(|| format!("`{text}` names no proof"))?;
        let name = name.to_string();
        Ok(match kind {
            "judge" => Self::Judge(name),
            "running" => Self::Running(name),
            "test" => Self::Test(name),
            _ => anyhow::bail!("`{text}` is no judge, running or test"),
        })
    }

    fn is_known(&self) -> bool {
        match self {
            Self::Judge(name) => JUDGES.iter().any(|it| it.name == name),
            Self::Running(name) => {
                running::names().chain(DONE.iter().copied()).any(|it| it == name)
            }
            Self::Test(_) => true,
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Judge(name) => name.clone(),
            Self::Running(name) => format!("*{name}*"),
            Self::Test(file) => format!("`{file}`"),
        }
    }
}

/// Reads the checklist; a missing, unknown or doubled id is an error.
pub(super) fn read() -> Result<Vec<Entry>> {
    parse(&workspace::read(&workspace::root().join(FILE))?).context(FILE)
}

fn parse(text: &str) -> Result<Vec<Entry>> {
    let list: Value = serde_yaml::from_str(text)?;
    let mut entries = Vec::new();
    for entry in list.as_sequence().context("the checklist is no list")? {
        let id = entry["id"].as_str().context("an entry without `id`")?.to_string();
        let what =
            entry["what"].as_str().with_context(|| format!("{id} lacks `what`"))?.to_string();
        let proofs = entry["proof"].as_sequence().into_iter().flatten();
        let proofs = proofs.map(proof).collect::<Result<Vec<_>>>().with_context(|| id.clone())?;
        entries.push(Entry { id, what, proofs });
    }
    let wanted: Vec<String> = IDS
        .iter()
        .flat_map(|(name, count)| (1..=*count).map(move |it| format!("{name}{it}")))
        .collect();
    let found: Vec<&str> = entries.iter().map(|it| it.id.as_str()).collect();
    let set: BTreeSet<&str> = found.iter().copied().collect();
    for id in &wanted {
        ensure!(set.contains(id.as_str()), "{id} is missing");
    }
    for id in &found {
        ensure!(wanted.iter().any(|it| it == id), "{id} is not known");
    }
    ensure!(found.len() == wanted.len(), "an id is there twice");
    Ok(entries)
}

fn proof(value: &Value) -> Result<Proof> {
    for (key, _) in value.as_mapping().context("a proof is no map")? {
        let known = ["path", "tiers", "by", "not"].iter().any(|it| key.as_str() == Some(it));
        ensure!(known, "a proof has {key:?}, which is not known");
    }
    let texts = |key: &str| -> Vec<String> {
        let list = value[key].as_sequence().into_iter().flatten();
        list.filter_map(|it| Some(it.as_str()?.to_string())).collect()
    };
    let by = texts("by").iter().map(|it| By::parse(it)).collect::<Result<Vec<_>>>()?;
    let unproved = value["not"].as_str().map(str::to_string);
    ensure!(!by.is_empty() || unproved.is_some(), "a proof says neither `by` nor `not`");
    for it in &by {
        ensure!(it.is_known(), "there is no {it:?}");
    }
    let tiers = match texts("tiers") {
        tiers if tiers.is_empty() => TIERS.iter().map(|it| (*it).to_string()).collect(),
        tiers => tiers,
    };
    for tier in &tiers {
        ensure!(TIERS.contains(&tier.as_str()), "there is no tier `{tier}`");
    }
    Ok(Proof { path: value["path"].as_str().unwrap_or("*").to_string(), tiers, by, unproved })
}

impl Entry {
    fn proof(&self, path: &str, tier: &str) -> Option<&Proof> {
        self.proofs.iter().find(|it| fits(&it.path, path) && it.tiers.iter().any(|it| it == tier))
    }

    /// What proves it for a path and tier, as the table says it.
    pub(super) fn shown(&self, path: &str, tier: &str) -> String {
        match self.proof(path, tier) {
            None => "**nothing said**".to_string(),
            Some(proof) => {
                let by: Vec<String> = proof.by.iter().map(By::shown).collect();
                let by = by.join(", ");
                match &proof.unproved {
                    None => by,
                    Some(why) if by.is_empty() => format!("not proved: {why}"),
                    Some(why) => format!("{by}; not proved: {why}"),
                }
            }
        }
    }
}

/// What the checklist claims and this run did not show.
pub(super) fn faults(entries: &[Entry], reading: &Reading) -> Vec<String> {
    let mut faults = BTreeSet::new();
    for case in reading.files.iter().filter(|it| TIERS.contains(&it.tier.as_str())) {
        let name = case.path.split('@').next().unwrap_or_default();
        for entry in entries {
            let Some(proof) = entry.proof(name, &case.tier) else {
                faults.insert(format!(
                    "checklist: {} says nothing of {name}, {}",
                    entry.id, case.tier
                ));
                continue;
            };
            for by in &proof.by {
                let is_there = match by {
                    By::Judge(judge) => reading.judged.iter().any(|it| {
                        it.judge == judge
                            && it.path == case.path
                            && it.tier == case.tier
                            && it.verdict.items > 0
                    }),
                    By::Test(file) => reading.files.iter().any(|it| {
                        it.path == case.path
                            && it.tier == case.tier
                            && it.files.iter().any(|it| fits(file, it))
                    }),
                    By::Running(_) => true,
                };
                if !is_there {
                    faults.insert(format!(
                        "checklist: {} is not proved by {} on {}, {}",
                        entry.id,
                        by.shown(),
                        case.path,
                        case.tier
                    ));
                }
            }
        }
    }
    faults.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checklist_has_every_id_once_and_names_proofs_that_exist() {
        let entries = read().expect("it is whole");
        assert_eq!(entries.len(), 79);
        for entry in &entries {
            for path in ["node-service", "python-service", "rust-service"] {
                for tier in TIERS {
                    assert!(entry.proof(path, tier).is_some(), "{} {path} {tier}", entry.id);
                }
            }
        }
    }

    #[test]
    fn an_id_that_is_missing_or_unknown_is_an_error() {
        let whole = workspace::read(&workspace::root().join(FILE)).expect("it is there");
        let without = whole.replacen("- id: BLD1\n", "- id: BLD99\n", 1);
        assert!(parse(&without).is_err_and(|it| it.to_string().contains("BLD1 is missing")));
        let more = whole + "- id: XYZ1\n  what: x\n  proof: [{not: x}]\n";
        assert!(parse(&more).is_err_and(|it| it.to_string().contains("XYZ1 is not known")));
    }

    #[test]
    fn a_proof_that_nobody_knows_is_an_error() {
        for text in ["{by: [judge nobody]}", "{by: [guess x]}", "{tiers: [gold], not: x}", "{}"] {
            assert!(proof(&serde_yaml::from_str(text).expect("YAML")).is_err(), "{text}");
        }
    }
}
