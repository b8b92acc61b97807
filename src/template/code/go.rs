//! The marks of Go code.

use super::{
    Inside, Site,
    cursor::Cursor,
    texts::{End, Kind, read},
};

/// What right beside a literal would change it.
const BESIDE: [char; 4] = ['"', '\'', '`', '\\'];

/// Its texts and comments.
const KINDS: [Kind; 5] = [
    Kind { opens: "//", what: Inside::Comment, ends: End::Before(&['\n']) },
    Kind { opens: "/*", what: Inside::Comment, ends: End::Behind("*/") },
    Kind { opens: "`", what: Inside::RawText, ends: End::Behind("`") },
    Kind { opens: "\"", what: Inside::Text, ends: End::BehindOnLine("\"") },
    Kind { opens: "'", what: Inside::Character, ends: End::BehindOnLine("'") },
];

/// Every mark of a file: its number, and where it stands.
pub(super) fn sites(text: &str, stem: &str) -> Vec<(usize, Site)> {
    let mut cursor = Cursor::new(text, stem);
    let ended = read(&mut cursor, &KINDS, &BESIDE);
    cursor.finish(ended)
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
            ("//go:generate echo @\n", Inside::Comment),
            ("/* /* @ */", Inside::Comment),
            ("x := `\n@`", Inside::RawText),
            ("x := \"\\\"@\"", Inside::Text),
            ("x := '@'", Inside::Character),
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
