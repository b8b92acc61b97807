//! A bundle's modules in an evaluator, ready to be asked.

use std::{collections::BTreeMap, num::NonZero, sync::Arc, time::Duration};

use regorus::{
    Engine, LimitError, PolicyLengthConfig, Value, unstable::Module as Syntax,
    utils::limits::ExecutionTimerConfig,
};

use super::{
    Failure, Step, builtins,
    entry::{Entries, Entry, entries},
    evaluation::{AskedBundle, Group},
    parts::Parts,
    print, trap,
};
use crate::{
    diag::Diagnostic,
    policy::{Module, reference},
    text::Document,
};

/// How long one question may take, where the evaluator looks at the time at all.
const LIMIT: Duration = Duration::from_millis(600);

/// How much work is done between two looks at the time.
const LOOK: u32 = 1_000;

/// The package of our own questions, each of which is asked of many subjects.
const ASKED: &str = "flagstone_asked";

/// A bundle that can be asked. Another one of it shares what it has read.
#[derive(Clone)]
pub(super) struct Loaded {
    /// What was never asked. An evaluator that has erred keeps what it was about, and answers the
    /// next question with it: after an error another one goes on.
    unasked: Engine,
    engine: Engine,
    input: Value,
    found: Arc<Entries>,
    /// What `exception` of each package says of the present input.
    exceptions: BTreeMap<Vec<String>, Vec<String>>,
    /// What was printed since somebody asked: module, line and text.
    printed: Vec<(usize, usize, String)>,
}

/// A bundle's modules as documents, and in an evaluator as they stand.
pub(super) struct Parsed {
    pub(super) modules: Vec<Module>,
    pub(super) engine: Engine,
}

/// Why a question has no answer.
#[derive(Debug, Default)]
pub(super) struct Stopped {
    pub(super) message: String,
    pub(super) help: Option<String>,
    /// The module, and the line and column in it.
    pub(super) place: Option<(usize, (usize, usize))>,
    /// Whether it took too long.
    pub(super) is_limit: bool,
}

impl Loaded {
    /// Reads a bundle; every mistake in it is told.
    pub(super) fn load(
        index: usize,
        bundle: &AskedBundle,
        now: i64,
        begun: &mut dyn FnMut(Step),
    ) -> Result<Self, Vec<Failure>> {
        let Parsed { modules, engine: mut plain } = parsed(index, bundle, now, begun)?;
        let mut failures = Vec::new();
        let syntax: Vec<_> = plain.get_modules().iter().map(|it| &**it).collect::<Vec<&Syntax>>();
        let (parts, whole) = Parts::of(&modules, &syntax);
        let trapped = trap::traps(&modules, &syntax).into_iter().chain(whole);
        failures.extend(trapped.map(|(source, it)| Failure::of(&it, (index, source))));
        let Parsed { modules, engine: mut plain } = match parts.is_as_it_was() {
            true => Parsed { modules, engine: plain },
            false => parts.parsed(now)?,
        };
        let syntax: Vec<_> = plain.get_modules().iter().map(|it| &**it).collect::<Vec<&Syntax>>();
        let found = match entries(index, &modules, &syntax) {
            Ok(found) if failures.is_empty() => found,
            Ok(_) => return Err(failures),
            Err(more) => return Err(failures.into_iter().chain(more).collect()),
        };
        let mut engine = fresh(now);
        let whole = |message: String| vec![Failure::new("policy-syntax", message)];
        for (source, text) in found.texts.iter().enumerate() {
            let added = engine.add_policy(source.to_string(), text.clone());
            added.map_err(|error| whole(error.to_string()))?;
        }
        if bundle.data != Value::Null {
            let added = engine.add_data(bundle.data.clone());
            let told = |error: String| {
                let message = format!("the data of `{}` can't be used: {error}", bundle.origin);
                vec![Failure::new("guard-request", message)]
            };
            added.map_err(|error| told(error.to_string()))?;
        }
        let found = Arc::new(Entries { parts, ..found });
        let input = Value::Undefined;
        let exceptions = BTreeMap::new();
        Ok(Self { unasked: engine.clone(), engine, input, found, exceptions, printed: Vec::new() })
    }

    /// The definitions that find something.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.found.entries
    }

    /// Names what is judged next.
    pub(super) fn set_input(&mut self, input: Value) {
        self.exceptions.clear();
        self.input = input.clone();
        self.engine.set_input(input);
    }

    /// Gets ready to be asked for some groups of definitions, each at once: a question that is a rule
    /// is read once, and not for every subject.
    pub(super) fn expect(&mut self, groups: &[Group]) -> Result<(), Stopped> {
        let line = |it: &Entry| format!("[value | value := {}]", it.reference());
        let rule = |group: &Group| {
            let lines: Vec<_> = group.entries.iter().map(line).collect();
            format!("group_{} := [\n{}\n]\n", group.number, lines.join(",\n"))
        };
        let rules: String = groups.iter().map(rule).collect();
        let policy = format!("package {ASKED}\n\nready := true\n{rules}");
        let added = self.engine.add_policy(ASKED.to_owned(), policy);
        // The first question makes the evaluator ready, for all that are made of it.
        let ready = added.and_then(|_package| self.engine.eval_rule(format!("data.{ASKED}.ready")));
        ready.map_err(|error| Stopped::of(&error.to_string(), &self.found))?;
        self.unasked = self.engine.clone();
        Ok(())
    }

    /// The values of all definitions of a group at once, each undefined or defined.
    pub(super) fn all(&mut self, group: &Group) -> Result<Vec<Value>, Stopped> {
        let Group { number, entries } = group;
        let answer = self.engine.eval_rule(format!("data.{ASKED}.group_{number}"));
        let values = self.answered(answer)?;
        let values: Vec<_> =
            items(&values).map(|it| first(it).unwrap_or(Value::Undefined)).collect();
        let are_there = values.len() == entries.len()
            && values.iter().zip(entries).all(|(value, entry)| is_there(value, entry));
        if are_there { Ok(values) } else { Err(Stopped::without_value()) }
    }

    /// The value of one definition.
    pub(super) fn one(&mut self, entry: &Entry) -> Result<Value, Stopped> {
        let values =
            self.ask(format!("[flagstone_value | flagstone_value := {}]", entry.reference()))?;
        let value = first(&values).unwrap_or(Value::Undefined);
        if is_there(&value, entry) { Ok(value) } else { Err(Stopped::without_value()) }
    }

    /// Whether an `exception` of its package names a definition, as conftest has it.
    pub(super) fn is_excepted(&mut self, entry: &Entry) -> Result<bool, Stopped> {
        if !self.found.excepting.contains(&entry.package) {
            return Ok(false);
        }
        if !self.exceptions.contains_key(&entry.package) {
            let way = format!("{}.exception[_][_]", reference(&entry.package));
            let names = self.ask(format!("[flagstone_value | flagstone_value := {way}]"))?;
            let names = items(&names).filter_map(|it| it.as_string().ok());
            let names = names.map(|it| it.to_string()).collect();
            self.exceptions.insert(entry.package.clone(), names);
        }
        let names = self.exceptions.get(&entry.package);
        Ok(names.is_some_and(|it| it.contains(&entry.short)))
    }

    /// What was printed since somebody has asked.
    pub(super) fn take_printed(&mut self) -> Vec<(usize, usize, String)> {
        let printed = std::mem::take(&mut self.printed).into_iter();
        let before = |source, line| self.found.parts.position(source, (line, 1)).0;
        printed.map(|(source, line, text)| (source, before(source, line), text)).collect()
    }

    fn ask(&mut self, query: String) -> Result<Value, Stopped> {
        let answer = self.engine.eval_query(query, false).map(|answer| {
            let value = answer.result.into_iter().flat_map(|it| it.expressions).next();
            value.map_or(Value::Undefined, |it| it.value)
        });
        self.answered(answer)
    }

    fn answered(&mut self, answer: anyhow::Result<Value>) -> Result<Value, Stopped> {
        let room = print::MOST.saturating_sub(self.printed.len());
        let printed = self.engine.take_prints().unwrap_or_default();
        self.printed.extend(printed.iter().filter_map(|it| print::parts(it)).take(room));
        answer.map_err(|error| {
            self.engine = self.unasked.clone();
            self.engine.set_input(self.input.clone());
            match error.downcast_ref::<LimitError>() {
                Some(LimitError::TimeLimitExceeded { .. }) => Stopped::late(),
                Some(_) | None => Stopped::of(&error.to_string(), &self.found),
            }
        })
    }
}

/// Reads a bundle's modules; the mistakes of every one that can't be read are told.
pub(super) fn parsed(
    index: usize,
    bundle: &AskedBundle,
    now: i64,
    begun: &mut dyn FnMut(Step),
) -> Result<Parsed, Vec<Failure>> {
    let modules = read(index, bundle)?;
    let mut failures = Vec::new();
    let mut plain = fresh(now);
    for (source, module) in modules.iter().enumerate() {
        begun(Step { bundle: index, source: Some(source), ..Step::default() });
        if let Err(error) = plain.add_policy(source.to_string(), module.document.text().to_owned())
        {
            let texts = modules.iter().map(|it| it.document.text().to_owned()).collect();
            let plain = Entries { texts, ..Entries::default() };
            let stopped = Stopped::of(&error.to_string(), &plain);
            failures.push(Failure {
                source: Some((index, source)),
                position: stopped.place.map(|(_, position)| position),
                help: of_version_0(&stopped.message),
                ..Failure::new("policy-syntax", stopped.message)
            });
        }
    }
    if !failures.is_empty() {
        return Err(failures);
    }
    agree(index, &modules, &plain)?;
    Ok(Parsed { modules, engine: plain })
}

/// What to do about a text of Rego v0, of which the evaluator misses the words of v1.
fn of_version_0(message: &str) -> Option<String> {
    let is_old = message.ends_with("is required before rule body")
        || message.ends_with("is required for partial set rules");
    is_old.then(|| {
        "if this is Rego v0: `opa fmt --write --v0-v1 FILE` writes it as v1, in which `deny[msg] { … }` is \
         `deny contains msg if { … }`"
            .to_owned()
    })
}

/// Reads every module as a document first: it is refused before the evaluator's parser sees it.
fn read(index: usize, bundle: &AskedBundle) -> Result<Vec<Module>, Vec<Failure>> {
    let mut modules = Vec::new();
    let mut failures = Vec::new();
    for (source, it) in bundle.sources.iter().enumerate() {
        let (module, mistakes) = Module::parse(&Document::new(&it.path, &it.text));
        let mistakes = mistakes.iter().filter(|it| Diagnostic::is_error(it));
        failures.extend(mistakes.map(|it| Failure::of(it, (index, source))));
        modules.push(module);
    }
    if failures.is_empty() { Ok(modules) } else { Err(failures) }
}

/// Asks under names that we read would find nothing where the evaluator has read others.
fn agree(index: usize, modules: &[Module], read: &Engine) -> Result<(), Vec<Failure>> {
    let packages = read.get_policy_package_components().unwrap_or_default();
    let is_other = |(at, module): (usize, &Module)| {
        let theirs = packages.get(at).map(|it| it.components.as_slice());
        (theirs != Some(module.package.as_slice())).then(|| Failure {
            source: Some((index, at)),
            position: Some((1, 1)),
            ..Failure::new("policy-package", "the package's name can't be read for certain")
        })
    };
    let others: Vec<_> = modules.iter().enumerate().filter_map(is_other).collect();
    if others.is_empty() { Ok(()) } else { Err(others) }
}

/// Whether a definition has the value that it must have.
fn is_there(value: &Value, entry: &Entry) -> bool {
    !entry.is_set || matches!(value, Value::Set(_))
}

/// An evaluator without policies, in which everything is as OPA has it, or refused.
pub(super) fn fresh(now: i64) -> Engine {
    let mut engine = Engine::new();
    engine.set_strict_builtin_errors(true);
    engine.set_gather_prints(true);
    let most = |it: usize| NonZero::new(it).unwrap_or(NonZero::<usize>::MIN);
    engine.set_policy_length_config(PolicyLengthConfig {
        max_col: NonZero::new(65_536).unwrap_or(NonZero::<u32>::MIN),
        max_file_bytes: most(4 << 20),
        max_lines: most(200_000),
    });
    engine.set_execution_timer_config(ExecutionTimerConfig {
        limit: LIMIT,
        check_interval: NonZero::new(LOOK).unwrap_or(NonZero::<u32>::MIN),
    });
    builtins::install(&mut engine, now);
    engine
}

impl Stopped {
    /// What the evaluator says, without its picture: `--> 0:4:7`, lines of source, `error: why`.
    pub(super) fn of(said: &str, found: &Entries) -> Self {
        let arrow = said.lines().find_map(|it| it.trim_start().strip_prefix("--> "));
        let place = arrow.and_then(|it| {
            let mut numbers = it.split(':').map(|it| it.trim().parse::<usize>().ok());
            let (source, line, column) = (numbers.next()??, numbers.next()??, numbers.next()??);
            let column = found.column(source, line, column);
            Some((source, found.parts.position(source, (line, column))))
        });
        let because = said.split_once("error: ").map_or(said, |(_, it)| it);
        let because = because.split("\n-->").next().unwrap_or(because).trim();
        let because = because.trim_end_matches(':');
        Self { message: because.to_owned(), place, is_limit: false, help: None }
    }

    fn without_value() -> Self {
        Self {
            message: "the rule has no value, not even an empty one".to_owned(),
            ..Self::default()
        }
    }

    pub(super) fn late() -> Self {
        let message = format!("the rule was stopped: it took more than {} ms", LIMIT.as_millis());
        Self { message, is_limit: true, ..Self::default() }
    }
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().ok().into_iter().flat_map(|it| it.iter())
}

fn first(value: &Value) -> Option<Value> {
    items(value).next().cloned()
}
