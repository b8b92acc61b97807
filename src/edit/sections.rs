//! The tables of TOML: lines first, then headed sections.

use super::{
    Piece, Source,
    block::behind,
    outline::{Form, Part},
    piece::{lead, tail},
    text::{indent, line_end, line_start, slice, splice},
};

/// Adds an entry before the one at `index`, or at the end: a line behind a line or the header, a
/// section behind a section or the end of the table.
pub(super) fn insert(source: &Source, part: &Part, index: usize, piece: &Piece) -> Option<String> {
    let text = source.text();
    let form = match piece.form {
        Form::Inline => Form::Line,
        form => form,
    };
    let above = part.entries().get(..index)?.iter().rev();
    let siblings = above.chain(part.entries().get(index..)?);
    if let Some(sibling) = siblings.clone().find(|entry| entry.form == form) {
        let is_above = part.entries().iter().position(|it| it == sibling) < Some(index);
        let margin = indent(text, sibling.range.start);
        if is_above || form == Form::Header {
            let end = tail(text, source.format(), sibling)?;
            return Some(behind(text, end, piece, &margin));
        }
        let start = match lead(text, source.format(), sibling.range.start) {
            0 => line_start(text, sibling.range.start),
            lead => lead,
        };
        return Some(splice(text, start..start, &format!("{}\n", piece.lines(&margin, ""))));
    }
    match form {
        Form::Header => {
            let end = line_end(text, part.span.end);
            let end = if part.span.start == 0 { text.trim_end().len() } else { end };
            Some(behind(text, end, piece, ""))
        }
        Form::Line | Form::Inline => below_header(text, part, piece),
    }
}

/// A first line below a table's header, or at the begin of the text.
fn below_header(text: &str, part: &Part, piece: &Piece) -> Option<String> {
    let start = part.span.start;
    if start == 0 {
        let space = if text.trim().is_empty() { "" } else { "\n" };
        return Some(splice(text, 0..0, &format!("{}\n{space}", piece.lines("", ""))));
    }
    let end = line_end(text, start);
    slice(text, 0..start).ends_with(']').then(|| {
        let piece = Piece { is_apart: false, ..piece.clone() };
        behind(text, end, &piece, "")
    })
}
