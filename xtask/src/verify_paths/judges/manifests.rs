//! What kustomize builds of a repository: the resources that a cluster would get, by overlay.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, bail};
use serde_yaml::Value;

use super::{
    subject::{Subject, documents},
    tools::Tools,
};

/// One overlay, built.
#[derive(Debug)]
pub(crate) struct Built {
    /// The folder of its kustomization.
    pub(crate) overlay: String,
    pub(crate) text: String,
    pub(crate) resources: Vec<Value>,
}

impl Built {
    /// The resources that run pods, with the pods' own specification.
    pub(crate) fn pods(&self) -> impl Iterator<Item = (String, &Value)> {
        self.resources.iter().filter_map(|resource| {
            let pod = match resource["kind"].as_str()? {
                "Deployment" | "StatefulSet" | "DaemonSet" | "Job" => {
                    &resource["spec"]["template"]["spec"]
                }
                "Rollout" if !resource["spec"]["template"].is_null() => {
                    &resource["spec"]["template"]["spec"]
                }
                "CronJob" => &resource["spec"]["jobTemplate"]["spec"]["template"]["spec"],
                "Pod" => &resource["spec"],
                _ => return None,
            };
            Some((format!("{} {}", self.overlay, name(resource)), pod))
        })
    }
}

/// `Deployment orders-api`.
pub(crate) fn name(resource: &Value) -> String {
    let kind = resource["kind"].as_str().unwrap_or("?");
    format!("{kind} {}", resource["metadata"]["name"].as_str().unwrap_or("?"))
}

/// Builds every kustomization that no other one includes.
pub(super) fn build(subject: &Subject, tools: &Tools) -> Result<Vec<Built>> {
    let mut built = Vec::new();
    for overlay in overlays(subject)? {
        let said = tools.judge("kubectl", &subject.folder, &["kustomize", &overlay], &[0])?;
        let text = String::from_utf8(said.stdout)?;
        let resources = documents(&text).with_context(|| format!("`{overlay}`, as built"))?;
        if resources.is_empty() {
            bail!("kustomize makes nothing of `{overlay}`");
        }
        built.push(Built { overlay, text, resources });
    }
    Ok(built)
}

/// The folders with a kustomization that no other kustomization names.
pub(crate) fn overlays(subject: &Subject) -> Result<Vec<String>> {
    const FILE: &str = "kustomization.yaml";
    let folders: BTreeSet<String> = subject
        .matching(&[&format!("*/{FILE}")])
        .into_iter()
        .filter_map(|file| file.strip_suffix(FILE)?.strip_suffix('/'))
        .map(str::to_string)
        .collect();
    let mut included = BTreeSet::new();
    for folder in &folders {
        for document in subject.yaml(&format!("{folder}/{FILE}"))? {
            for key in ["resources", "components", "bases"] {
                let listed = document[key].as_sequence().into_iter().flatten();
                included.extend(listed.filter_map(Value::as_str).map(|it| joined(folder, it)));
            }
        }
    }
    Ok(folders.difference(&included).cloned().collect())
}

/// A relative path as seen from the repository's root.
fn joined(folder: &str, relative: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').collect();
    for part in relative.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Scratch;

    #[test]
    fn what_another_kustomization_includes_is_not_built_alone() {
        let scratch = Scratch::new("overlays").expect("a folder for the test");
        let planted = [
            ("deploy/base/kustomization.yaml", "resources: [a.yaml, ../extra]"),
            ("deploy/extra/kustomization.yaml", "resources: [b.yaml]"),
            ("deploy/overlays/production/kustomization.yaml", "resources: [../../base]"),
        ];
        let subject = Subject::planted(scratch.path(), &planted).expect("it is planted");
        let found = overlays(&subject).expect("they are read");
        assert_eq!(found, ["deploy/overlays/production"]);
    }
}
