//! Our guard, in the process in which it judges everywhere.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use super::{
    found::{Plan, Said, Subject},
    set::Set,
};
use crate::{program, workspace};

/// Builds the program.
pub(super) fn build() -> Result<PathBuf> {
    let mut build = Command::new(env!("CARGO"));
    build.current_dir(workspace::root());
    build.args(["build", "--locked", "--quiet", "--package", "flagstone"]);
    if !program::run(&mut build)?.success() {
        bail!("flagstone does not build");
    }
    Ok(workspace::target().join("debug/flagstone"))
}

/// What the guard says of each subject of a plan.
pub(super) fn judged(
    flagstone: &Path,
    scratch: &Path,
    plan: &Plan,
    set: &Set,
) -> Result<Vec<Said>> {
    let source = |(path, text): (&String, &String)| json!({"path": path, "text": text});
    let subject = |(at, it): (usize, &Subject)| {
        let package: Vec<_> = it.package.split('.').collect();
        json!({"path": format!("#{at}"), "packages": {"below": package}, "input": it.input})
    };
    let request = json!({
        "bundles": [{
            "origin": "starter",
            "sources": set.policies.iter().map(source).collect::<Vec<_>>(),
            "data": set.data,
        }],
        "subjects": plan.subjects.iter().enumerate().map(subject).collect::<Vec<_>>(),
        "now": 1_795_348_800,
    });
    let file = scratch.join(format!("{}.json", plan.name.replace('/', "-")));
    fs::write(&file, request.to_string())?;
    let mut command = Command::new(flagstone);
    command.args(["__guard", "2048", "60"]).env_clear().stdin(File::open(&file)?);
    let output = command.output().context("failed to start the guard")?;
    fs::remove_file(&file)?;
    let said = String::from_utf8(output.stdout)?;
    let last: Value = serde_json::from_str(said.lines().last().unwrap_or("null"))?;
    let verdict =
        last.get("verdict").with_context(|| format!("{}: {}", plan.name, output.status))?;
    Said::by_us(verdict, plan, set)
}
