//! What a spec asks for beside what its service got.

use super::{Finding, Rule, keys::is_same};
use crate::{
    data::Value,
    lock::Lock,
    spec::{self, METADATA_ANSWERS, Stated, Written},
    text::Place,
    tree::RepoPath,
};

/// Everything that the spec asks for and the service did not get yet.
///
/// `may_be_out` says whether a parameter applies only under a condition: an answer to one that does
/// not apply is left out of the lock, and is no change.
pub fn wanted(lock: &Lock, written: &Written, may_be_out: &dyn Fn(&str) -> bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let locked = &lock.golden_path;
    if written.spec.golden_path != locked.name {
        let message = format!(
            "the spec asks for `{}`, and the service is made of `{}`",
            written.spec.golden_path, locked.name
        );
        let help = format!("name `{}` again: a service can't change its golden path", locked.name);
        findings.push(finding(&written.golden_path, "goldenPath", message).help(help));
        // The rest would speak of another golden path.
        return findings;
    }
    if let Some(range) = written.spec.range.as_ref().filter(|it| !it.matches(&locked.version)) {
        let message =
            format!("the spec asks for `{range}`, and the service has {}", locked.version);
        findings.push(finding(&written.range, "version", message).help("run `flagstone upgrade`"));
    }
    let changed = written.answers.iter().filter_map(|it| changed(lock, it, may_be_out));
    findings.extend(changed);
    findings
}

fn changed(lock: &Lock, stated: &Stated, may_be_out: &dyn Fn(&str) -> bool) -> Option<Finding> {
    let name = &stated.name;
    let locked = lock.parameters.iter().find(|(it, _)| it == name).map(|(_, value)| value);
    let message = match locked {
        // A description answers a parameter only where there is one.
        None if METADATA_ANSWERS.contains(&name.as_str()) => return None,
        None => format!("the spec answers `{name}`, which the service was not made with"),
        Some(Value::Null) if may_be_out(name) => return None,
        Some(value) if is_same(value, &stated.value) => return None,
        Some(_) => format!("the spec answers `{name}` differently than when the service was made"),
    };
    Some(finding(&stated.place, name, message))
}

fn finding(place: &Place, key: &str, message: String) -> Finding {
    let path = RepoPath::parse(spec::FILE).expect("our own files have good names");
    Finding::new(Rule::SpecChanged, path, message)
        .at(place.position())
        .key(key)
        .help("run `flagstone apply`")
}
