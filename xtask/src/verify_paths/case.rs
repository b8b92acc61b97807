//! One case of a golden path: rendered, built twice, run, and clean throughout.

use std::{collections::BTreeSet, fs, path::Path, process::Command, time::Instant};

use anyhow::{Result, bail};

use super::{
    catalog::{Case, GoldenPath},
    judges::{self, VERIFY},
    kept::Kept,
    means::Means,
    options::DEFAULTS,
    python,
    repository::{clean, render},
    running,
};
use crate::{program, workspace};

/// How a case went: what it ran, and what it could not judge.
#[derive(Default)]
pub(super) struct Judged {
    /// Commands of the manifest.
    pub(super) commands: usize,
    /// Judges of the running service that found nothing and could judge everything.
    judges: usize,
    pub(super) not_judged: Vec<String>,
}

impl Judged {
    /// What an earlier run found, taken into this one.
    fn kept(means: &Means, rows: Vec<judges::Ran>) -> Self {
        let mut judged = Self::default();
        for row in rows {
            println!("  {:18} {} {}, kept from an earlier run", row.judge, row.items, row.on);
            match row.judge.as_str() {
                VERIFY => judged.commands += row.items,
                _ => judged.judges += 1,
            }
            means.keep(row);
        }
        judged
    }

    /// What it was judged by, for people.
    pub(super) fn summary(&self) -> String {
        format!(
            "{} commands, twice, and {} judges of the running service",
            self.commands, self.judges
        )
    }
}

/// Renders a case and lets everything judge it that builds or runs it.
pub(super) fn verify(means: &Means, path: &GoldenPath, case: &Case) -> Result<Judged> {
    fs::create_dir_all(&means.cargo)?;
    // Outside of our own work tree, whose `rustfmt.toml` and `clippy.toml` would speak for it too.
    let work = workspace::Scratch::new("verify")?;
    let repository = work.path().join(format!("{}-{}", path.name, case.name));
    render(means, path, case, &repository)?;
    clean(&repository, "after rendering")?;
    let parts = if wants_image(means, case) { "with its image" } else { "" };
    let kept = Kept::of(path, &case.name, &repository, parts)?;
    if means.resumes
        && !means.only_running
        && let Some(rows) = kept.read()?
    {
        return Ok(Judged::kept(means, rows));
    }

    let mut judged = Judged::default();
    if !means.only_running {
        run_checks(means, (path, case), &repository, &mut judged)?;
        means.keep(judges::Ran::commands(path, &case.name, judged.commands));
    }
    if path.is_http() && judged.not_judged.is_empty() {
        run_service(means, path, case, &repository, &mut judged)?;
        clean(&repository, "after the server ran")?;
    }
    let fsck =
        program::must(Command::new("git").current_dir(&repository).args(["fsck", "--strict"]))?;
    let said = [fsck.stdout, fsck.stderr].concat();
    if !said.is_empty() {
        bail!("`git fsck --strict` is not silent: {}", String::from_utf8_lossy(&said).trim());
    }
    if !means.only_running && judged.not_judged.is_empty() {
        let name = format!("{}@{}", path.name, path.version);
        let ran = means.ran();
        let rows = ran.iter().filter(|it| it.path == name && it.case == case.name);
        kept.write(&rows.collect::<Vec<_>>())?;
    }
    Ok(judged)
}

/// Runs the manifest's `verify` commands, twice, and looks whether they leave something behind. The tests of
/// a service with a database have one, as they do in its own CI.
pub(super) fn run_checks(
    means: &Means,
    (path, case): (&GoldenPath, &Case),
    repository: &Path,
    judged: &mut Judged,
) -> Result<()> {
    let mut missing = BTreeSet::new();
    let python = python::choose(repository)?;
    let database = match running::has_database(case).then(running::Postgres::start).transpose()? {
        Some(Err(reason)) => {
            judged.not_judged.push(reason);
            return Ok(());
        }
        Some(Ok(database)) => Some(database),
        None => None,
    };
    let url = database.as_ref().map(|it| ("DATABASE_URL", it.url()));
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
            let mut command = means.isolated(Command::new(name))?;
            command.current_dir(repository).args(arguments).envs(python).envs(url.clone());
            println!("$ {}   ({}, {pass} time)", program::shown(&command), check.name);
            let start = Instant::now();
            let status = program::run(&mut command)?;
            println!("  {status} in {:.1} s", start.elapsed().as_secs_f64());
            if !status.success() {
                bail!("`{}` failed the {pass} time: {status}", check.name);
            }
            judged.commands += usize::from(pass == "first");
        }
        clean(repository, &format!("after the {pass} run of the verify commands"))?;
    }
    if !missing.is_empty() {
        let missing: Vec<_> = missing.iter().map(|it| format!("`{it}`")).collect();
        judged.not_judged.push(format!("there is no {}", missing.join(", ")));
    }
    Ok(())
}

/// Whether an image is built too.
fn wants_image(means: &Means, case: &Case) -> bool {
    means.builder.is_some() && (means.every_image || case.name == DEFAULTS)
}

/// Lets every judge that runs the service look at it.
fn run_service(
    means: &Means,
    path: &GoldenPath,
    case: &Case,
    repository: &Path,
    judged: &mut Judged,
) -> Result<()> {
    let tools = match &means.tools {
        Ok(tools) => tools,
        Err(missing) => {
            judged.not_judged.push(missing.clone());
            return Ok(());
        }
    };
    let python = python::choose(repository)?;
    let rendered = running::Rendered { path, case, repository, cargo: &means.cargo };
    let builder = means.builder.as_ref().filter(|_| wants_image(means, case));
    let verdicts = running::judge(&rendered, tools, builder, |name| {
        let mut command = means.isolated(Command::new(name))?;
        command.envs(python);
        Ok(command)
    })?;
    for verdict in &verdicts {
        means.keep(verdict.row(&format!("{}@{}", path.name, path.version), &case.name));
    }
    judged.judges = verdicts.iter().filter(|it| it.is_good() && it.is_whole()).count();
    judged.not_judged.extend(verdicts.iter().flat_map(running::Judged::not_judged));
    let bad: Vec<&str> = verdicts.iter().filter(|it| !it.is_good()).map(|it| it.judge).collect();
    if !bad.is_empty() {
        bail!("these judges of the running service found something: {}", bad.join(", "));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::verify_paths::catalog;

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
        (path, Case { name: DEFAULTS.to_string(), parameters, is_refused: false })
    }

    fn means(flagstone: PathBuf) -> Means {
        Means::bare(flagstone, None).expect("the catalog is the program's own")
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
        let judged = verify(&means(program), &path, &case).expect("it is a good path");
        assert_eq!((judged.commands, judged.not_judged), (1, Vec::new()));
        assert_eq!(fs::read_to_string(&runs).expect("the command ran"), "x\nx\n");
    }

    #[test]
    fn a_build_that_leaves_something_behind_is_found() {
        let program = stand_in("xtask-verify-dirty");
        let (path, case) = path("xtask-dirty", "touch left-behind");
        let error = verify(&means(program), &path, &case).err().expect("it leaves a file");
        assert!(error.to_string().contains("after the first run"), "{error}");
    }

    #[test]
    fn a_program_that_is_not_here_is_said_once_and_the_server_is_not_started() {
        let program = stand_in("xtask-verify-missing");
        let (mut path, case) = path("xtask-missing", "true");
        path.tags = vec!["http".to_string()];
        for name in ["one", "two"] {
            let run = vec!["no-such-program-of-ours".to_string()];
            path.verify.push(catalog::Check { name: name.to_string(), run });
        }
        let judged = verify(&means(program), &path, &case).expect("what is here is good");
        assert_eq!(judged.commands, 1);
        assert_eq!(judged.not_judged, ["there is no `no-such-program-of-ours`"]);
    }

    #[test]
    fn a_path_without_commands_is_not_judged() {
        let program = stand_in("xtask-verify-empty");
        let (mut path, case) = path("xtask-empty", "true");
        path.verify.clear();
        let judged = verify(&means(program), &path, &case).expect("it renders");
        assert_eq!(judged.not_judged, ["the manifest has no `verify` commands"]);
    }

    #[test]
    fn a_service_that_nothing_can_run_is_not_judged() {
        let program = stand_in("xtask-verify-toolless");
        let (mut path, case) = path("rust-service", "true");
        path.tags = vec!["http".to_string()];
        let judged = verify(&means(program), &path, &case).expect("what is here is good");
        assert_eq!(judged.not_judged, ["there are no tools here"]);
    }
}
