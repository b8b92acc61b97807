//! Prompts drawn by ourselves: keys in, an answer out.
//!
//! The keys are those of every shell: Ctrl-A, Ctrl-E, Home and End move, Ctrl-U, Ctrl-K and Ctrl-W
//! take away, and no key with Ctrl or Alt ever types its letter.
//!
//! **Invariant:** the terminal is as it was when a prompt has ended, however it ended; lines break
//! between words. What is shown was cleaned by the caller.

mod frame;
mod key;
mod line;
mod list;
mod typed;

use std::io;

use anstyle::{AnsiColor, Style};

use self::{frame::Frame, key::Keys};
pub(super) use self::{
    frame::Piece,
    list::{List, Picked, pick},
    typed::{Typed, ask},
};

/// How a prompt ended.
#[derive(Debug)]
pub(super) enum End<T> {
    /// With an answer.
    Answer(T),
    /// With Esc.
    Escape,
    /// With Ctrl-C.
    Interrupt,
}

/// What Esc does.
#[derive(Debug, Clone, Copy)]
pub(super) enum Escape {
    /// It ends the prompt; this stands behind the question then.
    Ends(&'static str),
    /// It ends nothing, and this is told.
    Stays(&'static str),
}

/// What every prompt has.
#[derive(Debug, Clone, Copy)]
pub(super) struct About<'a> {
    /// The question.
    pub(super) message: &'a str,
    /// What stands below; nothing for no line.
    pub(super) help: &'a str,
    /// What Esc does.
    pub(super) escape: Escape,
    /// Whether to use colours.
    pub(super) is_colored: bool,
}

/// The colours of a prompt.
#[derive(Debug, Clone, Copy, Default)]
struct Palette {
    message: Style,
    mark: Style,
    faint: Style,
    chosen: Style,
    bad: Style,
    good: Style,
}

impl Palette {
    fn new(is_colored: bool) -> Self {
        if !is_colored {
            return Self::default();
        }
        let color = |it: AnsiColor| it.on_default();
        Self {
            message: Style::new().bold(),
            mark: color(AnsiColor::Green),
            faint: color(AnsiColor::BrightBlack),
            chosen: color(AnsiColor::Cyan),
            bad: color(AnsiColor::Red),
            good: color(AnsiColor::Green),
        }
    }
}

/// A prompt at work: the frame on the screen, the keys, and what is told above the question.
struct Stage<'a> {
    about: About<'a>,
    palette: Palette,
    frame: Frame,
    keys: Keys,
    complaint: Option<String>,
}

impl<'a> Stage<'a> {
    fn open(about: About<'a>) -> io::Result<Self> {
        let keys = Keys::open()?;
        let palette = Palette::new(about.is_colored);
        Ok(Self { about, palette, frame: Frame::default(), keys, complaint: None })
    }

    /// Draws what is told, the question with its cursor, `below` it, and the help.
    fn draw(&mut self, question: Vec<Piece>, below: Vec<Vec<Piece>>) -> io::Result<()> {
        let mut lines: Vec<Vec<Piece>> = self.complaint().into_iter().collect();
        let mut first = self.question("?");
        first.extend(question);
        lines.push(first);
        lines.extend(below);
        if !self.about.help.is_empty() {
            lines.push(vec![Piece::new(format!("[{}]", self.about.help), self.palette.faint)]);
        }
        self.frame.draw(&lines)
    }

    fn complaint(&self) -> Option<Vec<Piece>> {
        let Palette { bad, .. } = self.palette;
        let why = self.complaint.as_ref()?;
        Some(vec![Piece::new("! ", bad), Piece::new(why.clone(), bad)])
    }

    fn question(&self, mark: &str) -> Vec<Piece> {
        vec![
            Piece::new(format!("{mark} "), self.palette.mark),
            Piece::new(format!("{} ", self.about.message), self.palette.message),
        ]
    }

    /// What stays on the screen.
    fn close(&mut self, mark: &str, answer: &str, style: Style) -> io::Result<()> {
        let mut line = self.question(mark);
        line.push(Piece::new(answer, style));
        self.frame.close(&[line])
    }

    fn answered(&mut self, answer: &str) -> io::Result<()> {
        self.close("*", answer, self.palette.chosen)
    }

    fn interrupted<T>(&mut self) -> io::Result<End<T>> {
        self.close("?", "(interrupted)", self.palette.faint)?;
        Ok(End::Interrupt)
    }

    /// Esc: the end, if it is one here.
    fn escaped<T>(&mut self) -> io::Result<Option<End<T>>> {
        match self.about.escape {
            Escape::Ends(told) => {
                self.close("?", told, self.palette.faint)?;
                Ok(Some(End::Escape))
            }
            Escape::Stays(why) => {
                self.complaint = Some(why.to_owned());
                Ok(None)
            }
        }
    }
}
