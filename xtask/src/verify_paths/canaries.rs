//! The planted faults of all judges, and `--canaries`: each judge looks at its fault, and at what is left once
//! the fault is taken away.
//!
//! **Invariant:** a judge counts as awake only if it finds the fault, and misses it where it is gone: one that
//! cries at everything has found nothing.

use anyhow::Result;

use super::{
    judges::{self, Canary},
    means::Means,
    options::Options,
    running, upgrade,
};
use crate::{Outcome, program};

/// The judges that have no row: they build.
const UPGRADE: &str = "upgrade";
const IMAGE: &str = "image";

/// Why a judge missed its fault, if it did.
type Missed = Option<String>;

/// The judges that have a planted fault.
fn names() -> impl Iterator<Item = &'static str> {
    judges::names().chain(running::names()).chain([UPGRADE, IMAGE])
}

/// Whether a run asks a judge, so that it would notice that its planted fault is gone.
pub(super) fn are_asked(options: &Options, name: &str) -> bool {
    let reads = judges::names().any(|it| it == name);
    let runs = running::names().chain([UPGRADE]).any(|it| it == name);
    (reads && !options.running)
        || (runs && !options.reading)
        || (name == IMAGE && options.builds_images())
}

/// Lets the judges that build and run look at their planted faults.
pub(super) fn running(
    means: &Means,
    is_taken: impl Fn(&str) -> bool,
) -> Vec<(&'static str, Missed)> {
    let mut every = vec![(UPGRADE, upgrade::canary(means, is_taken(UPGRADE)))];
    if let Ok(tools) = &means.tools {
        every.extend(running::canaries(tools, &is_taken));
        if let Some(Ok(builder)) = &means.builder {
            every.push((IMAGE, running::image_canary(builder, tools, is_taken(IMAGE))));
        }
    }
    for (name, missed) in &every {
        if let Some(why) = missed {
            println!("  missed by {name}: {why}");
        }
    }
    every
}

/// Shows that every judge finds its planted fault, and that a run is bad once any of them is taken away.
pub(super) fn show(means: &Means) -> Result<Outcome> {
    let planted = every(means, |_| false)?;
    let taken = every(means, |_| true)?;
    println!();
    let mut is_good = true;
    for ((name, planted), (_, taken)) in planted.iter().zip(&taken) {
        let verdict = verdict(planted, taken);
        is_good &= verdict.is_ok();
        match verdict {
            Ok(why) => println!("caught  {name}; without its fault the run fails: {why}"),
            Err(fault) => println!("FAILED  {name} {fault}"),
        }
    }
    let shown = planted.len();
    let asked: Vec<&str> =
        names().filter(|it| planted.iter().all(|(name, _)| name != it)).collect();
    if !asked.is_empty() {
        println!("NOT JUDGED: {}", asked.join(", "));
        is_good &= !program::in_ci() || asked == [IMAGE];
    }
    println!("{shown} judges looked at their planted faults, and at what is left without them");
    Ok(if is_good { Outcome::Good } else { Outcome::Bad })
}

/// Every judge that can judge here, in the order of `names`.
fn every(means: &Means, is_taken: fn(&str) -> bool) -> Result<Vec<(&'static str, Missed)>> {
    let reading = judges::canaries(is_taken)?.unwrap_or_default().into_iter();
    let mut every: Vec<(&str, Missed)> = reading
        .map(|(name, canary)| match canary {
            Canary::Caught => (name, None),
            Canary::Missed(why) => (name, Some(why)),
        })
        .collect();
    every.extend(running(means, is_taken));
    Ok(every)
}

/// What a run says without the fault, or what is wrong with the judge.
fn verdict<'a>(planted: &Missed, taken: &'a Missed) -> Result<&'a str, String> {
    match (planted, taken) {
        (Some(why), _) => Err(format!("misses its planted fault: {why}")),
        (None, None) => Err("finds its planted fault even where there is none".to_string()),
        (None, Some(why)) => Ok(why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_judge_is_awake_if_it_finds_its_fault_and_nothing_where_that_is_gone() {
        let missed = || Some("it judged nothing".to_string());
        assert_eq!(verdict(&None, &missed()), Ok("it judged nothing"));
        assert!(verdict(&None, &None).is_err());
        assert!(verdict(&missed(), &missed()).is_err());
        assert!(verdict(&missed(), &None).is_err());
    }

    #[test]
    fn a_run_can_lack_the_faults_of_its_own_judges_alone() {
        let all = Options { all: true, ..Options::default() };
        assert!(names().all(|it| are_asked(&all, it)));
        let (reading, running) = (
            Options { reading: true, ..Options::default() },
            Options { running: true, ..Options::default() },
        );
        assert!(are_asked(&reading, "hadolint") && !are_asked(&reading, UPGRADE));
        assert!(are_asked(&running, UPGRADE) && !are_asked(&running, "hadolint"));
        assert!(!are_asked(&running, IMAGE) && !are_asked(&all, "no-such-judge"));
    }

    #[test]
    fn every_judge_has_a_name_of_its_own() {
        let names: Vec<&str> = names().collect();
        let set: std::collections::BTreeSet<&&str> = names.iter().collect();
        assert_eq!(names.len(), set.len());
        assert!(names.contains(&UPGRADE) && names.contains(&IMAGE));
    }
}
