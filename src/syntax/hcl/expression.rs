//! Expressions of HCL, as deep as their shape in JSON needs: texts, lists, maps and literals in
//! their parts, everything else as the stretch that it takes.

use super::cursor::{Cursor, Read};
use crate::{
    data::{Content, Number},
    text::Span,
};

/// An expression, and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Expression {
    pub(super) kind: Kind,
    pub(super) span: Span,
}

/// What an expression is.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// A number, a boolean, `null`, or the text between the parts of a template.
    Literal(Content),
    /// `-1` or `!true`.
    Unary(char, Content),
    /// A text with what stands in it.
    Template(Vec<Expression>),
    /// A text that is one `${…}`.
    Wrapped(Box<Expression>),
    /// `[…]`.
    List(Vec<Expression>),
    /// `{…}`.
    Map(Vec<(Expression, Expression)>),
    /// `a ? b : c`, or `%{ if a }b%{ else }c%{ endif }`.
    Conditional(Span, Box<Expression>, Box<Expression>),
    /// `%{ for names in list }body%{ endfor }`.
    Join(String, Span, Box<Expression>),
    /// A name, and the steps from it.
    Name,
    /// Anything else.
    Other,
}

impl Cursor<'_> {
    /// A whole expression.
    pub(super) fn expression(&mut self) -> Read<Expression> {
        self.deeper(|cursor| {
            let condition = cursor.operation()?;
            cursor.skip();
            if !cursor.eat("?") {
                return Ok(condition);
            }
            let yes = cursor.expression()?;
            cursor.expect(":", "a condition has no `:`")?;
            let no = cursor.expression()?;
            let span = Span { start: condition.span.start, end: no.span.end };
            Ok(Expression {
                kind: Kind::Conditional(condition.span, Box::new(yes), Box::new(no)),
                span,
            })
        })
    }

    pub(super) fn expect(&mut self, words: &str, message: &'static str) -> Read<()> {
        self.skip();
        if self.eat(words) { Ok(()) } else { Err(self.wrong(message)) }
    }

    fn operation(&mut self) -> Read<Expression> {
        const OPERATORS: [&str; 13] =
            ["||", "&&", "==", "!=", ">=", "<=", ">", "<", "+", "-", "*", "/", "%"];
        let mut left = self.term()?;
        loop {
            let before = *self;
            self.skip();
            let is_arrow = self.rest().starts_with("=>");
            if is_arrow || !OPERATORS.iter().any(|it| self.eat(it)) {
                *self = before;
                return Ok(left);
            }
            let right = self.term()?;
            let span = Span { start: left.span.start, end: right.span.end };
            left = Expression { kind: Kind::Other, span };
        }
    }

    /// A term with its steps.
    fn term(&mut self) -> Read<Expression> {
        self.skip();
        let start = self.at();
        let mut term = self.bare_term()?;
        loop {
            let before = *self;
            self.skip();
            let is_step = match self.peek() {
                Some('.') if !self.rest().starts_with("...") => self.dot()?,
                Some('[') => self.index()?,
                _ => false,
            };
            if !is_step {
                *self = before;
                return Ok(term);
            }
            let kind = match term.kind {
                Kind::Name => Kind::Name,
                _ => Kind::Other,
            };
            term = Expression { kind, span: Span { start, end: self.at() } };
        }
    }

    /// `.name`, `.0`, `.*`
    fn dot(&mut self) -> Read<bool> {
        self.take();
        self.skip();
        if self.eat("*") || self.identifier().is_some() {
            return Ok(true);
        }
        let digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return Err(self.wrong("behind a `.` a name is missing"));
        }
        self.go(self.at() + digits);
        Ok(true)
    }

    /// `[…]`, `[*]`
    fn index(&mut self) -> Read<bool> {
        self.take();
        self.minding(false, |cursor| {
            cursor.skip();
            if !cursor.eat("*") {
                cursor.expression()?;
            }
            cursor.expect("]", "an index has no `]`")?;
            Ok(true)
        })
    }

    fn bare_term(&mut self) -> Read<Expression> {
        let start = self.at();
        let kind = match self.peek() {
            Some('(') => {
                self.take();
                self.minding(false, |cursor| {
                    cursor.expression()?;
                    cursor.expect(")", "a bracket has no `)`")
                })?;
                Kind::Other
            }
            Some('[') => self.list()?,
            Some('{') => self.map()?,
            Some('"') => self.quoted()?,
            Some('<') if self.rest().starts_with("<<") => self.heredoc()?,
            Some(sign @ ('-' | '!')) => {
                self.take();
                let operand = self.deeper(Self::term)?;
                let span = Span { start, end: operand.span.end };
                let kind = match operand.kind {
                    Kind::Literal(content) => Kind::Unary(sign, content),
                    _ => Kind::Other,
                };
                return Ok(Expression { kind, span });
            }
            Some('0'..='9') => self.number()?,
            _ => self.name_or_call()?,
        };
        Ok(Expression { kind, span: Span { start, end: self.at() } })
    }

    fn number(&mut self) -> Read<Kind> {
        let start = self.at();
        let digits = |cursor: &mut Self| {
            let count = cursor.rest().bytes().take_while(u8::is_ascii_digit).count();
            cursor.go(cursor.at() + count);
            count > 0
        };
        digits(self);
        let before = *self;
        if !(self.eat(".") && digits(self)) {
            *self = before;
        }
        let before = *self;
        if self.eat("e") || self.eat("E") {
            let _signed = self.eat("+") || self.eat("-");
            if !digits(self) {
                *self = before;
            }
        }
        let after_point = self.rest().strip_prefix('.').unwrap_or_default();
        if after_point.starts_with(|it: char| it.is_ascii_digit()) {
            return Err(("a number has two points", start));
        }
        let text = self.slice(Span { start, end: self.at() });
        let number = match (text.parse(), text.parse::<f64>()) {
            (Ok(whole), _) => Number::Int(whole),
            (Err(_), Ok(value)) if value.is_finite() => Number::Float(value),
            _ => return Err(("JSON has no such number", start)),
        };
        Ok(Kind::Literal(Content::Number(number)))
    }

    fn name_or_call(&mut self) -> Read<Kind> {
        let name = self.identifier().ok_or_else(|| self.wrong("a value is missing"))?;
        let before = *self;
        self.skip();
        let mut is_call = false;
        while self.eat("::") {
            self.skip();
            self.identifier().ok_or_else(|| self.wrong("behind `::` a name is missing"))?;
            self.skip();
            is_call = true;
        }
        if self.peek() == Some('(') {
            self.take();
            self.minding(false, Self::arguments)?;
            return Ok(Kind::Other);
        }
        if is_call {
            return Err(self.wrong("a call has no `(`"));
        }
        *self = before;
        Ok(match self.slice(name) {
            "true" => Kind::Literal(Content::Bool(true)),
            "false" => Kind::Literal(Content::Bool(false)),
            "null" => Kind::Literal(Content::Null),
            _ => Kind::Name,
        })
    }

    fn arguments(&mut self) -> Read<()> {
        loop {
            self.skip();
            if self.eat(")") {
                return Ok(());
            }
            self.expression()?;
            self.skip();
            if self.eat("...") {
                return self.expect(")", "a call has no `)`");
            }
            if self.eat(")") {
                return Ok(());
            }
            self.expect(",", "a call has no `)`")?;
        }
    }

    fn list(&mut self) -> Read<Kind> {
        self.take();
        self.minding(false, |cursor| {
            cursor.skip();
            if cursor.keyword("for") {
                return cursor.for_expression("]");
            }
            let mut items = Vec::new();
            loop {
                cursor.skip();
                if cursor.eat("]") {
                    return Ok(Kind::List(items));
                }
                items.push(cursor.expression()?);
                cursor.skip();
                if cursor.eat("]") {
                    return Ok(Kind::List(items));
                }
                cursor.expect(",", "a list has no `]`")?;
            }
        })
    }

    fn map(&mut self) -> Read<Kind> {
        self.take();
        let before = *self;
        let is_for = self.minding(false, |cursor| {
            cursor.skip();
            cursor.keyword("for")
        });
        if is_for {
            return self.minding(false, |cursor| cursor.for_expression("}"));
        }
        *self = before;
        self.minding(true, |cursor| {
            let mut entries = Vec::new();
            loop {
                cursor.skip();
                if cursor.peek() == Some('\n') {
                    cursor.take();
                    continue;
                }
                if cursor.eat("}") {
                    return Ok(Kind::Map(entries));
                }
                let key = cursor.expression()?;
                cursor.skip();
                if !(cursor.is_at_equals() || cursor.peek() == Some(':')) {
                    return Err(cursor.wrong("a key has no `=`"));
                }
                cursor.take();
                entries.push((key, cursor.expression()?));
                cursor.skip();
                match cursor.peek() {
                    Some('}') => {}
                    Some(',' | '\n') => _ = cursor.take(),
                    _ => return Err(cursor.wrong("a map has no `}`")),
                }
            }
        })
    }

    /// What stands behind `for` up to `end`, which nobody sees in parts.
    fn for_expression(&mut self, end: &str) -> Read<Kind> {
        self.names()?;
        self.expression()?;
        self.expect(":", "a `for` has no `:`")?;
        self.expression()?;
        self.skip();
        let has_key = self.eat("=>");
        if has_key {
            self.expression()?;
        }
        self.skip();
        let is_grouped = self.eat("...");
        self.skip();
        if self.keyword("if") {
            self.expression()?;
        }
        self.expect(end, "a `for` has no end")?;
        match (end == "}") == has_key && (has_key || !is_grouped) {
            true => Ok(Kind::Other),
            false => Err(self.wrong("a `for` makes a map of keys and values, or a list of values")),
        }
    }

    /// `key, value in`: the names as they are shown.
    pub(super) fn names(&mut self) -> Read<String> {
        let mut names = String::new();
        loop {
            self.skip();
            let name = self.identifier().ok_or_else(|| self.wrong("a `for` has no name"))?;
            names += self.slice(name);
            self.skip();
            if names.contains(", ") || !self.eat(",") {
                break;
            }
            names += ", ";
        }
        if self.keyword("in") { Ok(names) } else { Err(self.wrong("a `for` has no `in`")) }
    }
}
