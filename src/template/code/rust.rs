//! The marks of Rust code.

use super::{
    Site,
    cursor::{Cursor, is_word},
};

/// What right beside a literal would change it.
const BESIDE: [char; 4] = ['"', '\'', '#', '\\'];

/// Macros with a pattern, in which braces are read: how many arguments come before it at the least.
const FORMATS: [(&str, usize); 29] = [
    ("println", 0),
    ("print", 0),
    ("eprintln", 0),
    ("eprint", 0),
    ("format", 0),
    ("format_args", 0),
    ("panic", 0),
    ("todo", 0),
    ("unimplemented", 0),
    ("unreachable", 0),
    ("bail", 0),
    ("anyhow", 0),
    ("eyre", 0),
    ("trace", 0),
    ("debug", 0),
    ("info", 0),
    ("warn", 0),
    ("error", 0),
    ("log", 0),
    ("event", 0),
    ("write", 1),
    ("writeln", 1),
    ("assert", 1),
    ("debug_assert", 1),
    ("ensure", 1),
    ("assert_eq", 2),
    ("assert_ne", 2),
    ("debug_assert_eq", 2),
    ("debug_assert_ne", 2),
];

/// Attributes of errors and the like whose first text is a pattern.
const ATTRIBUTES: [&str; 3] = ["error", "display", "debug"];

/// What stands between brackets.
#[derive(Default)]
struct Group {
    /// How many arguments come before a pattern at the least, where one is awaited.
    pattern: Option<usize>,
    /// Whether all of its texts are one.
    is_joined: bool,
    /// How many commas were read.
    commas: usize,
}

impl Group {
    /// Whether a text is a part of the pattern, where it begins an argument or does not.
    fn takes(&self, begins: bool) -> bool {
        (begins || self.is_joined) && self.pattern.is_some_and(|least| self.commas >= least)
    }
}

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
    let mut groups = vec![Group::default()];
    // The name that was read last, and whether it is a macro's; whether an argument begins.
    let (mut name, mut is_macro, mut begins) = ("", false, false);
    while let Some(next) = cursor.peek() {
        let start = cursor.at();
        if next.is_whitespace() {
            cursor.bump();
            continue;
        }
        if cursor.is_at("//") || cursor.is_at("/*") {
            sign(cursor)?;
            continue;
        }
        let group = groups.last_mut()?;
        let takes = group.takes(begins);
        let (mut is_name, mut is_call, mut is_text) = (false, false, false);
        let mut starts = false;
        if cursor.is_at_mark() {
            is_text = true;
            if takes {
                cursor.take_mark();
                cursor.note_since(start, Site::Inside("a format string"));
            } else {
                cursor.take_literal(&BESIDE);
            }
        } else if is_word(next) {
            let word = cursor.take_word(is_word);
            let is_prefix = matches!(word, "r" | "br" | "cr");
            if is_prefix && (cursor.is_at("\"") || cursor.is_at("#")) {
                is_text = true;
                raw(cursor)?;
            } else {
                let before = cursor.read().get(..start).unwrap_or_default();
                is_call = before.trim_end().ends_with("#[") && ATTRIBUTES.contains(&word);
                (name, is_name) = (word, true);
            }
        } else if matches!(next, '(' | '[' | '{') {
            cursor.bump();
            let is_joined = is_macro && name == "concat" && takes;
            let format = FORMATS.iter().find(|(it, _)| *it == name && is_macro);
            let attribute = (name == "#" && next == '(').then_some(0);
            let pattern = if is_joined { Some(0) } else { format.map(|it| it.1).or(attribute) };
            if is_joined {
                group.pattern = None;
            }
            groups.push(Group { pattern, is_joined, commas: 0 });
            starts = true;
        } else if matches!(next, ')' | ']' | '}') {
            cursor.bump();
            if groups.len() > 1 {
                groups.pop();
            }
        } else if next == '!' && !name.is_empty() {
            cursor.bump();
            is_macro = true;
            continue;
        } else {
            group.commas += usize::from(next == ',');
            starts = next == ',';
            is_text = next == '"';
            sign(cursor)?;
        }
        if is_text
            && takes
            && let Some(group) = groups.last_mut().filter(|it| !it.is_joined)
        {
            group.pattern = None;
        }
        // `concat` begins an argument as its texts do.
        begins = starts || (is_name && begins && name == "concat");
        is_macro = false;
        name = match (is_name, is_call) {
            (true, true) => "#",
            (true, false) => name,
            (false, _) => "",
        };
    }
    Some(())
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
            "writeln!(out, \"{}\", @); assert_eq!(@, x, \"{}\", @); assert!(x == @, r\"x\");",
            "info!(name = @, \"x {}\", @); println!(concat!(\"a\", \"b\"), @); f(if !x { @ } else { y })",
            "#[error(\"x\")] struct E; if name != (@) { error(@) }",
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
            ("writeln!(out, @)", "a format string"),
            ("assert_eq!(f(a, b), [c, d], @)", "a format string"),
            ("println!(\n // greet\n @)", "a format string"),
            ("println /* a */ !\t /* b */ {@}", "a format string"),
            ("println!(concat!(@, \"{}\"), x, 1)", "a format string"),
            ("println!(concat!(\"{}\", @), x)", "a format string"),
            ("tracing::info!(target: \"x\", @)", "a format string"),
            ("ensure!(x == \"y\", @)", "a format string"),
            ("#[error(@)] struct E;", "a format string"),
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
