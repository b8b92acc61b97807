//! Languages in which no text or comment nests in another: each begins with a sign of its own.

use super::{
    Inside, Site,
    cursor::{Cursor, Lines, is_word},
};

/// A kind of text or comment.
pub(super) struct Kind {
    /// What it begins with.
    pub(super) opens: &'static str,
    /// What it is.
    pub(super) what: Inside,
    /// Where it ends.
    pub(super) ends: End,
}

/// Where a text or comment ends.
pub(super) enum End {
    /// Before one of these, or with the file.
    Before(&'static [char]),
    /// Behind this, whatever stands before it.
    Behind(&'static str),
    /// Behind this, unless a backslash stands before it; on the line that it began on.
    BehindOnLine(&'static str),
    /// The same, on any line.
    BehindOnAnyLine(&'static str),
}

/// Reads all of it; nothing where a text or a comment does not end. Of two kinds that begin alike the
/// longer stands first. What right beside a literal would change it is in `beside`.
pub(super) fn read(cursor: &mut Cursor<'_>, kinds: &[Kind], beside: &[char]) -> Option<()> {
    while let Some(next) = cursor.peek() {
        if cursor.take_literal(beside).is_some() {
            continue;
        }
        if is_word(next) {
            cursor.take_word(is_word);
            continue;
        }
        let start = cursor.at();
        let Some(kind) = kinds.iter().find(|it| cursor.take(it.opens)) else {
            cursor.bump();
            continue;
        };
        let is_whole = match kind.ends {
            End::Before(ends) => {
                cursor.take_while(|it| !ends.contains(&it));
                true
            }
            End::Behind(end) => cursor.take_past(end),
            End::BehindOnLine(quote) => cursor.take_string(quote, Lines::One),
            End::BehindOnAnyLine(quote) => cursor.take_string(quote, Lines::Many),
        };
        cursor.note_since(start, Site::Inside(kind.what));
        is_whole.then_some(())?;
    }
    Some(())
}
