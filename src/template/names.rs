//! The names that a template speaks of, each with its place, without running it.
//!
//! **Invariant:** follows the engine's own scopes: what `set`, `for`, `with`, `macro` and `import`
//! name is known from there on. A name that `is defined` or `default` asks about may be unknown, and so
//! may one that only one branch before it sets.

mod compared;
mod scope;
mod statement;

pub use compared::{Compared, KeyUse, Step};

use std::collections::BTreeSet;

use minijinja::machinery::{ast, parse};

use self::{compared::text_of, scope::Scope};
use super::{engine::delimiters, lexed};
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
    if let Some((span, what)) = lexed::excess(template, syntax) {
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

impl Walk<'_> {
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

    /// What `is defined` and `default` ask about, down to the name that it begins with.
    fn asked(&mut self, expression: &ast::Expr<'_>) {
        match expression {
            ast::Expr::Var(it) if !self.is_defined(it.id) => {
                self.note(NameKind::Asked, it.id, it.span());
            }
            ast::Expr::GetAttr(it) => self.asked(&it.expr),
            ast::Expr::GetItem(it) => {
                self.asked(&it.expr);
                self.expression(&it.subscript_expr);
            }
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
                self.attribute(it);
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
                self.key(expression, it.name, it.expr.span().end_offset);
                self.expression(&it.expr);
            }
            ast::Expr::GetItem(it) => {
                if let Some(name) = text_of(&it.subscript_expr) {
                    self.key(expression, name, it.subscript_expr.span().start_offset);
                }
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
