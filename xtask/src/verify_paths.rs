//! `cargo xtask verify-paths`: does what a golden path renders really build, run and stay clean?
//!
//! For each golden path (its newest version and the case `defaults`, or all): render it with the built
//! program, run the manifest's `verify` commands twice, start the server and ask its probes, end it as
//! an orchestrator would, and look at the repository with git's own eyes. What was not judged is said,
//! and judging nothing is a failure.

mod catalog;
mod python;
mod server;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use anyhow::{Result, bail};

use crate::{Chore, Outcome, program, workspace};
use catalog::{Case, GoldenPath};

pub(crate) const CHORE: Chore = Chore {
    name: "verify-paths",
    usage: "verify-paths [PATH] [--all]",
    what: "render, build, run and check golden paths: the newest one's `defaults`, or --all versions and cases",
    run,
};

/// The case that every run judges.
const DEFAULTS: &str = "defaults";

/// How a case went: what it ran, and what it could not judge.
struct Judged {
    commands: usize,
    not_judged: Vec<String>,
}

fn run(arguments: &[String]) -> Result<Outcome> {
    let all = arguments.iter().any(|it| it == "--all");
    let names: Vec<&String> = arguments.iter().filter(|it| *it != "--all").collect();
    match names.as_slice() {
        [] => verify(None, all),
        [name] if !name.starts_with('-') => verify(Some(name), all),
        _ => Ok(Outcome::Usage),
    }
}

/// Verifies one golden path or all of them.
pub(crate) fn verify(only: Option<&str>, all: bool) -> Result<Outcome> {
    let folder = workspace::root().join("golden-paths");
    let paths: Vec<GoldenPath> = catalog::versions(&folder)?
        .into_iter()
        .filter(|path| all || path.is_newest)
        .filter(|path| only.is_none_or(|only| path.name == only))
        .collect();
    if paths.is_empty() {
        let what = only.unwrap_or("any golden path");
        bail!("found nothing of `{what}` in `{}`: judging nothing is no pass", folder.display());
    }
    let flagstone = build()?;
    let mut good = true;
    let mut table = Vec::new();
    for path in &paths {
        let cases: Vec<&Case> =
            path.cases.iter().filter(|case| all || case.name == DEFAULTS).collect();
        if cases.is_empty() {
            table.push(format!("FAILED  {}@{}: no case `{DEFAULTS}`", path.name, path.version));
            good = false;
        }
        for case in cases {
            let name = format!("{}@{} {}", path.name, path.version, case.name);
            println!("\n-- {name}");
            let start = Instant::now();
            let line = match verify_case(&flagstone, path, case) {
                Ok(judged) if judged.not_judged.is_empty() => {
                    format!("passed  {name}: {} commands, twice", judged.commands)
                }
                Ok(judged) => {
                    good &= !program::in_ci();
                    format!("NOT ALL JUDGED  {name}: {}", judged.not_judged.join("; "))
                }
                Err(error) => {
                    good = false;
                    format!("FAILED  {name}: {error:#}")
                }
            };
            table.push(format!("{line}  ({:.1} s)", start.elapsed().as_secs_f64()));
        }
    }
    println!();
    for line in &table {
        println!("{line}");
    }
    Ok(if good { Outcome::Good } else { Outcome::Bad })
}

/// Builds the program and says where it lies.
fn build() -> Result<PathBuf> {
    let mut build = Command::new(env!("CARGO"));
    build.current_dir(workspace::root()).args(["build", "--locked", "--package", "flagstone"]);
    if !program::run(&mut build)?.success() {
        bail!("flagstone does not build");
    }
    Ok(workspace::target().join("debug/flagstone"))
}

fn verify_case(flagstone: &Path, path: &GoldenPath, case: &Case) -> Result<Judged> {
    let shared = workspace::target().join("verify").join("cargo");
    fs::create_dir_all(&shared)?;
    // Outside of our own work tree, whose `rustfmt.toml` and `clippy.toml` would speak for it too.
    let work = workspace::Scratch::new("verify")?;
    let repository = work.path().join(format!("{}-{}", path.name, case.name));

    let mut render = isolated(Command::new(flagstone), &shared);
    render.current_dir(work.path()).arg("new").arg(format!("{}@={}", path.name, path.version));
    render.arg(&repository).args(case.flags()).args(["--defaults", "--yes"]);
    println!("$ {}", program::shown(&render));
    program::must(&mut render)?;
    if !repository.join(".git").is_dir() {
        bail!("`new` succeeded and made no repository");
    }
    clean(&repository, "after rendering")?;

    let mut judged = Judged { commands: 0, not_judged: Vec::new() };
    let mut missing = BTreeSet::new();
    let python = python::choose(&repository)?;
    if path.verify.is_empty() {
        judged.not_judged.push("the manifest has no `verify` commands".to_string());
    }
    for pass in ["first", "second"] {
        for check in &path.verify {
            let Some((name, arguments)) = check.run.split_first() else {
                bail!("`verify` has `{}` with nothing to run", check.name);
            };
            if program::find(name).is_none() && !name.contains('/') {
                missing.insert(name);
                continue;
            }
            let mut command = isolated(Command::new(name), &shared);
            command.current_dir(&repository).args(arguments).envs(python);
            println!("$ {}   ({}, {pass} time)", program::shown(&command), check.name);
            let start = Instant::now();
            let status = program::run(&mut command)?;
            println!("  {status} in {:.1} s", start.elapsed().as_secs_f64());
            if !status.success() {
                bail!("`{}` failed the {pass} time: {status}", check.name);
            }
            judged.commands += usize::from(pass == "first");
        }
        clean(&repository, &format!("after the {pass} run of the verify commands"))?;
    }
    if path.is_http() && missing.is_empty() {
        match server::command(path, case, &shared, &repository) {
            Ok(start) => server::verify(isolated(start, &shared).current_dir(&repository))?,
            Err(reason) => judged.not_judged.push(reason.to_string()),
        }
        clean(&repository, "after the server ran")?;
    }
    if !missing.is_empty() {
        let missing: Vec<_> = missing.iter().map(|it| format!("`{it}`")).collect();
        judged.not_judged.push(format!("there is no {}", missing.join(", ")));
    }
    let fsck =
        program::must(Command::new("git").current_dir(&repository).args(["fsck", "--strict"]))?;
    let said = [fsck.stdout, fsck.stderr].concat();
    if !said.is_empty() {
        bail!("`git fsck --strict` is not silent: {}", String::from_utf8_lossy(&said).trim());
    }
    Ok(judged)
}

/// A command that doesn't see the caller's git configuration and shares one folder of Rust builds.
fn isolated(mut command: Command, shared: &Path) -> Command {
    for (name, value) in [
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_AUTHOR_NAME", "Verify"),
        ("GIT_AUTHOR_EMAIL", "verify@localhost"),
        ("GIT_COMMITTER_NAME", "Verify"),
        ("GIT_COMMITTER_EMAIL", "verify@localhost"),
    ] {
        command.env(name, value);
    }
    // What was set for xtask or its caller is not meant for a build of another project.
    for name in ["CARGO", "CARGO_MANIFEST_DIR", "RUSTUP_TOOLCHAIN", "VIRTUAL_ENV"] {
        command.env_remove(name);
    }
    command.env("CARGO_TARGET_DIR", shared);
    command
}

/// Nothing untracked and nothing changed.
fn clean(repository: &Path, when: &str) -> Result<()> {
    let mut status = Command::new("git");
    status.current_dir(repository).args(["status", "--porcelain"]);
    let said = program::must(&mut status)?.stdout;
    if !said.is_empty() {
        bail!("the tree is not clean {when}:\n{}", String::from_utf8_lossy(&said).trim_end());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_makes_a_repository_unclean() {
        let folder = workspace::target().join("tmp/xtask-verify-clean");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder for the test");
        program::must(Command::new("git").current_dir(&folder).args(["init", "-q"])).expect("git");
        clean(&folder, "at first").expect("an empty repository is clean");
        fs::write(folder.join("new.txt"), "x").expect("a file for the test");
        let error = clean(&folder, "after the build").expect_err("there is a new file");
        assert_eq!(error.to_string(), "the tree is not clean after the build:\n?? new.txt");
    }

    /// A stand-in for the built program: it commits one file that holds its own arguments.
    fn stand_in(name: &str) -> PathBuf {
        let folder = workspace::target().join("tmp").join(name);
        fs::create_dir_all(&folder).expect("a folder for the test");
        let program = folder.join("flagstone");
        let script = "git init -q \"$3\" && cd \"$3\" && echo \"$@\" > arguments \
            && git add -A && git commit -q -m x\n";
        fs::write(&program, format!("#!/bin/sh\n{script}")).expect("a script for the test");
        program::must(Command::new("chmod").arg("+x").arg(&program)).expect("it may run");
        program
    }

    fn path(name: &str, run: &str) -> (GoldenPath, Case) {
        let run = ["sh", "-c", run].map(String::from).to_vec();
        let check = catalog::Check { name: "tests".to_string(), run };
        let path = GoldenPath {
            name: name.to_string(),
            version: "1.0.0".to_string(),
            is_newest: true,
            tags: Vec::new(),
            verify: vec![check],
            cases: Vec::new(),
        };
        let parameters = vec![("name".to_string(), "orders-api".into())];
        (path, Case { name: DEFAULTS.to_string(), parameters })
    }

    #[test]
    fn a_case_is_rendered_with_its_answers_and_its_commands_run_twice() {
        let program = stand_in("xtask-verify-good");
        // Cargo's folder is shared: what is written there leaves the repository clean.
        let (path, case) = path(
            "xtask-good",
            r#"grep -q "name=orders-api" arguments && echo x >> "$CARGO_TARGET_DIR/xtask-good""#,
        );
        let runs = workspace::target().join("verify/cargo/xtask-good");
        let _ = fs::remove_file(&runs);
        let judged = verify_case(&program, &path, &case).expect("it is a good path");
        assert_eq!((judged.commands, judged.not_judged), (1, Vec::new()));
        assert_eq!(fs::read_to_string(&runs).expect("the command ran"), "x\nx\n");
    }

    #[test]
    fn a_build_that_leaves_something_behind_is_found() {
        let program = stand_in("xtask-verify-dirty");
        let (path, case) = path("xtask-dirty", "touch left-behind");
        let error = verify_case(&program, &path, &case).err().expect("it leaves a file");
        assert!(error.to_string().contains("after the first run"), "{error}");
    }

    #[test]
    fn a_program_that_is_not_here_is_said_once_and_the_server_is_not_started() {
        let program = stand_in("xtask-verify-missing");
        let (mut path, case) = path("rust-service", "true");
        path.tags = vec!["http".to_string()];
        for name in ["one", "two"] {
            let run = vec!["no-such-program-of-ours".to_string()];
            path.verify.push(catalog::Check { name: name.to_string(), run });
        }
        let judged = verify_case(&program, &path, &case).expect("what is here is good");
        assert_eq!(judged.commands, 1);
        assert_eq!(judged.not_judged, ["there is no `no-such-program-of-ours`"]);
    }

    #[test]
    fn a_path_without_commands_is_not_judged() {
        let program = stand_in("xtask-verify-empty");
        let (mut path, case) = path("xtask-empty", "true");
        path.verify.clear();
        let judged = verify_case(&program, &path, &case).expect("it renders");
        assert_eq!(judged.not_judged, ["the manifest has no `verify` commands"]);
    }
}
