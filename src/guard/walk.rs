//! Every part of a module's syntax, each visited once.

use std::collections::BTreeSet;

use regorus::unstable::{AssignOp, Expr, Literal, LiteralStmt, Query, Rule, RuleHead};

/// Visits every statement of every query of a rule, also of those within its expressions.
pub(super) fn statements<'s>(rule: &'s Rule, visit: &mut dyn FnMut(&'s LiteralStmt)) {
    match rule {
        Rule::Default { value, .. } => in_expression(value, visit),
        Rule::Spec { head, bodies, .. } => {
            let (assign, more): (_, Vec<_>) = match head {
                RuleHead::Compr { refr, assign, .. } => (assign.as_ref(), vec![refr]),
                RuleHead::Set { refr, key, .. } => {
                    (None, [Some(refr), key.as_ref()].into_iter().flatten().collect())
                }
                RuleHead::Func { args, assign, .. } => (assign.as_ref(), args.iter().collect()),
            };
            let values =
                assign.into_iter().chain(bodies.iter().filter_map(|it| it.assign.as_ref()));
            let values: Vec<_> = values.map(|it| &it.value).chain(more).collect();
            values.into_iter().for_each(|it| in_expression(it, visit));
            bodies.iter().for_each(|it| in_query(&it.query, visit));
        }
    }
}

fn in_query<'s>(query: &'s Query, visit: &mut dyn FnMut(&'s LiteralStmt)) {
    for statement in &query.stmts {
        visit(statement);
        match &statement.literal {
            Literal::SomeVars { .. } => {}
            Literal::SomeIn { key, value, collection, .. } => {
                key.iter().for_each(|it| in_expression(it, visit));
                in_expression(value, visit);
                in_expression(collection, visit);
            }
            Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => {
                in_expression(expr, visit);
            }
            Literal::Every { domain, query, .. } => {
                in_expression(domain, visit);
                in_query(query, visit);
            }
        }
        statement.with_mods.iter().for_each(|it| in_expression(&it.r#as, visit));
    }
}

fn in_expression<'s>(expression: &'s Expr, visit: &mut dyn FnMut(&'s LiteralStmt)) {
    if let Expr::ArrayCompr { query, .. }
    | Expr::SetCompr { query, .. }
    | Expr::ObjectCompr { query, .. } = expression
    {
        in_query(query, visit);
    }
    parts(expression).into_iter().for_each(|it| in_expression(it, visit));
}

/// The names that stand for values of the query around a place, and no more for rules.
pub(super) type Locals<'s> = BTreeSet<&'s str>;

/// Visits every statement of every query of a rule with the names that are local where it stands: those
/// of arguments, and those that `some`, `:=` and `every` have declared before it.
pub(super) fn scoped<'s>(rule: &'s Rule, visit: &mut dyn FnMut(&'s LiteralStmt, &Locals<'s>)) {
    match rule {
        Rule::Default { value, .. } => scoped_expression(value, &Locals::new(), visit),
        Rule::Spec { head, bodies, .. } => {
            let (assign, more) = match head {
                RuleHead::Compr { refr, assign, .. } => (assign.as_ref(), vec![refr]),
                RuleHead::Set { refr, key, .. } => {
                    (None, [Some(refr), key.as_ref()].into_iter().flatten().collect())
                }
                RuleHead::Func { assign, .. } => (assign.as_ref(), Vec::new()),
            };
            let arguments = arguments(head);
            let first = bodies.first().map(|it| declared(&it.query, &arguments));
            let first = first.unwrap_or_else(|| arguments.clone());
            for it in assign.into_iter().map(|it| &it.value).chain(more) {
                scoped_expression(it, &first, visit);
            }
            for body in bodies {
                let locals = scoped_query(&body.query, &arguments, visit);
                body.assign.iter().for_each(|it| scoped_expression(&it.value, &locals, visit));
            }
        }
    }
}

/// The names of a function's arguments.
fn arguments(head: &RuleHead) -> Locals<'_> {
    let mut names = Locals::new();
    if let RuleHead::Func { args, .. } = head {
        args.iter().for_each(|it| pattern(&mut names, it));
    }
    names
}

/// The names that are local behind a query.
pub(super) fn declared<'s>(query: &'s Query, outer: &Locals<'s>) -> Locals<'s> {
    let mut locals = outer.clone();
    query.stmts.iter().for_each(|it| declare(&mut locals, it));
    locals
}

fn declare<'s>(locals: &mut Locals<'s>, statement: &'s LiteralStmt) {
    match &statement.literal {
        Literal::SomeVars { vars, .. } => locals.extend(vars.iter().map(|it| it.text())),
        Literal::SomeIn { key, value, .. } => {
            key.iter().for_each(|it| pattern(locals, it));
            pattern(locals, value);
        }
        Literal::Expr { expr, .. } => {
            if let Expr::AssignExpr { op: AssignOp::ColEq, lhs, .. } = &**expr {
                pattern(locals, lhs);
            }
        }
        Literal::NotExpr { .. } | Literal::Every { .. } => {}
    }
}

/// The names of a pattern.
fn pattern<'s>(names: &mut Locals<'s>, expression: &'s Expr) {
    match expression {
        Expr::Var { span, .. } => drop(names.insert(span.text())),
        Expr::Array { items, .. } => items.iter().for_each(|it| pattern(names, it)),
        Expr::Object { fields, .. } => fields.iter().for_each(|(_, _, it)| pattern(names, it)),
        _ => {}
    }
}

fn scoped_query<'s>(
    query: &'s Query,
    outer: &Locals<'s>,
    visit: &mut dyn FnMut(&'s LiteralStmt, &Locals<'s>),
) -> Locals<'s> {
    let mut locals = outer.clone();
    for statement in &query.stmts {
        visit(statement, &locals);
        // What a statement declares is known behind it.
        match &statement.literal {
            Literal::SomeVars { .. } => {}
            Literal::SomeIn { collection, .. } => scoped_expression(collection, &locals, visit),
            Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => {
                scoped_expression(expr, &locals, visit);
            }
            Literal::Every { key, value, domain, query, .. } => {
                scoped_expression(domain, &locals, visit);
                let mut inner = locals.clone();
                inner.extend(key.iter().chain([value]).map(|it| it.text()));
                scoped_query(query, &inner, visit);
            }
        }
        for it in &statement.with_mods {
            scoped_expression(&it.r#as, &locals, visit);
        }
        declare(&mut locals, statement);
    }
    locals
}

fn scoped_expression<'s>(
    expression: &'s Expr,
    locals: &Locals<'s>,
    visit: &mut dyn FnMut(&'s LiteralStmt, &Locals<'s>),
) {
    let inner = match expression {
        Expr::ArrayCompr { query, .. }
        | Expr::SetCompr { query, .. }
        | Expr::ObjectCompr { query, .. } => Some(scoped_query(query, locals, visit)),
        _ => None,
    };
    let locals = inner.as_ref().unwrap_or(locals);
    parts(expression).into_iter().for_each(|it| scoped_expression(it, locals, visit));
}

/// Visits every expression of a rule, also those within others, but for the names of functions.
pub(super) fn expressions<'s>(rule: &'s Rule, visit: &mut dyn FnMut(&'s Expr)) {
    let mut outer: Vec<&Expr> = match rule {
        Rule::Default { value, .. } => vec![value],
        Rule::Spec { head, bodies, .. } => {
            let (assign, key) = match head {
                RuleHead::Compr { assign, .. } | RuleHead::Func { assign, .. } => {
                    (assign.as_ref(), None)
                }
                RuleHead::Set { key, .. } => (None, key.as_ref()),
            };
            let values =
                assign.into_iter().chain(bodies.iter().filter_map(|it| it.assign.as_ref()));
            values.map(|it| &*it.value).chain(key.map(|it| &**it)).collect()
        }
    };
    statements(rule, &mut |statement| {
        match &statement.literal {
            Literal::SomeVars { .. } => {}
            Literal::SomeIn { key, value, collection, .. } => {
                outer.extend(key.iter().map(|it| &**it));
                outer.extend([&**value, &**collection]);
            }
            Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => outer.push(expr),
            Literal::Every { domain, .. } => outer.push(domain),
        }
        outer.extend(statement.with_mods.iter().map(|it| &*it.r#as));
    });
    while let Some(expression) = outer.pop() {
        visit(expression);
        outer.extend(parts(expression));
    }
}

/// Visits every way that a rule looks along, whole: `data.lib.x[i]`, a name, a function's name. What
/// `with` puts something in place of is not looked at.
pub(super) fn ways<'s>(rule: &'s Rule, visit: &mut dyn FnMut(&'s Expr)) {
    // Of a way its beginnings are none of their own.
    let mut inner: BTreeSet<*const Expr> = BTreeSet::new();
    let mut found: Vec<&'s Expr> = Vec::new();
    expressions(rule, &mut |expression| match expression {
        Expr::Var { .. } => found.push(expression),
        Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } => {
            inner.insert(std::ptr::from_ref(&**refr));
            found.push(expression);
        }
        Expr::Call { fcn, .. } => found.push(fcn),
        _ => {}
    });
    found.into_iter().filter(|it| !inner.contains(&std::ptr::from_ref(*it))).for_each(visit);
}

/// The expressions that an expression is made of, without those of its queries.
pub(super) fn parts(expression: &Expr) -> Vec<&Expr> {
    match expression {
        Expr::String { .. }
        | Expr::RawString { .. }
        | Expr::Number { .. }
        | Expr::Bool { .. }
        | Expr::Null { .. }
        | Expr::Var { .. } => Vec::new(),
        Expr::Array { items, .. } | Expr::Set { items, .. } => {
            items.iter().map(|it| &**it).collect()
        }
        Expr::Object { fields, .. } => {
            fields.iter().flat_map(|(_, key, value)| [&**key, &**value]).collect()
        }
        Expr::ArrayCompr { term, .. } | Expr::SetCompr { term, .. } => vec![term],
        Expr::ObjectCompr { key, value, .. } => vec![key, value],
        Expr::Call { params, .. } => params.iter().map(|it| &**it).collect(),
        Expr::UnaryExpr { expr, .. } => vec![expr],
        Expr::RefDot { refr, .. } => vec![refr],
        Expr::RefBrack { refr, index, .. } => vec![refr, index],
        Expr::BinExpr { lhs, rhs, .. }
        | Expr::BoolExpr { lhs, rhs, .. }
        | Expr::ArithExpr { lhs, rhs, .. }
        | Expr::AssignExpr { lhs, rhs, .. } => vec![lhs, rhs],
        Expr::Membership { key, value, collection, .. } => {
            let key = key.iter().map(|it| &**it);
            key.chain([&**value, &**collection]).collect()
        }
    }
}
