//! The shape of an expression in JSON, as `hcl2json` has it.

use super::{
    Mistake,
    cursor::{Cursor, Read},
    expression::{Expression, Kind},
};
use crate::{
    data::{Content, Number, Part},
    text::Span,
};

impl Cursor<'_> {
    /// An expression as a part.
    pub(super) fn part_of(&self, expression: &Expression) -> Read<Part> {
        let content = match &expression.kind {
            Kind::Literal(content) => content.clone(),
            Kind::Unary(sign, operand) => unary(*sign, operand, expression.span)?,
            Kind::Template(parts) => Content::Text(self.shown(expression.span, parts)?),
            Kind::Wrapped(inner) => return self.part_of(inner),
            Kind::List(items) => {
                Content::List(items.iter().map(|it| self.part_of(it)).collect::<Read<_>>()?)
            }
            Kind::Map(entries) => Content::Map(
                entries
                    .iter()
                    .map(|(key, value)| Ok((self.key(key)?, self.part_of(value)?.behind(key.span))))
                    .collect::<Read<_>>()?,
            ),
            Kind::Conditional(..) | Kind::Join(..) | Kind::Name | Kind::Other => {
                Content::Text(self.wrapped(expression.span))
            }
        };
        Ok(Part::new(content, expression.span))
    }

    fn key(&self, key: &Expression) -> Read<String> {
        match key.kind {
            Kind::Name => Ok(self.source(key.span)),
            _ => self.text_of(key).ok_or(("a text holds nothing but `null`", key.span.start)),
        }
    }

    fn shown(&self, span: Span, parts: &[Expression]) -> Read<String> {
        self.template_text(parts).ok_or(("a text holds nothing but `null`", span.start))
    }

    /// A text; nothing if it is `null`, which makes no text.
    fn template_text(&self, parts: &[Expression]) -> Option<String> {
        match parts {
            [Expression { kind: Kind::Literal(Content::Null), .. }] => None,
            parts => parts.iter().map(|part| self.text_of(part)).collect(),
        }
    }

    /// An expression inside of a text.
    fn text_of(&self, expression: &Expression) -> Option<String> {
        let text = match &expression.kind {
            Kind::Literal(content) => match content {
                Content::Text(text) => text.replace("${", "$${").replace("%{", "%%{"),
                Content::Number(Number::Float(value)) => value.to_string(),
                other => Part::new(other.clone(), expression.span).to_value().to_json(),
            },
            Kind::Template(parts) => return self.template_text(parts),
            Kind::Wrapped(inner) => return self.text_of(inner),
            Kind::Conditional(condition, yes, no) => {
                // A `null` is an empty text here, as `hcl2json` has it.
                let Some(yes) = self.text_of(yes) else { return Some(String::new()) };
                let no = self.text_of(no).unwrap_or_default();
                let otherwise = if no.is_empty() { no } else { format!("%{{else}}{no}") };
                format!("%{{if {}}}{yes}{otherwise}%{{endif}}", self.source(*condition))
            }
            Kind::Join(names, list, body) => {
                let body = self.text_of(body)?;
                format!("%{{for {names} in {}}}{body}%{{endfor}}", self.source(*list))
            }
            Kind::Unary(..) | Kind::List(_) | Kind::Map(_) | Kind::Name | Kind::Other => {
                self.wrapped(expression.span)
            }
        };
        Some(text)
    }

    fn wrapped(&self, span: Span) -> String {
        format!("${{{}}}", self.source(span))
    }

    /// An expression as it is written; also a bracket behind it, as `hcl2json` has it.
    fn source(&self, span: Span) -> String {
        let has_bracket = self.slice(Span { start: span.end, end: span.end + 1 }) == ")";
        self.slice(Span { start: span.start, end: span.end + usize::from(has_bracket) }).to_owned()
    }
}

/// What `-` and `!` make of a literal.
fn unary(sign: char, operand: &Content, span: Span) -> Result<Content, Mistake> {
    match (sign, operand) {
        ('-', Content::Number(Number::Int(value))) => Ok(Content::Number(Number::Int(-value))),
        ('-', Content::Number(Number::Float(value))) => Ok(Content::Number(Number::Float(-value))),
        ('!', Content::Bool(value)) => Ok(Content::Bool(!value)),
        _ => Err(("a sign stands before what has none", span.start)),
    }
}
