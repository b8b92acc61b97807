//! What a catalog has beside what a service got: newer versions.

use super::{Finding, Rule};
use crate::{
    lock::{self, Lock, Part},
    tree::RepoPath,
    version::{Range, Version},
};

/// What a catalog has of a service's parts.
pub struct Known<'a> {
    /// The versions of the golden path that the service's own range allows; any without one.
    pub range: Option<&'a Range>,
    /// The versions of its golden path, oldest first.
    pub versions: &'a [Version],
    /// The versions of its layers, as far as the golden path takes them.
    pub layers: Vec<LayerRelease>,
}

/// A layer in the newest version that the service's golden path takes.
pub struct LayerRelease {
    /// The layer.
    pub name: String,
    /// The version.
    pub newest: Version,
}

/// The newer versions of what a service is made of.
pub fn outdated(lock: &Lock, known: &Known<'_>) -> Vec<Finding> {
    let mut findings: Vec<_> = golden_path(&lock.golden_path, known).into_iter().collect();
    for layer in &lock.layers {
        let newer =
            known.layers.iter().find(|it| it.name == layer.name && it.newest > layer.version);
        findings.extend(newer.map(|newer| {
            let message = format!(
                "layer {} {} is released, the service has {}",
                layer.name, newer.newest, layer.version
            );
            finding(&layer.name, message).help("run `flagstone upgrade`")
        }));
    }
    findings
}

/// The newest version that the range allows, or else the newest of all.
fn golden_path(locked: &Part, known: &Known<'_>) -> Option<Finding> {
    let is_newer = |it: &&Version| **it > locked.version;
    let is_allowed = |it: &&Version| match known.range {
        Some(range) => range.matches(it),
        None => !it.is_prerelease(),
    };
    let allowed = known.versions.iter().rfind(|it| is_newer(it) && is_allowed(it));
    let newest = known.versions.iter().rfind(|it| is_newer(it) && !it.is_prerelease());
    let Part { name, version, .. } = locked;
    let range = known.range.map(ToString::to_string).unwrap_or_default();
    let says = |newer: &Version| format!("{name} {newer} is released, the service has {version}");
    match (allowed, newest) {
        (None, None) => None,
        (Some(allowed), Some(newest)) if newest > allowed => {
            let message = format!("{} ({newest} too, outside of `{range}`)", says(allowed));
            Some(finding(name, message).help("run `flagstone upgrade`"))
        }
        (Some(allowed), _) => Some(finding(name, says(allowed)).help("run `flagstone upgrade`")),
        (None, Some(newest)) => {
            let message = format!("{}; it is outside of `{range}`", says(newest));
            Some(finding(name, message).help(format!("run `flagstone upgrade --to {newest}`")))
        }
    }
}

fn finding(name: &str, message: String) -> Finding {
    let path = RepoPath::parse(lock::FILE).expect("our own files have good names");
    Finding::new(Rule::Outdated, path, message).key(name)
}
