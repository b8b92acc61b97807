//! Why a test does not hold: which of its expressions, and what stood in it.
//!
//! The evaluator tells nothing of that. So the test's body is asked again piece by piece, and then
//! for the values of its names and operands there.

use regorus::{
    Engine, Value,
    unstable::{Expr, Literal, LiteralStmt, Rule},
};

use super::value;
use crate::{
    diag::Diagnostic,
    guard::{
        author::Remark, bundle::fresh, evaluation::AskedBundle, finding::to_data, reach::Node, trap,
    },
    policy::{Module, reference},
    text::Span,
};

/// The longest value that is shown, in letters.
const SHOWN: usize = 200;

/// Why a test does not hold, at the expression that does not.
pub(super) fn why(
    (bundle, modules): (&AskedBundle, &[Module]),
    now: i64,
    node: &Node,
    value: &Value,
) -> Remark {
    let name = node.way.join(".");
    let mistake = Diagnostic::error("test-failed", format!("`{name}` does not hold"));
    let source = node.at.source;
    let found = modules.get(source).map(|module| {
        let again = Again { bundle, modules, now, source, module };
        (module.document.place(node.head), again.part(node))
    });
    Remark::of(
        source,
        &match found {
            Some((_, Some((span, notes)))) => {
                let place = modules.get(source).map(|it| it.document.place(span));
                notes.into_iter().fold(mistake.at(place), Diagnostic::note)
            }
            Some((head, None)) if *value == Value::Undefined => mistake.at(head),
            Some((head, None)) => {
                mistake.at(head).note(format!("its value is `{}`, not `true`", shortened(value)))
            }
            None => mistake,
        },
    )
}

/// A test that is asked again.
struct Again<'r> {
    bundle: &'r AskedBundle,
    modules: &'r [Module],
    now: i64,
    source: usize,
    module: &'r Module,
}

impl Again<'_> {
    /// The first expression of a test that does not hold, and what is known there.
    fn part(&self, node: &Node) -> Option<(Span, Vec<String>)> {
        let mut plain = self.engine("")?;
        let syntax = plain.get_modules().get(self.source)?.clone();
        let rule = syntax.policy.get(node.at.rule)?;
        let Rule::Spec { bodies, .. } = &**rule else { return None };
        let [body] = bodies.as_slice() else { return None };
        let statements = &body.query.stmts;
        let rules = (1..=statements.len()).map(|it| {
            format!("flagstone_to_{it} if {{\n{}\n}}\n", self.text(statements.get(..it)))
        });
        let mut engine = self.engine(&rules.collect::<String>())?;
        let is_reached = |at: &usize| {
            let value = self.value(&mut engine, &format!("flagstone_to_{at}"));
            !matches!(value, None | Some(Value::Undefined | Value::Bool(false)))
        };
        let held = (1..=statements.len()).take_while(is_reached).count();
        // All of it holds, so it is its value that does not.
        let failing = statements.get(held)?;
        let before = self.text(statements.get(..held));
        let span = self.whole(trap::span_of(failing));
        let mut notes = self.operands(failing, &before);
        notes.extend(self.names(statements.get(..held)?, &before));
        Some((span, notes))
    }

    /// The values of what an expression is about.
    fn operands(&self, failing: &LiteralStmt, before: &str) -> Vec<String> {
        let (Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. }) = &failing.literal else {
            return Vec::new();
        };
        let operands: Vec<&Expr> = match &**expr {
            Expr::BoolExpr { lhs, rhs, .. } => vec![lhs, rhs],
            Expr::Membership { value, collection, .. } => vec![value, collection],
            Expr::Call { params, .. } => params.iter().map(|it| &**it).collect(),
            Expr::AssignExpr { rhs, .. } => vec![rhs],
            other => vec![other],
        };
        let with = failing.with_mods.first().map_or("", |first| {
            let start = usize::try_from(first.span.start).unwrap_or(usize::MAX);
            self.module.document.slice(Span { start, end: self.whole(trap::span_of(failing)).end })
        });
        let operand = |operand: &Expr| {
            if says_itself(operand) {
                return None;
            }
            let text = self.module.document.slice(self.whole(trap::span(operand)));
            let rule = format!(
                "flagstone_seen contains flagstone_it if {{\n{before}\nflagstone_it := {text} {with}\n}}\n"
            );
            let mut engine = self.engine(&rule)?;
            Some(told(text, &self.value(&mut engine, "flagstone_seen")?))
        };
        operands.into_iter().filter_map(operand).collect()
    }

    /// The values of the names that were made before.
    fn names(&self, held: &[LiteralStmt], before: &str) -> Vec<String> {
        let name = |statement: &LiteralStmt| {
            let Literal::Expr { expr, .. } = &statement.literal else { return None };
            let Expr::AssignExpr { lhs, .. } = &**expr else { return None };
            let Expr::Var { span, .. } = &**lhs else { return None };
            let name = span.text();
            let rule = format!("flagstone_seen contains {name} if {{\n{before}\n}}\n");
            let mut engine = self.engine(&rule)?;
            Some(told(name, &self.value(&mut engine, "flagstone_seen")?))
        };
        held.iter().filter_map(name).collect()
    }

    /// The evaluator says of texts where they stand without their quotes, and of a way not where its last
    /// bracket is closed.
    fn whole(&self, span: Span) -> Span {
        let text = self.module.document.text();
        let is_quote = |it: char| it == '"' || it == '`';
        let before = text.get(..span.start).is_some_and(|it| it.ends_with(is_quote));
        let mut end = span.end;
        for closing in [&['"', '`'][..], &[']']] {
            let held = text.get(span.start..end).unwrap_or_default();
            let is_open = closing != [']'] || held.matches('[').count() > held.matches(']').count();
            let is_next = text.get(end..).is_some_and(|it| it.starts_with(closing));
            end += usize::from(is_open && is_next);
        }
        Span { start: span.start - usize::from(before), end }
    }

    /// Statements as they are written.
    fn text(&self, statements: Option<&[LiteralStmt]>) -> String {
        let lines = statements.unwrap_or_default().iter();
        let lines =
            lines.map(|it| self.module.document.slice(self.whole(trap::span_of(it))).to_owned());
        lines.collect::<Vec<_>>().join("\n")
    }

    /// An evaluator of the bundle, with more rules in the test's module.
    fn engine(&self, more: &str) -> Option<Engine> {
        let mut engine = fresh(self.now);
        for (source, module) in self.modules.iter().enumerate() {
            let text = module.document.text();
            let text = match source == self.source {
                true => format!("{text}\n{more}"),
                false => text.to_owned(),
            };
            engine.add_policy(source.to_string(), text).ok()?;
        }
        if self.bundle.data != Value::Null {
            engine.add_data(self.bundle.data.clone()).ok()?;
        }
        Some(engine)
    }

    fn value(&self, engine: &mut Engine, rule: &str) -> Option<Value> {
        value(engine, &format!("{}.{rule}", reference(&self.module.package))).ok()
    }
}

/// What a text stands for, in a line.
fn told(text: &str, values: &Value) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let values: Vec<_> = values.as_set().ok().into_iter().flat_map(|it| it.iter()).collect();
    match values.as_slice() {
        [] => format!("`{text}` has no value"),
        [one] => format!("`{text}` is `{}`", shortened(one)),
        [one, rest @ ..] => format!("`{text}` is `{}`, and {} more", shortened(one), rest.len()),
    }
}

/// A value as Rego writes it: a set is none of JSON.
fn written(value: &Value) -> String {
    let list =
        |items: &mut dyn Iterator<Item = &Value>| items.map(written).collect::<Vec<_>>().join(",");
    match value {
        Value::Set(items) if items.is_empty() => "set()".to_owned(),
        Value::Set(items) => format!("{{{}}}", list(&mut items.iter())),
        Value::Array(items) => format!("[{}]", list(&mut items.iter())),
        Value::Object(map) => {
            let entry = |(key, it): (&Value, &Value)| format!("{}:{}", written(key), written(it));
            format!("{{{}}}", map.iter_sorted().map(entry).collect::<Vec<_>>().join(","))
        }
        Value::Null | Value::Undefined | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            to_data(value).to_json()
        }
    }
}

/// Whether an expression says what its value is.
fn says_itself(expression: &Expr) -> bool {
    match expression {
        Expr::Array { items, .. } | Expr::Set { items, .. } => {
            items.iter().all(|it| says_itself(it))
        }
        Expr::Object { fields, .. } => {
            fields.iter().all(|(_, key, it)| says_itself(key) && says_itself(it))
        }
        other => trap::is_literal(other),
    }
}

/// A value as text, as much of it as people read.
fn shortened(value: &Value) -> String {
    let json = written(value);
    match json.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", json.get(..end).unwrap_or_default()),
        None => json,
    }
}
