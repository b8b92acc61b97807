//! `cargo xtask verify-paths`: does what a golden path renders really build, run and stay clean?
//!
//! For each golden path (its newest version and the case `defaults`, or all): render it with the built
//! program, let the judges of `judges` read it, run the manifest's `verify` commands twice, let the judges
//! of `running` treat the built service as production would, and look at the repository with git's own
//! eyes. What was not judged is said, and judging nothing is a failure.

mod canaries;
mod case;
mod catalog;
mod judges;
mod kept;
mod means;
mod options;
mod python;
mod repository;
mod running;
mod summary;
mod upgrade;
mod verdict;

use anyhow::{Result, bail};

pub(crate) use options::Options;

use crate::{Chore, Outcome, program, workspace};
use catalog::{Case, GoldenPath};
use means::Means;
use options::DEFAULTS;
use summary::Summary;

pub(crate) const CHORE: Chore = Chore {
    name: "verify-paths",
    usage: "verify-paths [PATH] [--all] [--case NAME] [--catalog DIR] [--program FILE] [--reading|--running] [--images] [--write] [--resume], or verify-paths --canaries [--images]",
    what: "render, build, run and check golden paths: the newest one's `defaults`, or --all versions and cases",
    run,
};

fn run(arguments: &[String]) -> Result<Outcome> {
    match Options::parse(arguments) {
        Some(options) => verify(&options),
        None => Ok(Outcome::Usage),
    }
}

/// Verifies one golden path or all of them.
pub(crate) fn verify(options: &Options) -> Result<Outcome> {
    if let Some(name) = &options.without_canary
        && !canaries::are_asked(options, name)
    {
        bail!("this run asks no judge `{name}` whose planted fault could be taken away");
    }
    if options.canaries {
        return canaries::show(&Means::new(options)?);
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
    let means = Means::new(options)?;
    let mut is_good = true;
    let mut reading = None;
    if !options.running {
        reading = read(&means, &paths, options)?;
        is_good = reading.as_ref().map_or(!program::in_ci(), judges::Reading::is_good);
    }
    if options.reading && options.resume {
        for path in &paths {
            for case in path.cases.iter().filter(|case| options.wants(case)) {
                kept::recall(&means, path, case)?;
            }
        }
    }
    if !options.reading {
        let mut summary = Summary::new();
        plant(&means, options, &mut summary);
        for path in paths {
            verify_cases(&means, path, options, &mut summary);
            let versions: Vec<_> = every.iter().filter(|it| it.name == path.name).collect();
            if path.is_newest && !options.running && options.case.is_none() {
                verify_upgrades(&means, &versions, &mut summary)?;
            }
        }
        summary.print();
        is_good &= summary.is_good;
    }
    if !options.running {
        is_good &= keep_table(&means, reading.as_ref(), options)?;
    }
    Ok(if is_good { Outcome::Good } else { Outcome::Bad })
}

/// Lets the judges that run services look at their planted faults.
fn plant(means: &Means, options: &Options, summary: &mut Summary) {
    let is_taken = |name: &str| options.without_canary.as_deref() == Some(name);
    for (name, missed) in canaries::running(means, is_taken) {
        if let Some(why) = missed {
            summary.fail(&format!("a judge misses its planted fault: {name}: {why}"));
        }
    }
}

/// Builds and runs the cases of a version that are wanted.
fn verify_cases(means: &Means, path: &GoldenPath, options: &Options, summary: &mut Summary) {
    let cases: Vec<&Case> = path.cases.iter().filter(|case| options.wants(case)).collect();
    if cases.is_empty() {
        let case = options.case.as_deref().unwrap_or(DEFAULTS);
        summary.fail(&format!("{}@{}: no case `{case}`", path.name, path.version));
    }
    for case in cases {
        let name = format!("{}@{} {}", path.name, path.version, case.name);
        summary.judge(&name, || case::verify(means, path, case));
    }
}

/// Takes the services of each team through every version of a golden path.
fn verify_upgrades(means: &Means, versions: &[&GoldenPath], summary: &mut Summary) -> Result<()> {
    let [first, .., last] = versions else {
        for it in versions {
            summary.say(format!("nothing {} upgrades: it has one version", it.name));
        }
        return Ok(());
    };
    let crossed: Vec<&str> = versions.iter().map(|it| it.version.as_str()).collect();
    let teams = upgrade::teams(&last.name)?;
    if teams.is_empty() {
        summary.fail(&format!("{} upgrades: no team has edits", first.name));
    }
    for team in &teams {
        let name = format!("{} {}, {}", first.name, crossed.join(" to "), team.name);
        summary.judge(&name, || {
            let judged = team.upgrade(means, versions)?;
            means.keep(judges::Ran::upgrade(last, &team.name, crossed.len() - 1));
            Ok(judged)
        });
    }
    Ok(())
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
        judges::write(reading, &means.ran(), &versions)?;
    }
    let faults = judges::stale(&versions)?;
    for fault in &faults {
        println!("FAILED  {fault}: run `cargo xtask verify-paths --all --write`");
    }
    Ok(faults.is_empty())
}
