//! The marks of Go code.

use super::{
    Site,
    cursor::{Cursor, is_word},
};

/// What right beside a literal would change it.
const BESIDE: [char; 4] = ['"', '\'', '`', '\\'];

/// Every mark of a file: its number, and where it stands.
pub(super) fn sites(text: &str, stem: &str) -> Vec<(usize, Site)> {
    let mut cursor = Cursor::new(text, stem);
    let is_whole = read(&mut cursor).is_some();
    cursor.finish(!is_whole)
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
            cursor.take_line();
            ("a comment", true)
        } else if cursor.take("/*") {
            ("a comment", cursor.take_past("*/"))
        } else if cursor.take("`") {
            ("a raw string", cursor.take_past("`"))
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
            "const name = @",
            "var x = f(@, 'a', '\\'', `\\`, \"\\\"\") // it's",
            "return map[string]string{@: @}",
            "type T struct { A string @ }",
            "/* \" */ x := []string{@, @}",
            "switch x { case @: y() }",
        ] {
            assert_eq!(of(program), Site::Own, "{program}");
        }
    }

    #[test]
    fn texts_and_comments_take_none() {
        for (program, what) in [
            ("//go:generate echo @\n", "a comment"),
            ("/* /* @ */", "a comment"),
            ("x := `\n@`", "a raw string"),
            ("x := \"\\\"@\"", "a string"),
            ("x := '@'", "a character"),
        ] {
            assert_eq!(of(program), Site::Inside(what), "{program}");
        }
        for program in ["x := @@", "x := \"\"@", "x := a@", "x := @`a`"] {
            assert!(matches!(of(program), Site::Beside(_)), "{program}");
        }
        for program in ["x := \"a\ny := @", "x := @ /*", "x := `@", "x := '"] {
            let found = sites(&program.replace('@', "zq0q0z"), "zq0q");
            assert!(found.iter().all(|(_, site)| *site == Site::Unknown), "{program}");
        }
    }
}
