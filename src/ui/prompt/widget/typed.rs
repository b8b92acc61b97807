//! An answer that is typed on a line.

use std::io;

use super::{About, End, Stage, frame::Piece, key::Key, line::Line};

/// What is asked for.
pub(in crate::ui::prompt) struct Typed<'a> {
    /// What every prompt has.
    pub(in crate::ui::prompt) about: About<'a>,
    /// What stands on the line at first.
    pub(in crate::ui::prompt) initial: &'a str,
    /// What Enter alone gives, as it is shown.
    pub(in crate::ui::prompt) default: Option<&'a str>,
    /// An example, shown while the line is empty.
    pub(in crate::ui::prompt) placeholder: Option<&'a str>,
    /// What stays on the screen of what was typed; or what is wrong with it.
    pub(in crate::ui::prompt) read: &'a dyn Fn(&str) -> Result<String, String>,
}

/// Asks for a line. A wrong one stays, to be corrected.
pub(in crate::ui::prompt) fn ask(asked: &Typed<'_>) -> io::Result<End<String>> {
    let mut stage = Stage::open(asked.about)?;
    let mut line = Line::new(asked.initial);
    loop {
        let question = asked.question(&stage, &line);
        stage.draw(question, Vec::new())?;
        match stage.keys.next()? {
            Key::Text(text) => line.write(&text),
            Key::Edit(edit) => line.edit(edit),
            Key::Enter => {
                let typed = line.text();
                match (asked.read)(&typed) {
                    Ok(shown) => {
                        stage.answered(&shown)?;
                        return Ok(End::Answer(typed));
                    }
                    Err(why) => stage.complaint = Some(why),
                }
            }
            Key::Escape => {
                if let Some(end) = stage.escaped()? {
                    return Ok(end);
                }
            }
            Key::Interrupt => return stage.interrupted(),
            Key::Up | Key::Down | Key::PageUp | Key::PageDown | Key::Resize => {}
        }
    }
}

impl Typed<'_> {
    fn question(&self, stage: &Stage<'_>, line: &Line) -> Vec<Piece> {
        let faint = stage.palette.faint;
        let default = self.default.map(|it| Piece::new(format!("({it}) "), faint));
        let mut pieces: Vec<_> = default.into_iter().collect();
        pieces.extend(match self.placeholder.filter(|it| line.is_empty() && !it.is_empty()) {
            Some(placeholder) => vec![Piece::new(placeholder, faint).with_cursor()],
            None => typed_pieces(line),
        });
        pieces
    }
}

/// What is typed, with the cursor; at its end it stands on a space.
pub(super) fn typed_pieces(line: &Line) -> Vec<Piece> {
    let (before, behind) = line.around();
    let behind = if behind.is_empty() { " ".to_owned() } else { behind };
    vec![Piece::typed(before), Piece::typed(behind).with_cursor()]
}
