//! `cargo xtask ajv`: the exported JSON Schemas, judged by another validator than ours.
//!
//! Installs `ajv` (pinned in `xtask/ajv`) into `target/`, without its scripts, and starts
//! `xtask/ajv/judge.mjs`: generated specs over every version of each embedded golden path, and over one
//! with conditions of every form.

use std::{fs, process::Command};

use anyhow::{Context as _, Result};

use crate::{Chore, Outcome, program, workspace};

pub(crate) const CHORE: Chore = Chore {
    name: "ajv",
    usage: "ajv",
    what: "judge the exported JSON Schemas by `ajv` on generated specs (needs npm)",
    run,
};

fn run(arguments: &[String]) -> Result<Outcome> {
    if arguments.is_empty() { judge() } else { Ok(Outcome::Usage) }
}

/// Judges every schema. Without npm it says so, which is a failure in CI.
pub(crate) fn judge() -> Result<Outcome> {
    if program::find("npm").is_none() || program::find("node").is_none() {
        println!("SKIPPED: no `npm` and `node` here, so no exported schema was judged by ajv");
        return Ok(if program::in_ci() { Outcome::Bad } else { Outcome::Good });
    }
    let root = workspace::root();
    let source = root.join("xtask/ajv");
    let folder = workspace::target().join("ajv");
    fs::create_dir_all(&folder).context("failed to make the folder of ajv")?;
    for file in ["package.json", "package-lock.json"] {
        fs::copy(source.join(file), folder.join(file))
            .with_context(|| format!("failed to copy {file}"))?;
    }
    let mut build = Command::new(env!("CARGO"));
    build.current_dir(&root).args(["build", "--locked", "--quiet"]);
    program::must(&mut build)?;
    let mut install = Command::new("npm");
    install.current_dir(&folder).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    program::must(&mut install)?;
    let mut judge = Command::new("node");
    judge.current_dir(&folder).arg(source.join("judge.mjs"));
    judge.arg(workspace::target().join("debug/flagstone")).arg(&folder).arg(source.join("catalog"));
    let status = program::run(&mut judge)?;
    Ok(if status.success() { Outcome::Good } else { Outcome::Bad })
}
