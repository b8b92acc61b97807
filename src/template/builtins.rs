//! The functions, filters and tests that the engine brings along.

use std::collections::BTreeMap;

use minijinja::{Environment, ErrorKind};

use super::{engine::engine, filter::filters, names::NameKind};
use crate::manifest::Syntax;

/// What the engine brings along, found out by asking it.
#[derive(Debug)]
pub struct Builtins {
    engine: Environment<'static>,
    asked: BTreeMap<(NameKind, String), bool>,
}

impl Default for Builtins {
    fn default() -> Self {
        Self::new()
    }
}

impl Builtins {
    /// What our engine brings along.
    pub fn new() -> Self {
        Self { engine: engine(Syntax::Curly), asked: BTreeMap::new() }
    }

    /// Whether there is a function, filter or test of that name.
    pub fn has(&mut self, kind: NameKind, name: &str) -> bool {
        let key = (kind, name.to_owned());
        if let Some(known) = self.asked.get(&key) {
            return *known;
        }
        let is_there = self.ask(kind, name);
        self.asked.insert(key, is_there);
        is_there
    }

    /// The names that a mistyped one may mean.
    pub fn all(&self, kind: NameKind) -> Vec<String> {
        match kind {
            NameKind::Filter => filters().map(str::to_owned).collect(),
            NameKind::Test => TESTS.map(str::to_owned).to_vec(),
            NameKind::Function | NameKind::Variable | NameKind::Asked => {
                self.engine.globals().map(|(name, _)| name.to_owned()).collect()
            }
            NameKind::Partial => Vec::new(),
        }
    }

    fn ask(&self, kind: NameKind, name: &str) -> bool {
        let unknown = |text: String, kind: ErrorKind| {
            let asked = self.engine.compile_expression(&text).and_then(|it| it.eval(()));
            asked.is_err_and(|error| error.kind() == kind)
        };
        match kind {
            NameKind::Filter => !unknown(format!("'' | {name}"), ErrorKind::UnknownFilter),
            NameKind::Test => !unknown(format!("'' is {name}"), ErrorKind::UnknownTest),
            NameKind::Variable | NameKind::Asked | NameKind::Function => {
                self.engine.globals().any(|(global, _)| global == name)
            }
            NameKind::Partial => false,
        }
    }
}

/// The tests that a mistyped one may mean.
const TESTS: [&str; 20] = [
    "defined",
    "undefined",
    "none",
    "true",
    "false",
    "odd",
    "even",
    "divisibleby",
    "number",
    "integer",
    "float",
    "string",
    "sequence",
    "mapping",
    "iterable",
    "boolean",
    "startingwith",
    "endingwith",
    "lower",
    "upper",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_says_what_it_brings_along() {
        let mut builtins = Builtins::new();
        assert!(
            builtins.has(NameKind::Filter, "snake_case") && !builtins.has(NameKind::Filter, "safe")
        );
        assert!(
            builtins.has(NameKind::Test, "defined") && !builtins.has(NameKind::Test, "difined")
        );
        assert!(
            builtins.has(NameKind::Function, "range") && !builtins.has(NameKind::Function, "debug")
        );
        assert!(TESTS.iter().all(|name| Builtins::new().has(NameKind::Test, name)));
    }
}
