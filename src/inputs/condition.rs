//! Conditions that can be told without running them: equality, membership, `and`, `or`, `not`.
//!
//! **Invariant:** what [`Condition::parse`] reads means here exactly what it means to the template
//! engine; whatever could mean something else there is not read at all.

use crate::{
    data::{Number, Value},
    manifest::{Choice, Shape},
};

/// A condition over answers.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Condition {
    /// A parameter's answer is this value.
    Is(String, Value),
    /// A parameter's list has this item.
    Has(String, Value),
    /// The condition does not hold.
    Not(Box<Self>),
    /// All hold.
    All(Vec<Self>),
    /// One at least holds.
    Any(Vec<Self>),
}

impl Condition {
    /// Reads an expression, if it is made of what can be told. `shape_of` knows the parameters.
    pub(super) fn parse(text: &str, shape_of: &dyn Fn(&str) -> Option<Shape>) -> Option<Self> {
        let tokens = tokens(text)?;
        let mut parser = Parser { tokens: &tokens, shape_of };
        let condition = parser.any(0)?;
        parser.tokens.is_empty().then_some(condition)
    }

    /// Whether it holds, as far as the answers are known. `answer` gives those that are.
    pub(super) fn holds(&self, answer: &dyn Fn(&str) -> Option<Value>) -> Option<bool> {
        match self {
            Self::Is(name, value) => answer(name).map(|it| same(&it, value)),
            Self::Has(name, value) => {
                answer(name).map(|it| it.items().iter().any(|item| same(item, value)))
            }
            Self::Not(inner) => inner.holds(answer).map(|it| !it),
            Self::All(parts) => {
                let all: Vec<_> = parts.iter().map(|it| it.holds(answer)).collect();
                decided(&all, false)
            }
            Self::Any(parts) => {
                let all: Vec<_> = parts.iter().map(|it| it.holds(answer)).collect();
                decided(&all, true)
            }
        }
    }
}

/// `decisive` if one part is, its opposite if all parts are, nothing while that is open.
fn decided(parts: &[Option<bool>], decisive: bool) -> Option<bool> {
    match parts.contains(&Some(decisive)) {
        true => Some(decisive),
        false => (!parts.contains(&None)).then_some(!decisive),
    }
}

/// Whether two values are one to JSON Schema and to templates alike: `1` is `1.0`.
pub(super) fn same(a: &Value, b: &Value) -> bool {
    match (number(a), number(b)) {
        (Some(a), Some(b)) => a == b,
        (None, None) => a == b,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

#[expect(clippy::cast_precision_loss, reason = "JSON's numbers are no more precise")]
const fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(Number::Int(it)) => Some(*it as f64),
        Value::Number(Number::Large(it)) => Some(*it as f64),
        Value::Number(Number::Float(it)) => Some(*it),
        _ => None,
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Name(String),
    Text(String),
    Integer(i64),
    Sign(&'static str),
}

const SIGNS: [&str; 7] = ["==", "!=", "(", ")", "[", "]", ","];

/// The tokens of an expression; none if it has any that are not read here.
fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '\'' | '"' => {
                let inner = rest.get(1..)?.split_once(first)?.0;
                if inner.contains('\\') {
                    return None;
                }
                (Token::Text(inner.to_owned()), inner.len() + 2)
            }
            _ if first.is_ascii_digit() => {
                let end = rest.find(|it: char| !it.is_ascii_digit()).unwrap_or(rest.len());
                (Token::Integer(rest.get(..end)?.parse().ok()?), end)
            }
            _ if first.is_ascii_alphabetic() || first == '_' => {
                let is_part = |it: char| it.is_ascii_alphanumeric() || it == '_';
                let end = rest.find(|it| !is_part(it)).unwrap_or(rest.len());
                (Token::Name(rest.get(..end)?.to_owned()), end)
            }
            _ => {
                let sign = SIGNS.into_iter().find(|it| rest.starts_with(it))?;
                (Token::Sign(sign), sign.len())
            }
        };
        tokens.push(token);
        let behind = rest.get(length..)?;
        // `1.5`, `a.b`, `1e3`: one thing to the engine, and none that is read here.
        if behind.starts_with('.')
            || matches!(tokens.last(), Some(Token::Integer(_))) && is_word(behind)
        {
            return None;
        }
        rest = behind.trim_start();
    }
    Some(tokens)
}

fn is_word(text: &str) -> bool {
    text.starts_with(|it: char| it.is_ascii_alphanumeric() || it == '_')
}

/// How deep brackets may be nested.
const MAX_DEPTH: usize = 32;

struct Parser<'a> {
    tokens: &'a [Token],
    shape_of: &'a dyn Fn(&str) -> Option<Shape>,
}

impl Parser<'_> {
    fn any(&mut self, depth: usize) -> Option<Condition> {
        let mut parts = vec![self.all(depth)?];
        while self.word("or") {
            parts.push(self.all(depth)?);
        }
        Some(one_or(parts, Condition::Any))
    }

    fn all(&mut self, depth: usize) -> Option<Condition> {
        let mut parts = vec![self.not(depth)?];
        while self.word("and") {
            parts.push(self.not(depth)?);
        }
        Some(one_or(parts, Condition::All))
    }

    fn not(&mut self, depth: usize) -> Option<Condition> {
        if depth > MAX_DEPTH {
            return None;
        }
        match self.word("not") {
            true => Some(not(self.not(depth + 1)?)),
            false => self.comparison(depth),
        }
    }

    fn comparison(&mut self, depth: usize) -> Option<Condition> {
        if self.sign("(") {
            let inner = self.any(depth + 1)?;
            return self.sign(")").then_some(inner);
        }
        if let Some(value) = self.literal() {
            return self.behind_literal(value);
        }
        let name = self.parameter()?;
        if self.sign("==") {
            let value = self.literal()?;
            self.is(name, value)
        } else if self.sign("!=") {
            let value = self.literal()?;
            self.is(name, value).map(not)
        } else if self.word("in") {
            self.one_of(&name)
        } else if self.word("not") {
            if self.word("in") { self.one_of(&name).map(not) } else { None }
        } else {
            (self.shape(&name)? == Shape::Boolean).then(|| Condition::Is(name, true.into()))
        }
    }

    /// `'x' == name`, `'x' in names`.
    fn behind_literal(&mut self, value: Value) -> Option<Condition> {
        if self.sign("==") {
            let name = self.parameter()?;
            self.is(name, value)
        } else if self.sign("!=") {
            let name = self.parameter()?;
            self.is(name, value).map(not)
        } else if self.word("in") {
            let name = self.parameter()?;
            self.has(name, value)
        } else if self.word("not") && self.word("in") {
            let name = self.parameter()?;
            self.has(name, value).map(not)
        } else {
            None
        }
    }

    fn one_of(&mut self, name: &str) -> Option<Condition> {
        if !self.sign("[") {
            return None;
        }
        let mut parts = Vec::new();
        while !self.sign("]") {
            let value = self.literal()?;
            parts.push(self.is(name.to_owned(), value)?);
            if !self.sign(",") && self.tokens.first() != Some(&Token::Sign("]")) {
                return None;
            }
        }
        Some(Condition::Any(parts))
    }

    fn is(&self, name: String, value: Value) -> Option<Condition> {
        let shape = self.shape(&name)?;
        takes(&shape, &value).then_some(Condition::Is(name, value))
    }

    fn has(&self, name: String, value: Value) -> Option<Condition> {
        let item = match self.shape(&name)? {
            Shape::Choices(choices) => Shape::Choice(choices),
            Shape::List(item) => *item,
            _ => return None,
        };
        takes(&item, &value).then_some(Condition::Has(name, value))
    }

    fn shape(&self, name: &str) -> Option<Shape> {
        (self.shape_of)(name)
    }

    fn literal(&mut self) -> Option<Value> {
        let (first, rest) = self.tokens.split_first()?;
        let value = match first {
            Token::Text(text) => text.as_str().into(),
            Token::Integer(number) => (*number).into(),
            Token::Name(name) if name == "true" || name == "True" => true.into(),
            Token::Name(name) if name == "false" || name == "False" => false.into(),
            Token::Name(_) | Token::Sign(_) => return None,
        };
        self.tokens = rest;
        Some(value)
    }

    fn parameter(&mut self) -> Option<String> {
        let (Token::Name(name), rest) = self.tokens.split_first()? else { return None };
        self.shape(name)?;
        self.tokens = rest;
        Some(name.clone())
    }

    fn word(&mut self, word: &str) -> bool {
        self.take(|it| matches!(it, Token::Name(name) if name == word))
    }

    fn sign(&mut self, sign: &str) -> bool {
        self.take(|it| matches!(it, Token::Sign(it) if *it == sign))
    }

    fn take(&mut self, is_it: impl Fn(&Token) -> bool) -> bool {
        match self.tokens.split_first() {
            Some((first, rest)) if is_it(first) => {
                self.tokens = rest;
                true
            }
            _ => false,
        }
    }
}

fn not(condition: Condition) -> Condition {
    Condition::Not(Box::new(condition))
}

fn one_or(mut parts: Vec<Condition>, several: fn(Vec<Condition>) -> Condition) -> Condition {
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            parts.extend(last);
            several(parts)
        }
    }
}

/// Whether a literal is of a shape's own type: `true == 1` is one thing to templates and another to
/// JSON Schema.
fn takes(shape: &Shape, value: &Value) -> bool {
    let of_kind =
        |choice: &Choice| std::mem::discriminant(&choice.value) == std::mem::discriminant(value);
    match (shape, value) {
        (Shape::Text | Shape::Lines, Value::Text(_))
        | (Shape::Integer | Shape::Number, Value::Number(_))
        | (Shape::Boolean, Value::Bool(_)) => true,
        (Shape::Choice(choices), _) => choices.iter().all(of_kind),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape_of(name: &str) -> Option<Shape> {
        let choice = |text: &str| Choice::new(text.into());
        match name {
            "db" => Some(Shape::Choice(vec![choice("none"), choice("pg")])),
            "tls" => Some(Shape::Boolean),
            "port" => Some(Shape::Integer),
            "tags" => Some(Shape::List(Box::new(Shape::Text))),
            _ => None,
        }
    }

    fn parse(text: &str) -> Option<Condition> {
        Condition::parse(text, &shape_of)
    }

    fn holds(text: &str) -> Option<bool> {
        let answer = |name: &str| match name {
            "db" => Some("pg".into()),
            "port" => Some(80.into()),
            "tags" => Some(Value::List(vec!["a".into()])),
            _ => None,
        };
        parse(text).unwrap().holds(&answer)
    }

    #[test]
    fn what_can_be_told_is_read_as_the_engine_reads_it() {
        for (text, expected) in [
            ("db == 'pg'", Some(true)),
            ("'pg' != db", Some(false)),
            ("not db == 'pg' or port == 80", Some(true)),
            ("not (db == 'pg' or port == 80)", Some(false)),
            ("db in ['x', \"pg\",] and 'a' in tags", Some(true)),
            ("db not in []", Some(true)),
            ("'b' not in tags", Some(true)),
            ("tls", None),
            ("tls == true and db == 'none'", Some(false)),
            ("tls or db == 'pg'", Some(true)),
        ] {
            assert_eq!(holds(text), expected, "{text}");
        }
    }

    #[test]
    fn what_could_mean_something_else_is_not_read() {
        for text in [
            "db | upper == 'PG'",
            "db == 'p\\u0067'",
            "port == 80.5",
            "port == 8e1",
            "port > 80",
            "db",
            "tls == 1",
            "port == true",
            "db == 'pg' == true",
            "nmae == 'x'",
            "tags == ['a']",
            "db == none",
            "tags.x == 'a'",
            "db in tags",
            "(db == 'pg'",
            "",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&format!("{}tls{}", "(".repeat(99), ")".repeat(99))), None);
    }
}
