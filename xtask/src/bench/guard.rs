//! `cargo xtask bench guard`: how much longer people wait because policies judge.
//!
//! The plan is two of our own golden paths in one, with everything that a critical service with a
//! database has, filled up to 200 files and a megabyte. It is made by `new --dry-run` from a catalog
//! with the starter set and from the same without policies, in turns: the difference is the guard,
//! with everything that gathers its request and with the process of its own in which it judges.
//!
//! Beside it, as a second look, a request in which every third file is a large manifest or workflow.

mod heavy;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};

use super::{given_or_built, measure::median, remove};
use crate::{Outcome, program, workspace};

const ROUNDS: usize = 40;
const FILES: usize = 200;
const BYTES: usize = 1 << 20;

/// What the guard may add on a machine that does nothing else.
const PROMISE: Duration = Duration::from_millis(30);

/// What it may add where there is no policy.
const PROMISE_WITHOUT: Duration = Duration::from_millis(1);

const MANIFEST: &str = "apiVersion: flagstone/v1
kind: GoldenPath
metadata: {name: bulk, version: 1.0.0, title: Bulk, owner: bench}
parameters:
  required: [name, owner, cost_centre]
  properties: {name: {type: string}, owner: {type: string}, cost_centre: {type: string}}
files: [{match: \".github/**\", ownership: managed}]
";

const CATALOG: &str = "apiVersion: flagstone/v1\nkind: Catalog\nmetadata: {name: bench, owner: bench, title: Bench}\n";

const POLICIES: &str = "policies: [policies]\ndata:\n  - policies/data/places.yaml\n  - policies/data/service.yaml\n  - policies/data/teams.yaml\n";

/// What the golden paths of the embedded catalog are asked.
const ANSWERS: [&str; 5] = [
    "name=orders-api",
    "owner=team-orders",
    "cost_centre=CC-1234",
    "tier=critical",
    "database=postgres",
];

/// Times both in turns; `before` is a program from before there was a guard.
pub(super) fn run(program: Option<&Path>, before: Option<&Path>) -> Result<Outcome> {
    let flagstone = given_or_built(program)?;
    let before = before.map(fs::canonicalize).transpose().context("there is no such program")?;
    // Beside no repository of ours.
    let folder = std::env::temp_dir().join(format!("flagstone-bench-guard-{}", std::process::id()));
    remove(&folder)?;
    fs::create_dir_all(&folder)?;
    let done = compare(&flagstone, before.as_deref(), &folder);
    remove(&folder)?;
    let is_kept = done?;
    heavy::run(&flagstone)?;
    Ok(if is_kept { Outcome::Good } else { Outcome::Bad })
}

fn compare(flagstone: &Path, before: Option<&Path>, folder: &Path) -> Result<bool> {
    let bytes = make(flagstone, folder)?;
    let mut runs = vec![(flagstone, "with"), (flagstone, "without")];
    runs.extend(before.map(|it| (it, "without")));
    let mut times = vec![Vec::new(); runs.len()];
    // The first round warms the caches and is not counted.
    for round in 0..=ROUNDS {
        for ((program, catalog), times) in runs.iter().zip(&mut times) {
            let took = plan(program, folder, catalog)?;
            if round > 0 {
                times.push(took);
            }
        }
    }
    let ms = |it: Duration| it.as_secs_f64() * 1000.0;
    let least = |times: &[Duration]| times.iter().min().copied().unwrap_or_default();
    let line = |name: &str, times: &[Duration]| {
        println!("{name:<28}{:>7.1} ms, least {:>6.1} ms", ms(median(times)), ms(least(times)));
    };
    let [with, without, rest @ ..] = times.as_slice() else { return Ok(false) };
    println!("{FILES} files, {} KiB, `new --dry-run`, {ROUNDS} rounds", bytes >> 10);
    line("the starter set", with);
    line("no policies", without);
    let added = median(with).saturating_sub(median(without));
    let is_kept = added < PROMISE;
    let said = |is_kept: bool| if is_kept { "kept" } else { "BROKEN" };
    let fewest = least(with).saturating_sub(least(without));
    println!(
        "the guard adds {:.1} ms (least: {:.1} ms); promise: under {:.0} ms: {}",
        ms(added),
        ms(fewest),
        ms(PROMISE),
        said(is_kept)
    );
    let Some(old) = rest.first() else { return Ok(is_kept) };
    line("no policies, before", old);
    // Between two programs the least is surer than the middle: noise only ever adds.
    let added = least(without).saturating_sub(least(old));
    let is_kept_without = added < PROMISE_WITHOUT;
    println!("without policies it adds {:.1} ms: {}", ms(added), said(is_kept_without));
    Ok(is_kept && is_kept_without)
}

/// One dry run, with its time; a guard that failed, or was not there, has measured nothing.
fn plan(flagstone: &Path, folder: &Path, catalog: &str) -> Result<Duration> {
    let mut command = Command::new(flagstone);
    command.current_dir(folder).args(["new", "bulk", "service", "--catalog", catalog]);
    for answer in ANSWERS.iter().take(3) {
        command.args(["--set", answer]);
    }
    command.args(["--separate", "--defaults", "--yes", "--dry-run"]);
    command.env("HOME", folder).env("GIT_CONFIG_NOSYSTEM", "1").stdin(Stdio::null());
    let start = Instant::now();
    let output = command.output().context("cannot start flagstone")?;
    let took = start.elapsed();
    let said = String::from_utf8_lossy(&output.stderr);
    let is_judged = said.contains("guard:");
    ensure!(is_judged == (catalog == "with"), "the guard: {said}");
    ensure!(output.status.success(), "the guard does not pass: {said}");
    Ok(took)
}

/// Both catalogs, and how many bytes the files of their golden path have.
fn make(flagstone: &Path, folder: &Path) -> Result<usize> {
    let author = "[user]\n\tname = Bench\n\temail = bench@localhost\n";
    put(&folder.join(".gitconfig"), author.as_bytes())?;
    let mut files: Vec<(PathBuf, Vec<u8>)> = Vec::new();
    for (path, below) in [("rust-service", ""), ("python-service", "second")] {
        let made = folder.join(path);
        let mut command = Command::new(flagstone);
        command.current_dir(folder).args(["new", path]).arg(&made);
        for answer in ANSWERS {
            command.args(["--set", answer]);
        }
        command.args(["--separate", "--defaults", "--yes", "--ticket", "BENCH-1"]);
        command.env("HOME", folder);
        program::must(&mut command)?;
        let whole = folder.join("with/bulk/1.0.0/template").join(below);
        let mut found = Vec::new();
        below_of(&made, &mut found)?;
        for file in found {
            let inside = file.strip_prefix(&made)?;
            let inside_of = |it: &str| inside.starts_with(it);
            if ![".git", "flagstone.yaml", "flagstone.lock"].into_iter().any(inside_of) {
                files.push((whole.join(inside), fs::read(&file)?));
            }
        }
    }
    ensure!(files.len() < FILES, "the golden paths have {} files by themselves", files.len());
    let source = workspace::read(&workspace::root().join("src/worker.rs"))?;
    let missing = FILES - files.len();
    let there: usize = files.iter().map(|(_, it)| it.len()).sum();
    let each = BYTES.saturating_sub(there).div_ceil(missing);
    let mut text: String = source.chars().filter(char::is_ascii).cycle().take(each).collect();
    text.push('\n');
    for number in 0..missing {
        let path = folder.join(format!("with/bulk/1.0.0/template/src/more/part_{number}.rs"));
        files.push((path, text.clone().into_bytes()));
    }
    for (path, text) in &files {
        put(path, text)?;
        let other = folder.join("without").join(path.strip_prefix(folder.join("with"))?);
        put(&other, text)?;
    }
    for catalog in ["with", "without"] {
        let folder = folder.join(catalog);
        put(&folder.join("bulk/1.0.0/golden-path.yaml"), MANIFEST.as_bytes())?;
        let policies = if catalog == "with" { POLICIES } else { "" };
        put(&folder.join("catalog.yaml"), format!("{CATALOG}{policies}").as_bytes())?;
    }
    let policies = workspace::root().join("golden-paths/policies");
    let mut found = Vec::new();
    below_of(&policies, &mut found)?;
    for file in found {
        let inside = file.strip_prefix(&policies)?;
        put(&folder.join("with/policies").join(inside), &fs::read(&file)?)?;
    }
    Ok(files.iter().map(|(_, it)| it.len()).sum())
}

fn put(path: &Path, text: &[u8]) -> Result<()> {
    fs::create_dir_all(path.parent().context("it has a folder")?)?;
    Ok(fs::write(path, text)?)
}

/// Every file of a folder and of those in it.
fn below_of(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        match path.is_dir() {
            true => below_of(&path, found)?,
            false => found.push(path),
        }
    }
    Ok(())
}
