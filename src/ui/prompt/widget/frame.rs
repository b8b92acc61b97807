//! The rows that a prompt has on the screen: drawn anew after each key.

use std::io::{self, Write as _};

use anstyle::Style;
use crossterm::{
    cursor::{Hide, MoveRight, MoveToColumn, MoveUp, Show},
    queue,
    style::Print,
    terminal::{Clear, ClearType, size},
};
use unicode_width::UnicodeWidthChar as _;

/// A part of a line, in one style.
#[derive(Debug, Clone)]
pub(in crate::ui::prompt) struct Piece {
    text: String,
    style: Style,
    has_cursor: bool,
    is_typed: bool,
    hangs: bool,
}

impl Piece {
    pub(in crate::ui::prompt) fn new(text: impl Into<String>, style: Style) -> Self {
        Self { text: text.into(), style, has_cursor: false, is_typed: false, hangs: false }
    }

    /// What is being typed: it may break anywhere.
    pub(super) fn typed(text: String) -> Self {
        Self { is_typed: true, ..Self::new(text, Style::new()) }
    }

    /// Further rows of its line begin below it.
    pub(super) fn hanging(self) -> Self {
        Self { hangs: true, ..self }
    }

    /// The cursor stands on its first character.
    pub(super) fn with_cursor(self) -> Self {
        Self { has_cursor: true, ..self }
    }
}

/// What is drawn: where the cursor was left in it.
#[derive(Debug, Default)]
pub(super) struct Frame {
    row: u16,
}

/// Lines broken into rows.
#[derive(Debug, Default, PartialEq, Eq)]
struct Rows {
    rows: Vec<Vec<Cell>>,
    /// The row and the column of the cursor.
    cursor: Option<(usize, usize)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cell {
    character: char,
    style: Style,
    has_cursor: bool,
    is_typed: bool,
}

impl Frame {
    /// Draws `lines` in the place of what was drawn before.
    pub(super) fn draw(&mut self, lines: &[Vec<Piece>]) -> io::Result<()> {
        let rows = lay_out(lines, columns());
        let height = rows.rows.len();
        let mut output = io::stderr().lock();
        queue!(output, Hide)?;
        self.wipe(&mut output)?;
        write_rows(&mut output, &rows, "\r\n")?;
        let (row, column) = rows.cursor.unwrap_or((height.saturating_sub(1), 0));
        up(&mut output, height.saturating_sub(row + 1))?;
        queue!(output, MoveToColumn(0))?;
        if column > 0 {
            queue!(output, MoveRight(u16::try_from(column).unwrap_or(u16::MAX)))?;
        }
        queue!(output, Show)?;
        self.row = u16::try_from(row).unwrap_or(u16::MAX);
        output.flush()
    }

    /// Leaves `lines` on the screen; what comes next stands below.
    pub(super) fn close(&mut self, lines: &[Vec<Piece>]) -> io::Result<()> {
        let rows = lay_out(lines, columns());
        let mut output = io::stderr().lock();
        queue!(output, Hide)?;
        self.wipe(&mut output)?;
        write_rows(&mut output, &rows, "\r\n")?;
        queue!(output, Print("\r\n"), Show)?;
        self.row = 0;
        output.flush()
    }

    fn wipe(&self, output: &mut impl io::Write) -> io::Result<()> {
        up(output, usize::from(self.row))?;
        queue!(output, MoveToColumn(0), Clear(ClearType::FromCursorDown))
    }
}

/// The last column stays free: terminals differ in what a character there does.
fn columns() -> usize {
    let columns = size().map_or(80, |(columns, _)| usize::from(columns));
    if columns < 2 { 80 } else { columns - 1 }
}

/// How many lines, the widest of which takes `columns_of_widest`, have room beside `around` rows.
pub(super) fn room(columns_of_widest: usize, around: usize) -> usize {
    let rows = size().map_or(24, |(_, rows)| usize::from(rows));
    rows.saturating_sub(around) / columns_of_widest.div_ceil(columns()).max(1)
}

fn up(output: &mut impl io::Write, rows: usize) -> io::Result<()> {
    match u16::try_from(rows).unwrap_or(u16::MAX) {
        0 => Ok(()),
        rows => queue!(output, MoveUp(rows)),
    }
}

fn write_rows(output: &mut impl io::Write, rows: &Rows, between: &str) -> io::Result<()> {
    for (at, row) in rows.rows.iter().enumerate() {
        if at > 0 {
            queue!(output, Print(between))?;
        }
        let mut style = Style::new();
        for cell in row {
            if cell.style != style {
                write!(output, "{}{}", style.render_reset(), cell.style.render())?;
                style = cell.style;
            }
            write!(output, "{}", cell.character)?;
        }
        write!(output, "{}", style.render_reset())?;
    }
    Ok(())
}

fn lay_out(lines: &[Vec<Piece>], columns: usize) -> Rows {
    let mut rows = Rows::default();
    for line in lines {
        for row in broken(cells(line), columns, indent(line).min(columns / 2)) {
            let at = row.iter().position(|it| it.has_cursor);
            if let Some(at) = at {
                rows.cursor = Some((rows.rows.len(), width(row.iter().take(at))));
            }
            rows.rows.push(row);
        }
    }
    rows
}

/// Where the further rows of a line begin.
fn indent(line: &[Piece]) -> usize {
    let before = line.iter().position(|it| it.hangs).unwrap_or(0);
    line.iter().take(before).flat_map(|it| it.text.chars()).map(|it| it.width().unwrap_or(0)).sum()
}

fn cells(line: &[Piece]) -> Vec<Cell> {
    let mut cells = Vec::new();
    for piece in line {
        for (at, character) in piece.text.chars().enumerate() {
            let character = if character.is_control() { ' ' } else { character };
            cells.push(Cell {
                character,
                style: piece.style,
                has_cursor: piece.has_cursor && at == 0,
                is_typed: piece.is_typed,
            });
        }
    }
    cells
}

/// A line in rows of at most `columns`: broken at a space where there is one, and what is typed
/// anywhere. No space begins a row but a typed one.
fn broken(cells: Vec<Cell>, columns: usize, indent: usize) -> Vec<Vec<Cell>> {
    let blank = Cell { character: ' ', style: Style::new(), has_cursor: false, is_typed: false };
    let mut rows = Vec::new();
    let mut row: Vec<Cell> = Vec::new();
    for cell in cells {
        if width(row.iter()) + width([&cell]) > columns {
            let is_space = |it: &Cell| it.character == ' ' && !it.is_typed && !it.has_cursor;
            if is_space(&cell) {
                rows.push(std::mem::replace(&mut row, vec![blank; indent]));
                continue;
            }
            let space = row.iter().rposition(is_space).filter(|at| *at > indent);
            let mut next = vec![blank; indent];
            if let Some(at) = space {
                next.extend(row.split_off(at + 1));
                row.pop();
            }
            rows.push(std::mem::replace(&mut row, next));
        }
        row.push(cell);
    }
    rows.push(row);
    rows
}

fn width<'a>(cells: impl IntoIterator<Item = &'a Cell>) -> usize {
    cells.into_iter().map(|it| it.character.width().unwrap_or(0)).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(pieces: Vec<Piece>, columns: usize) -> (Vec<String>, Option<(usize, usize)>) {
        let Rows { rows, cursor } = lay_out(&[pieces], columns);
        let text = |row: &Vec<Cell>| row.iter().map(|it| it.character).collect();
        (rows.iter().map(text).collect(), cursor)
    }

    fn plain(text: &str) -> Piece {
        Piece::new(text, Style::new())
    }

    #[test]
    fn lines_break_between_words() {
        let (found, _) = rows(vec![plain("longer than eighty columns")], 12);
        assert_eq!(found, ["longer than", "eighty", "columns"]);
        let (found, _) = rows(vec![plain("supercalifragilistic word")], 10);
        assert_eq!(found, ["supercalif", "ragilistic", "word"]);
    }

    #[test]
    fn a_broken_choice_goes_on_below_its_words() {
        let line = vec![plain("> "), plain("[ ] "), plain("one two three").hanging()];
        assert_eq!(rows(line, 14).0, ["> [ ] one two", "      three"]);
    }

    #[test]
    fn what_is_typed_moves_below_the_question_and_breaks_anywhere() {
        let typed = |text: &str| {
            let end = Piece::typed(" ".to_owned()).with_cursor();
            rows(vec![plain("? Name: "), Piece::typed(text.to_owned()), end], 10)
        };
        assert_eq!(typed("a"), (vec!["? Name: a ".to_owned()], Some((0, 9))));
        let found = typed("abcdefghijkl");
        assert_eq!(found.0, ["? Name:", "abcdefghij", "kl "]);
        assert_eq!(found.1, Some((2, 2)));
    }

    proptest! {
        #[test]
        fn no_row_is_wider_than_the_screen_and_no_word_is_lost(
            text in "[a-c 日]{0,60}",
            columns in 4_usize..20,
        ) {
            let Rows { rows, .. } = lay_out(&[vec![plain(&text)]], columns);
            let wide = rows.iter().any(|row| width(row.iter()) > columns);
            prop_assert!(!wide);
            let letters = |it: String| it.replace(' ', "");
            let drawn = rows.iter().flatten().map(|it| it.character).collect();
            prop_assert_eq!(letters(drawn), letters(text));
        }
    }
}
