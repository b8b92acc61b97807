//! The marks of Java code.

use super::{
    Site,
    cursor::{Cursor, is_word},
};

/// What right beside a literal would change it.
const BESIDE: [char; 3] = ['"', '\'', '\\'];

/// Every mark of a file: its number, and where it stands.
pub(super) fn sites(text: &str, stem: &str) -> Vec<(usize, Site)> {
    let mut cursor = Cursor::new(text, stem);
    let is_whole = !has_hidden_signs(text) && read(&mut cursor).is_some();
    cursor.finish(!is_whole)
}

/// Whether a sign of the language may be written as `\u0022`: that is read before everything else.
fn has_hidden_signs(text: &str) -> bool {
    text.match_indices("\\u").any(|(at, _)| {
        let digits = text.get(at + 1..).unwrap_or_default().trim_start_matches('u').get(..4);
        digits.and_then(|it| u32::from_str_radix(it, 16).ok()).is_none_or(|it| it < 0x80)
    })
}

/// Reads all of it; nothing where a text or a comment does not end.
fn read(cursor: &mut Cursor<'_>) -> Option<()> {
    while let Some(next) = cursor.peek() {
        if cursor.take_literal(&BESIDE).is_some() {
            continue;
        }
        if is_word(next) {
            cursor.take_word(is_word);
            continue;
        }
        let start = cursor.at();
        let (what, is_whole) = if cursor.take("//") {
            cursor.take_while(|it| !matches!(it, '\n' | '\r'));
            ("a comment", true)
        } else if cursor.take("/*") {
            ("a comment", cursor.take_past("*/"))
        } else if cursor.take("\"\"\"") {
            ("a text block", cursor.take_string("\"\"\"", false))
        } else if cursor.take("\"") {
            ("a string", cursor.take_string("\"", true))
        } else if cursor.take("'") {
            ("a character", cursor.take_string("'", true))
        } else {
            cursor.bump();
            continue;
        };
        cursor.note_since(start, Site::Inside(what));
        is_whole.then_some(())?;
    }
    Some(())
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
            "String x = @;",
            "@Bean(@) f('\\'', \"\\\"\", @); // it's",
            "String x = \"\"\"\n a \" \\\"\"\" b\n\"\"\" + @;",
            "/* ' */ return List.of(@, @);",
            "String x = \"\\u00e9\" + @;",
        ] {
            let program = program.replace("@Bean", "&Bean");
            assert_eq!(of(&program), Site::Own, "{program}");
        }
    }

    #[test]
    fn texts_and_comments_take_none() {
        for (program, what) in [
            ("// @", "a comment"),
            ("/* @ */", "a comment"),
            ("x = \"\"\"\n@\n\"\"\";", "a text block"),
            ("x = \"a@\";", "a string"),
            ("x = '@';", "a character"),
        ] {
            assert_eq!(of(program), Site::Inside(what), "{program}");
        }
        for program in ["x = @@;", "x = \"\"@;", "x = @\"\";", "x = a@;"] {
            assert!(matches!(of(program), Site::Beside(_)), "{program}");
        }
        for program in ["x = \"\n@", "x = \"\"\"\n@", "x = \"\\u0022 + @ + \\uu0022\";", "/* @"] {
            assert_eq!(of(program), Site::Unknown, "{program}");
        }
    }
}
