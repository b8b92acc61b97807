//! What differs between two contents: git's own comparison of lines.

use git2::{DiffOptions, Patch};

use super::{Content, Hunk, Line, LineKind};

/// As many bytes as git looks through for a NUL.
const LOOKED_THROUGH: usize = 8000;

/// The difference of two contents.
pub(super) fn content(before: &[u8], after: &[u8]) -> Content {
    if before == after {
        return Content::Same;
    }
    let binary = Content::Binary { before: before.len(), after: after.len() };
    if is_binary(before) || is_binary(after) {
        return binary;
    }
    // libgit2 fails only on what is too large for it: then the lines are not shown.
    hunks(before, after).map_or(binary, Content::Lines)
}

/// Whether git would take the bytes for something else than lines.
fn is_binary(bytes: &[u8]) -> bool {
    bytes.iter().take(LOOKED_THROUGH).any(|byte| *byte == 0)
}

fn hunks(before: &[u8], after: &[u8]) -> Result<Vec<Hunk>, git2::Error> {
    let mut options = DiffOptions::new();
    options.context_lines(3).interhunk_lines(0).indent_heuristic(true).force_text(true);
    let patch = Patch::from_buffers(before, None, after, None, Some(&mut options))?;
    let mut hunks = Vec::new();
    for number in 0..patch.num_hunks() {
        let (hunk, count) = patch.hunk(number)?;
        let heading = hunk.header().trim_ascii_end().to_vec();
        let mut lines = Vec::new();
        for at in 0..count {
            let line = patch.line_in_hunk(number, at)?;
            lines.extend(kind(line.origin()).map(|kind| read(kind, line.content())));
        }
        hunks.push(Hunk { heading, lines });
    }
    Ok(hunks)
}

fn read(kind: LineKind, content: &[u8]) -> Line {
    let text = content.strip_suffix(b"\n");
    Line { kind, text: text.unwrap_or(content).to_vec(), is_ended: text.is_some() }
}

/// The kind by libgit2's sign; it says by lines of their own that a line has no end.
const fn kind(sign: char) -> Option<LineKind> {
    match sign {
        ' ' => Some(LineKind::Kept),
        '+' => Some(LineKind::Added),
        '-' => Some(LineKind::Removed),
        _ => None,
    }
}
