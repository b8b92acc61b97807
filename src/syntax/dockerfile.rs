//! A Dockerfile as conftest has it: a list of its instructions and comments, in one more list.
//!
//! Lines are read as BuildKit reads them: directives, continuations, comments between them, and
//! here-documents, whose text is no instruction and is not shown to policies.
//!
//! **Invariant:** what Docker would run is an instruction here; what is none is refused.

mod directive;
mod heredoc;
mod instruction;
mod words;

use super::mistake;
use crate::{
    data::{Content, Number, Part},
    diag::Diagnostic,
    text::{Document, Span},
};
use directive::Directives;
use instruction::Instruction;

/// The instructions of a text.
pub(super) fn parse(document: &Document) -> Result<Part, Diagnostic> {
    let mut reader = Reader { lines: Lines::of(document.text()), ..Reader::default() };
    let read = reader.read();
    let whole = Span { start: 0, end: document.text().len() };
    read.map_err(|(message, span)| {
        mistake("dockerfile", "Dockerfile", &message, document.place(span))
    })?;
    let commands = Part::new(Content::List(reader.commands), whole);
    Ok(Part::new(Content::List(vec![commands]), whole))
}

/// What is wrong, and where.
type Mistake = (String, Span);

/// The lines of a text, one after another.
#[derive(Default)]
struct Lines<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lines<'a> {
    /// The lines behind the mark of the byte order.
    fn of(text: &'a str) -> Self {
        Self { text, at: if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 } }
    }

    /// The next line without its end, and where it begins.
    fn next(&mut self) -> Option<(&'a str, usize)> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let start = self.at;
        let line = rest.split_inclusive('\n').next()?;
        self.at += line.len();
        Some((line.trim_end_matches(['\r', '\n']), start))
    }
}

/// Lines that a continuation joins, and where each stood.
#[derive(Default)]
struct Joined {
    text: String,
    /// Where in the joined text, where in the file.
    pieces: Vec<(usize, usize)>,
}

impl Joined {
    fn push(&mut self, piece: &str, at: usize) {
        self.pieces.push((self.text.len(), at));
        self.text += piece;
    }

    /// Where a byte of the joined text stands in the file.
    fn source(&self, at: usize) -> usize {
        let index = self.pieces.partition_point(|(joined, _)| *joined <= at);
        let piece = index.checked_sub(1).and_then(|index| self.pieces.get(index));
        piece.map_or(0, |(joined, source)| source + (at - joined))
    }
}

#[derive(Default)]
struct Reader<'a> {
    lines: Lines<'a>,
    directives: Directives,
    comments: Vec<(String, Span)>,
    commands: Vec<Part>,
    stages: i64,
}

impl<'a> Reader<'a> {
    fn read(&mut self) -> Result<(), Mistake> {
        let mut has_instructions = false;
        while let Some((line, start)) = self.lines.next() {
            let text = line.trim_start();
            let at = start + (line.len() - text.len());
            let span = Span { start: at, end: at + text.len() };
            if let Some(comment) = text.strip_prefix('#') {
                let is_directive =
                    self.directives.take(comment).map_err(|message| (message, span))?;
                if !is_directive {
                    self.comment(line, span);
                }
                continue;
            }
            self.directives.end();
            if text.is_empty() {
                continue;
            }
            let joined = self.join(text, at);
            has_instructions = true;
            self.instruction(&joined, span)?;
        }
        match has_instructions {
            true => Ok(()),
            false => Err(("it has no instruction".to_owned(), Span { start: 0, end: 0 })),
        }
    }

    /// A comment stands with the instruction below it; an empty one ends what was said.
    fn comment(&mut self, line: &str, span: Span) {
        // The first character goes, which is the `#` only where nothing stands before it.
        let mut text = line.chars();
        text.next();
        match text.as_str().trim() {
            "" => self.comments.clear(),
            text => self.comments.push((text.to_owned(), span)),
        }
    }

    /// A line with all that its continuations join to it.
    fn join(&mut self, first: &str, at: usize) -> Joined {
        let mut joined = Joined::default();
        let (mut piece, mut goes_on) = self.directives.cut_continuation(first);
        joined.push(piece, at);
        while goes_on {
            let Some((line, start)) = self.lines.next() else { break };
            let text = line.trim_start();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            (piece, goes_on) = self.directives.cut_continuation(line);
            joined.push(piece, start);
        }
        joined
    }

    fn instruction(&mut self, joined: &Joined, span: Span) -> Result<(), Mistake> {
        let wrong = |message| (message, span);
        let escape = self.directives.escape;
        let instruction = Instruction::parse(&joined.text, escape).map_err(wrong)?;
        if instruction.may_have_heredocs() && joined.text.contains("<<") {
            for heredoc in heredoc::heredocs(&joined.text).map_err(wrong)? {
                let is_end = |line: &str| heredoc.is_end(line);
                if !std::iter::from_fn(|| self.lines.next()).any(|(line, _)| is_end(line)) {
                    return Err(("a here-document has no end".to_owned(), span));
                }
            }
        }
        instruction.check().map_err(wrong)?;
        self.stages += i64::from(instruction.is_from());
        let stage = (self.stages - 1).max(0);
        for (comment, span) in std::mem::take(&mut self.comments) {
            let value = Part::new(Content::Text(comment), span);
            self.commands.push(command(
                span,
                Fields {
                    cmd: "comment",
                    sub_cmd: "",
                    json: false,
                    flags: Part::new(Content::Null, span),
                    value: Part::new(Content::List(vec![value]), span),
                    stage,
                },
            ));
        }
        let flags = instruction.flags.as_ref().map(|it| texts(joined, span, it));
        let value = Some(&instruction.value).filter(|it| !it.is_empty());
        self.commands.push(command(
            span,
            Fields {
                cmd: &instruction.name.to_lowercase(),
                sub_cmd: instruction.sub_name.as_deref().unwrap_or_default(),
                json: instruction.is_json,
                flags: flags.unwrap_or_else(|| Part::new(Content::Null, span)),
                value: value
                    .map(|it| texts(joined, span, it))
                    .unwrap_or_else(|| Part::new(Content::Null, span)),
                stage,
            },
        ));
        Ok(())
    }
}

struct Fields<'a> {
    cmd: &'a str,
    sub_cmd: &'a str,
    json: bool,
    flags: Part,
    value: Part,
    stage: i64,
}

fn command(span: Span, fields: Fields<'_>) -> Part {
    let part = |content| Part::new(content, span);
    let text = |text: &str| part(Content::Text(text.to_owned()));
    let entries = [
        ("Cmd", text(fields.cmd)),
        ("SubCmd", text(fields.sub_cmd)),
        ("JSON", part(Content::Bool(fields.json))),
        ("Flags", fields.flags),
        ("Value", fields.value),
        ("Stage", part(Content::Number(Number::Int(fields.stage)))),
    ];
    part(Content::Map(entries.map(|(key, value)| (key.to_owned(), value)).into()))
}

/// Texts of an instruction, each where it stands, as far as it stands there as it is.
fn texts(joined: &Joined, span: Span, texts: &[String]) -> Part {
    /// What may stand between two texts.
    const GAP: usize = 64;
    let mut from = 0;
    let place = |text: &String| {
        let rest = joined.text.as_bytes().get(from..)?;
        let window = rest.get(..rest.len().min(text.len() + GAP))?;
        let found = find(window, text.as_bytes())?;
        from += found + text.len();
        let at = from - text.len();
        Some(Span { start: joined.source(at), end: joined.source(from) })
    };
    let places: Vec<_> = texts.iter().map(place).collect();
    let parts = texts
        .iter()
        .zip(places)
        .map(|(text, place)| Part::new(Content::Text(text.clone()), place.unwrap_or(span)));
    Part::new(Content::List(parts.collect()), span)
}

/// Where a text stands in a window that is hardly longer.
fn find(window: &[u8], text: &[u8]) -> Option<usize> {
    (0..=window.len().checked_sub(text.len())?)
        .find(|at| window.get(*at..).is_some_and(|it| it.starts_with(text)))
        // What stands between a name and its value comes behind both.
        .filter(|_| !matches!(text, b"" | b"="))
}
