//! The marks of Rust code.

use super::{
    Site,
    cursor::{Cursor, is_word},
};

/// What right beside a literal would change it.
const BESIDE: [char; 4] = ['"', '\'', '#', '\\'];

/// Macros whose first text is a pattern: braces in it are read.
const FORMATS: [&str; 19] = [
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
];

/// Every mark of a file: its number, and where it stands.
pub(super) fn sites(text: &str, stem: &str) -> Vec<(usize, Site)> {
    let mut cursor = Cursor::new(text, stem);
    let is_whole = read(&mut cursor).is_some();
    cursor.finish(!is_whole)
}

/// Reads all of it; nothing where a text or a comment does not end.
fn read(cursor: &mut Cursor<'_>) -> Option<()> {
    if cursor.is_at("#!") && !cursor.is_at("#![") {
        cursor.take_line();
        cursor.note_since(0, Site::Inside("a comment"));
    }
    // The macro whose first argument comes next.
    let mut called = "";
    while let Some(next) = cursor.peek() {
        let start = cursor.at();
        if cursor.is_at_mark() {
            match FORMATS.contains(&called) {
                true => {
                    cursor.take_mark();
                    cursor.note_since(start, Site::Inside("a format string"));
                }
                false => {
                    cursor.take_literal(&BESIDE);
                }
            }
        } else if is_word(next) {
            let word = cursor.take_word(is_word);
            let is_prefix = matches!(word, "r" | "br" | "cr");
            if is_prefix && (cursor.is_at("\"") || cursor.is_at("#")) {
                raw(cursor)?;
            } else if let Some(macro_call) = opened(cursor) {
                cursor.take(macro_call);
                called = word;
                cursor.take_while(char::is_whitespace);
                continue;
            }
        } else {
            sign(cursor)?;
        }
        called = "";
    }
    Some(())
}

/// What opens the arguments of a macro, where its name was read.
fn opened(cursor: &Cursor<'_>) -> Option<&'static str> {
    ["!(", "! (", "![", "!{", "! {"].into_iter().find(|it| cursor.is_at(it))
}

/// What begins with no letter.
fn sign(cursor: &mut Cursor<'_>) -> Option<()> {
    let start = cursor.at();
    let (what, is_whole) = if cursor.take("//") {
        cursor.take_line();
        ("a comment", true)
    } else if cursor.take("/*") {
        ("a comment", comment(cursor))
    } else if cursor.take("\"") {
        ("a string", cursor.take_string("\"", false))
    } else if cursor.take("'") {
        ("a character", character(cursor))
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
        return cursor.take_string("'", true);
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
    cursor.note_since(start, Site::Inside("a raw string"));
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
        ] {
            assert_eq!(of(program), Site::Own, "{program}");
        }
    }

    #[test]
    fn texts_and_comments_take_none() {
        for (program, what) in [
            ("// @", "a comment"),
            ("/// @", "a comment"),
            ("/* /* */ @ */", "a comment"),
            ("x = \"\n@\";", "a string"),
            ("x = b\"@\";", "a string"),
            ("x = r\"\\\"; y = r#\"@\"#;", "a raw string"),
            ("x = cr##\"\"# @\"##;", "a raw string"),
            ("x = '@';", "a character"),
            ("x: &'@ str", "a character"),
            ("println!(@)", "a format string"),
            ("x = format!(\n  @, y)", "a format string"),
            ("#!/usr/bin/env @\n", "a comment"),
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
