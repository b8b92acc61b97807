//! What would pass unseen: versions without cases, and snapshots without their case.

use std::{collections::BTreeSet, time::Duration};

use super::{TestArguments, play::unwritten};
use crate::{
    case,
    cli::{Failure, path::Subject},
    diag::Diagnostic,
    manifest, name,
    rehearse::{Snapshot, Test},
    source,
    tree::RepoPath,
    version::Version,
};

/// A failed test for each version that has no case, and for each snapshot of none; nothing where only
/// some cases are wanted.
pub(super) fn cases(subject: &Subject, arguments: &TestArguments) -> Result<Vec<Test>, Failure> {
    let mut tests = Vec::new();
    if !arguments.cases.is_empty() {
        return Ok(tests);
    }
    for (name, version) in &subject.versions {
        let files = subject.shelf.files(name, version)?;
        if case::names(&files).is_empty() {
            let message = format!("`{name}@{version}` has no case");
            let help = format!("write one: `{}/defaults.yaml`", case::FOLDER);
            let mistake = Diagnostic::error("no-case", message).help(help);
            let failed = test(subject, (name, version), "cases", manifest::FILE);
            tests.push(Test { failures: vec![mistake], ..failed });
        }
        for file in case::orphans(&files) {
            tests.push(orphan(subject, (name, version), &file, arguments));
        }
    }
    Ok(tests)
}

fn orphan(
    subject: &Subject,
    (name, version): (&str, &Version),
    file: &RepoPath,
    arguments: &TestArguments,
) -> Test {
    let mut test = test(subject, (name, version), file.as_str(), file.as_str());
    test.snapshot = Snapshot::Orphaned;
    let path = RepoPath::parse(&format!("{name}/{version}/{file}"));
    if let Some(path) = path.ok().filter(|_| arguments.accept) {
        match source::change(&subject.catalog, &source::Change::Remove(path)) {
            Ok(()) => test.snapshot = Snapshot::Removed,
            Err(error) => test.failures.push(unwritten(&error)),
        }
    }
    test
}

fn test(subject: &Subject, (path, version): (&str, &Version), name: &str, file: &str) -> Test {
    Test {
        subject: format!("{path}@{version}"),
        name: name.to_owned(),
        file: subject.shelf.file_label(&format!("{path}/{version}/{file}")),
        failures: Vec::new(),
        snapshot: Snapshot::None,
        upgraded: None,
        note: None,
        time: Duration::ZERO,
    }
}

/// A case that is wanted by a name that none has.
pub(super) fn no_case(wanted: &str, names: &BTreeSet<String>) -> Diagnostic {
    let known: Vec<_> = names.iter().map(String::as_str).collect();
    let help = match &known[..] {
        [] => format!("write one: `{}/{wanted}.yaml`", case::FOLDER),
        _ => format!("there are: {}", known.join(", ")),
    };
    let help = name::did_you_mean(wanted, known).unwrap_or(help);
    Diagnostic::error("no-case", format!("there is no case `{wanted}`")).help(help)
}
