//! Differences of files: lines with their signs, names, and how much was changed.

use super::ink::{BAD, FAINT, GOOD, HEADING, NAME, clip, count, pad, paint, widest};
use crate::{
    patch::{Content, Line, LineKind, NOT_ENDED, Part, Patch},
    tree::RepoPath,
    ui::{Look, clean_line},
};

/// One line of [`stat`].
pub struct StatRow<'a> {
    /// The file.
    pub path: &'a RepoPath,
    /// Its difference.
    pub patch: &'a Patch,
}

/// A difference as git shows it, in colours and cleaned.
pub fn patch(patch: &Patch) -> String {
    patch.parts.iter().map(part).collect::<Vec<_>>().join("\n")
}

/// The name of a file on a line of its own.
pub fn file_name(path: &RepoPath) -> String {
    clean_line(path.as_str()).into_owned()
}

/// How many lines were added and removed, by file and in all, as `git diff --stat` says it.
pub fn stat(rows: &[StatRow<'_>], look: Look) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let numbers: Vec<_> = rows.iter().map(|row| number(row.patch)).collect();
    let number_width = widest(numbers.iter().map(String::as_str));
    let line = look.line().min(80);
    let name_width = widest(rows.iter().map(|row| row.path.as_str()))
        .min(line.saturating_sub(number_width + 4 + MARKS / 2));
    let marks = line.saturating_sub(name_width + number_width + 5).min(MARKS);
    let most = rows.iter().map(|it| it.patch.added() + it.patch.removed()).max().unwrap_or(0);
    let lines = rows.iter().zip(&numbers).map(|(row, number)| {
        let name = pad(&clip(&clean_line(row.path.as_str()), name_width), name_width);
        let space = " ".repeat(number_width - number.len());
        format!(" {name} | {space}{number} {}", signs(row.patch, most, marks)).trim_end().to_owned()
    });
    let mut lines: Vec<_> = lines.collect();
    lines.push(sum(rows));
    lines.join("\n")
}

/// Says that there is more, of what is not shown.
pub fn seeded_differ(files: usize) -> String {
    let verb = if files == 1 { "differs" } else { "differ" };
    let files = count(files, "seeded file");
    paint(FAINT, format!("{files} {verb} too: they are the team's (`--seeded` shows them)"))
}

/// The widest bar.
const MARKS: usize = 40;

fn part(part: &Part) -> String {
    let mut lines: Vec<_> =
        part.header.iter().map(|line| paint(HEADING, clean_line(line.trim_end()))).collect();
    match &part.content {
        Content::Same | Content::Binary { .. } => {}
        Content::Lines(hunks) => {
            for hunk in hunks {
                lines.push(heading(&hunk.heading));
                lines.extend(hunk.lines.iter().map(shown));
            }
        }
    }
    lines.join("\n")
}

/// The range in colour, and plainly what it stands in.
fn heading(heading: &[u8]) -> String {
    let text = String::from_utf8_lossy(heading);
    match text.match_indices("@@").nth(1).and_then(|(at, _)| text.split_at_checked(at + 2)) {
        Some((range, around)) => {
            format!("{}{}", paint(NAME, clean_line(range)), clean_line(around))
        }
        None => paint(NAME, clean_line(&text)),
    }
}

fn shown(line: &Line) -> String {
    let text = String::from_utf8_lossy(&line.text);
    // A tab keeps its columns; a line break at the end is shown by its own line alone.
    let text = super::super::clean(&text).replace('\n', " ");
    let text = format!("{}{text}", char::from(line.kind.sign()));
    let text = match line.kind {
        LineKind::Kept => text,
        LineKind::Added => paint(GOOD, text),
        LineKind::Removed => paint(BAD, text),
    };
    match line.is_ended {
        true => text,
        false => format!("{text}\n{NOT_ENDED}"),
    }
}

fn number(patch: &Patch) -> String {
    match patch.is_binary() {
        true => "Bin".to_owned(),
        false => (patch.added() + patch.removed()).to_string(),
    }
}

/// Plus and minus signs: one a line, or as many as there is room for.
fn signs(patch: &Patch, most: usize, marks: usize) -> String {
    let sizes = patch.parts.iter().filter_map(|part| match part.content {
        Content::Binary { before, after } => Some(format!("{before} -> {after} bytes")),
        Content::Same | Content::Lines(_) => None,
    });
    let sizes: Vec<_> = sizes.collect();
    if !sizes.is_empty() {
        return sizes.join(", ");
    }
    let scaled = |lines: usize| match lines {
        0 => 0,
        _ if most <= marks => lines,
        _ => (lines * marks / most.max(1)).max(1),
    };
    let added = paint(GOOD, "+".repeat(scaled(patch.added())));
    let removed = paint(BAD, "-".repeat(scaled(patch.removed())));
    match (patch.added(), patch.removed()) {
        (0, 0) => String::new(),
        (_, 0) => added,
        (0, _) => removed,
        (_, _) => format!("{added}{removed}"),
    }
}

fn sum(rows: &[StatRow<'_>]) -> String {
    let added: usize = rows.iter().map(|row| row.patch.added()).sum();
    let removed: usize = rows.iter().map(|row| row.patch.removed()).sum();
    let mut text = format!(" {} changed", count(rows.len(), "file"));
    if added > 0 || removed == 0 {
        text += &format!(", {}(+)", count(added, "insertion"));
    }
    if removed > 0 || added == 0 {
        text += &format!(", {}(-)", count(removed, "deletion"));
    }
    text
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::{
        patch::{Side, unified},
        tree::Mode,
        ui::human::ink::test::{TERMINAL, plain},
    };

    fn made(path: &RepoPath, before: &[u8], after: &[u8]) -> Patch {
        let side = |bytes| Side { path, mode: Mode::File, bytes };
        unified(Some(side(before)), Some(side(after)))
    }

    #[test]
    fn nothing_in_a_file_reaches_the_terminal() {
        let path = RepoPath::parse("a.txt").unwrap();
        let text = patch(&made(&path, b"one\x1b[2J\r\n\ttwo", b"one\x1b[2J\n\xff\ttwo"));
        assert_snapshot!(plain(&text), @r"
        diff --git a/a.txt b/a.txt
        index e13dc7a..b8399c3 100644
        --- a/a.txt
        +++ b/a.txt
        @@ -1,2 +1,2 @@
        -one␛[2J␍
        -	two
        \ No newline at end of file
        +one␛[2J
        +�	two
        \ No newline at end of file
        ");
        assert!(!plain(&text).contains('\x1b'));
    }

    #[test]
    fn how_much_was_changed_is_one_line_a_file_and_the_sum() {
        let paths = ["src/a.rs", "b.bin", "c"].map(|path| RepoPath::parse(path).unwrap());
        let long = "x\n".repeat(300);
        let patches = [
            made(&paths[0], b"1\n2\n", long.as_bytes()),
            made(&paths[1], b"\0", b"\0\0"),
            made(&paths[2], b"1\n2\n", b"1\n"),
        ];
        let rows = paths.iter().zip(&patches).map(|(path, patch)| StatRow { path, patch });
        assert_snapshot!(plain(&stat(&rows.collect::<Vec<_>>(), TERMINAL)), @"
        src/a.rs | 302 +++++++++++++++++++++++++++++++++++++++-
        b.bin    | Bin 1 -> 2 bytes
        c        |   1 -
        3 files changed, 300 insertions(+), 3 deletions(-)
        ");
        assert_eq!(stat(&[], TERMINAL), "");
    }
}
