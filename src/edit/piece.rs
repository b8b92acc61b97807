//! A part of one text on its way into another: its own bytes, with the comments that belong to it.
//!
//! To an entry belong the comment lines directly above it, at its indent, and the comment behind it.

use super::{
    Format, Source, Step,
    outline::{Entry, Form, Part, Shape},
    source::is_comment,
    text::{before, dedent, indent, is_first, line_end, line_start, reindent, slice},
    write,
};
use crate::data::Value;

/// An entry of a map or list as its text has it, at no indent.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    pub(super) format: Format,
    pub(super) form: Form,
    /// The comment lines above it.
    pub(super) comments: Vec<String>,
    /// From its first byte to its last.
    pub(super) body: String,
    /// The value alone.
    pub(super) inner: String,
    /// The comment behind it, with the space before.
    pub(super) trail: String,
    /// Whether an empty line stands above it.
    pub(super) is_apart: bool,
    pub(super) value: Value,
}

impl Piece {
    /// The entry at `path` of a text.
    pub fn of(source: &Source, path: &[Step]) -> Option<Self> {
        let (parent, index) = source.outline().parent(path)?;
        let entry = parent.entries().get(index)?;
        let (text, format) = (source.text(), source.format());
        let start = entry.range.start;
        let margin = indent(text, start);
        let lead = lead(text, format, start);
        let tail = tail(text, format, entry);
        Some(Self {
            format,
            form: entry.form,
            comments: slice(text, lead..line_start(text, start))
                .lines()
                .map(|line| line.trim_start().to_owned())
                .collect(),
            body: dedent(slice(text, entry.range.clone()), &margin),
            inner: dedent(slice(text, entry.value.span.clone()), &margin),
            trail: tail.map(|tail| trail(text, entry, tail)).unwrap_or_default(),
            is_apart: slice(text, 0..lead).ends_with("\n\n")
                || (lead == 0 && entry.form == Form::Header),
            value: source.at(path)?.clone(),
        })
    }

    /// What its value says.
    pub const fn value(&self) -> &Value {
        &self.value
    }

    /// Whether both have the same text, wherever they stand.
    pub fn is_alike(&self, other: &Self) -> bool {
        self.body == other.body
            && self.comments == other.comments
            && self.trail.trim() == other.trail.trim()
    }

    /// The same with the comments of another.
    #[must_use]
    pub fn with_comments_of(self, other: &Self) -> Self {
        Self { comments: other.comments.clone(), trail: other.trail.clone(), ..self }
    }

    /// A new one, for a place in a block.
    pub(super) fn line(format: Format, key: Option<&str>, value: &Value) -> Self {
        Self { form: Form::Line, ..Self::new(format, write::line(format, key, value), value) }
    }

    /// A new one, for a place between commas.
    pub(super) fn inline(format: Format, key: Option<&str>, value: &Value) -> Self {
        Self::new(format, write::inline_entry(format, key, value), value)
    }

    fn new(format: Format, body: String, value: &Value) -> Self {
        Self {
            format,
            form: Form::Inline,
            comments: Vec::new(),
            body,
            inner: write::inline(format, value),
            trail: String::new(),
            is_apart: false,
            value: value.clone(),
        }
    }

    /// As it stands between commas.
    pub(super) fn to_inline(&self, key: Option<&str>) -> Self {
        let fits = match (self.form, key) {
            (Form::Inline, _) => return self.clone(),
            (Form::Line, Some(_)) => (!self.body.contains('\n')).then(|| self.body.clone()),
            (Form::Line, None) => (!self.inner.contains('\n')).then(|| self.inner.clone()),
            (Form::Header, _) => None,
        };
        let body = fits.unwrap_or_else(|| write::inline_entry(self.format, key, &self.value));
        Self { form: Form::Inline, body, ..self.clone() }
    }

    /// As it stands in a block.
    pub(super) fn to_line(&self, key: Option<&str>) -> Self {
        match (self.form, key) {
            (Form::Inline, None) if self.format == Format::Yaml => {
                Self { form: Form::Line, body: format!("- {}", self.inner), ..self.clone() }
            }
            (Form::Inline, _) => Self { form: Form::Line, ..self.clone() },
            (Form::Line | Form::Header, _) => self.clone(),
        }
    }

    /// Its lines at an indent, with `behind` (a comma) between it and its comment.
    pub(super) fn lines(&self, indent: &str, behind: &str) -> String {
        let comments = self.comments.iter().map(|line| format!("{indent}{line}\n"));
        let body = reindent(&self.body, indent);
        format!("{}{indent}{body}{behind}{}", comments.collect::<String>(), self.trail)
    }
}

/// Where what belongs to the entry that begins at `start` begins: the line of its first comment, or
/// its own; or `start`, if something stands before it.
pub(super) fn lead(text: &str, format: Format, start: usize) -> usize {
    if !is_first(text, start) {
        return start;
    }
    let margin = before(text, start);
    let mut lead = line_start(text, start);
    while lead > 0 {
        let above = line_start(text, lead - 1);
        let line = slice(text, above..lead - 1);
        match line.strip_prefix(margin) {
            Some(line) if is_comment(format, line) => lead = above,
            _ => break,
        }
    }
    lead
}

/// The end of the line on which an entry ends, if only a comma and a comment stand behind it.
pub(super) fn tail(text: &str, format: Format, entry: &Entry) -> Option<usize> {
    let end = line_end(text, entry.range.end);
    let rest = slice(text, entry.range.end..end).trim();
    let rest = match entry.form {
        Form::Inline => rest.strip_prefix(',').unwrap_or(rest).trim_start(),
        Form::Line | Form::Header => rest,
    };
    (rest.is_empty() || is_comment(format, rest)).then_some(end)
}

/// The comment behind an entry, with the space before it.
fn trail(text: &str, entry: &Entry, tail: usize) -> String {
    let rest = slice(text, entry.range.end..tail);
    let rest = match entry.form {
        Form::Inline => rest.strip_prefix(',').unwrap_or(rest),
        Form::Line | Form::Header => rest,
    };
    if rest.trim().is_empty() { String::new() } else { rest.trim_end().to_owned() }
}

/// Where the value of an entry may begin: behind its colon or dash.
pub(super) fn behind_key(text: &str, part: &Part, entry: &Entry) -> usize {
    let rest = slice(text, entry.key.end..text.len());
    match part.shape {
        Shape::Map(..) => rest.find(':').map_or(entry.key.end, |colon| entry.key.end + colon + 1),
        Shape::List(..) | Shape::Scalar => entry.key.end,
    }
}
