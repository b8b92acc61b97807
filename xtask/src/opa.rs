//! `cargo xtask opa`: our guard held to OPA.
//!
//! OPA is built from `xtask/judges/opa` (its Go module, pinned with all that it needs) into
//! `target/judges/`. It is asked again for everything that is recorded of it, and over hundreds of
//! generated plans, half of them harmed, it and our guard are asked for what the starter set finds.
//! Every difference fails, except those that are recorded as known; `docs/policies.md` lists them, and
//! no more.

mod cases;
mod dice;
mod found;
mod judge;
mod listed;
mod ours;
mod plans;
mod records;
mod set;

use std::{collections::BTreeMap, fmt, path::Path, thread};

use anyhow::{Result, anyhow};

use self::{
    cases::Cases,
    found::{Difference, Plan, Said},
    judge::Question,
};
pub(crate) use self::{
    judge::build,
    ours::{guard, request},
    set::Set,
};
use crate::{Chore, Outcome, program, workspace::Scratch};

pub(crate) const CHORE: Chore = Chore {
    name: "opa",
    usage: "opa [--write | --plans N]",
    what: "judge our guard by OPA: records, and generated plans (needs Go)",
    run,
};

/// How to judge.
pub(crate) struct Options {
    /// How many plans are generated.
    plans: usize,
    /// Whether the list of differences is written.
    writes: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { plans: plans::PLANS, writes: false }
    }
}

fn run(arguments: &[String]) -> Result<Outcome> {
    match arguments {
        [] => judge(&Options::default()),
        [option] if option == "--write" => judge(&Options { writes: true, ..Options::default() }),
        [option, plans] if option == "--plans" => match plans.parse() {
            Ok(plans) => judge(&Options { plans, writes: false }),
            Err(_) => Ok(Outcome::Usage),
        },
        _ => Ok(Outcome::Usage),
    }
}

/// Judges everything.
pub(crate) fn judge(options: &Options) -> Result<Outcome> {
    if program::find("go").is_none() {
        println!("SKIPPED: no `go` here, so the guard was not held to OPA");
        return Ok(if program::in_ci() { Outcome::Bad } else { Outcome::Good });
    }
    let (opa, flagstone) = (build("opa")?, ours::build()?);
    let scratch = Scratch::new("opa")?;
    let records = records::judge(&opa, scratch.path())?;
    println!("OPA: {} records, {} of them say something else", records.count, records.wrong);
    let is_listed = listed::is_current(&records.known, options.writes)?;
    let set = Set::read()?;
    let cases = Cases::read(&build("conftest")?, scratch.path(), &set)?;
    let generated = plans::plans(options.plans);
    let plans: Vec<_> = cases.plans().into_iter().chain(generated).collect();
    let theirs = by_opa(&opa, scratch.path(), &plans, &set)?;
    let ours = by_us(&flagstone, scratch.path(), &plans, &set)?;
    let mut found = Found::default();
    for ((plan, ours), theirs) in plans.iter().zip(&ours).zip(&theirs) {
        found.add(plan, ours, theirs);
    }
    let told = cases.told(&theirs);
    for line in &told {
        println!("{line}");
    }
    println!(
        "OPA and conftest: {} cases, {} of them not as they should be",
        cases.len(),
        told.len()
    );
    println!("{found}");
    let is_good = records.wrong == 0 && is_listed && told.is_empty();
    Ok(if is_good && found.differences.is_empty() { Outcome::Good } else { Outcome::Bad })
}

/// What OPA says of each subject of each plan.
fn by_opa(judge: &Path, scratch: &Path, plans: &[Plan], set: &Set) -> Result<Vec<Vec<Said>>> {
    let texts = set.policies.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let load = Question::Policies { policies: texts.collect(), data: &set.data, strict: false };
    let subjects = plans.iter().flat_map(|it| &it.subjects);
    let ask = subjects.map(|it| Question::Rules { package: it.package, input: &it.input });
    let questions: Vec<_> = [load].into_iter().chain(ask).collect();
    let answers = judge::answers(judge, scratch, &questions)?;
    let mut said = answers.iter().skip(1).map(Said::by_opa);
    plans.iter().map(|plan| said.by_ref().take(plan.subjects.len()).collect()).collect()
}

/// What we say of each subject of each plan.
fn by_us(flagstone: &Path, scratch: &Path, plans: &[Plan], set: &Set) -> Result<Vec<Vec<Said>>> {
    let threads = thread::available_parallelism()?.get();
    let judged = |plans: &[Plan]| -> Result<Vec<_>> {
        plans.iter().map(|plan| ours::judged(flagstone, scratch, plan, set)).collect()
    };
    let judged = &judged;
    thread::scope(|scope| {
        let parts = plans.chunks(plans.len().div_ceil(threads).max(1));
        let parts: Vec<_> = parts.map(|part| scope.spawn(move || judged(part))).collect();
        let mut said = Vec::new();
        for part in parts {
            said.extend(part.join().map_err(|_| anyhow!("a thread that judged panicked"))??);
        }
        Ok(said)
    })
}

/// What came of a comparison.
#[derive(Default)]
struct Found {
    subjects: usize,
    findings: usize,
    failures: usize,
    /// Each difference, and where it was first.
    differences: BTreeMap<Difference, String>,
}

impl Found {
    fn add(&mut self, plan: &Plan, ours: &[Said], theirs: &[Said]) {
        for (subject, (ours, theirs)) in plan.subjects.iter().zip(ours.iter().zip(theirs)) {
            self.subjects += 1;
            self.findings += theirs.findings.len();
            self.failures += usize::from(!theirs.failures.is_empty());
            for difference in ours.differences(theirs) {
                self.differences
                    .entry(difference)
                    .or_insert_with(|| format!("{}, {}", plan.name, subject.name));
            }
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { subjects, findings, failures, differences } = self;
        let count = differences.len();
        write!(
            to,
            "OPA: {subjects} inputs, {findings} findings, {failures} not judged; {count} differences"
        )?;
        differences.iter().try_for_each(|(it, place)| write!(to, "\n{place}: {it}"))
    }
}
