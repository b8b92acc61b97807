//! The keys that a template reads of names, and the texts that it compares names with.

use minijinja::machinery::ast;

use super::Walk;
use crate::text::Span;

/// One step from a name to what is read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The name itself, or a key.
    Key(String),
    /// An item of a list.
    Item,
}

impl Step {
    /// The name or the key, where it is one.
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Key(key) => Some(key),
            Self::Item => None,
        }
    }
}

/// Filters that leave a list's items what they are.
const LISTS: [&str; 8] =
    ["sort", "list", "reverse", "unique", "select", "reject", "selectattr", "rejectattr"];

/// Filters that name a key of the items as their first argument.
const NAMES_KEY: [&str; 3] = ["selectattr", "rejectattr", "groupby"];

/// One key that is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUse {
    /// Where the key stands.
    pub span: Span,
    /// The name and its keys, the one that is read last.
    pub path: Vec<Step>,
}

/// One text that a name is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// Where the text stands.
    pub span: Span,
    /// The name and its keys.
    pub path: Vec<Step>,
    /// The text.
    pub text: String,
    /// Whether it is looked for in a list: `'a' in list`.
    pub is_item: bool,
}

impl Walk<'_> {
    /// The name that is not the template's own, and its keys and items, that an expression reads.
    pub(super) fn path(&self, expression: &ast::Expr<'_>) -> Option<Vec<Step>> {
        let behind = |before: &ast::Expr<'_>, step: Step| {
            let mut path = self.path(before)?;
            path.push(step);
            Some(path)
        };
        let key = |it: &str| Step::Key(it.to_owned());
        match expression {
            ast::Expr::Var(it) => self.stands_for(it.id),
            ast::Expr::GetAttr(it) => behind(&it.expr, key(it.name)),
            ast::Expr::GetItem(it) => {
                behind(&it.expr, text_of(&it.subscript_expr).map_or(Step::Item, key))
            }
            ast::Expr::Slice(it) => self.path(&it.expr),
            ast::Expr::Filter(it) if LISTS.contains(&it.name) => self.path(it.expr.as_ref()?),
            ast::Expr::Filter(it) if matches!(it.name, "first" | "last") => {
                behind(it.expr.as_ref()?, Step::Item)
            }
            _ => None,
        }
    }

    /// Notes `a.b` and `a['b']`, unless nothing is known of `a`; the key stands behind `start`.
    pub(super) fn key(&mut self, whole: &ast::Expr<'_>, name: &str, start: u32) {
        if let Some(path) = self.path(whole) {
            self.key_at(
                path,
                name,
                minijinja::machinery::Span { start_offset: start, ..whole.span() },
            );
        }
    }

    /// Notes the key that a filter reads of each item: `map(attribute='b')`.
    pub(super) fn attribute(&mut self, filter: &ast::Filter<'_>) {
        let has_default = |it: &ast::CallArg<'_>| matches!(it, ast::CallArg::Kwarg("default", _));
        if filter.args.iter().any(has_default) {
            return;
        }
        let named = filter.args.iter().enumerate().find_map(|(at, it)| match it {
            ast::CallArg::Kwarg("attribute", it) => Some(it),
            ast::CallArg::Pos(it) if at == 0 && NAMES_KEY.contains(&filter.name) => Some(it),
            _ => None,
        });
        // `a.b` is a key of a key.
        let named = named.and_then(|it| Some((text_of(it).filter(|it| !it.contains('.'))?, it)));
        let list = filter.expr.as_ref().and_then(|it| self.path(it));
        if let (Some((name, it)), Some(list)) = (named, list) {
            let path = [list, vec![Step::Item, Step::Key(name.to_owned())]].concat();
            self.key_at(path, name, it.span());
        }
    }

    fn key_at(&mut self, path: Vec<Step>, name: &str, around: minijinja::machinery::Span) {
        let span = self.word(around, name);
        self.names.keys.push(KeyUse { span, path });
    }

    /// Notes what a comparison compares, if that is a name with a text.
    pub(super) fn compare(&mut self, name: &ast::Expr<'_>, text: &ast::Expr<'_>, is_item: bool) {
        let (Some(path), ast::Expr::Const(it)) = (self.path(name), text) else { return };
        let Some(text) = it.value.as_str().filter(|text| !text.is_empty()) else { return };
        let span = self.word(it.span(), text);
        self.names.compared.push(Compared { span, path, text: text.to_owned(), is_item });
    }

    /// Notes what `one in all` compares.
    pub(super) fn is_in(&mut self, one: &ast::Expr<'_>, all: &ast::Expr<'_>) {
        match all {
            ast::Expr::List(list) => list.items.iter().for_each(|it| self.compare(one, it, false)),
            ast::Expr::Tuple(it) => it.items.iter().for_each(|it| self.compare(one, it, false)),
            other => self.compare(other, one, true),
        }
    }
}

/// The text that an expression is.
pub(super) fn text_of<'e>(expression: &'e ast::Expr<'_>) -> Option<&'e str> {
    match expression {
        ast::Expr::Const(it) => it.value.as_str(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{manifest::Syntax, template::names};

    fn shown(path: &[Step]) -> String {
        path.iter().map(|it| it.key().unwrap_or("[]")).collect::<Vec<_>>().join(".")
    }

    #[test]
    fn keys_and_texts_that_names_are_compared_with_have_their_places() {
        let text = "{% if a.b == 'x-y' and c in ['b', b'] and 'd' not in e and f.g() %}{{ h.i.h }}\
            {% set s = 1 %}{{ s.t == 'u' }}{{ v.w is defined }}{% endif %}";
        let text = text.replace("b']", "'b']");
        let names = names(&text, Syntax::Curly).unwrap();
        let at = |span: Span| text.get(span.start..span.end).unwrap();
        let keys: Vec<_> = names.keys.iter().map(|it| (shown(&it.path), at(it.span))).collect();
        let keys: Vec<_> = keys.iter().map(|(path, at)| (path.as_str(), *at)).collect();
        assert_eq!(keys, [("a.b", "b"), ("h.i.h", "h"), ("h.i", "i")]);
        assert!(names.keys[1].span.end == text.find(".h }}").unwrap() + 2);
        let compared = names.compared.iter();
        let compared: Vec<_> =
            compared.map(|it| (shown(&it.path), at(it.span).to_owned(), it.is_item)).collect();
        let is = |path: &str, text: &str, item| (path.to_owned(), text.to_owned(), item);
        assert_eq!(
            compared,
            [is("a.b", "x-y", false), is("c", "b", false), is("c", "b", false), is("e", "d", true)]
        );
        assert!(!names.computes_partials);
    }

    fn keys(template: &str) -> Vec<String> {
        let names = names(template, Syntax::Curly).unwrap();
        let key = |it: &KeyUse| {
            assert_eq!(
                template.get(it.span.start..it.span.end),
                it.path.last().and_then(Step::key)
            );
            shown(&it.path)
        };
        names.keys.iter().map(key).collect()
    }

    #[test]
    fn a_key_that_looks_like_an_item_is_a_key() {
        let names = names("{{ a['[]'].b }}{{ a[0].b }}", Syntax::Curly).unwrap();
        let paths: Vec<_> = names.keys.iter().map(|it| it.path.clone()).collect();
        let key = |it: &str| Step::Key(it.to_owned());
        assert!(paths.contains(&vec![key("a"), key("[]"), key("b")]), "{paths:?}");
        assert!(paths.contains(&vec![key("a"), Step::Item, key("b")]), "{paths:?}");
    }

    #[test]
    fn a_name_that_stands_for_another_has_its_keys() {
        for (template, all) in [
            ("{% for q in a.qs %}{{ q.n }}{% endfor %}{{ q.n }}", "a.qs a.qs.[].n q.n"),
            (
                "{% for q in qs | sort(attribute='n') if q.b %}{{ q['c'] }}{% endfor %}",
                "qs.[].n qs.[].b qs.[].c",
            ),
            (
                "{{ qs[0].n }}{{ (qs | first).n }}{{ qs[i]['n'] }}{{ qs[1:][0].m }}",
                "qs.[].n qs.[].n qs.[].n qs.[].m",
            ),
            (
                "{% set q = qs | last %}{{ q.n }}{% with r = q.s %}{{ r.t }}{% endwith %}",
                "qs.[].n qs.[].s qs.[].s.t",
            ),
            (
                "{% for q in qs %}{% for r in q.rs %}{{ r.n }}{% endfor %}{% endfor %}",
                "qs.[].rs qs.[].rs.[].n",
            ),
            ("{{ qs | selectattr('n') | map(attribute='m') | join }}", "qs.[].n qs.[].m"),
            // What may be something else is not followed.
            ("{% for q in qs %}{% if x %}{% set q = y %}{% endif %}{{ q.n }}{% endfor %}", ""),
            ("{% for q in qs %}{% set q = 1 %}{{ q.n }}{% endfor %}", ""),
            ("{% for q in qs recursive %}{{ q.n }}{% endfor %}", ""),
            ("{% for q, r in qs %}{{ q.n }}{% endfor %}{{ (qs or z)[0].n }}", ""),
            ("{% for q in qs %}{{ q.n | default('') }}{{ qs[0]['n'] is defined }}{% endfor %}", ""),
            ("{% macro m(qs) %}{{ qs[0].n }}{% endmacro %}{{ loop.n }}", "loop.n"),
            ("{{ qs | map(attribute='n', default='') | join }}{{ qs | groupby('a.b') }}", ""),
        ] {
            assert_eq!(keys(template).join(" "), all, "{template}");
        }
    }
}
