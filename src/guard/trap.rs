//! What the evaluator would decide otherwise than OPA, refused before it decides anything.
//!
//! Measured against OPA, case by case (`tests/cases/policy/constructs.json`):
//! - A rule whose head, or whose value over several iterations, holds something undefined loses *all*
//!   that it found, silently. So heads hold names and literals; the rest belongs into the body.
//! - `not` over a call or comparison with an undefined operand is true here and undefined in OPA. So
//!   operands are bound before `not`.

use std::collections::BTreeSet;

use regorus::unstable::{
    AssignOp, BUILTINS, BoolOp, Expr, Literal, LiteralStmt, Module as Syntax, Rule, RuleAssign,
    RuleBody, RuleHead,
};

use super::{
    builtins,
    walk::{self, Locals},
};
use crate::{diag::Diagnostic, policy::Module, text::Span};

/// Every trap in a bundle's modules, with the module's index.
pub(super) fn traps(modules: &[Module], syntax: &[&Syntax]) -> Vec<(usize, Diagnostic)> {
    let mut found = Vec::new();
    for (index, (module, syntax_of)) in modules.iter().zip(syntax).enumerate() {
        let others = modules.iter().zip(syntax).filter(|(it, _)| it.package == module.package);
        let names = Names::of(others.map(|(_, syntax)| *syntax));
        for rule in &syntax_of.policy {
            let mut tell = |mistake| found.push((index, mistake));
            if let Rule::Spec { bodies, .. } = &**rule {
                // Of several bodies each has its own.
                let of_bodies = bodies.iter().map(|it| walk::declared(&it.query, &Locals::new()));
                let locals = of_bodies.reduce(|all, more| &all & &more).unwrap_or_default();
                let trap = Trap { module, names: &names, locals };
                trap.head(rule).into_iter().for_each(&mut tell);
            }
            walk::scoped(rule, &mut |statement, locals| {
                if let Literal::NotExpr { expr, .. } = &statement.literal {
                    let trap = Trap { module, names: &names, locals: locals.clone() };
                    let part = trap.doubtful(expr);
                    part.into_iter().for_each(|it| tell(trap.in_negation(span(it))));
                }
            });
        }
    }
    found
}

/// What the names of a package's rules stand for.
struct Names {
    /// Values that may be undefined, where no local name stands before them.
    undefined: BTreeSet<String>,
    /// What is imported may be anything, and a local name of it is not held to OPA.
    imported: BTreeSet<String>,
    functions: BTreeSet<String>,
}

struct Trap<'m> {
    module: &'m Module,
    names: &'m Names,
    /// The names that mean no rule where it looks.
    locals: Locals<'m>,
}

impl Names {
    fn of<'s>(package: impl Iterator<Item = &'s Syntax>) -> Self {
        let mut names = Self {
            undefined: BTreeSet::new(),
            imported: BTreeSet::new(),
            functions: BTreeSet::new(),
        };
        let mut defaults = BTreeSet::new();
        let word = |refr: &Expr| match refr {
            Expr::Var { span, .. } => Some(span.text().to_owned()),
            _ => None,
        };
        for syntax in package {
            let import = |it: &regorus::unstable::Import| match (&it.r#as, &*it.refr) {
                (Some(name), _) => Some(name.text().to_owned()),
                (None, Expr::RefDot { field, .. }) => Some(field.0.text().to_owned()),
                (None, _) => None,
            };
            names.imported.extend(syntax.imports.iter().filter_map(import));
            for rule in &syntax.policy {
                match &**rule {
                    Rule::Default { refr, .. } => defaults.extend(word(refr)),
                    Rule::Spec { head: RuleHead::Compr { refr, .. }, .. } => {
                        names.undefined.extend(word(refr));
                    }
                    Rule::Spec { head: RuleHead::Func { refr, .. }, .. } => {
                        names.functions.extend(word(refr));
                    }
                    Rule::Spec { head: RuleHead::Set { .. }, .. } => {}
                }
            }
        }
        names.undefined.retain(|it| !defaults.contains(it));
        names
    }
}

impl Trap<'_> {
    /// Whether a name may stand for nothing: it is that of a rule, or of an import.
    fn may_be_undefined(&self, name: &str) -> bool {
        let is_rule = self.names.undefined.contains(name) && !self.locals.contains(name);
        is_rule || self.names.imported.contains(name)
    }

    /// The part of a rule's head that may be undefined while others of its iterations are not.
    fn head(&self, rule: &Rule) -> Option<Diagnostic> {
        let Rule::Spec { head, bodies, .. } = rule else { return None };
        let loops = bodies.iter().any(repeats);
        let unsafe_part = match head {
            RuleHead::Func { .. } => None,
            RuleHead::Set { refr, key, .. } => {
                let key = key.as_ref().and_then(|it| self.changing(it));
                key.or_else(|| indices(refr).into_iter().find_map(|it| self.changing(it)))
            }
            RuleHead::Compr { refr, assign, .. } => {
                let indices = indices(refr);
                let is_partial = indices.iter().any(|it| !is_literal(it));
                let values = assign.iter().chain(bodies.iter().filter_map(|it| it.assign.as_ref()));
                let value = |it: &RuleAssign| self.changing(&it.value).map(span);
                let value = (loops || is_partial).then(|| values.filter_map(value).next());
                let index = indices.into_iter().find_map(|it| self.changing(it)).map(span);
                return index.or_else(|| value.flatten()).map(|it| self.in_head(it));
            }
        };
        unsafe_part.map(|it| self.in_head(span(it)))
    }

    fn in_head(&self, span: Span) -> Diagnostic {
        let text = self.module.document.slice(span).to_owned();
        let message = "what may be undefined stands in the head of a rule";
        Diagnostic::error("policy-head", message)
            .at(self.module.document.place(span))
            .note("if it is undefined once, all that the rule finds would be lost")
            .help(format!("give it a name in the body: `value := {text}`"))
    }

    /// The first part of an expression that is neither a name of the body nor a literal.
    fn changing<'e>(&self, expression: &'e Expr) -> Option<&'e Expr> {
        match expression {
            Expr::Var { span, .. } => self.may_be_undefined(span.text()).then_some(expression),
            Expr::Array { .. } | Expr::Set { .. } | Expr::Object { .. } => {
                walk::parts(expression).into_iter().find_map(|it| self.changing(it))
            }
            // Always defined, and empty where nothing is.
            Expr::ArrayCompr { .. } | Expr::SetCompr { .. } | Expr::ObjectCompr { .. } => None,
            other => (!is_literal(other)).then_some(other),
        }
    }

    fn in_negation(&self, span: Span) -> Diagnostic {
        let text = self.module.document.slice(span).to_owned();
        Diagnostic::error("policy-not", "an operand behind `not` may be undefined")
            .at(self.module.document.place(span))
            .note("OPA would not answer, and the evaluator would say that it holds")
            .help(format!("give it a name before: `value := {text}`"))
    }

    /// The part of a negated expression that must be defined and may not be.
    fn doubtful<'e>(&self, expression: &'e Expr) -> Option<&'e Expr> {
        match expression {
            Expr::Call { params, .. } => params.iter().find_map(|it| self.maybe_undefined(it)),
            Expr::BoolExpr { op: BoolOp::Eq, lhs, rhs, .. }
            | Expr::AssignExpr { op: AssignOp::Eq, lhs, rhs, .. } => {
                [lhs, rhs].into_iter().find_map(|it| self.no_way(it))
            }
            // OPA refuses names that are made behind `not`.
            Expr::AssignExpr { .. } => Some(expression),
            other => self.no_way(other),
        }
    }

    /// A plain way into a value may be undefined on either side of `==`; all else must be defined.
    fn no_way<'e>(&self, expression: &'e Expr) -> Option<&'e Expr> {
        match expression {
            Expr::Var { .. } => None,
            Expr::RefDot { refr, .. } => self.no_way(refr),
            Expr::RefBrack { refr, index, .. } => {
                self.no_way(refr).or_else(|| self.maybe_undefined(index))
            }
            other => self.maybe_undefined(other),
        }
    }

    /// The first part of an expression that may be undefined.
    fn maybe_undefined<'e>(&self, expression: &'e Expr) -> Option<&'e Expr> {
        match expression {
            Expr::Var { span, .. } => self.may_be_undefined(span.text()).then_some(expression),
            Expr::RefDot { .. } | Expr::RefBrack { .. } => Some(expression),
            Expr::Call { fcn, params, .. } => {
                let name = span(fcn);
                let name = self.module.document.slice(name);
                // A builtin that has no answer fails the guard.
                let is_ours = self.names.functions.contains(name) || !is_builtin(name);
                let operand = params.iter().find_map(|it| self.maybe_undefined(it));
                operand.or_else(|| is_ours.then_some(expression))
            }
            Expr::ArrayCompr { .. } | Expr::SetCompr { .. } | Expr::ObjectCompr { .. } => None,
            other => walk::parts(other).into_iter().find_map(|it| self.maybe_undefined(it)),
        }
    }
}

/// Whether a body may hold several times: something in it runs over the items of a value.
fn repeats(body: &RuleBody) -> bool {
    let over = |expression: &Expr| {
        has(expression, &|it| match it {
            Expr::RefBrack { index, .. } => !is_literal(index),
            Expr::Call { fcn, .. } => fcn.span().text() == "walk",
            _ => false,
        })
    };
    body.query.stmts.iter().any(|it| match &it.literal {
        Literal::SomeVars { .. } | Literal::SomeIn { .. } => true,
        Literal::Expr { expr, .. } => over(expr),
        Literal::NotExpr { .. } | Literal::Every { .. } => false,
    })
}

fn has(expression: &Expr, wanted: &dyn Fn(&Expr) -> bool) -> bool {
    wanted(expression) || walk::parts(expression).into_iter().any(|it| has(it, wanted))
}

/// What stands in the brackets of a head's way.
fn indices(refr: &Expr) -> Vec<&Expr> {
    match refr {
        Expr::RefBrack { refr, index, .. } => [indices(refr), vec![&**index]].concat(),
        Expr::RefDot { refr, .. } => indices(refr),
        _ => Vec::new(),
    }
}

pub(super) const fn is_literal(expression: &Expr) -> bool {
    matches!(
        expression,
        Expr::String { .. }
            | Expr::RawString { .. }
            | Expr::Number { .. }
            | Expr::Bool { .. }
            | Expr::Null { .. }
    )
}

pub(super) fn is_builtin(name: &str) -> bool {
    BUILTINS.contains_key(name) || builtins::is_ours(name)
}

/// The whole of a statement, with what it puts in place of other values.
pub(super) fn span_of(statement: &LiteralStmt) -> Span {
    let own = &statement.span;
    let at = |it: u32| usize::try_from(it).unwrap_or(usize::MAX);
    Span { start: at(own.start), end: at(own.end) }
}

/// The whole of an expression: the evaluator says of a way only where its last step begins.
pub(super) fn span(expression: &Expr) -> Span {
    let own = expression.span();
    let at = |it: u32| usize::try_from(it).unwrap_or(usize::MAX);
    let own = Span { start: at(own.start), end: at(own.end) };
    let wider = |one: Span, other: Span| Span {
        start: one.start.min(other.start),
        end: one.end.max(other.end),
    };
    walk::parts(expression).into_iter().map(span).fold(own, wider)
}
