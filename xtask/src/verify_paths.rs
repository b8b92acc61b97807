//! `cargo xtask verify-paths`: does what a golden path renders really build, run and stay clean?
//!
//! For each golden path (its newest version and the case `defaults`, or all): render it with the built
//! program, let the judges of `judges` read it, run the manifest's `verify` commands twice, let the judges of `running` treat the built service
//! as production would, and look at the repository with git's own eyes. What was not judged is said, and
//! judging nothing is a failure.

mod catalog;
mod judges;
mod python;
mod running;
mod upgrade;

use std::{
    collections::BTreeSet,
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use anyhow::{Result, bail};

use crate::{Chore, Outcome, program, workspace};
use catalog::{Case, GoldenPath};

pub(crate) const CHORE: Chore = Chore {
    name: "verify-paths",
    usage: "verify-paths [PATH] [--all] [--case NAME] [--catalog DIR] [--program FILE] [--reading|--running] [--images] [--write]",
    what: "render, build, run and check golden paths: the newest one's `defaults`, or --all versions and cases",
    run,
};

/// The case that every run judges.
const DEFAULTS: &str = "defaults";

/// How a case went: what it ran, and what it could not judge.
#[derive(Default)]
struct Judged {
    commands: usize,
    judges: usize,
    not_judged: Vec<String>,
}

impl Judged {
    fn summary(&self) -> String {
        format!(
            "{} commands, twice, and {} judges of the running service",
            self.commands, self.judges
        )
    }
}

/// What is verified.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// One golden path, or each.
    path: Option<String>,
    /// Every version and case, and not only the newest one's `defaults`.
    all: bool,
    /// This case instead of `defaults`.
    case: Option<String>,
    /// A catalog in a folder instead of ours.
    catalog: Option<PathBuf>,
    /// A program that is already built.
    program: Option<PathBuf>,
    /// Only the judges that run the service, without the `verify` commands.
    running: bool,
    /// Only the judges that read.
    reading: bool,
    /// Write the table of what was found, which needs every case.
    write: bool,
    /// Take one judge's planted fault away, to see that the run fails.
    without_canary: Option<String>,
    /// Images too: up to minutes for each, and a gigabyte; `all` judges those of `defaults`.
    images: bool,
}

impl Options {
    /// Reads the arguments; none if they are not known.
    fn parse(arguments: &[String]) -> Option<Self> {
        let mut options = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--all" => options.all = true,
                "--images" => options.images = true,
                "--running" => options.running = true,
                "--reading" => options.reading = true,
                "--write" => options.write = true,
                "--without-canary" => options.without_canary = Some(rest.next()?.clone()),
                "--program" => options.program = Some(rest.next()?.into()),
                "--case" => options.case = Some(rest.next()?.clone()),
                "--catalog" => options.catalog = Some(rest.next()?.into()),
                name if !name.starts_with('-') && options.path.is_none() => {
                    options.path = Some(name.to_string());
                }
                _ => return None,
            }
        }
        let is_part = options.path.is_some() || options.case.is_some() || options.catalog.is_some();
        let is_odd = options.write && (is_part || !options.all || options.running);
        let is_nothing = options.reading && options.running;
        (!is_odd && !is_nothing).then_some(options)
    }

    fn wants(&self, case: &Case) -> bool {
        match &self.case {
            Some(name) => case.name == *name,
            None => !case.is_refused && (self.all || case.name == DEFAULTS),
        }
    }
}

/// What every case is verified with.
struct Means {
    flagstone: PathBuf,
    /// What a command needs to find the catalog.
    catalog: Vec<OsString>,
    /// Where Rust services are built.
    cargo: PathBuf,
    /// What the judges that run services need, or why they cannot.
    tools: Result<running::Tools, String>,
    /// What builds images, or why nothing can, if images are judged.
    builder: Option<Result<running::Builder, String>>,
    /// Whether each case's image is judged, or that of `defaults`.
    every_image: bool,
    /// Whether only they are asked.
    only_running: bool,
    /// What was said of the built and running services, for the table.
    ran: Mutex<Vec<judges::Ran>>,
}

impl Means {
    /// Keeps what was said of a service.
    fn keep(&self, ran: judges::Ran) {
        self.ran.lock().unwrap_or_else(PoisonError::into_inner).push(ran);
    }
}

fn run(arguments: &[String]) -> Result<Outcome> {
    match Options::parse(arguments) {
        Some(options) => verify(&options),
        None => Ok(Outcome::Usage),
    }
}

/// Verifies one golden path or all of them.
pub(crate) fn verify(options: &Options) -> Result<Outcome> {
    if let Some(name) = &options.without_canary
        && !judges::names().chain(running::names()).any(|it| it == name)
    {
        bail!("there is no judge `{name}` whose planted fault could be taken away");
    }
    let ours = workspace::root().join("golden-paths");
    let folder = options.catalog.as_ref().unwrap_or(&ours);
    let every: Vec<GoldenPath> = catalog::versions(folder)?
        .into_iter()
        .filter(|path| options.path.as_ref().is_none_or(|only| path.name == *only))
        .collect();
    let paths: Vec<&GoldenPath> =
        every.iter().filter(|path| options.all || path.is_newest).collect();
    if paths.is_empty() {
        let what = options.path.as_deref().unwrap_or("any golden path");
        bail!("found nothing of `{what}` in `{}`: judging nothing is no pass", folder.display());
    }
    let means = Means {
        flagstone: match &options.program {
            Some(program) => fs::canonicalize(program)?,
            None => build()?,
        },
        catalog: match &options.catalog {
            Some(folder) => vec!["--catalog".into(), fs::canonicalize(folder)?.into()],
            None => Vec::new(),
        },
        cargo: workspace::target().join("verify").join("cargo"),
        tools: running::Tools::install()?,
        builder: (!options.reading && (options.images || options.all))
            .then(running::Builder::prepare)
            .transpose()?,
        every_image: options.images,
        only_running: options.running,
        ran: Mutex::default(),
    };
    let mut good = true;
    let mut table = Vec::new();
    let reading = if options.running { None } else { read(&means, &paths, options)? };
    if !options.running {
        good &= reading.as_ref().map_or(!program::in_ci(), judges::Reading::is_good);
    }
    if options.reading {
        good &= keep_table(&means, reading.as_ref(), options)?;
        return Ok(if good { Outcome::Good } else { Outcome::Bad });
    }
    let mut missed: Vec<String> = upgrade::canary(&means).into_iter().collect();
    if let Ok(tools) = &means.tools {
        missed.extend(running::canaries(tools, options.without_canary.as_deref()));
        if let Some(Ok(builder)) = &means.builder {
            missed.extend(running::image_canary(builder, tools));
        }
    }
    for it in missed {
        table.push(format!("FAILED  a judge misses its planted fault: {it}"));
        good = false;
    }
    for path in paths {
        let cases: Vec<&Case> = path.cases.iter().filter(|case| options.wants(case)).collect();
        if cases.is_empty() {
            let case = options.case.as_deref().unwrap_or(DEFAULTS);
            table.push(format!("FAILED  {}@{}: no case `{case}`", path.name, path.version));
            good = false;
        }
        for case in cases {
            let name = format!("{}@{} {}", path.name, path.version, case.name);
            println!("\n-- {name}");
            table.push(line(&name, &mut good, || verify_case(&means, path, case)));
        }
        let versions: Vec<&GoldenPath> = every.iter().filter(|it| it.name == path.name).collect();
        if path.is_newest && !options.running && options.case.is_none() {
            table.extend(verify_upgrades(&means, &versions, &mut good)?);
        }
    }
    println!();
    for line in &table {
        println!("{line}");
    }
    if !options.running {
        good &= keep_table(&means, reading.as_ref(), options)?;
    }
    Ok(if good { Outcome::Good } else { Outcome::Bad })
}

/// Lets the judges that read look at every case that is wanted, and holds the committed table to them.
fn read(
    means: &Means,
    paths: &[&GoldenPath],
    options: &Options,
) -> Result<Option<judges::Reading>> {
    let cases: Vec<(&GoldenPath, &Case)> = paths
        .iter()
        .flat_map(|path| path.cases.iter().map(|case| (*path, case)))
        .filter(|(_, case)| options.wants(case))
        .collect();
    let without = options.without_canary.as_deref();
    let scope = match (&options.case, &options.path) {
        (Some(_), _) => judges::Scope::One,
        (None, None) if options.all => judges::Scope::Every,
        _ => judges::Scope::Some,
    };
    let reading = judges::read(means, &cases, without, scope)?;
    if let Some(reading) = &reading {
        reading.print();
    }
    Ok(reading)
}

/// Writes the committed table, or holds it to the judges and the catalog of today.
fn keep_table(means: &Means, reading: Option<&judges::Reading>, options: &Options) -> Result<bool> {
    if options.catalog.is_some() {
        return Ok(true);
    }
    let versions = catalog::versions(&workspace::root().join("golden-paths"))?;
    if let Some(reading) = reading
        && options.write
    {
        let ran = means.ran.lock().unwrap_or_else(PoisonError::into_inner);
        judges::write(reading, &ran, &versions)?;
    }
    let faults = judges::stale(&versions)?;
    for fault in &faults {
        println!("FAILED  {fault}: run `cargo xtask verify-paths --all --write`");
    }
    Ok(faults.is_empty())
}

/// Judges one thing and says in a line how that went.
fn line(name: &str, good: &mut bool, judge: impl FnOnce() -> Result<Judged>) -> String {
    let start = Instant::now();
    let line = match judge() {
        Ok(judged) if judged.not_judged.is_empty() => {
            format!("passed  {name}: {}", judged.summary())
        }
        Ok(judged) => {
            *good &= !program::in_ci();
            let gaps = judged.not_judged.join("; ");
            format!("NOT ALL JUDGED  {name}: {}; {gaps}", judged.summary())
        }
        Err(error) => {
            *good = false;
            format!("FAILED  {name}: {error:#}")
        }
    };
    format!("{line}  ({:.1} s)", start.elapsed().as_secs_f64())
}

/// Takes the services of each team through every version of a golden path.
fn verify_upgrades(
    means: &Means,
    versions: &[&GoldenPath],
    good: &mut bool,
) -> Result<Vec<String>> {
    let [first, .., last] = versions else {
        let names =
            versions.iter().map(|it| format!("nothing {} upgrades: it has one version", it.name));
        return Ok(names.collect());
    };
    let crossed: Vec<&str> = versions.iter().map(|it| it.version.as_str()).collect();
    let teams = upgrade::teams(&last.name)?;
    if teams.is_empty() {
        *good = false;
        return Ok(vec![format!("FAILED  {} upgrades: no team has edits", first.name)]);
    }
    let lines = teams.iter().map(|team| {
        let name = format!("{} {}, {}", first.name, crossed.join(" to "), team.name);
        println!("\n-- {name}");
        line(&name, good, || {
            let judged = team.upgrade(means, versions)?;
            means.keep(judges::Ran::upgrade(last, &team.name, crossed.len() - 1));
            Ok(judged)
        })
    });
    Ok(lines.collect())
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

fn verify_case(means: &Means, path: &GoldenPath, case: &Case) -> Result<Judged> {
    fs::create_dir_all(&means.cargo)?;
    // Outside of our own work tree, whose `rustfmt.toml` and `clippy.toml` would speak for it too.
    let work = workspace::Scratch::new("verify")?;
    let repository = work.path().join(format!("{}-{}", path.name, case.name));
    render(means, path, case, &repository)?;
    clean(&repository, "after rendering")?;

    let mut judged = Judged::default();
    if !means.only_running {
        run_checks(means, path, &repository, &mut judged)?;
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
    Ok(judged)
}

/// Makes the repository that is judged.
fn render(means: &Means, path: &GoldenPath, case: &Case, repository: &Path) -> Result<()> {
    let mut render = isolated(Command::new(&means.flagstone), means)?;
    render.arg("new").arg(format!("{}@={}", path.name, path.version));
    render.arg(repository).args(case.flags()).args(&means.catalog).args(["--defaults", "--yes"]);
    println!("$ {}", program::shown(&render));
    program::must(&mut render)?;
    if !repository.join(".git").is_dir() {
        bail!("`new` succeeded and made no repository");
    }
    Ok(())
}

/// Runs the manifest's `verify` commands, twice, and looks whether they leave something behind.
fn run_checks(
    means: &Means,
    path: &GoldenPath,
    repository: &Path,
    judged: &mut Judged,
) -> Result<()> {
    let mut missing = BTreeSet::new();
    let python = python::choose(repository)?;
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
            let mut command = isolated(Command::new(name), means)?;
            command.current_dir(repository).args(arguments).envs(python);
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
    let wants_image = means.every_image || case.name == DEFAULTS;
    let builder = means.builder.as_ref().filter(|_| wants_image);
    let verdicts = running::judge(&rendered, tools, builder, |name| {
        let mut command = isolated(Command::new(name), means)?;
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

/// A command that doesn't see the caller's git configuration, shares one folder of Rust builds, and finds
/// a current Node.js first.
fn isolated(command: Command, means: &Means) -> Result<Command> {
    let path = means.tools.as_ref().ok().map(running::Tools::path).transpose()?;
    let mut command = match &path {
        Some(path) => found(command, path),
        None => command,
    };
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
    command.envs(path.map(|path| ("PATH", path)));
    command.env("CARGO_TARGET_DIR", &means.cargo);
    Ok(command)
}

/// The same command, its program looked up in `path`: a started program's own `PATH` is not asked.
fn found(command: Command, path: &str) -> Command {
    let name = command.get_program();
    let is_name = !name.to_string_lossy().contains('/');
    let places = env::split_paths(path).map(|folder| folder.join(name));
    match places.into_iter().find(|it| is_name && it.is_file()) {
        Some(program) => Command::new(program),
        None => command,
    }
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
    fn the_table_is_written_by_a_whole_run_alone() {
        let known = |line: &str| {
            let words: Vec<String> = line.split_whitespace().map(str::to_string).collect();
            Options::parse(&words).is_some()
        };
        assert!(known("--all --write") && known("--all --reading --write") && known("x --reading"));
        assert!(
            !known("--write") && !known("x --all --write") && !known("--all --running --write")
        );
        assert!(!known("--reading --running") && !known("--without-canary"));
    }

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
        (path, Case { name: DEFAULTS.to_string(), parameters, is_refused: false })
    }

    /// Nothing but a program that renders.
    fn means(flagstone: PathBuf) -> Means {
        Means {
            flagstone,
            catalog: Vec::new(),
            cargo: workspace::target().join("verify").join("cargo"),
            tools: Err("there are no tools here".to_string()),
            builder: None,
            every_image: false,
            only_running: false,
            ran: Mutex::default(),
        }
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
        let judged = verify_case(&means(program), &path, &case).expect("it is a good path");
        assert_eq!((judged.commands, judged.not_judged), (1, Vec::new()));
        assert_eq!(fs::read_to_string(&runs).expect("the command ran"), "x\nx\n");
    }

    #[test]
    fn a_build_that_leaves_something_behind_is_found() {
        let program = stand_in("xtask-verify-dirty");
        let (path, case) = path("xtask-dirty", "touch left-behind");
        let error = verify_case(&means(program), &path, &case).err().expect("it leaves a file");
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
        let judged = verify_case(&means(program), &path, &case).expect("what is here is good");
        assert_eq!(judged.commands, 1);
        assert_eq!(judged.not_judged, ["there is no `no-such-program-of-ours`"]);
    }

    #[test]
    fn a_path_without_commands_is_not_judged() {
        let program = stand_in("xtask-verify-empty");
        let (mut path, case) = path("xtask-empty", "true");
        path.verify.clear();
        let judged = verify_case(&means(program), &path, &case).expect("it renders");
        assert_eq!(judged.not_judged, ["the manifest has no `verify` commands"]);
    }

    #[test]
    fn a_service_that_nothing_can_run_is_not_judged() {
        let program = stand_in("xtask-verify-toolless");
        let (mut path, case) = path("rust-service", "true");
        path.tags = vec!["http".to_string()];
        let judged = verify_case(&means(program), &path, &case).expect("what is here is good");
        assert_eq!(judged.not_judged, ["there are no tools here"]);
    }

    #[test]
    fn arguments_say_what_is_verified() {
        let parse = |line: &str| {
            let words: Vec<String> = line.split_whitespace().map(str::to_string).collect();
            Options::parse(&words)
        };
        let options = parse("rust-service --case postgres --catalog x --all").expect("it is known");
        assert_eq!(options.path.as_deref(), Some("rust-service"));
        assert_eq!(options.case.as_deref(), Some("postgres"));
        assert!(options.all && options.catalog.is_some() && !options.running);
        assert_eq!(parse(""), Some(Options::default()));
        for wrong in ["--catalog", "--fast", "a b"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
