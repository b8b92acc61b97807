//! The keys that a template reads of names, and the texts that it compares names with.

use minijinja::machinery::ast;

use super::Walk;
use crate::text::Span;

/// One key that is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUse {
    /// Where the key stands.
    pub span: Span,
    /// The name and its keys, the one that is read last.
    pub path: Vec<String>,
}

/// One text that a name is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// Where the text stands.
    pub span: Span,
    /// The name and its keys.
    pub path: Vec<String>,
    /// The text.
    pub text: String,
    /// Whether it is looked for in a list: `'a' in list`.
    pub is_item: bool,
}

impl Walk<'_> {
    /// The name that is not the template's own, and its keys, that an expression reads.
    fn path(&self, expression: &ast::Expr<'_>) -> Option<Vec<String>> {
        match expression {
            ast::Expr::Var(it) => (!self.may_be_defined(it.id)).then(|| vec![it.id.to_owned()]),
            ast::Expr::GetAttr(it) => {
                let mut path = self.path(&it.expr)?;
                path.push(it.name.to_owned());
                Some(path)
            }
            _ => None,
        }
    }

    /// Notes `a.b`, unless `a` is the template's own.
    pub(super) fn key(
        &mut self,
        whole: &ast::Expr<'_>,
        name: &str,
        around: minijinja::machinery::Span,
    ) {
        let Some(path) = self.path(whole) else { return };
        let behind = minijinja::machinery::Span { start_offset: around.end_offset, ..around };
        let span = self.word(behind, name);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{manifest::Syntax, template::names};

    #[test]
    fn keys_and_texts_that_names_are_compared_with_have_their_places() {
        let text = "{% if a.b == 'x-y' and c in ['b', b'] and 'd' not in e and f.g() %}{{ h.i.h }}\
            {% set s = 1 %}{{ s.t == 'u' }}{{ v.w is defined }}{% endif %}";
        let text = text.replace("b']", "'b']");
        let names = names(&text, Syntax::Curly).unwrap();
        let at = |span: Span| text.get(span.start..span.end).unwrap();
        let keys: Vec<_> = names.keys.iter().map(|it| (it.path.join("."), at(it.span))).collect();
        let keys: Vec<_> = keys.iter().map(|(path, at)| (path.as_str(), *at)).collect();
        assert_eq!(keys, [("a.b", "b"), ("h.i.h", "h"), ("h.i", "i")]);
        assert!(names.keys[1].span.end == text.find(".h }}").unwrap() + 2);
        let compared = names.compared.iter();
        let compared: Vec<_> =
            compared.map(|it| (it.path.join("."), at(it.span).to_owned(), it.is_item)).collect();
        let is = |path: &str, text: &str, item| (path.to_owned(), text.to_owned(), item);
        assert_eq!(
            compared,
            [is("a.b", "x-y", false), is("c", "b", false), is("c", "b", false), is("e", "d", true)]
        );
        assert!(!names.computes_partials);
    }
}
