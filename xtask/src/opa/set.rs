//! The starter set: its texts and its data.

use std::{collections::BTreeMap, fs, path::PathBuf};

use anyhow::{Context as _, Result};
use serde_json::{Map, Value};

use crate::workspace;

/// Policies and what they see as `data`.
pub(crate) struct Set {
    /// The modules, by the names of their files, without tests.
    pub(crate) policies: BTreeMap<String, String>,
    /// The example data.
    pub(crate) data: Value,
}

impl Set {
    pub(crate) fn read() -> Result<Self> {
        let folder = workspace::root().join("golden-paths/policies");
        let mut policies = BTreeMap::new();
        for path in files(folder.clone())? {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.ends_with(".rego") && !name.ends_with("_test.rego") {
                policies.insert(name, workspace::read(&path)?);
            }
        }
        let mut data = Map::new();
        for path in files(folder.join("data"))? {
            data.extend(serde_yaml::from_str::<Map<_, _>>(&workspace::read(&path)?)?);
        }
        Ok(Self { policies, data: Value::Object(data) })
    }

    /// The ids of the rules by their package and name, as their metadata say them.
    pub(super) fn ids(&self) -> BTreeMap<String, String> {
        let mut ids = BTreeMap::new();
        for text in self.policies.values() {
            let package = text.lines().find_map(|it| it.strip_prefix("package "));
            let mut id = None;
            for line in text.lines() {
                id = line.strip_prefix("#   id: ").or(id);
                let name = line.split_once(" contains ").map(|(name, _)| name);
                if let (Some(name), Some(said), Some(package)) = (name, id, package)
                    && !name.contains([' ', '\t'])
                    && !line.starts_with('#')
                {
                    ids.insert(format!("{package}.{name}"), said.to_owned());
                    id = None;
                }
            }
        }
        ids
    }

    /// The package and name of the definition at a line: `flagstone.plan.deny_region`.
    pub(super) fn rule(&self, path: &str, line: u64) -> Result<String> {
        let text = self.policies.get(path).with_context(|| format!("there is no `{path}`"))?;
        let package = text.lines().find_map(|it| it.strip_prefix("package "));
        let line = usize::try_from(line)?.checked_sub(1).and_then(|it| text.lines().nth(it));
        let word = line.and_then(|it| it.split_whitespace().next());
        let (package, word) = package.zip(word).with_context(|| format!("no rule in `{path}`"))?;
        Ok(format!("{package}.{word}"))
    }
}

/// The files of a folder, in order.
pub(super) fn files(folder: PathBuf) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(&folder)
        .with_context(|| format!("failed to read `{}`", folder.display()))?
        .map(|it| Ok(it?.path()));
    let mut files: Vec<_> = entries.collect::<Result<_>>()?;
    files.retain(|it| it.is_file());
    files.sort();
    Ok(files)
}
