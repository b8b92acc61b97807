//! Lines of a text: their begin, end and indent; line endings and byte-order mark taken off and put
//! back.

use std::ops::Range;

/// The bytes of a range; nothing if it is not one of the text.
pub(super) fn slice(text: &str, range: Range<usize>) -> &str {
    text.get(range).unwrap_or_default()
}

/// Where the line that holds `at` begins.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    slice(text, 0..at).rfind('\n').map_or(0, |it| it + 1)
}

/// Where the line that holds `at` ends, before its line feed.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    slice(text, at..text.len()).find('\n').map_or(text.len(), |it| at + it)
}

/// The bytes between the begin of the line and `at`.
pub(super) fn before(text: &str, at: usize) -> &str {
    slice(text, line_start(text, at)..at)
}

/// Whether nothing but white space stands before `at` on its line.
pub(super) fn is_first(text: &str, at: usize) -> bool {
    before(text, at).trim().is_empty()
}

/// As wide as what stands before `at`, in white space: where the lines of its body are measured from.
pub(super) fn indent(text: &str, at: usize) -> String {
    before(text, at).chars().map(|it| if it == '\t' { '\t' } else { ' ' }).collect()
}

/// Every line behind the first without that indent, as far as it has it.
pub(super) fn dedent(body: &str, indent: &str) -> String {
    let lines = body.split('\n').enumerate().map(|(number, line)| match number {
        0 => line,
        _ => line.strip_prefix(indent).unwrap_or_else(|| {
            let blank = line.len() - line.trim_start_matches([' ', '\t']).len();
            slice(line, blank.min(indent.len())..line.len())
        }),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Every line behind the first with that indent, but empty ones.
pub(super) fn reindent(body: &str, indent: &str) -> String {
    let lines = body.split('\n').enumerate().map(|(number, line)| match number {
        0 => line.to_owned(),
        _ if line.is_empty() => String::new(),
        _ => format!("{indent}{line}"),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A text with some bytes in place of others.
pub(super) fn splice(text: &str, range: Range<usize>, with: &str) -> String {
    [slice(text, 0..range.start), with, slice(text, range.end..text.len())].concat()
}

/// What a text wears around its lines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dress {
    has_mark: bool,
    has_carriage_returns: bool,
}

impl Dress {
    pub(super) fn of(text: &str) -> Self {
        let feeds = text.matches('\n').count();
        let pairs = text.matches("\r\n").count();
        Self {
            has_mark: text.starts_with('\u{feff}'),
            has_carriage_returns: feeds > 0 && feeds == pairs,
        }
    }

    pub(super) fn take_off(self, text: &str) -> String {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        match self.has_carriage_returns {
            true => text.replace("\r\n", "\n"),
            false => text.to_owned(),
        }
    }

    pub(super) fn put_on(self, text: &str) -> String {
        let mark = if self.has_mark { "\u{feff}" } else { "" };
        match self.has_carriage_returns {
            true => format!("{mark}{}", text.replace('\n', "\r\n")),
            false => format!("{mark}{text}"),
        }
    }
}
