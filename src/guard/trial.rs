//! The tests of policies: rules named `test_…`, each of which must hold.
//!
//! **Invariant:** closed: what errs, has no value or can't be asked has not passed.

mod why;

use std::collections::{BTreeMap, BTreeSet};

use regorus::{Engine, Value};

use super::{
    Failure, Step,
    author::{End, Lines, Part, Remark, Tested, Trial},
    bundle::{Parsed, Stopped, parsed},
    entry::Entries,
    evaluation::AskedBundle,
    parts::Parts,
    print::{self, Printed},
    reach::{Node, Reach},
    trap, walk,
};
use crate::{
    diag::Diagnostic,
    policy::{Module, reference},
    text::Position,
};

/// How tests are named, and those that are still to be written.
const TEST: &str = "test_";
const TODO: &str = "todo_test_";

/// The definitions that are tests.
pub(super) fn tests(reach: &Reach) -> impl Iterator<Item = (usize, &Node)> {
    reach.nodes.iter().enumerate().filter(|(_, it)| is_test(it))
}

fn is_test(node: &Node) -> bool {
    node.name.starts_with(TEST) || node.name.starts_with(TODO)
}

/// Tests that would not be asked as they are meant.
pub(super) fn mistakes(modules: &[Module], reach: &Reach) -> Vec<Remark> {
    let mut names: BTreeSet<&[String]> = BTreeSet::new();
    let mut found = Vec::new();
    for (_, node) in tests(reach) {
        let Some(module) = modules.get(node.at.source) else { continue };
        let name = node.way.last().unwrap_or(&node.name);
        let wrong = match () {
            () if node.is_function || !node.is_plain || node.is_default => Some(
                Diagnostic::error("test-form", format!("`{name}` can't be asked whether it holds"))
                    .help(format!("write `{} if {{ … }}`", node.name)),
            ),
            () if !names.insert(&node.way) => {
                let message = format!("there is another test `{name}` in this package");
                Some(Diagnostic::error("test-twice", message).help("give it a name of its own"))
            }
            () => None,
        };
        let place = module.document.place(node.head);
        found.extend(wrong.map(|it| Remark::of(node.at.source, &it.at(place))));
    }
    found
}

/// Asks the tests whose names are wanted, but those that stand where tests did not end.
pub(super) fn test(
    bundle: &AskedBundle,
    now: i64,
    (wanted, without): (&[String], &[(usize, usize)]),
    begun: &mut dyn FnMut(Step),
) -> Trial {
    let Parsed { modules, mut engine } = match parsed(0, bundle, now, begun) {
        Ok(parsed) => parsed,
        Err(failures) => return Trial { failures, ..Trial::default() },
    };
    let shared: Vec<_> = engine.get_modules().to_vec();
    let syntax: Vec<_> = shared.iter().map(|it| &**it).collect();
    let (parts, whole) = Parts::of(&modules, &syntax);
    let trapped: Vec<_> = trap::traps(&modules, &syntax).into_iter().chain(whole).collect();
    if !trapped.is_empty() {
        let failures = trapped.iter().map(|(source, it)| Failure::of(it, (0, *source)));
        return Trial { failures: failures.collect(), ..Trial::default() };
    }
    let parsed = match parts.is_as_it_was() {
        true => Ok(Parsed { modules, engine }),
        false => parts.parsed(now),
    };
    match parsed {
        Ok(parsed) => try_all(bundle, parsed, &parts, (now, wanted, without), begun),
        Err(failures) => Trial { failures, ..Trial::default() },
    }
}

/// Asks tests in texts in which nothing is asked wrongly.
fn try_all(
    bundle: &AskedBundle,
    Parsed { modules, mut engine }: Parsed,
    parts: &Parts,
    (now, wanted, without): (i64, &[String], &[(usize, usize)]),
    begun: &mut dyn FnMut(Step),
) -> Trial {
    let shared: Vec<_> = engine.get_modules().to_vec();
    let syntax: Vec<_> = shared.iter().map(|it| &**it).collect();
    let reach = Reach::of(&modules, &syntax);
    let mut fresh = engine;
    fresh.set_enable_coverage(true);
    if bundle.data != Value::Null
        && let Err(error) = fresh.add_data(bundle.data.clone())
    {
        let failure = Failure::new("guard-request", format!("the data can't be used: {error}"));
        return Trial { failures: vec![failure], ..Trial::default() };
    }
    let texts = modules.iter().map(|it| it.document.text().to_owned()).collect();
    let mut run = Run {
        bundle,
        modules: &modules,
        now,
        reach: &reach,
        texts: Entries { texts, ..Entries::default() },
        asked: fresh.clone(),
        fresh,
        reached: BTreeMap::new(),
    };
    let wrong = mistakes(&modules, &reach);
    let mut trial = Trial::default();
    for (_, node) in tests(&reach) {
        let Some(module) = modules.get(node.at.source) else { continue };
        let name = node.way.join(".");
        let line = module.document.position(node.head.start).line;
        let is_wanted = wanted.is_empty() || wanted.iter().any(|it| is_like(&name, it));
        if !is_wanted || without.contains(&(node.at.source, line)) {
            continue;
        }
        let head = Part { source: node.at.source, start: node.head.start, end: node.head.end };
        begun(Step { bundle: 0, source: Some(node.at.source), line: Some(line), subject: Some(0) });
        let wrong = wrong.iter().find(|it| it.part == head);
        let (end, why, printed) = match wrong {
            Some(wrong) => (End::Erred, Some(wrong.clone()), Vec::new()),
            None if node.name.starts_with(TODO) => (End::Skipped, None, Vec::new()),
            None => run.ask(node),
        };
        let before = |part: Part| Part {
            start: parts.offset(part.source, part.start),
            end: parts.offset(part.source, part.end),
            ..part
        };
        let why = why.map(|it| Remark { part: before(it.part), ..it });
        trial.tests.push(Tested { name, head: before(head), end, why, printed });
    }
    run.gather();
    trial.lines = run.lines(&syntax);
    trial
}

/// How much of what a test has printed is told.
const PRINTED: usize = 20;

struct Run<'r> {
    bundle: &'r AskedBundle,
    modules: &'r [Module],
    now: i64,
    reach: &'r Reach,
    texts: Entries,
    /// What was never asked: an evaluator that has erred answers wrongly afterwards.
    fresh: Engine,
    asked: Engine,
    /// By module: the lines that were evaluated, and the others.
    reached: BTreeMap<usize, BTreeSet<usize>>,
}

impl Run<'_> {
    fn ask(&mut self, node: &Node) -> (End, Option<Remark>, Vec<Printed>) {
        let (package, name) = node.way.split_at(node.way.len().saturating_sub(1));
        let way = format!("{}.{}", reference(package), name.concat());
        let value = value(&mut self.asked, &way);
        let printed = self.asked.take_prints().unwrap_or_default();
        let printed: Vec<_> =
            printed.iter().filter_map(|it| self.printed(it)).take(PRINTED).collect();
        let (end, mut why) = self.ended(node, value);
        if let Some(why) = &mut why {
            let note = |it: &Printed| format!("printed by {}:{}: {}", it.policy, it.line, it.text);
            why.notes.extend(printed.iter().map(note));
        }
        (end, why, printed)
    }

    /// What a test has printed, with the place of it.
    fn printed(&self, said: &str) -> Option<Printed> {
        let (source, line, text) = print::parts(said)?;
        let policy = self.modules.get(source)?.document.name().to_owned();
        Some(Printed { policy, line, text })
    }

    fn ended(&mut self, node: &Node, value: anyhow::Result<Value>) -> (End, Option<Remark>) {
        match value {
            Ok(Value::Bool(true)) => (End::Passed, None),
            Ok(value) => {
                let why = why::why((self.bundle, self.modules), self.now, node, &value);
                (End::Failed, Some(why))
            }
            Err(error) => {
                self.gather();
                self.asked = self.fresh.clone();
                let stopped = match error.downcast_ref::<regorus::LimitError>() {
                    Some(regorus::LimitError::TimeLimitExceeded { .. }) => Stopped::late(),
                    Some(_) | None => Stopped::of(&error.to_string(), &self.texts),
                };
                (End::Erred, Some(self.erred(node, &stopped)))
            }
        }
    }

    fn erred(&self, node: &Node, stopped: &Stopped) -> Remark {
        let place = stopped.place.and_then(|(source, (line, column))| {
            let document = &self.modules.get(source)?.document;
            let start = document.offset(Position { line, column });
            Some(Part { source, start, end: document.line_span(line).end.max(start) })
        });
        let head = Part { source: node.at.source, start: node.head.start, end: node.head.end };
        Remark {
            is_error: true,
            code: "test-erred".to_owned(),
            message: stopped.message.clone(),
            notes: vec![format!("while `{}` was asked", node.way.join("."))],
            help: stopped.help.clone(),
            part: place.unwrap_or(head),
        }
    }

    /// Remembers which lines were evaluated.
    fn gather(&mut self) {
        // Without a report nothing was reached, which is what is told.
        let files = self.asked.get_coverage_report().map(|it| it.files).unwrap_or_default();
        for file in files {
            let Ok(source) = file.path.parse::<usize>() else { continue };
            let lines = file.covered.iter().filter_map(|it| usize::try_from(*it).ok());
            self.reached.entry(source).or_default().extend(lines);
        }
    }

    /// Which lines of which modules were reached; tests themselves are not counted.
    fn lines(&self, syntax: &[&regorus::unstable::Module]) -> Vec<Lines> {
        let mut all: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        let holds_tests = |source: usize| tests(self.reach).any(|(_, it)| it.at.source == source);
        for (source, syntax) in syntax.iter().enumerate().filter(|(it, _)| !holds_tests(*it)) {
            let lines = all.entry(source).or_default();
            for rule in &syntax.policy {
                walk::statements(rule, &mut |it| {
                    lines.extend(usize::try_from(it.span.line));
                });
            }
        }
        let of = |(source, mut lines): (usize, BTreeSet<usize>)| {
            let reached = self.reached.get(&source).cloned().unwrap_or_default();
            lines.extend(&reached);
            let missed = lines.difference(&reached).copied().collect();
            Lines { source, reached: reached.into_iter().collect(), missed }
        };
        all.into_iter().map(of).collect()
    }
}

/// What a way leads to.
fn value(engine: &mut Engine, way: &str) -> anyhow::Result<Value> {
    let answer = engine.eval_query(format!("[flagstone_value | flagstone_value := {way}]"), false);
    let values = answer?.result.into_iter().flat_map(|it| it.expressions).next();
    let values = values.and_then(|it| it.value.as_array().ok().and_then(|it| it.first().cloned()));
    Ok(values.unwrap_or(Value::Undefined))
}

/// Whether a name holds a pattern, in which `*` stands for anything.
fn is_like(name: &str, pattern: &str) -> bool {
    let mut rest = name;
    pattern.split('*').all(|part| match rest.split_once(part) {
        Some((_, after)) => {
            rest = after;
            true
        }
        None => false,
    })
}
