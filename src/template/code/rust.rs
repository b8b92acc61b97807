//! The marks of Rust code.

use super::{
    Inside, Site,
    cursor::{Cursor, Lines, is_word},
};

/// What right beside a literal would change it.
const BESIDE: [char; 4] = ['"', '\'', '#', '\\'];

/// Macros whose first text is a pattern: braces in it are read. With each, how many arguments come
/// before it at least.
const FORMATS: [(&[&str], usize); 3] = [
    (
        &[
            "println",
            "print",
            "eprintln",
            "eprint",
            "format",
            "format_args",
            "panic",
            "todo",
            "unimplemented",
            "unreachable",
            "bail",
            "anyhow",
            "eyre",
            "trace",
            "debug",
            "info",
            "warn",
            "error",
            "log",
            "event",
            "display",
            "formatdoc",
            "printdoc",
            "eprintdoc",
            "formatcp",
        ],
        0,
    ),
    (&["write", "writeln", "writedoc", "assert", "debug_assert", "ensure"], 1),
    (&["assert_eq", "assert_ne", "debug_assert_eq", "debug_assert_ne"], 2),
];

/// What is open, and what of a pattern is known in it.
#[derive(Debug, Default)]
struct Open {
    /// How many arguments come before a pattern, where there is one.
    pattern: Option<usize>,
    /// How many arguments came.
    arguments: usize,
    /// Whether an argument begins.
    begins: bool,
    /// Whether all arguments are parts of a pattern.
    is_part: bool,
}

impl Open {
    /// What a macro or an attribute opens.
    fn of(name: &str) -> Self {
        let format = FORMATS.iter().find(|(names, _)| names.contains(&name));
        let pattern = format.map(|(_, before)| *before);
        Self { pattern, begins: true, ..Self::default() }
    }

    /// Whether a text that comes next is a pattern.
    fn awaits_pattern(&self) -> bool {
        let comes = || self.pattern.is_some_and(|before| self.arguments >= before);
        self.is_part || (self.begins && comes())
    }

    /// Takes what begins with no letter.
    fn take(&mut self, sign: char) {
        if sign == '"' && self.awaits_pattern() {
            self.pattern = None;
        }
        self.arguments += usize::from(sign == ',');
        self.begins = sign == ',' || (self.begins && sign.is_whitespace());
    }
}

/// Every mark of a file: its number, and where it stands.
pub(super) fn sites(text: &str, stem: &str) -> Vec<(usize, Site)> {
    let mut cursor = Cursor::new(text, stem);
    let ended = read(&mut cursor);
    cursor.finish(ended)
}

/// Reads all of it; nothing where a text or a comment does not end.
fn read(cursor: &mut Cursor<'_>) -> Option<()> {
    if cursor.is_at("#!") && !cursor.is_at("#![") {
        cursor.take_line();
        cursor.note_since(0, Site::Inside(Inside::Comment));
    }
    let mut open = vec![Open::default()];
    while let Some(next) = cursor.peek() {
        let start = cursor.at();
        let inner = open.last_mut()?;
        if cursor.is_at_mark() {
            if inner.awaits_pattern() {
                cursor.take_mark();
                cursor.note_since(start, Site::Inside(Inside::FormatString));
            } else {
                cursor.take_literal(&BESIDE);
            }
            inner.begins = false;
        } else if is_word(next) {
            let word = cursor.take_word(is_word);
            let is_prefix = matches!(word, "r" | "br" | "cr");
            if is_prefix && (cursor.is_at("\"") || cursor.is_at("#")) {
                inner.take('"');
                raw(cursor)?;
            } else if is_macro(cursor) || (inner.begins && cursor.is_at("(")) {
                // What a macro makes of a text in the place of a pattern is one.
                let is_part = inner.awaits_pattern() && is_macro(cursor);
                let opened = Open { is_part, ..Open::of(word) };
                inner.begins = false;
                cursor.take("!");
                cursor.take_while(char::is_whitespace);
                cursor.bump();
                open.push(opened);
                continue;
            }
            inner.begins = false;
        } else if cursor.is_at("//") || cursor.is_at("/*") {
            sign(cursor)?;
        } else {
            inner.take(next);
            let is_attribute = next == '[' && cursor.before() == Some('#');
            sign(cursor)?;
            match next {
                '(' | '{' | '[' => open.push(Open { begins: is_attribute, ..Open::default() }),
                ')' | '}' | ']' if open.len() > 1 => drop(open.pop()),
                _ => {}
            }
        }
    }
    Some(())
}

/// Whether the arguments of a macro come next, where its name was read.
fn is_macro(cursor: &Cursor<'_>) -> bool {
    let behind = cursor.rest().strip_prefix('!').map(str::trim_start);
    behind.is_some_and(|it| it.starts_with(['(', '[', '{']))
}

/// What begins with no letter.
fn sign(cursor: &mut Cursor<'_>) -> Option<()> {
    let start = cursor.at();
    let (what, is_whole) = if cursor.take("//") {
        cursor.take_line();
        (Inside::Comment, true)
    } else if cursor.take("/*") {
        (Inside::Comment, comment(cursor))
    } else if cursor.take("\"") {
        (Inside::Text, cursor.take_string("\"", Lines::Many))
    } else if cursor.take("'") {
        (Inside::Character, character(cursor))
    } else {
        cursor.bump();
        return Some(());
    };
    cursor.note_since(start, Site::Inside(what));
    is_whole.then_some(())
}

/// The rest of a comment; comments nest.
fn comment(cursor: &mut Cursor<'_>) -> bool {
    let mut depth = 1_usize;
    while depth > 0 && !cursor.is_done() {
        if cursor.take("/*") {
            depth += 1;
        } else if cursor.take("*/") {
            depth -= 1;
        } else {
            cursor.bump();
        }
    }
    depth == 0
}

/// The rest of a character or of a lifetime.
fn character(cursor: &mut Cursor<'_>) -> bool {
    if cursor.is_at("\\") {
        return cursor.take_string("'", Lines::One);
    }
    let is_character = cursor.rest().chars().nth(1) == Some('\'');
    if is_character {
        cursor.bump();
        return cursor.take("'");
    }
    cursor.take_while(is_word);
    // A mark between quotes.
    cursor.take("'");
    true
}

/// A raw string behind its prefix, or the rest of a raw name.
fn raw(cursor: &mut Cursor<'_>) -> Option<()> {
    let start = cursor.at();
    let hashes = cursor.take_while(|it| it == '#');
    if !cursor.take("\"") {
        return Some(());
    }
    let is_whole = cursor.take_past(&format!("\"{hashes}"));
    cursor.note_since(start, Site::Inside(Inside::RawText));
    is_whole.then_some(())
}

#[cfg(test)]
mod tests {
    use super::{super::tests::at, *};

    fn of(program: &str) -> Site {
        at(program, sites)
    }

    #[test]
    fn an_expression_takes_a_literal() {
        for program in [
            "const NAME: &str = @;",
            "f(@, 'a', '\\'', '\"', b'\\\\', \"\\\"\", r\"\\\", r#\"\"\"#, br##\"\"#\"##); g(@)",
            "fn f<'a>(x: &'a str) -> &'static str { @ }",
            "match x { @ => 1, _ => 2 }",
            "println!(\"{} {}\", @, @); vec![@, @]",
            "#[doc = @] #[serde(rename = @)] struct A;",
            "/* /* ' */ \" */ let r#type = @; // it's",
            "Some(@).map(|it| it == @)",
            "#![allow(x)]\nlet x = @;",
            "assert_eq!(name(), @); assert!(x == @, \"{}\", @);",
            "info!(name = @, \"x\"); writeln!(out, \"{}\", @)?; error(@)",
            "write!(f, r\"{}\", @)",
        ] {
            assert_eq!(of(program), Site::Own, "{program}");
        }
    }

    #[test]
    fn texts_and_comments_take_none() {
        for (program, what) in [
            ("// @", Inside::Comment),
            ("/// @", Inside::Comment),
            ("/* /* */ @ */", Inside::Comment),
            ("x = \"\n@\";", Inside::Text),
            ("x = b\"@\";", Inside::Text),
            ("x = r\"\\\"; y = r#\"@\"#;", Inside::RawText),
            ("x = cr##\"\"# @\"##;", Inside::RawText),
            ("x = '@';", Inside::Character),
            ("x: &'@ str", Inside::Character),
            ("println!(@)", Inside::FormatString),
            ("x = format!(\n  @, y)", Inside::FormatString),
            ("#!/usr/bin/env @\n", Inside::Comment),
            ("writeln!(out, @)", Inside::FormatString),
            ("println!(\n // greet\n @)", Inside::FormatString),
            ("println!  (@)", Inside::FormatString),
            ("assert!(a == \"x\", @)", Inside::FormatString),
            ("assert_eq!(\"a\", b, @)", Inside::FormatString),
            ("println!(concat!(\"a\", @, \"{}\"), b)", Inside::FormatString),
            ("info!(target: \"x\", @)", Inside::FormatString),
            ("ensure!(c, @)", Inside::FormatString),
            ("#[error(@)]\nstruct A;", Inside::FormatString),
        ] {
            assert_eq!(of(program), Site::Inside(what), "{program}");
        }
        for program in ["x = r#@#;", "x = r@;", "x = @u8;", "x = \"\"@;", "x = @@;", "x = @#;"] {
            assert!(matches!(of(program), Site::Beside(_)), "{program}");
        }
        for program in ["x = \"@", "x = r#\"@\"", "/* /* @ */", "x = @; '\\"] {
            let found = sites(&program.replace('@', "zq0q0z"), "zq0q");
            assert!(found.iter().all(|(_, site)| *site == Site::Unknown), "{program}");
        }
    }
}
