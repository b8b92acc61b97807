//! The names that a template speaks of, each with its place, without running it.
//!
//! **Invariant:** follows the engine's own scopes: what `set`, `for`, `with`, `macro` and `import`
//! name is known from there on. A name that `is defined` or `default` asks about may be unknown, and so
//! may one that only one branch before it sets.

mod compared;

pub use compared::{Compared, KeyUse};

use std::collections::BTreeSet;

use minijinja::machinery::{ast, parse};

use super::{engine::delimiters, tokens};
use crate::{manifest::Syntax, text::Span};

/// What a template speaks of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// Every use of a name that the template does not define itself.
    pub uses: Vec<NameUse>,
    /// What the template defines itself, anywhere in it.
    pub defined: BTreeSet<String>,
    /// Every key of such a name that is read: `b` of `a.b`.
    pub keys: Vec<KeyUse>,
    /// Every text that such a name, or a key of it, is compared with.
    pub compared: Vec<Compared>,
    /// Whether it includes or imports a partial by a name that it computes.
    pub computes_partials: bool,
}

/// One use of a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NameUse {
    /// Where.
    pub span: Span,
    /// What it names.
    pub kind: NameKind,
    /// The name.
    pub name: String,
}

/// What a name in a template names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameKind {
    /// A variable that must be defined.
    Variable,
    /// A variable that may be unknown: it is asked whether it is, or a branch before may have set it.
    Asked,
    /// A function.
    Function,
    /// A filter.
    Filter,
    /// A test.
    Test,
    /// A partial, by its whole name.
    Partial,
}

/// Why a template's names can't be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamesError {
    /// What is wrong with its syntax.
    pub message: String,
    /// Where, if the engine says so.
    pub span: Option<Span>,
    /// The line, where it says no more.
    pub line: Option<usize>,
}

/// The names of a template.
///
/// # Errors
/// If it doesn't parse.
pub fn names(template: &str, syntax: Syntax) -> Result<Names, NamesError> {
    let error = |message: String| NamesError { message, span: None, line: None };
    if let Some((span, what)) = tokens::excess(template, syntax) {
        let message = super::expression::excess(what).message;
        return Err(NamesError { span: Some(span), ..error(message) });
    }
    let delimiters = delimiters(syntax).map_err(|it| error(it.to_string()))?;
    let tree = parse(template, "<template>", delimiters).map_err(|it| NamesError {
        message: it.detail().unwrap_or("it does not parse").to_owned(),
        span: it.range().map(Span::from),
        line: it.line(),
    })?;
    let mut walk = Walk { template, names: Names::default(), scopes: vec![Scope::default()] };
    walk.define("self");
    walk.statement(&tree);
    walk.names.uses.sort();
    walk.names.uses.dedup();
    Ok(walk.names)
}

/// The names of an expression, as a template that prints it has them; spans are of the expression.
///
/// # Errors
/// If it doesn't parse.
pub fn expression_names(expression: &str) -> Result<Names, NamesError> {
    const OPEN: &str = "{{ ";
    let back = |span: Span| Span {
        start: span.start.saturating_sub(OPEN.len()),
        end: span.end.saturating_sub(OPEN.len()).min(expression.len()),
    };
    let found = names(&format!("{OPEN}{expression} }}}}"), Syntax::Curly);
    let mut found = found.map_err(|error| NamesError { span: error.span.map(back), ..error })?;
    found.uses.iter_mut().for_each(|it| it.span = back(it.span));
    found.keys.iter_mut().for_each(|it| it.span = back(it.span));
    found.compared.iter_mut().for_each(|it| it.span = back(it.span));
    Ok(found)
}

struct Walk<'t> {
    template: &'t str,
    names: Names,
    scopes: Vec<Scope>,
}

/// What a part of a template names itself.
#[derive(Default)]
struct Scope {
    set: BTreeSet<String>,
    /// What only one of two branches sets.
    set_in_branch: BTreeSet<String>,
}

impl Walk<'_> {
    fn define(&mut self, name: &str) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.set.insert(name.to_owned());
        }
    }

    fn is_defined(&self, name: &str) -> bool {
        self.scopes.iter().any(|scope| scope.set.contains(name))
    }

    /// Whether it is the template's own, or may be.
    fn may_be_defined(&self, name: &str) -> bool {
        let may = |scope: &Scope| scope.set.contains(name) || scope.set_in_branch.contains(name);
        self.scopes.iter().any(may)
    }

    /// One branch, and what it sets.
    fn branch(&mut self, body: &[ast::Stmt<'_>]) -> Scope {
        self.scopes.push(Scope::default());
        self.statements(body);
        self.scopes.pop().unwrap_or_default()
    }

    /// What two branches set is set behind them; what one of them sets may be.
    fn branches(&mut self, one: &[ast::Stmt<'_>], other: &[ast::Stmt<'_>]) {
        let (one, other) = (self.branch(one), self.branch(other));
        let Some(scope) = self.scopes.last_mut() else { return };
        scope.set.extend(one.set.intersection(&other.set).cloned());
        scope.set_in_branch.extend(one.set.symmetric_difference(&other.set).cloned());
        scope.set_in_branch.extend(one.set_in_branch);
        scope.set_in_branch.extend(other.set_in_branch);
    }

    /// Names a use: where the name itself stands, in or behind what the engine calls its place.
    fn note(&mut self, kind: NameKind, name: &str, span: minijinja::machinery::Span) {
        let span = self.word(span, name);
        self.names.uses.push(NameUse { span, kind, name: name.to_owned() });
    }

    /// Where a word stands, in or behind what the engine calls its place.
    fn word(&self, span: minijinja::machinery::Span, word: &str) -> Span {
        let (start, end) = (span.start_offset as usize, span.end_offset as usize);
        let at = self.template.get(start..).and_then(|rest| word_at(rest, word));
        match at {
            Some(at) => Span { start: start + at, end: start + at + word.len() },
            None => Span { start, end },
        }
    }

    fn inside(&mut self, names: &[&str], body: impl FnOnce(&mut Self)) {
        let set = names.iter().map(|name| (*name).to_owned()).collect();
        self.scopes.push(Scope { set, ..Scope::default() });
        body(self);
        self.scopes.pop();
    }

    fn assign(&mut self, target: &ast::Expr<'_>) {
        match target {
            ast::Expr::Var(name) => {
                self.define(name.id);
                self.names.defined.insert(name.id.to_owned());
            }
            ast::Expr::List(list) => list.items.iter().for_each(|it| self.assign(it)),
            ast::Expr::Tuple(tuple) => tuple.items.iter().for_each(|it| self.assign(it)),
            // `ns.x`: the namespace must be there.
            ast::Expr::GetAttr(attribute) => self.expression(&attribute.expr),
            _ => {}
        }
    }

    fn statements(&mut self, statements: &[ast::Stmt<'_>]) {
        statements.iter().for_each(|it| self.statement(it));
    }

    fn statement(&mut self, statement: &ast::Stmt<'_>) {
        match statement {
            ast::Stmt::Template(it) => {
                for child in &it.children {
                    if let ast::Stmt::Macro(it) = child {
                        self.define(it.name);
                        self.names.defined.insert(it.name.to_owned());
                    }
                }
                self.statements(&it.children);
            }
            ast::Stmt::EmitExpr(it) => self.expression(&it.expr),
            ast::Stmt::EmitRaw(_) => {}
            ast::Stmt::ForLoop(it) => self.for_loop(it),
            ast::Stmt::IfCond(it) => {
                self.expression(&it.expr);
                self.branches(&it.true_body, &it.false_body);
            }
            ast::Stmt::WithBlock(it) => self.inside(&[], |walk| {
                for (target, value) in &it.assignments {
                    walk.expression(value);
                    walk.assign(target);
                }
                walk.statements(&it.body);
            }),
            ast::Stmt::Set(it) => {
                self.expression(&it.expr);
                self.assign(&it.target);
            }
            ast::Stmt::SetBlock(it) => {
                self.inside(&[], |walk| walk.statements(&it.body));
                it.filter.iter().for_each(|filter| self.expression(filter));
                self.assign(&it.target);
            }
            ast::Stmt::AutoEscape(it) => self.statements(&it.body),
            ast::Stmt::FilterBlock(it) => {
                self.expression(&it.filter);
                self.inside(&[], |walk| walk.statements(&it.body));
            }
            ast::Stmt::Block(it) => self.inside(&["super"], |walk| walk.statements(&it.body)),
            ast::Stmt::Import(it) => {
                self.partial(&it.expr);
                self.assign(&it.name);
            }
            ast::Stmt::FromImport(it) => {
                self.partial(&it.expr);
                for (name, alias) in &it.names {
                    self.assign(alias.as_ref().unwrap_or(name));
                }
            }
            ast::Stmt::Extends(it) => self.partial(&it.name),
            ast::Stmt::Include(it) if it.ignore_missing => {
                self.names.computes_partials = true;
                self.expression(&it.name);
            }
            ast::Stmt::Include(it) => self.partial(&it.name),
            ast::Stmt::Macro(it) => {
                self.define(it.name);
                self.names.defined.insert(it.name.to_owned());
                self.macro_body(it);
            }
            ast::Stmt::CallBlock(it) => {
                self.call(&it.call);
                self.macro_body(&it.macro_decl);
            }
            ast::Stmt::Do(it) => self.call(&it.call),
        }
    }

    fn for_loop(&mut self, it: &ast::ForLoop<'_>) {
        self.expression(&it.iter);
        self.inside(&["loop"], |walk| {
            walk.assign(&it.target);
            it.filter_expr.iter().for_each(|filter| walk.expression(filter));
            walk.statements(&it.body);
        });
        self.inside(&[], |walk| walk.statements(&it.else_body));
    }

    fn macro_body(&mut self, it: &ast::Macro<'_>) {
        it.defaults.iter().for_each(|value| self.expression(value));
        self.inside(&["caller"], |walk| {
            it.args.iter().for_each(|argument| walk.assign(argument));
            walk.statements(&it.body);
        });
    }

    fn partial(&mut self, name: &ast::Expr<'_>) {
        match name {
            ast::Expr::Const(it) => {
                if let Some(text) = it.value.as_str() {
                    self.note(NameKind::Partial, text, it.span());
                }
            }
            computed => {
                self.names.computes_partials = true;
                self.expression(computed);
            }
        }
    }

    /// What `is defined` and `default` ask about, down to the name that it begins with.
    fn asked(&mut self, expression: &ast::Expr<'_>) {
        match expression {
            ast::Expr::Var(it) if !self.is_defined(it.id) => {
                self.note(NameKind::Asked, it.id, it.span());
            }
            ast::Expr::GetAttr(it) => self.asked(&it.expr),
            other => self.expression(other),
        }
    }

    fn call(&mut self, it: &ast::Call<'_>) {
        match &it.expr {
            ast::Expr::Var(name) if !self.may_be_defined(name.id) => {
                self.note(NameKind::Function, name.id, name.span());
            }
            ast::Expr::GetAttr(method) => self.expression(&method.expr),
            other => self.expression(other),
        }
        self.arguments(&it.args);
    }

    fn arguments(&mut self, arguments: &[ast::CallArg<'_>]) {
        for argument in arguments {
            match argument {
                ast::CallArg::Pos(it)
                | ast::CallArg::Kwarg(_, it)
                | ast::CallArg::PosSplat(it)
                | ast::CallArg::KwargSplat(it) => self.expression(it),
            }
        }
    }

    fn expression(&mut self, expression: &ast::Expr<'_>) {
        match expression {
            ast::Expr::Var(it) => {
                let kind = match self.may_be_defined(it.id) {
                    true => NameKind::Asked,
                    false => NameKind::Variable,
                };
                if !self.is_defined(it.id) {
                    self.note(kind, it.id, it.span());
                }
            }
            ast::Expr::Const(_) => {}
            ast::Expr::Slice(it) => {
                self.expression(&it.expr);
                let bounds = [&it.start, &it.stop, &it.step];
                bounds.into_iter().flatten().for_each(|bound| self.expression(bound));
            }
            ast::Expr::UnaryOp(it) => self.expression(&it.expr),
            ast::Expr::BinOp(it) => {
                match it.op {
                    ast::BinOpKind::Eq | ast::BinOpKind::Ne => {
                        self.compare(&it.left, &it.right, false);
                        self.compare(&it.right, &it.left, false);
                    }
                    ast::BinOpKind::In => self.is_in(&it.left, &it.right),
                    _ => {}
                }
                self.expression(&it.left);
                self.expression(&it.right);
            }
            ast::Expr::Compare(it) => {
                self.expression(&it.expr);
                it.ops.iter().for_each(|operand| self.expression(&operand.expr));
            }
            ast::Expr::IfExpr(it) => {
                self.expression(&it.test_expr);
                self.expression(&it.true_expr);
                it.false_expr.iter().for_each(|other| self.expression(other));
            }
            ast::Expr::Filter(it) => {
                self.note(NameKind::Filter, it.name, it.span());
                match (it.name, &it.expr) {
                    ("default" | "d", Some(operand)) => self.asked(operand),
                    (_, operand) => operand.iter().for_each(|it| self.expression(it)),
                }
                self.arguments(&it.args);
            }
            ast::Expr::Test(it) => {
                self.note(NameKind::Test, it.name, it.span());
                match it.name {
                    "defined" | "undefined" => self.asked(&it.expr),
                    _ => self.expression(&it.expr),
                }
                self.arguments(&it.args);
            }
            ast::Expr::GetAttr(it) => {
                self.key(expression, it.name, it.expr.span());
                self.expression(&it.expr);
            }
            ast::Expr::GetItem(it) => {
                self.expression(&it.expr);
                self.expression(&it.subscript_expr);
            }
            ast::Expr::Call(it) => self.call(it),
            ast::Expr::List(it) => it.items.iter().for_each(|item| self.expression(item)),
            ast::Expr::Tuple(it) => it.items.iter().for_each(|item| self.expression(item)),
            ast::Expr::Map(it) => {
                it.keys.iter().chain(&it.values).for_each(|part| self.expression(part));
            }
        }
    }
}

/// Where `name` stands in `text` as a word of its own.
fn word_at(text: &str, name: &str) -> Option<usize> {
    let is_word = |it: char| it.is_alphanumeric() || it == '_';
    text.match_indices(name).map(|(at, _)| at).find(|at| {
        let before = text.get(..*at).and_then(|it| it.chars().next_back());
        let after = text.get(at + name.len()..).and_then(|it| it.chars().next());
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_kind(template: &str, kind: NameKind) -> Vec<String> {
        let found = names(template, Syntax::Curly).unwrap().uses;
        let shown = found.iter().filter(|it| it.kind == kind);
        shown
            .map(|it| {
                assert_eq!(template.get(it.span.start..it.span.end), Some(it.name.as_str()));
                it.name.clone()
            })
            .collect()
    }

    #[test]
    fn every_use_of_a_name_is_found_at_its_place() {
        let text =
            "{{ name | uper }} {% if a.b == c[d] and e is odd %}{{ f(g, h=i) ~ [j] }}{% endif %}";
        assert_eq!(of_kind(text, NameKind::Variable), ["name", "a", "c", "d", "e", "g", "i", "j"]);
        assert_eq!(of_kind(text, NameKind::Filter), ["uper"]);
        assert_eq!(of_kind(text, NameKind::Test), ["odd"]);
        assert_eq!(of_kind(text, NameKind::Function), ["f"]);
    }

    #[test]
    fn what_one_branch_sets_may_be_the_answer_behind_it() {
        let asked = |text| of_kind(text, NameKind::Asked);
        assert_eq!(asked("{% if a %}{% set b = 1 %}{% endif %}{{ b }}"), ["b"]);
        assert_eq!(asked("{% if a %}{% elif c %}{% set b = 1 %}{% endif %}{{ b }}"), ["b"]);
        assert!(asked("{% if a %}{% set b = 1 %}{{ b }}{% endif %}").is_empty());
        let both = "{% if a %}{% set b = 1 %}{% else %}{% set b = 2 %}{% endif %}{{ b }}";
        assert!(asked(both).is_empty());
        assert_eq!(of_kind(both, NameKind::Variable), ["a"]);
    }

    #[test]
    fn what_a_template_defines_itself_is_none_of_its_names() {
        for template in [
            "{% set x = 1 %}{{ x }}",
            "{% for x in [1] %}{{ x }}{{ loop.index }}{% endfor %}",
            "{% for k, v in {} | items %}{{ k ~ v }}{% endfor %}",
            "{% with x = 1, y = x %}{{ x + y }}{% endwith %}",
            "{% macro m(x, y=1) %}{{ x + y }}{{ caller() }}{% endmacro %}{{ m(1) }}",
            "{{ m() }}{% macro m() %}{% endmacro %}",
            "{% import 'a' as m %}{{ m.x() }}{% from 'a' import y as z %}{{ z() }}",
            "{% if 1 %}{% set x = 1 %}{% endif %}{{ x }}",
            "{% set x %}a{% endset %}{{ x }}",
            "{% set ns = namespace(n=0) %}{% set ns.n = ns.n + 1 %}",
        ] {
            assert_eq!(of_kind(template, NameKind::Variable), Vec::<String>::new(), "{template}");
        }
    }

    #[test]
    fn a_name_is_unknown_again_behind_its_scope() {
        assert_eq!(of_kind("{% for x in y %}{% endfor %}{{ x }}", NameKind::Variable), ["y", "x"]);
        assert_eq!(of_kind("{% with x = x %}{% endwith %}", NameKind::Variable), ["x"]);
        assert_eq!(of_kind("{% macro m(a) %}{% endmacro %}{{ a }}", NameKind::Variable), ["a"]);
    }

    #[test]
    fn what_is_asked_about_may_be_unknown() {
        let text = "{{ x is defined }}{{ y | default('') }}{{ z.a is undefined }}{{ w | upper }}";
        assert_eq!(of_kind(text, NameKind::Asked), ["x", "y", "z"]);
        assert_eq!(of_kind(text, NameKind::Variable), ["w"]);
    }

    #[test]
    fn partials_are_named_by_their_whole_name() {
        assert_eq!(
            of_kind("{% include 'a/b.txt' %}{% include x ~ '/b' %}", NameKind::Partial),
            ["a/b.txt"]
        );
        assert_eq!(of_kind("{% include x ~ '/b' %}", NameKind::Variable), ["x"]);
    }

    #[test]
    fn an_expression_has_places_of_its_own() {
        let found = expression_names("nmae == 'a'").unwrap().uses;
        assert_eq!((found[0].span, found[0].name.as_str()), (Span { start: 0, end: 4 }, "nmae"));
        assert!(expression_names("a ==").is_err());
        assert!(names("{% if %}", Syntax::Curly).unwrap_err().span.is_some());
    }
}
