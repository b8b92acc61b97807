//! The judges that run the service: each starts what was built, treats it as production would, and looks.
//!
//! **Invariant:** a judge that judged nothing has not passed, and each must find the planted fault of
//! `xtask/judges/canary` in every run.

mod contract;
mod database;
mod drain;
mod http;
mod image;
mod load;
mod logs;
mod metrics;
mod otlp;
mod postgres;
mod probes;
mod proxy;
mod stack;
mod subject;
mod telemetry;
mod tools;

use std::{
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, anyhow, bail};

pub(crate) use self::{image::Builder, postgres::Postgres, stack::has_database, tools::Tools};
use self::{
    stack::{Places, Stack},
    subject::Subject,
};
use super::{
    catalog::{Case, GoldenPath},
    judges::Ran,
    verdict::{self, Verdict},
};
use crate::{program, workspace};

/// One judge: one row.
struct Judge {
    /// As tables call it.
    name: &'static str,
    /// What one item is.
    on: &'static str,
    asks: Asks,
    judge: fn(&Subject<'_>, &Tools) -> Result<Verdict>,
    /// The fault of the canary that it must find, and the rule by which it does.
    canary: (&'static str, &'static str),
}

/// Which services a judge is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asks {
    /// Each that listens.
    Any,
    /// Those that keep the whole contract.
    Complete,
    /// Those of them that have a database.
    Database,
}

const JUDGES: &[Judge] = &[
    Judge {
        name: "probes",
        on: "requests",
        asks: Asks::Any,
        judge: |subject, _| probes::judge(subject),
        canary: ("probes", "probe"),
    },
    Judge {
        name: "drain",
        on: "requests while it stops",
        asks: Asks::Any,
        judge: |subject, _| drain::judge(subject),
        canary: ("drain", "request"),
    },
    Judge {
        name: "metrics",
        on: "requests and series",
        asks: Asks::Complete,
        judge: |subject, _| metrics::judge(subject),
        canary: ("metrics", "bounded"),
    },
    Judge {
        name: "logs",
        on: "requests and lines",
        asks: Asks::Complete,
        judge: |subject, _| logs::judge(subject),
        canary: ("logs", "json"),
    },
    Judge {
        name: "traces",
        on: "requests and spans",
        asks: Asks::Complete,
        judge: |subject, _| telemetry::judge(subject),
        canary: ("telemetry", "route"),
    },
    Judge {
        name: "sent metrics",
        on: "requests and counts",
        asks: Asks::Complete,
        judge: |subject, _| telemetry::judge_metrics(subject),
        canary: ("durations", "duration"),
    },
    Judge {
        name: "no traces unasked",
        on: "requests",
        asks: Asks::Complete,
        judge: |subject, _| telemetry::judge_silence(subject),
        canary: ("silence", "silence"),
    },
    Judge {
        name: "openapi.json",
        on: "documents",
        asks: Asks::Complete,
        judge: |subject, _| contract::judge_document(subject),
        canary: ("document", "served"),
    },
    Judge {
        name: "schemathesis",
        on: "test cases, two runs",
        asks: Asks::Complete,
        judge: contract::judge,
        canary: ("contract", "finding"),
    },
    Judge {
        name: "database",
        on: "requests and answers",
        asks: Asks::Database,
        judge: |subject, _| database::judge(subject),
        canary: ("database", "storm"),
    },
];

/// What the judges are called.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    JUDGES.iter().map(|it| it.name)
}

/// What became of one judge.
pub(crate) struct Judged {
    pub(crate) judge: &'static str,
    /// What one item is.
    pub(crate) on: &'static str,
    pub(crate) verdict: Verdict,
    pub(crate) time: Duration,
}

impl Judged {
    /// Runs a judge and shows what it says; one that cannot go on has found that.
    fn of(judge: &'static str, on: &'static str, run: impl FnOnce() -> Result<Verdict>) -> Self {
        let start = Instant::now();
        let verdict = run().unwrap_or_else(|error| {
            let mut verdict = Verdict::default();
            verdict.hold("ran", false, || format!("{error:#}"));
            verdict
        });
        let judged = Self { judge, on, verdict, time: start.elapsed() };
        println!("{}", judged.shown());
        judged
    }

    /// Its row of the table.
    pub(crate) fn row(&self, path: &str, case: &str) -> Ran {
        Ran {
            path: path.to_string(),
            case: case.to_string(),
            judge: self.judge.to_string(),
            on: self.on.to_string(),
            items: self.verdict.items,
            findings: self.verdict.findings.len(),
            not_judged: self.verdict.not_judged.clone(),
            measured: self.verdict.measured.clone(),
        }
    }

    /// Whether it judged something and found nothing.
    pub(crate) fn is_good(&self) -> bool {
        self.verdict.findings.is_empty() && (self.verdict.items > 0 || !self.is_whole())
    }

    /// Whether it could judge all that it is for.
    pub(crate) fn is_whole(&self) -> bool {
        self.verdict.not_judged.is_empty()
    }

    /// Why it could not.
    pub(crate) fn not_judged(&self) -> impl Iterator<Item = String> {
        self.verdict.not_judged.iter().map(|why| format!("{}: {why}", self.judge))
    }

    /// What it said, for people.
    pub(crate) fn shown(&self) -> String {
        let Verdict { items, findings, not_judged, measured } = &self.verdict;
        let mut text = format!(
            "  {:18} {items} {}, {} findings ({:.1} s)",
            self.judge,
            self.on,
            findings.len(),
            self.time.as_secs_f64()
        );
        let said = measured.iter().cloned().chain(findings.iter().map(ToString::to_string));
        for line in said.chain(not_judged.iter().map(|it| format!("NOT JUDGED: {it}"))) {
            text.push_str(&format!("\n      {line}"));
        }
        text
    }
}

/// A rendered repository, and what it was rendered from.
pub(crate) struct Rendered<'a> {
    pub(crate) path: &'a GoldenPath,
    pub(crate) case: &'a Case,
    pub(crate) repository: &'a Path,
    /// The shared folder of Rust builds.
    pub(crate) cargo: &'a Path,
}

/// Builds and judges the service; `command` makes a command that is isolated from our environment.
pub(crate) fn judge(
    rendered: &Rendered<'_>,
    tools: &Tools,
    builder: Option<&Result<Builder, String>>,
    command: impl Fn(&str) -> Result<Command>,
) -> Result<Vec<Judged>> {
    let Rendered { path, case, repository, cargo } = rendered;
    let stack = stack::stack(path).context("no way is known to start its server")?;
    let name = case.answer("name").context("the case has no name")?;
    build(stack, repository, command)?;

    let scratch = workspace::Scratch::new("running")?;
    let complete = stack.is_complete(&path.version);
    let database = match stack::has_database(case).then(Postgres::start).transpose()? {
        Some(Err(reason)) => return Ok(JUDGES.iter().map(|it| it.skipped(&reason)).collect()),
        Some(Ok(database)) => Some(database),
        None => None,
    };
    let places = Places { name, cargo, repository };
    let subject = Subject {
        name: name.to_string(),
        folder: repository.to_path_buf(),
        start: stack.start(&places)?,
        migrate: if complete { stack.migrate(&places)? } else { Vec::new() },
        environment: vec![("PATH".to_string(), tools.path()?)],
        ends_with: stack.ends_with,
        database: database.as_ref(),
        scratch: scratch.path().to_path_buf(),
    };
    subject.migrate().context("the migrations failed")?;
    let judges = JUDGES.iter().filter(|it| match it.asks {
        Asks::Any => true,
        Asks::Complete => complete,
        Asks::Database => complete && subject.database.is_some(),
    });
    let mut judged: Vec<Judged> = judges.map(|it| it.judged(&subject, tools)).collect();
    if let Some(builder) = builder.filter(|_| complete) {
        judged.push(Judged::of("image", "things of an image", || match builder {
            Ok(builder) => builder.judge(&subject, tools),
            Err(reason) => Ok(Verdict::not_judged(reason)),
        }));
    }
    Ok(judged)
}

fn build(
    stack: &Stack,
    repository: &Path,
    command: impl Fn(&str) -> Result<Command>,
) -> Result<()> {
    for words in stack.build {
        let Some((name, arguments)) = words.split_first() else { continue };
        let mut build = command(name)?;
        build.current_dir(repository).args(arguments);
        println!("$ {}", program::shown(&build));
        program::must(&mut build)?;
    }
    Ok(())
}

/// Runs every judge on the canary with its fault, or with none where that is taken away; why it was missed, if
/// it was.
pub(crate) fn canaries(
    tools: &Tools,
    is_taken: impl Fn(&str) -> bool,
) -> Vec<(&'static str, Option<String>)> {
    let start = Instant::now();
    let every: Vec<(&str, Option<String>)> = thread::scope(|scope| {
        let threads: Vec<_> = JUDGES
            .iter()
            .map(|it| (it, is_taken(it.name)))
            .map(|(it, is_taken)| (it.name, scope.spawn(move || it.canary(tools, is_taken))))
            .collect();
        let every = threads.into_iter().map(|(name, thread)| {
            let result =
                thread.join().unwrap_or_else(|_| Err(anyhow!("the judge itself fell over")));
            (name, result.err().map(|error| format!("{error:#}")))
        });
        every.collect()
    });
    println!(
        "canaries: {} of {} found ({:.1} s)",
        every.iter().filter(|(_, missed)| missed.is_none()).count(),
        JUDGES.len(),
        start.elapsed().as_secs_f64()
    );
    every
}

/// The image judge's own planted fault; why it was not found, if it was not.
pub(crate) fn image_canary(builder: &Builder, tools: &Tools, is_taken: bool) -> Option<String> {
    image::canary(builder, tools, is_taken).err().map(|error| format!("{error:#}"))
}

impl Judge {
    fn judged(&self, subject: &Subject<'_>, tools: &Tools) -> Judged {
        Judged::of(self.name, self.on, || (self.judge)(subject, tools))
    }

    fn skipped(&self, reason: &str) -> Judged {
        let verdict = Verdict::not_judged(reason);
        Judged { judge: self.name, on: self.on, verdict, time: Duration::ZERO }
    }

    /// Finds its fault in the canary, or says how it did not.
    fn canary(&self, tools: &Tools, is_taken: bool) -> Result<()> {
        let (planted, rule) = self.canary;
        let fault = if is_taken { "" } else { planted };
        let scratch = workspace::Scratch::new("canary")?;
        let wants_database = self.asks == Asks::Database;
        let database = match wants_database.then(Postgres::start).transpose()? {
            Some(Err(reason)) if program::in_ci() => bail!(reason),
            Some(Err(_)) => return Ok(()),
            Some(Ok(database)) => Some(database),
            None => None,
        };
        let verdict = (self.judge)(&canary(fault, scratch.path(), database.as_ref()), tools)?;
        if !verdict.not_judged.is_empty() && !program::in_ci() {
            return Ok(());
        }
        if verdict.findings.iter().all(|it| it.rule != rule) {
            let found: Vec<String> = verdict.findings.iter().map(ToString::to_string).collect();
            bail!("the planted fault `{planted}` was not found by `{rule}`; found: {found:?}");
        }
        Ok(())
    }
}

/// The service with a planted fault, or with none.
fn canary<'a>(fault: &str, scratch: &Path, database: Option<&'a Postgres>) -> Subject<'a> {
    let folder = workspace::root().join("xtask/judges/canary");
    let start = ["python3", "service.py"].map(String::from).to_vec();
    Subject {
        name: "canary".to_string(),
        folder,
        start,
        migrate: Vec::new(),
        environment: vec![("CANARY_FAULT".to_string(), fault.to_string())],
        ends_with: &[0],
        database,
        scratch: scratch.to_path_buf(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_without_a_fault_has_no_finding() {
        if program::find("python3").is_none() {
            return;
        }
        let scratch = workspace::Scratch::new("healthy").expect("a folder for the test");
        let healthy = canary("", scratch.path(), None);
        let judges: [fn(&Subject<'_>) -> Result<Verdict>; 7] = [
            probes::judge,
            drain::judge,
            metrics::judge,
            logs::judge,
            telemetry::judge,
            telemetry::judge_metrics,
            contract::judge_document,
        ];
        for judge in judges {
            let verdict = judge(&healthy).expect("it can be judged");
            assert!(verdict.items > 0);
            assert_eq!(verdict.findings, []);
        }
    }

    #[test]
    fn every_judge_has_a_fault_of_its_own() {
        let service = include_str!("../../judges/canary/service.py");
        for judge in JUDGES {
            let fault = format!("FAULT == \"{}\"", judge.canary.0);
            let negated = format!("FAULT != \"{}\"", judge.canary.0);
            assert!(service.contains(&fault) || service.contains(&negated), "{}", judge.name);
        }
    }
}
