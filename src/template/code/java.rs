//! The marks of Java code.

use super::{
    Inside, Site,
    cursor::Cursor,
    texts::{End, Kind, read},
};

/// What right beside a literal would change it.
const BESIDE: [char; 3] = ['"', '\'', '\\'];

/// Its texts and comments.
const KINDS: [Kind; 5] = [
    Kind { opens: "//", what: Inside::Comment, ends: End::Before(&['\n', '\r']) },
    Kind { opens: "/*", what: Inside::Comment, ends: End::Behind("*/") },
    Kind { opens: "\"\"\"", what: Inside::TextBlock, ends: End::BehindOnAnyLine("\"\"\"") },
    Kind { opens: "\"", what: Inside::Text, ends: End::BehindOnLine("\"") },
    Kind { opens: "'", what: Inside::Character, ends: End::BehindOnLine("'") },
];

/// Every mark of a file: its number, and where it stands.
pub(super) fn sites(text: &str, stem: &str) -> Vec<(usize, Site)> {
    let mut cursor = Cursor::new(text, stem);
    let is_plain = !has_hidden_signs(text);
    let ended = is_plain.then(|| read(&mut cursor, &KINDS, &BESIDE)).flatten();
    cursor.finish(ended)
}

/// Whether a sign of the language may be written as `\u0022`: that is read before everything else.
fn has_hidden_signs(text: &str) -> bool {
    text.match_indices("\\u").any(|(at, _)| {
        let digits = text.get(at + 1..).unwrap_or_default().trim_start_matches('u').get(..4);
        digits.and_then(|it| u32::from_str_radix(it, 16).ok()).is_none_or(|it| it < 0x80)
    })
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
            "§Bean(@) f('\\'', \"\\\"\", @); // it's",
            "String x = \"\"\"\n a \" \\\"\"\" b\n\"\"\" + @;",
            "/* ' */ return List.of(@, @);",
            "String x = \"\\u00e9\" + @;",
        ] {
            assert_eq!(of(program), Site::Own, "{program}");
        }
    }

    #[test]
    fn texts_and_comments_take_none() {
        for (program, what) in [
            ("// @", Inside::Comment),
            ("/* @ */", Inside::Comment),
            ("x = \"\"\"\n@\n\"\"\";", Inside::TextBlock),
            ("x = \"a@\";", Inside::Text),
            ("x = '@';", Inside::Character),
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
