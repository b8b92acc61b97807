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
    let bundle = json!({
        "origin": "starter",
        "sources": set.policies.iter().map(source).collect::<Vec<_>>(),
        "data": set.data,
    });
    let subjects: Vec<_> = plan.subjects.iter().enumerate().map(subject).collect();
    let file = scratch.join(format!("{}.json", plan.name.replace('/', "-")));
    fs::write(&file, request(&[bundle], &subjects))?;
    let output = guard(flagstone, &file)?.output().context("failed to start the guard")?;
    fs::remove_file(&file)?;
    let said = String::from_utf8(output.stdout)?;
    let last: Value = serde_json::from_str(said.lines().last().unwrap_or("null"))?;
    let verdict =
        last.get("verdict").with_context(|| format!("{}: {}", plan.name, output.status))?;
    Said::by_us(verdict, plan, set)
}

/// A request as the guard reads it: the policies on a line, and of each subject a line with all but
/// its input and one with that.
pub(crate) fn request(bundles: &[Value], subjects: &[Value]) -> String {
    let mut text = json!({"bundles": bundles, "now": 1_795_348_800, "care": "quick"}).to_string();
    for subject in subjects {
        let head = json!({"path": subject["path"], "packages": subject["packages"]});
        text += &format!("\n{head}\n{}", subject["input"]);
    }
    text
}

/// The guard with a request, as our own program starts it.
pub(crate) fn guard(flagstone: &Path, request: &Path) -> Result<Command> {
    let mut command = Command::new(flagstone);
    command.arg("__guard").env_clear().stdin(File::open(request)?);
    command.env("MIMALLOC_ARENA_RESERVE", "32768");
    Ok(command)
}
