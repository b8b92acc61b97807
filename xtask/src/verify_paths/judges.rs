//! The judges that read: each looks at a fresh clone of what `flagstone new` committed, and at nothing
//! that git does not track.
//!
//! **Invariant:** a judge that judged nothing has not passed. Each says how many items it looked at, each
//! must find its planted fault in every run, and what it finds is a failure unless
//! `xtask/judges/exceptions.yaml` accepts it with a reason.

mod actions;
mod addresses;
mod backstage;
mod binaries;
mod checklist;
mod checkov;
mod codeowners;
mod custom_resources;
mod devcontainer;
mod dockerfile;
mod exceptions;
mod grace;
mod grafana;
mod judged;
mod kubernetes;
mod licence;
mod makefile;
mod manifests;
mod pod_security;
mod prometheus;
mod prose;
mod renovate;
mod report;
mod required_checks;
mod run;
mod runbook;
mod schemas;
mod secrets;
mod subject;
mod tools;
mod workflows;

pub(crate) use judged::Canary;
pub(crate) use report::{Ran, VERIFY};
pub(crate) use run::{Reading, Scope, read};

use anyhow::Result;

use subject::Subject;
use tools::Tools;

use super::verdict::{self, Verdict};

/// One judge: one row. What it needs of the world is in `Tools`; a new one is a row in `JUDGES`.
pub(crate) struct Judge {
    /// As tables and exceptions call it.
    pub(crate) name: &'static str,
    /// Who wrote it and at which version; `our own` where nothing outside judges this.
    pub(crate) tool: &'static str,
    /// What one item is.
    pub(crate) on: &'static str,
    /// Whether a repository must have something for it, so that zero items is a failure.
    pub(crate) expects: fn(&Subject) -> bool,
    /// Judges a repository.
    pub(crate) judge: fn(&Subject, &Tools) -> Result<Verdict>,
    /// A small repository with a fault that it must find, by the rule named.
    pub(crate) canary: (Planted, &'static str),
}

/// What the judges are called.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    JUDGES.iter().map(|it| it.name)
}

/// Has every judge look at its planted fault, or at what is left where that is taken away; none where the
/// machine lacks what they need.
pub(crate) fn canaries(
    is_taken: impl Fn(&str) -> bool + Sync,
) -> Result<Option<Vec<(&'static str, Canary)>>> {
    let missing = tools::missing();
    if !missing.is_empty() {
        println!("SKIPPED: no judge that reads was asked: there is no {}", missing.join(", "));
        return Ok(None);
    }
    Ok(Some(run::canaries(&Tools::install()?, is_taken)))
}

/// Files by name.
pub(crate) type Planted = &'static [(&'static str, &'static str)];

/// Every judge, in the order of the table.
pub(crate) const JUDGES: &[Judge] = &[
    workflows::ZIZMOR,
    workflows::ACTIONLINT,
    actions::JUDGE,
    schemas::WORKFLOWS,
    schemas::TIMEOUTS,
    required_checks::JUDGE,
    schemas::GITLAB,
    schemas::RENOVATE,
    schemas::DEPENDABOT,
    schemas::COMPOSE,
    dockerfile::JUDGE,
    kubernetes::KUSTOMIZE,
    kubernetes::VALIDATE,
    custom_resources::JUDGE,
    checkov::DOCKERFILE,
    checkov::MANIFESTS,
    checkov::WORKFLOWS,
    checkov::GITLAB,
    pod_security::JUDGE,
    grace::JUDGE,
    prometheus::CHECK,
    prometheus::TEST,
    prometheus::NAMED,
    runbook::JUDGE,
    grafana::JUDGE,
    backstage::JUDGE,
    schemas::OPENAPI,
    secrets::DETECT_SECRETS,
    secrets::SECRETLINT,
    binaries::JUDGE,
    prose::SHELLCHECK,
    prose::YAMLLINT,
    prose::MARKDOWNLINT,
    makefile::JUDGE,
    codeowners::JUDGE,
    licence::JUDGE,
    devcontainer::JUDGE,
    addresses::JUDGE,
    renovate::JUDGE,
];

/// Writes the table of a whole run.
pub(crate) fn write(
    reading: &Reading,
    ran: &[Ran],
    versions: &[super::catalog::GoldenPath],
) -> Result<()> {
    report::write(reading, ran, versions)
}

/// What the committed table lacks, against today's catalog and judges.
pub(crate) fn stale(versions: &[super::catalog::GoldenPath]) -> Result<Vec<String>> {
    report::stale(versions)
}
