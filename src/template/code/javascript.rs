//! The marks of JavaScript and TypeScript code, with or without JSX.
//!
//! Whether `/` divides or begins a regular expression, and whether `<` compares or begins an element,
//! depends on what stands before it; where that is not clear, the file has no known places.

use super::{
    Inside, Site,
    cursor::{Cursor, is_word},
};

/// What right beside a literal would change it.
const BESIDE: [char; 6] = ['"', '\'', '`', '\\', '#', '@'];

/// Words before an expression; all others end one.
const OPERATORS: [&str; 13] = [
    "return",
    "typeof",
    "case",
    "do",
    "else",
    "in",
    "instanceof",
    "new",
    "void",
    "delete",
    "throw",
    "extends",
    "default",
];

/// Words that may be a name as well.
const UNCLEAR: [&str; 6] = ["of", "yield", "await", "async", "let", "as"];

/// Whether there are elements in the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// `<` begins an element where an expression may begin.
    Jsx,
    /// `<` is never an element.
    Plain,
}

/// What is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    /// `(`, and whether it stands behind `if` and the like.
    Paren(bool),
    Bracket,
    Brace,
    /// `${` in a template literal.
    Template,
    /// `{` of a tag or of an element.
    Braces,
    Tag,
    Children,
}

/// What was read last, as far as it says what may follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    /// An expression begins.
    Operator,
    /// An expression ended.
    Value,
    /// One of the two.
    Unclear,
    /// `if`, `while`, `for`, `with`.
    Control,
    /// `import` or `from`, and a bracket behind it.
    Import,
    /// `.`, behind which any word is a name.
    Dot,
}

/// Every mark of a program: its number, and where it stands.
pub(super) fn sites(text: &str, stem: &str, dialect: Dialect) -> Vec<(usize, Site)> {
    let cursor = Cursor::new(text, stem);
    let (open, last) = (Vec::new(), Last::Operator);
    let mut lexer = Lexer { cursor, dialect, open, last, is_value: false };
    let is_whole = lexer.read().is_some() && lexer.open.is_empty();
    lexer.cursor.finish(!is_whole)
}

struct Lexer<'t> {
    cursor: Cursor<'t>,
    dialect: Dialect,
    open: Vec<Open>,
    last: Last,
    /// Whether the value of an attribute comes next.
    is_value: bool,
}

impl Lexer<'_> {
    /// Reads all of it; nothing where it is not clear how, or where a text does not end.
    fn read(&mut self) -> Option<()> {
        if self.cursor.is_at("#!") {
            self.comment();
        }
        while !self.cursor.is_done() {
            match self.open.last() {
                Some(Open::Tag) => self.tag()?,
                Some(Open::Children) => self.children()?,
                _ => self.code()?,
            }
        }
        Some(())
    }

    fn code(&mut self) -> Option<()> {
        let next = self.cursor.peek()?;
        if self.cursor.is_at_mark() {
            self.mark();
        } else if next.is_whitespace() || next == '\u{feff}' {
            self.cursor.bump();
        } else if is_word(next) || next == '#' {
            self.word();
        } else if matches!(next, '"' | '\'') {
            let start = self.cursor.at();
            self.cursor.bump();
            let is_whole = self.cursor.take_string(if next == '"' { "\"" } else { "'" }, true);
            self.cursor.note_since(start, Site::Inside(Inside::Text));
            self.last = Last::Value;
            is_whole.then_some(())?;
        } else if self.cursor.take("`") {
            self.template()?;
        } else if self.cursor.is_at("//") {
            self.comment();
        } else if self.cursor.is_at("/*") {
            self.long_comment()?;
        } else {
            self.sign(next)?;
        }
        Some(())
    }

    fn mark(&mut self) {
        let start = self.cursor.at();
        match self.last {
            // A module's address may be a program of its own.
            Last::Import => {
                self.cursor.take_mark();
                self.cursor.note_since(start, Site::Inside(Inside::Import));
            }
            _ => {
                self.cursor.take_literal(&BESIDE);
            }
        }
        self.last = Last::Value;
    }

    fn word(&mut self) {
        self.cursor.take("#");
        let word = self.cursor.take_word(is_word);
        self.last = match (self.last, word) {
            (Last::Dot, _) => Last::Value,
            (_, "if" | "while" | "for" | "with") | (Last::Control, "await") => Last::Control,
            (_, "from") if self.cursor.rest().trim_start().starts_with('(') => Last::Value,
            (_, "import" | "from") => Last::Import,
            (_, word) if OPERATORS.contains(&word) => Last::Operator,
            (_, word) if UNCLEAR.contains(&word) => Last::Unclear,
            _ => Last::Value,
        };
    }

    fn comment(&mut self) {
        let start = self.cursor.at();
        self.cursor.take_while(|it| !matches!(it, '\n' | '\r' | '\u{2028}' | '\u{2029}'));
        self.cursor.note_since(start, Site::Inside(Inside::Comment));
    }

    fn long_comment(&mut self) -> Option<()> {
        let start = self.cursor.at();
        self.cursor.take("/*");
        let is_whole = self.cursor.take_past("*/");
        self.cursor.note_since(start, Site::Inside(Inside::Comment));
        is_whole.then_some(())
    }

    /// The text of a template literal, up to an expression in it or to its end.
    fn template(&mut self) -> Option<()> {
        let start = self.cursor.at();
        let mut ended = None;
        while ended.is_none() && !self.cursor.is_done() {
            if self.cursor.take("`") {
                ended = Some(Last::Value);
            } else if self.cursor.take("${") {
                self.open.push(Open::Template);
                ended = Some(Last::Operator);
            } else if self.cursor.bump() == Some('\\') && !self.cursor.is_at_mark() {
                self.cursor.bump();
            }
        }
        self.cursor.note_since(start, Site::Inside(Inside::TemplateLiteral));
        self.last = ended?;
        Some(())
    }

    fn sign(&mut self, sign: char) -> Option<()> {
        match sign {
            '/' => return self.slash(),
            '<' if self.begins_element()? => {
                self.cursor.bump();
                self.open.push(Open::Tag);
                self.cursor.take_word(is_name);
                return Some(());
            }
            _ => {}
        }
        self.cursor.bump();
        let was = self.last;
        self.last = Last::Operator;
        match sign {
            '(' => {
                self.open.push(Open::Paren(was == Last::Control));
                self.last = if was == Last::Import { was } else { self.last };
            }
            '[' => self.open.push(Open::Bracket),
            '{' => self.open.push(Open::Brace),
            ')' => match self.open.pop()? {
                Open::Paren(true) => {}
                Open::Paren(false) => self.last = Last::Value,
                _ => return None,
            },
            ']' => {
                (self.open.pop()? == Open::Bracket).then_some(())?;
                self.last = Last::Value;
            }
            '}' => match self.open.pop()? {
                // A block or a value.
                Open::Brace => self.last = Last::Unclear,
                Open::Template => return self.template(),
                Open::Braces => {}
                _ => return None,
            },
            '.' if !self.cursor.is_at(".") && !self.cursor.read().ends_with("..") => {
                self.last = Last::Dot;
            }
            '+' | '-' if self.cursor.is_at(&sign.to_string()) => {
                self.cursor.bump();
                self.last = Last::Unclear;
                let is_comment = sign == '-' && self.cursor.is_at(">") && self.ends_comment();
                (!is_comment).then_some(())?;
            }
            '!' if was == Last::Value && !self.cursor.is_at("=") => self.last = Last::Unclear,
            _ => {}
        }
        Some(())
    }

    /// Whether `--` was read where a line begins. Browsers read `-->` there as a comment.
    fn ends_comment(&self) -> bool {
        let is_end = |it: char| matches!(it, '\n' | '\r' | '\u{2028}' | '\u{2029}');
        let before = self.cursor.read().strip_suffix("--").unwrap_or_default();
        let before = before.trim_end_matches(|it: char| it.is_whitespace() && !is_end(it));
        before.is_empty() || before.ends_with(is_end) || before.ends_with("*/")
    }

    /// A division or a regular expression.
    fn slash(&mut self) -> Option<()> {
        match self.last {
            Last::Value => {
                self.cursor.bump();
                self.last = Last::Operator;
                Some(())
            }
            Last::Operator => {
                let start = self.cursor.at();
                self.cursor.bump();
                let is_whole = self.expression();
                self.cursor.note_since(start, Site::Inside(Inside::RegularExpression));
                self.last = Last::Value;
                is_whole.then_some(())
            }
            Last::Unclear | Last::Control | Last::Import | Last::Dot => None,
        }
    }

    /// The rest of a regular expression. Says whether it ends on its line.
    fn expression(&mut self) -> bool {
        let mut in_class = false;
        while let Some(next) = self.cursor.bump() {
            match next {
                '\n' | '\r' | '\u{2028}' | '\u{2029}' => return false,
                '\\' if !self.cursor.is_at_mark() => {
                    self.cursor.bump();
                }
                '[' => in_class = true,
                ']' => in_class = false,
                '/' if !in_class => return true,
                _ => {}
            }
        }
        false
    }

    /// Whether an element begins; nothing where that is not clear.
    fn begins_element(&self) -> Option<bool> {
        // Browsers read it as a comment, outside of modules.
        (!self.cursor.is_at("<!--")).then_some(())?;
        let rest = self.cursor.rest().strip_prefix('<').unwrap_or_default();
        let is_tag = rest.starts_with(|it: char| it == '>' || (is_word(it) && !it.is_numeric()));
        if self.dialect == Dialect::Plain || !is_tag {
            return Some(false);
        }
        let behind = rest.trim_start_matches(is_name).trim_start();
        // The parameters of a generic function.
        let is_generic = behind.starts_with(',') || behind.starts_with("extends ");
        match self.last {
            Last::Value | Last::Dot => Some(false),
            Last::Operator if is_generic => Some(false),
            Last::Operator => Some(true),
            Last::Unclear | Last::Control | Last::Import => None,
        }
    }

    /// One thing of a tag, behind its name.
    fn tag(&mut self) -> Option<()> {
        let start = self.cursor.at();
        let is_value = self.is_value;
        self.is_value = is_value && self.cursor.peek().is_some_and(char::is_whitespace);
        if self.cursor.take("/>") {
            return self.close();
        } else if self.cursor.take(">") {
            *self.open.last_mut()? = Open::Children;
        } else if self.cursor.take("{") {
            self.open.push(Open::Braces);
            self.last = Last::Operator;
        } else if self.cursor.is_at("/") || self.cursor.is_at("<") {
            return None;
        } else {
            let is_mark = self.cursor.take_mark().is_some();
            let next = if is_mark { None } else { self.cursor.bump() };
            self.is_value |= next == Some('=');
            let what = if is_value { Inside::JsxAttribute } else { Inside::JsxTag };
            if let Some(quote @ ('"' | '\'')) = next {
                is_value.then_some(())?;
                self.cursor.take_past(if quote == '"' { "\"" } else { "'" }).then_some(())?;
            }
            self.cursor.note_since(start, Site::Inside(what));
        }
        Some(())
    }

    /// The text of an element, up to what is no text.
    fn children(&mut self) -> Option<()> {
        let start = self.cursor.at();
        self.cursor.take_while(|it| it != '{' && it != '<');
        self.cursor.note_since(start, Site::Inside(Inside::JsxText));
        let start = self.cursor.at();
        if self.cursor.take("{") {
            self.open.push(Open::Braces);
            self.last = Last::Operator;
        } else if self.cursor.take("</") {
            self.cursor.take_past(">").then_some(())?;
            self.cursor.note_since(start, Site::Inside(Inside::JsxTag));
            return self.close();
        } else if self.cursor.take("<") {
            self.open.push(Open::Tag);
        }
        Some(())
    }

    /// The end of an element.
    fn close(&mut self) -> Option<()> {
        self.open.pop()?;
        self.last = Last::Value;
        Some(())
    }
}

/// Whether a character may be a part of a tag's name.
fn is_name(character: char) -> bool {
    is_word(character) || matches!(character, '-' | '.' | ':')
}

#[cfg(test)]
mod tests {
    use super::{super::tests::at, *};

    fn of(program: &str) -> Site {
        at(program, |text, stem| sites(text, stem, Dialect::Jsx))
    }

    #[test]
    fn an_expression_takes_a_literal() {
        for program in [
            "const name = @;",
            "f(@, [@], {a: @, [@]: 1});",
            "const a = b / c / d; x(@); // it's",
            "const r = /[/'\"]\\//g, s = (1) / 2; x = @;",
            "if (x) /'/.test(y); z = @;",
            "return /'/.test(@)",
            "x = `a ${f(@)} b`",
            "x = `a ${`'${ {a: @}.a }`} \\` \\${` + @",
            "export default {name: @}",
            "case @: break;",
            "x = a < b && c > @;",
            "const f = <T,>(x: T) => x; y = @;",
            "function f(x = @) { return @ }",
            "@Component({selector: @}) class A {}",
            "return <p title={@} {...x}>it's {@} <br/> {/* ' */}</p>;",
            "x = <><A.B c='\"' d-e=\"'\"/>'</>; y = @",
            "x = y ? <a/> : <b>{z.map(it => <i key={@}>{@}</i>)}</b>;",
            "x.if / y; z = @",
            "x => { return @ }",
            "import a from 'a';\nx = @",
            "while (x --> 0) { y(@) }",
            "x?.y / [@].length / 2",
        ] {
            let program = program.replace("@Component", "Component");
            assert_eq!(of(&program), Site::Own, "{program}");
        }
        for program in ["const f = <T>(x: T) => x; y = @;", "x = <string>@;", "a! < b; c = @"] {
            let found = at(program, |text, stem| sites(text, stem, Dialect::Plain));
            assert_eq!(found, Site::Own, "{program}");
        }
    }

    #[test]
    fn texts_patterns_and_comments_take_none() {
        for (program, what) in [
            ("x = '@'", Inside::Text),
            ("x = \"a\\\r\n@\"", Inside::Text),
            ("x = `a @`", Inside::TemplateLiteral),
            ("x = `${a} @`", Inside::TemplateLiteral),
            ("x = `${`@`}`", Inside::TemplateLiteral),
            ("x = /@/g", Inside::RegularExpression),
            ("if (x) /[/]@/.test(y)", Inside::RegularExpression),
            ("x = [/a\\/@/]", Inside::RegularExpression),
            ("// @", Inside::Comment),
            ("/* \n @ */", Inside::Comment),
            ("#!/usr/bin/env @\n", Inside::Comment),
            ("import x from @", Inside::Import),
            ("export * from @", Inside::Import),
            ("import @", Inside::Import),
            ("await import(@)", Inside::Import),
            ("x = <p title=@ />", Inside::JsxAttribute),
            ("x = <p title=\"@\" />", Inside::JsxAttribute),
            ("x = <p a={b} title='@'>c</p>", Inside::JsxAttribute),
            ("x = <p>it's @</p>", Inside::JsxText),
            ("x = <p>{a}@<b/></p>", Inside::JsxText),
            ("x = (<@/>)", Inside::JsxTag),
            ("x = <p></@>", Inside::JsxTag),
        ] {
            assert_eq!(of(program), Site::Inside(what), "{program}");
        }
    }

    #[test]
    fn what_stands_right_beside_a_literal_changes_it() {
        for program in ["x = ''@", "x = @''", "x = @`a`", "x = a@", "x = @@", "x = @a", "x = $@"] {
            assert!(matches!(of(program), Site::Beside(_)), "{program}");
        }
    }

    #[test]
    fn what_is_not_clear_has_no_known_place() {
        for program in [
            "x = 'a\n@",
            "x = `a ${@",
            "x = /a\n + @",
            "x = {} / @ / 2",
            "x++ / @ / 2",
            "of / @ / 2",
            "<!-- @",
            "x = @\n--> y",
            "x = @\n/* */ --> y",
            "x = (@]",
            "x = @)",
            "x = <p>@",
            "x = <p {@>",
            "} <p>@</p>",
            "/* @",
        ] {
            assert_eq!(of(program), Site::Unknown, "{program}");
        }
    }
}
