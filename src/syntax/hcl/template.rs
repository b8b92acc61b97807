//! Texts of HCL, in quotes and as here-documents, with what stands in them.

use super::{
    cursor::{Cursor, Read},
    expression::{Expression, Kind},
};
use crate::{data::Content, text::Span};

/// A piece of a text, before `if` and `for` are put together.
#[derive(Debug)]
enum Piece {
    Literal(String, Span),
    Value(Expression),
    If(Span),
    Else,
    EndIf,
    For(String, Span),
    EndFor,
}

/// The pieces of a text, and whether white space is cut where one begins.
#[derive(Default)]
struct Pieces {
    pieces: Vec<Piece>,
    cuts_next: bool,
    /// Whether the last piece may be cut at its end.
    can_cut: bool,
}

impl Pieces {
    fn literal(&mut self, text: String, span: Span) {
        let text =
            if std::mem::take(&mut self.cuts_next) { text.trim_start().to_owned() } else { text };
        self.pieces.push(Piece::Literal(text, span));
        self.can_cut = true;
    }

    fn cut_last(&mut self) {
        if let (true, Some(Piece::Literal(text, _))) = (self.can_cut, self.pieces.last_mut()) {
            text.truncate(text.trim_end().len());
        }
    }
}

impl Cursor<'_> {
    /// A label of a block: a text in quotes with nothing in it.
    pub(super) fn label(&mut self) -> Read<String> {
        let start = self.at();
        match self.quoted()? {
            Kind::Template(parts) => match parts.as_slice() {
                [Expression { kind: Kind::Literal(Content::Text(text)), .. }] => Ok(text.clone()),
                _ => Err(("a label has something in it", start)),
            },
            _ => Err(("a label has something in it", start)),
        }
    }

    /// A text in quotes.
    pub(super) fn quoted(&mut self) -> Read<Kind> {
        let start = self.at();
        self.take();
        let mut pieces = Pieces::default();
        let mut literal = String::new();
        let mut literal_start = self.at();
        loop {
            if self.is_at_sequence() {
                let span = Span { start: literal_start, end: self.at() };
                if !literal.is_empty() {
                    pieces.literal(std::mem::take(&mut literal), span);
                }
                self.sequence(&mut pieces)?;
                literal_start = self.at();
                continue;
            }
            if self.eat_escaped_sequence(&mut literal) {
                continue;
            }
            match self.take() {
                Some('"') => break,
                Some('\\') => literal.push(self.escape()?),
                Some('\n' | '\r') | None => return Err(("a text has no end", start)),
                Some(other) => literal.push(other),
            }
        }
        if !literal.is_empty() {
            let end = self.at().saturating_sub(1);
            pieces.literal(literal, Span { start: literal_start, end });
        }
        self.template(pieces.pieces, Span { start, end: self.at() })
    }

    fn escape(&mut self) -> Read<char> {
        let at = self.at();
        let digits = match self.take() {
            Some('n') => return Ok('\n'),
            Some('r') => return Ok('\r'),
            Some('t') => return Ok('\t'),
            Some(other @ ('"' | '\\')) => return Ok(other),
            Some('u') => 4,
            Some('U') => 8,
            _ => return Err(("there is no such escape", at)),
        };
        let code = (0..digits).try_fold(0_u32, |code, _| {
            let digit = self.take()?.to_digit(16)?;
            code.checked_mul(16)?.checked_add(digit)
        });
        code.and_then(char::from_u32).ok_or(("there is no such character", at))
    }

    fn is_at_sequence(&self) -> bool {
        self.rest().starts_with("${") || self.rest().starts_with("%{")
    }

    /// `$${` and `%%{` mean themselves.
    fn eat_escaped_sequence(&mut self, literal: &mut String) -> bool {
        let plain = [("$${", "${"), ("%%{", "%{")].into_iter().find(|(it, _)| self.eat(it));
        literal.push_str(plain.map_or("", |(_, plain)| plain));
        plain.is_some()
    }

    /// `${…}` or `%{…}`.
    fn sequence(&mut self, pieces: &mut Pieces) -> Read<()> {
        let start = self.at();
        let is_value = self.take() == Some('$');
        self.take();
        if self.eat("~") {
            pieces.cut_last();
        }
        pieces.can_cut = false;
        pieces.cuts_next = false;
        let piece = self.minding(false, |cursor| {
            let piece = match is_value {
                true => Piece::Value(cursor.expression()?),
                false => cursor.directive()?,
            };
            cursor.skip();
            pieces.cuts_next = cursor.eat("~}");
            match pieces.cuts_next || cursor.eat("}") {
                true => Ok(piece),
                false => Err(("what stands in a text has no `}`", start)),
            }
        })?;
        pieces.pieces.push(piece);
        Ok(())
    }

    fn directive(&mut self) -> Read<Piece> {
        self.skip();
        let word = self.identifier().ok_or_else(|| self.wrong("behind `%{` a word is missing"))?;
        match self.slice(word) {
            "if" => Ok(Piece::If(self.expression()?.span)),
            "else" => Ok(Piece::Else),
            "endif" => Ok(Piece::EndIf),
            "for" => {
                let names = self.names()?;
                Ok(Piece::For(names, self.expression()?.span))
            }
            "endfor" => Ok(Piece::EndFor),
            _ => Err(("there is no such directive", word.start)),
        }
    }

    /// A here-document. Its lines are pieces of their own.
    pub(super) fn heredoc(&mut self) -> Read<Kind> {
        let start = self.at();
        let wrong = ("a here-document has no end", start);
        self.eat("<<");
        let is_flush = self.eat("-");
        let marker = self.identifier().map(|span| self.slice(span)).ok_or(wrong)?;
        if self.take() != Some('\n') {
            return Err(wrong);
        }
        let mut pieces = Pieces::default();
        let mut line_end = self.at();
        loop {
            let start = self.at();
            if start >= line_end {
                let line = self.rest().split_inclusive('\n').next().ok_or(wrong)?;
                let text = line.strip_suffix('\n').ok_or(wrong)?;
                let text = text.strip_suffix('\r').unwrap_or(text);
                // Behind something that went over lines, the rest of its last one is no end.
                if start == line_end && text.trim() == marker {
                    self.go(start + text.len());
                    break;
                }
                line_end = start + line.len();
            }
            self.line(line_end, &mut pieces)?;
        }
        if is_flush {
            flush(&mut pieces.pieces);
        }
        self.template(pieces.pieces, Span { start, end: self.at() })
    }

    /// A line of a here-document up to its end, or to something in it and with that.
    fn line(&mut self, end: usize, pieces: &mut Pieces) -> Read<()> {
        let start = self.at();
        let mut literal = String::new();
        while self.at() < end && !self.is_at_sequence() {
            if !self.eat_escaped_sequence(&mut literal) {
                let next = self.rest().chars().next().unwrap_or('\n');
                literal.push(next);
                self.go(self.at() + next.len_utf8());
            }
        }
        if !literal.is_empty() {
            pieces.literal(literal, Span { start, end: self.at() });
        }
        if self.at() < end { self.sequence(pieces) } else { Ok(()) }
    }

    /// Pieces as an expression.
    fn template(&mut self, pieces: Vec<Piece>, span: Span) -> Read<Kind> {
        let mut melded: Vec<Piece> = Vec::new();
        for piece in pieces {
            match (melded.last_mut(), piece) {
                (Some(Piece::Literal(text, before)), Piece::Literal(more, span)) => {
                    *text += &more;
                    before.end = span.end;
                }
                (_, piece) => melded.push(piece),
            }
        }
        if matches!(melded.as_slice(), [Piece::Value(_)])
            && let Some(Piece::Value(value)) = melded.pop()
        {
            return Ok(Kind::Wrapped(Box::new(value)));
        }
        let mut rest = melded.into_iter();
        let (parts, end) = self.parts(&mut rest, span)?;
        match end {
            None => Ok(Kind::Template(parts)),
            Some(_) => Err(("a directive of a text begins nowhere", span.start)),
        }
    }

    /// Parts up to the end, or to a piece that ends a directive.
    fn parts(
        &mut self,
        rest: &mut impl Iterator<Item = Piece>,
        span: Span,
    ) -> Read<(Vec<Expression>, Option<Piece>)> {
        let mut parts = Vec::new();
        let end = loop {
            let Some(piece) = rest.next() else { break None };
            let kind = match piece {
                Piece::Literal(text, span) => {
                    parts.push(Expression { kind: Kind::Literal(Content::Text(text)), span });
                    continue;
                }
                Piece::Value(value) => {
                    parts.push(value);
                    continue;
                }
                Piece::If(condition) => self.conditional(condition, rest, span)?,
                Piece::For(names, list) => {
                    let (body, end) = self.deeper(|cursor| cursor.parts(rest, span))?;
                    let Some(Piece::EndFor) = end else {
                        return Err(("a `for` of a text has no `endfor`", list.start));
                    };
                    Kind::Join(
                        names,
                        list,
                        Box::new(Expression { kind: Kind::Template(body), span }),
                    )
                }
                end @ (Piece::Else | Piece::EndIf | Piece::EndFor) => break Some(end),
            };
            parts.push(Expression { kind, span });
        };
        if parts.is_empty() {
            parts.push(Expression { kind: Kind::Literal(Content::Text(String::new())), span });
        }
        Ok((parts, end))
    }

    fn conditional(
        &mut self,
        condition: Span,
        rest: &mut impl Iterator<Item = Piece>,
        span: Span,
    ) -> Read<Kind> {
        let wrong = ("an `if` of a text has no `endif`", condition.start);
        let template = |parts| Box::new(Expression { kind: Kind::Template(parts), span });
        let (yes, end) = self.deeper(|cursor| cursor.parts(&mut *rest, span))?;
        let no = match end {
            Some(Piece::EndIf) => {
                let kind = Kind::Literal(Content::Text(String::new()));
                vec![Expression { kind, span }]
            }
            Some(Piece::Else) => match self.deeper(|cursor| cursor.parts(rest, span))? {
                (no, Some(Piece::EndIf)) => no,
                _ => return Err(wrong),
            },
            _ => return Err(wrong),
        };
        Ok(Kind::Conditional(condition, template(yes), template(no)))
    }
}

/// Cuts from every line what all of them have of white space at their begin.
fn flush(pieces: &mut [Piece]) {
    let indent = |text: &str| text.chars().take_while(|it| it.is_whitespace()).count();
    let is_blank = |text: &str| text.trim_start().is_empty() && text.ends_with('\n');
    let mut least = usize::MAX;
    let mut begins = vec![false; pieces.len()];
    let mut is_line_start = true;
    for (piece, begins) in pieces.iter().zip(&mut begins) {
        if std::mem::take(&mut is_line_start) {
            match piece {
                Piece::Literal(text, _) if is_blank(text) => {}
                Piece::Literal(text, _) => {
                    least = least.min(indent(text));
                    *begins = true;
                }
                _ => least = 0,
            }
        }
        is_line_start = matches!(piece, Piece::Literal(text, _) if text.ends_with('\n'));
    }
    for (piece, _) in pieces.iter_mut().zip(begins).filter(|(_, begins)| *begins) {
        if let Piece::Literal(text, _) = piece {
            *text = text.chars().skip(least).collect();
        }
    }
}
