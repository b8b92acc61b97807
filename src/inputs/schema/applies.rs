//! When a parameter applies, as a schema of the answers that a spec states.

use std::{cell::RefCell, collections::BTreeMap};

use super::super::condition::{Condition, same};
use crate::{
    data::Value,
    manifest::{Parameter, Rule, Source, is_template},
    spec::METADATA_ANSWERS,
};

/// Which way to be wrong where a schema can't be exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mode {
    /// The schema takes only specs for which the condition holds.
    Surely,
    /// The schema takes every spec for which the condition may hold.
    Possibly,
}

/// A condition as a schema.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Compiled {
    /// It takes every spec.
    Always,
    /// It takes none.
    Never,
    /// It takes what this schema takes.
    Where(Value),
}

/// The conditions of a golden path's parameters.
pub(super) struct Applies<'a> {
    parameters: &'a [Parameter],
    /// What was compiled, by parameter; what a schema refers to is among it.
    compiled: RefCell<BTreeMap<(String, Mode), Compiled>>,
}

impl Mode {
    const fn opposite(self) -> Self {
        match self {
            Self::Surely => Self::Possibly,
            Self::Possibly => Self::Surely,
        }
    }

    /// What is said where nothing can be told.
    const fn unknown(self) -> Compiled {
        match self {
            Self::Surely => Compiled::Never,
            Self::Possibly => Compiled::Always,
        }
    }

    const fn prefix(self) -> &'static str {
        match self {
            Self::Surely => "applies",
            Self::Possibly => "may-apply",
        }
    }
}

impl<'a> Applies<'a> {
    pub(super) const fn new(parameters: &'a [Parameter]) -> Self {
        Self { parameters, compiled: RefCell::new(BTreeMap::new()) }
    }

    /// When a parameter applies; a condition is said once, and referred to.
    pub(super) fn applies(&self, parameter: &Parameter, mode: Mode) -> Compiled {
        let Some(when) = &parameter.when else { return Compiled::Always };
        let key = (parameter.name.clone(), mode);
        let known = self.compiled.borrow().get(&key).cloned();
        let compiled = known.unwrap_or_else(|| {
            let shape_of = |name: &str| self.find(name).map(|it| it.shape.clone());
            let compiled = match Condition::parse(&when.text, &shape_of) {
                Some(condition) => self.compile(&condition, mode),
                None => mode.unknown(),
            };
            self.compiled.borrow_mut().insert(key, compiled.clone());
            compiled
        });
        match compiled {
            Compiled::Where(_) => {
                let name = format!("#/$defs/{}.{}", mode.prefix(), parameter.name);
                Compiled::Where(Value::map([("$ref", name.into())]))
            }
            Compiled::Always | Compiled::Never => compiled,
        }
    }

    /// What a rule surely refuses, as a schema that takes all else; `None` where nothing can be told.
    pub(super) fn rule(&self, rule: &Rule) -> Option<Value> {
        let shape_of = |name: &str| self.find(name).map(|it| it.shape.clone());
        let parse = |source: &Source| Condition::parse(&source.text, &shape_of);
        let when = match &rule.when {
            Some(when) => self.compile(&parse(when)?, Mode::Surely),
            None => Compiled::Always,
        };
        let required = match self.compile(&parse(&rule.require)?, Mode::Possibly) {
            Compiled::Always => return None,
            Compiled::Never => false.into(),
            Compiled::Where(schema) => schema,
        };
        let said = ("x-message", rule.message.as_str().into());
        match when {
            Compiled::Never => None,
            Compiled::Always => Some(Value::map([("allOf", Value::List(vec![required])), said])),
            Compiled::Where(when) => Some(Value::map([("if", when), ("then", required), said])),
        }
    }

    /// What the schemas refer to.
    pub(super) fn definitions(&self) -> Option<Value> {
        let definition = |((name, mode), compiled): (&(String, Mode), &Compiled)| match compiled {
            Compiled::Where(schema) => Some((format!("{}.{name}", mode.prefix()), schema.clone())),
            Compiled::Always | Compiled::Never => None,
        };
        let definitions: Vec<_> = self.compiled.borrow().iter().filter_map(definition).collect();
        (!definitions.is_empty()).then(|| Value::map(definitions))
    }

    fn compile(&self, condition: &Condition, mode: Mode) -> Compiled {
        match condition {
            Condition::Is(name, value) => {
                let given = Value::map([("const", value.clone())]);
                self.answer(name, given, mode, &|default| same(default, value))
            }
            Condition::Has(name, value) => {
                let item = Value::map([("const", value.clone())]);
                let given = Value::map([("type", Value::from("array")), ("contains", item)]);
                let has = |default: &Value| default.items().iter().any(|it| same(it, value));
                self.answer(name, given, mode, &has)
            }
            Condition::Not(inner) => match self.compile(inner, mode.opposite()) {
                Compiled::Always => Compiled::Never,
                Compiled::Never => Compiled::Always,
                Compiled::Where(schema) => Compiled::Where(Value::map([("not", schema)])),
            },
            Condition::All(parts) => all(parts.iter().map(|it| self.compile(it, mode))),
            Condition::Any(parts) => any(parts.iter().map(|it| self.compile(it, mode))),
        }
    }

    /// An answer that passes `given`, or a default that `is_met` by, of a parameter that applies.
    fn answer(
        &self,
        name: &str,
        given: Value,
        mode: Mode,
        is_met: &dyn Fn(&Value) -> bool,
    ) -> Compiled {
        let Some(parameter) = self.find(name).filter(|it| it.computed.is_none()) else {
            return mode.unknown();
        };
        let with = |schema: Value| Value::map([(name, schema)]);
        let given =
            Value::map([("properties", with(given)), ("required", Value::List(vec![name.into()]))]);
        let by_default = match &parameter.default {
            // What `metadata` says, the parameters' schema does not see.
            _ if METADATA_ANSWERS.contains(&name) => mode.unknown(),
            Some(default) if is_template(default) => mode.unknown(),
            Some(default) if is_met(default) => Compiled::Always,
            // Without a default it is null, or missing and then refused anyway.
            Some(_) | None => Compiled::Never,
        };
        let unanswered = Value::map([("type", "null".into())]);
        let unanswered = Compiled::Where(Value::map([("properties", with(unanswered))]));
        let met =
            any([Compiled::Where(given), all([unanswered, by_default].into_iter())].into_iter());
        all([self.applies(parameter, mode), met].into_iter())
    }

    fn find(&self, name: &str) -> Option<&'a Parameter> {
        self.parameters.iter().find(|it| it.name == name)
    }
}

fn all(parts: impl Iterator<Item = Compiled>) -> Compiled {
    let mut schemas = Vec::new();
    for part in parts {
        match part {
            Compiled::Always => {}
            Compiled::Never => return Compiled::Never,
            Compiled::Where(schema) => schemas.push(schema),
        }
    }
    joined("allOf", schemas).map_or(Compiled::Always, Compiled::Where)
}

fn any(parts: impl Iterator<Item = Compiled>) -> Compiled {
    let mut schemas = Vec::new();
    for part in parts {
        match part {
            Compiled::Never => {}
            Compiled::Always => return Compiled::Always,
            Compiled::Where(schema) => schemas.push(schema),
        }
    }
    joined("anyOf", schemas).map_or(Compiled::Never, Compiled::Where)
}

fn joined(keyword: &str, mut schemas: Vec<Value>) -> Option<Value> {
    match schemas.len() {
        0 => None,
        1 => schemas.pop(),
        _ => Some(Value::map([(keyword, Value::List(schemas))])),
    }
}
