//! Entries between brackets, with commas: JSON, YAML's flow style, the arrays and inline tables of
//! TOML. On one line, or on a line each.

use super::{
    Piece, Source,
    outline::{Entry, Part},
    piece::{lead, tail},
    text::{before, is_first, line_end, slice, splice},
};

/// Adds an entry before the one at `index`, or at the end.
pub(super) fn insert(source: &Source, part: &Part, index: usize, piece: &Piece) -> Option<String> {
    let text = source.text();
    let entries = part.entries();
    let Some(first) = entries.first() else {
        return Some(only(text, part, piece));
    };
    let Some(previous) = index.checked_sub(1).and_then(|index| entries.get(index)) else {
        return Some(before_first(source, first, piece));
    };
    let comma = comma_behind(text, previous);
    let Some(end) = own_lines(source, previous) else {
        let at = previous.range.end;
        return Some(splice(text, at..at, &format!("{}{}", separator(text, entries), piece.body)));
    };
    let margin = before(text, previous.range.start);
    let new = format!("\n{}", piece.lines(margin, if comma.is_some() { "," } else { "" }));
    let text = splice(text, end..end, &new);
    match comma {
        Some(_) => Some(text),
        None => Some(splice(&text, previous.range.end..previous.range.end, ",")),
    }
}

fn before_first(source: &Source, first: &Entry, piece: &Piece) -> String {
    let text = source.text();
    match own_lines(source, first) {
        Some(_) => {
            let start = lead(text, source.format(), first.range.start);
            let margin = before(text, first.range.start);
            splice(text, start..start, &format!("{}\n", piece.lines(margin, ",")))
        }
        None => {
            let start = first.range.start;
            splice(text, start..start, &format!("{}, ", piece.body))
        }
    }
}

/// The first entry between two brackets: in lines, if the text around is.
fn only(text: &str, part: &Part, piece: &Piece) -> String {
    let inside = inside(text, part);
    if piece.comments.is_empty() && piece.trail.is_empty() && !piece.body.contains('\n') {
        let space =
            if piece.format == super::Format::Toml && piece.body != piece.inner { " " } else { "" };
        return splice(text, inside, &format!("{space}{}{space}", piece.body));
    }
    let line = before(text, part.span.start);
    let margin: String = line.chars().take_while(|it| it.is_whitespace()).collect();
    let deeper = if margin.contains('\t') { format!("{margin}\t") } else { format!("{margin}  ") };
    splice(text, inside, &format!("\n{}\n{margin}", piece.lines(&deeper, "")))
}

/// Puts a piece in place of an entry; where it has lines of its own, also of its comments.
pub(super) fn replace(source: &Source, entry: &Entry, piece: &Piece) -> Option<String> {
    let text = source.text();
    match own_lines(source, entry) {
        Some(end) => {
            let start = lead(text, source.format(), entry.range.start);
            let comma = if comma_behind(text, entry).is_some() { "," } else { "" };
            let margin = before(text, entry.range.start);
            Some(splice(text, start..end, &piece.lines(margin, comma)))
        }
        None => Some(splice(text, entry.range.clone(), &piece.body)),
    }
}

/// Takes an entry away, with the comma that it no longer needs.
pub(super) fn remove(source: &Source, part: &Part, index: usize) -> String {
    let text = source.text();
    let entries = part.entries();
    let entry = |index: usize| entries.get(index);
    let previous = index.checked_sub(1).and_then(entry);
    let (Some(gone), true) = (entry(index), entries.len() > 1) else {
        return splice(text, inside(text, part), "");
    };
    match (own_lines(source, gone), previous, entry(index + 1)) {
        (Some(end), previous, next) => {
            let start = lead(text, source.format(), gone.range.start);
            let after = splice(text, start..(end + 1).min(text.len()), "");
            let is_last = next.is_none() && comma_behind(text, gone).is_none();
            match previous.and_then(|previous| comma_behind(text, previous)).filter(|_| is_last) {
                Some(comma) => splice(&after, comma..comma + 1, ""),
                None => after,
            }
        }
        (None, _, Some(next)) => splice(text, gone.range.start..next.range.start, ""),
        (None, Some(previous), None) => splice(text, previous.range.end..gone.range.end, ""),
        (None, None, None) => text.to_owned(),
    }
}

/// The end of an entry's last line, if it shares its lines with nothing but a comma and comments.
fn own_lines(source: &Source, entry: &Entry) -> Option<usize> {
    let end = tail(source.text(), source.format(), entry)?;
    is_first(source.text(), entry.range.start).then_some(end)
}

/// Where the comma directly behind an entry is.
fn comma_behind(text: &str, entry: &Entry) -> Option<usize> {
    let rest = slice(text, entry.range.end..line_end(text, entry.range.end));
    let space = rest.len() - rest.trim_start().len();
    rest.trim_start().starts_with(',').then_some(entry.range.end + space)
}

/// What stands between two entries on one line.
fn separator(text: &str, entries: &[Entry]) -> String {
    let between = match entries {
        [one, two, ..] => slice(text, one.range.end..two.range.start),
        _ => ", ",
    };
    if between.trim() == "," && !between.contains('\n') {
        between.to_owned()
    } else {
        ", ".to_owned()
    }
}

/// Between the brackets.
fn inside(text: &str, part: &Part) -> std::ops::Range<usize> {
    let open = slice(text, part.span.clone()).find(['[', '{']).unwrap_or_default();
    part.span.start + open + 1..part.span.end.saturating_sub(1)
}
