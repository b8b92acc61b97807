//! One run of the judges that read: every planted fault, then every case, two at a time.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};

use super::{
    JUDGES, Judge, Planted, checklist,
    exceptions::Exceptions,
    judged::{Canary, Judged},
    subject::Subject,
    tools::{self, Tools},
};
use crate::{
    verify_paths::{
        catalog::{Case, GoldenPath},
        means::Means,
        repository::render,
        verdict::Verdict,
    },
    workspace::Scratch,
};

/// How many repositories are judged at the same time.
const WORKERS: usize = 2;

/// How much of the catalog a run looks at, which decides what it can say of the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Every case: an exception that accepts nothing is idle.
    Every,
    /// The defaults, or all of one path: the checklist must be proved for the tiers that are there.
    Some,
    /// One case, which proves no tier.
    One,
}

/// What a run of the judges came to.
#[derive(Default)]
pub(crate) struct Reading {
    pub(crate) judged: Vec<Judged>,
    pub(crate) canaries: BTreeMap<&'static str, Canary>,
    /// What is wrong apart from findings: idle exceptions, a checklist that says more than is proved.
    pub(crate) faults: Vec<String>,
    /// How often each exception was used, by its number.
    pub(crate) accepted: BTreeMap<usize, usize>,
    /// Which files each case has, for what the checklist names.
    pub(crate) files: Vec<CaseFiles>,
}

/// A rendered case's tracked files.
pub(crate) struct CaseFiles {
    /// `node-service@1.0.0`.
    pub(crate) path: String,
    pub(crate) tier: String,
    pub(crate) files: Vec<String>,
}

/// What one worker brings back of a case.
struct Answer {
    judged: Vec<Judged>,
    used: Vec<usize>,
    files: CaseFiles,
}

/// Runs every judge on every case; none where the machine lacks what they need, which is said loudly.
pub(crate) fn read(
    means: &Means,
    cases: &[(&GoldenPath, &Case)],
    without_canary: Option<&str>,
    scope: Scope,
) -> Result<Option<Reading>> {
    let missing = tools::missing();
    if !missing.is_empty() {
        println!("SKIPPED: no golden path was read by a judge: there is no {}", missing.join(", "));
        return Ok(None);
    }
    let exceptions = Exceptions::read()?;
    let checklist = checklist::read()?;
    let tools = Tools::install()?;
    let mut reading = Reading::default();
    reading.canaries.extend(canaries(&tools, |name| without_canary == Some(name)));

    let start = Instant::now();
    let answers = two_at_a_time(cases, |(path, case)| {
        let name = format!("{}@{} {}", path.name, path.version, case.name);
        let start = Instant::now();
        let answer = judge_case(means, path, case, (&tools, &exceptions));
        println!("-- {name} read ({:.1} s)", start.elapsed().as_secs_f64());
        answer.with_context(|| name)
    });
    let mut used = Vec::new();
    for answer in answers {
        match answer {
            Ok(answer) => {
                reading.judged.extend(answer.judged);
                used.extend(answer.used);
                reading.files.push(answer.files);
            }
            Err(error) => reading.faults.push(format!("{error:#}")),
        }
    }
    println!("-- {} cases read ({:.1} s)", cases.len(), start.elapsed().as_secs_f64());

    let looked: Vec<(&str, &str, &str)> =
        reading.judged.iter().map(|it| (it.judge, &*it.path, &*it.case)).collect();
    // Some are for an option that the defaults leave out.
    for idle in exceptions.idle(&used, &looked).into_iter().filter(|_| scope == Scope::Every) {
        reading.faults.push(format!(
            "the exception of {} {} at {} accepts nothing any more",
            idle.judge, idle.rule, idle.place
        ));
    }
    for number in used {
        *reading.accepted.entry(number).or_default() += 1;
    }
    if scope != Scope::One {
        reading.faults.extend(checklist::faults(&checklist, &reading));
    }
    Ok(Some(reading))
}

/// Has every judge look at its planted fault, or at a repository without it where that is taken away.
pub(crate) fn canaries(
    tools: &Tools,
    is_taken: impl Fn(&str) -> bool + Sync,
) -> Vec<(&'static str, Canary)> {
    let start = Instant::now();
    let canaries =
        two_at_a_time(JUDGES, |judge| (judge.name, canary(judge, is_taken(judge.name), tools)));
    println!("-- {} planted faults ({:.1} s)", JUDGES.len(), start.elapsed().as_secs_f64());
    canaries
}

/// Does one thing for each item, two at a time; the answers come in the items' order.
fn two_at_a_time<T: Sync, A: Send>(items: &[T], each: impl Fn(&T) -> A + Sync) -> Vec<A> {
    let next = AtomicUsize::new(0);
    let answers = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some((number, item)) = {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    items.get(number).map(|item| (number, item))
                } {
                    let answer = each(item);
                    if let Ok(mut answers) = answers.lock() {
                        answers.push((number, answer));
                    }
                }
            });
        }
    });
    let mut answers = answers.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    answers.sort_by_key(|(number, _)| *number);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

/// What is left of every canary without its fault.
const FAULTLESS: Planted = &[("README.md", "# Canary\n")];

/// Has a judge look at its planted fault, or at a repository without it.
fn canary(judge: &Judge, is_taken: bool, tools: &Tools) -> Canary {
    let (files, rule) = judge.canary;
    if files.is_empty() {
        return Canary::Missed("there is none: the judge may be asleep".to_string());
    }
    let files = if is_taken { FAULTLESS } else { files };
    let seen = Scratch::new("canary").and_then(|scratch| {
        let subject = Subject::planted(&scratch.path().join("canary"), files)?;
        (judge.judge)(&subject, tools)
    });
    match seen {
        Err(error) => Canary::Missed(format!("it did not judge: {error:#}")),
        Ok(verdict) if verdict.items == 0 => Canary::Missed("it judged nothing".to_string()),
        Ok(verdict) if verdict.findings.iter().any(|it| it.rule == rule) => Canary::Caught,
        Ok(verdict) => {
            let found: Vec<String> = verdict.findings.iter().map(|it| it.rule.clone()).collect();
            Canary::Missed(format!("`{rule}` was planted, and it found [{}]", found.join(", ")))
        }
    }
}

/// Renders a case, clones it, and has every judge look at the clone.
fn judge_case(
    means: &Means,
    path: &GoldenPath,
    case: &Case,
    (tools, exceptions): (&Tools, &Exceptions),
) -> Result<Answer> {
    let scratch = Scratch::new("judge")?;
    let repository = scratch.path().join("repository");
    render(means, path, case, &repository)?;
    let subject = Subject::clone_of(&repository, &scratch.path().join("clone"))?;
    let name = format!("{}@{}", path.name, path.version);
    let tier = subject.answer("tier").to_string();
    let (mut judged, mut used) = (Vec::new(), Vec::new());
    for judge in JUDGES {
        judged.push(judge_one(judge, &subject, tools, exceptions, (&name, &case.name), &mut used));
    }
    for it in &mut judged {
        it.tier.clone_from(&tier);
    }
    Ok(Answer { judged, used, files: CaseFiles { path: name, tier, files: subject.files } })
}

fn judge_one(
    judge: &Judge,
    subject: &Subject,
    tools: &Tools,
    exceptions: &Exceptions,
    (path, case): (&str, &str),
    used: &mut Vec<usize>,
) -> Judged {
    let start = Instant::now();
    let (mut verdict, fault) = match (judge.judge)(subject, tools) {
        Ok(verdict) if verdict.items == 0 && (judge.expects)(subject) => {
            (verdict, Some("it judged nothing, and there should be something".to_string()))
        }
        Ok(verdict) => (verdict, None),
        Err(error) => (Verdict::default(), Some(format!("it did not judge: {error:#}"))),
    };
    let mut accepted = 0;
    verdict.findings.retain(|finding| {
        let exception = exceptions.accepting(judge.name, (path, case), finding);
        accepted += usize::from(exception.is_some());
        used.extend(exception);
        exception.is_none()
    });
    Judged {
        judge: judge.name,
        path: path.to_string(),
        case: case.to_string(),
        tier: String::new(),
        verdict,
        accepted,
        fault,
        time: start.elapsed(),
    }
}

impl Reading {
    /// Whether every judge is awake and none found anything that is not accepted.
    pub(crate) fn is_good(&self) -> bool {
        self.faults.is_empty()
            && self.judged.iter().all(Judged::is_good)
            && self.canaries.values().all(|it| *it == Canary::Caught)
    }

    /// Prints what was found, and what each judge took.
    pub(crate) fn print(&self) {
        for (judge, canary) in &self.canaries {
            if let Canary::Missed(why) = canary {
                println!("FAILED  the planted fault of {judge}: {why}");
            }
        }
        for judged in self.judged.iter().filter(|it| !it.is_good()) {
            println!("FAILED  {} {}: {}", judged.path, judged.case, judged.judge);
            if let Some(fault) = &judged.fault {
                println!("    {fault}");
            }
            for finding in &judged.verdict.findings {
                println!("    {finding}");
            }
        }
        for fault in &self.faults {
            println!("FAILED  {fault}");
        }
        let mut total = BTreeMap::new();
        for judged in &self.judged {
            let (items, findings, accepted, time): &mut (usize, usize, usize, Duration) =
                total.entry(judged.judge).or_default();
            *items += judged.verdict.items;
            *findings += judged.verdict.findings.len();
            *accepted += judged.accepted;
            *time += judged.time;
        }
        for judge in JUDGES {
            let (items, findings, accepted, time) =
                total.get(judge.name).copied().unwrap_or_default();
            let canary = match self.canaries.get(judge.name) {
                Some(Canary::Caught) => "caught",
                Some(Canary::Missed(_)) => "MISSED",
                None => "-",
            };
            println!(
                "{:24} {items:6} items {findings:4} findings {accepted:4} accepted   canary {canary:7} {:6.1} s",
                judge.name,
                time.as_secs_f64()
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    /// A judge that finds the rule `a` in a file of that text; it needs no tool.
    const SAMPLE: Judge = Judge {
        name: "sample",
        tool: "our own",
        on: "files",
        expects: |_| true,
        judge: |subject, _| {
            let mut verdict = Verdict::of(subject.files.len());
            for file in &subject.files {
                match subject.text(file)?.as_str() {
                    "a" => verdict.find("a", file, "it is an a"),
                    "error" => bail!("it broke"),
                    _ => {}
                }
            }
            Ok(verdict)
        },
        canary: (&[("file", "a")], "a"),
    };

    fn of(files: &[(&str, &str)]) -> Judged {
        let scratch = Scratch::new("judged").expect("a folder for the test");
        let subject = Subject::planted(scratch.path(), files).expect("they are planted");
        let exceptions = Exceptions { list: Vec::new() };
        judge_one(&SAMPLE, &subject, &Tools::none(), &exceptions, ("p", "c"), &mut Vec::new())
    }

    #[test]
    fn a_judge_that_judged_nothing_or_broke_has_not_passed() {
        assert!(of(&[("x", "b")]).is_good());
        assert!(!of(&[("x", "a")]).is_good());
        assert!(!of(&[]).is_good());
        assert!(!of(&[("x", "error")]).is_good());
    }

    #[test]
    fn a_canary_that_is_gone_or_sings_another_song_is_missed() {
        let tools = Tools::none();
        assert_eq!(canary(&SAMPLE, false, &tools), Canary::Caught);
        for (judge, is_taken) in [
            (SAMPLE, true),
            (Judge { canary: (&[], "a"), ..SAMPLE }, false),
            (Judge { canary: (&[("file", "b")], "a"), ..SAMPLE }, false),
            (Judge { canary: (&[("file", "a")], "b"), ..SAMPLE }, false),
            (Judge { canary: (&[("file", "error")], "a"), ..SAMPLE }, false),
        ] {
            assert!(matches!(canary(&judge, is_taken, &tools), Canary::Missed(_)));
        }
    }

    #[test]
    fn a_missed_canary_fails_the_run() {
        let mut reading = Reading::default();
        reading.canaries.insert("sample", Canary::Caught);
        assert!(reading.is_good());
        reading.canaries.insert("sample", Canary::Missed("gone".to_string()));
        assert!(!reading.is_good());
    }

    #[test]
    fn every_judge_has_a_name_of_its_own_and_a_canary() {
        let names: std::collections::BTreeSet<_> = JUDGES.iter().map(|it| it.name).collect();
        assert_eq!(names.len(), JUDGES.len());
        for judge in JUDGES {
            let (files, rule) = judge.canary;
            assert!(!files.is_empty() && !rule.is_empty(), "{}", judge.name);
            let without = Judge { canary: (&[], rule), ..*judge };
            assert!(matches!(canary(&without, false, &Tools::none()), Canary::Missed(_)));
        }
    }

    #[test]
    fn answers_come_in_the_order_of_the_items() {
        let items: Vec<usize> = (0..50).collect();
        assert_eq!(two_at_a_time(&items, |it| it * 2)[..3], [0, 2, 4]);
    }
}
