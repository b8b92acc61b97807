//! The marks of Python code.

use super::{
    Inside, Site,
    cursor::{Cursor, Lines, is_word},
};

/// What right beside a literal would change it.
const BESIDE: [char; 4] = ['"', '\'', '\\', '#'];

/// Every mark of a module: its number, and where it stands.
pub(super) fn sites(text: &str, stem: &str) -> Vec<(usize, Site)> {
    let mut cursor = Cursor::new(text, stem);
    let ended = (!has_encoding(text)).then(|| read(&mut cursor)).flatten();
    cursor.finish(ended)
}

/// Names of the encodings in which every text of ours is read as it is written.
const ENCODINGS: [&str; 6] = ["utf-8", "utf8", "utf_8", "utf-8-sig", "ascii", "us-ascii"];

/// Whether the first lines say that the bytes are read as something else than UTF-8: any `coding` in
/// a comment, with `:` or `=` right behind it.
pub(crate) fn has_encoding(text: &str) -> bool {
    let is_name = |it: char| it.is_ascii_alphanumeric() || "-_.".contains(it);
    let says = |line: &str| {
        line.split("coding").skip(1).filter_map(|it| it.strip_prefix([':', '='])).any(|it| {
            let it = it.trim_start_matches([' ', '\t']);
            let name = it.get(..it.find(|it| !is_name(it)).unwrap_or(it.len()));
            let name = name.unwrap_or_default().to_ascii_lowercase();
            !name.is_empty() && !ENCODINGS.contains(&name.as_str())
        })
    };
    let lines = text.trim_start_matches('\u{feff}').split('\n').take(2);
    lines
        .flat_map(|line| line.trim_end_matches('\r').split('\r'))
        .take(2)
        .any(|line| line.trim_start().starts_with('#') && says(line))
}

/// Reads all of it; nothing where a text does not end.
fn read(cursor: &mut Cursor<'_>) -> Option<()> {
    while let Some(next) = cursor.peek() {
        if cursor.take_literal(&BESIDE).is_some() {
            continue;
        }
        let start = cursor.at();
        match next {
            '#' => {
                cursor.take_while(|it| !matches!(it, '\n' | '\r'));
                cursor.note_since(start, Site::Inside(Inside::Comment));
            }
            '"' | '\'' => string(cursor, "")?,
            it if is_word(it) => {
                let word = cursor.take_word(is_word);
                if cursor.is_at("\"") || cursor.is_at("'") {
                    string(cursor, word)?;
                }
            }
            _ => {
                cursor.bump();
            }
        }
    }
    Some(())
}

/// A text behind its prefix.
fn string(cursor: &mut Cursor<'_>, prefix: &str) -> Option<()> {
    let start = cursor.at();
    let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|it| cursor.is_at(it))?;
    cursor.take(quote);
    let prefix = prefix.to_ascii_lowercase();
    let lines = if quote.len() == 3 { Lines::Many } else { Lines::One };
    let is_formatted = matches!(prefix.as_str(), "f" | "fr" | "rf" | "t" | "tr" | "rt");
    let is_whole = match is_formatted {
        true if prefix.contains('r') => formatted(cursor, quote, Backslash::Plain),
        true => formatted(cursor, quote, Backslash::Escape),
        false => cursor.take_string(quote, lines),
    };
    let what = match (is_formatted, lines) {
        (true, _) => Inside::FString,
        (false, Lines::Many) => Inside::LongText,
        (false, Lines::One) => Inside::Text,
    };
    cursor.note_since(start, Site::Inside(what));
    is_whole.then_some(())
}

/// What a backslash is in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Backslash {
    /// It begins an escape.
    Escape,
    /// It is one.
    Plain,
}

/// The rest of an f-string, with its closing quote. Where versions of Python differ in where it ends
/// (its own quotes inside of an expression), it does not end for us.
fn formatted(cursor: &mut Cursor<'_>, quote: &str, backslash: Backslash) -> bool {
    let (mut depth, mut inner) = (0_usize, None);
    while !cursor.is_done() {
        if cursor.is_at(quote) {
            return depth == 0 && cursor.take(quote);
        }
        let Some(next) = cursor.bump() else { return false };
        match (depth, next) {
            (_, '\n' | '\r') if quote.len() == 1 => return false,
            (0, '\\') if backslash == Backslash::Escape && cursor.take("N{") => {
                cursor.take_while(|it| it != '}' && it != '\n');
                cursor.take("}");
            }
            (0, '\\') if !cursor.is_at("{") => {
                cursor.bump();
            }
            (0, '{') if !cursor.take("{") => depth = 1,
            (0, _) => {}
            // Quotes of the other kind, in an expression.
            (_, '"' | '\'') if inner == Some(next) => inner = None,
            (_, '"' | '\'') if inner.is_none() => inner = Some(next),
            (_, '\\') => return false,
            // A comment, where it is no part of how a value is written.
            (_, '#') if inner.is_none() && quote.len() > 1 && !cursor.behind().ends_with(":#") => {
                return false;
            }
            (_, '{') if inner.is_none() => depth += 1,
            (_, '}') if inner.is_none() => depth -= 1,
            _ => {}
        }
    }
    false
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
            "NAME = @",
            "f(@, x=@)",
            "x = [@, @]\n",
            "x = {@: @}",
            "def f(x=@): return @\n",
            "@\n",
            "x = f\"{a['b']!r:>{width}} {{}} \\N{DASH}\" @ 'it\\'s' r'\\\\' @",
            "\"\"\"a \" # b\n\"\"\"\nx = (@)",
            "x = rf'\\{a}' + b'\\'' + @",
            "x = 1 if y == @ else (@)  # it's\n",
            "case @: pass",
            "x = f'{a:#x} {b[\"#\"]}' + f\"\"\"{a:#06x}\"\"\" + @",
            "x: Literal[@] = @\n",
            "assert x == @, @",
            "x = rf\"{root}\\\\\" + @",
            "# coding/coding: utf-8\nx = @",
            "# encoding=UTF-8-sig, the coding of it\nx = @",
            "x = 1\ny = 2\n# coding: utf-7\nx = @",
        ] {
            assert_eq!(of(program), Site::Own, "{program}");
        }
    }

    #[test]
    fn texts_and_comments_take_none() {
        for (program, what) in [
            ("x = f\"a @\"", Inside::FString),
            ("x = f\"{@}\"", Inside::FString),
            ("x = Rf'''\n@'''", Inside::FString),
            ("x = t'{a}@'", Inside::FString),
            ("\"\"\"\n@\n\"\"\"", Inside::LongText),
            ("x = '@'", Inside::Text),
            ("x = rf\"{root}\\\\\" + \" @ \"  # the 5\" disk", Inside::Text),
            ("x = r'\\'@'", Inside::Text),
            ("x = rf\"{a}\\\\\" + \" @ \" # 5\"", Inside::Text),
            ("x = rf'\\N{a}@'", Inside::FString),
            ("x = 'a\\\n@'", Inside::Text),
            ("x = 1 # @", Inside::Comment),
            ("# -*- coding: utf-8 -*-\n# '''\n#@", Inside::Comment),
        ] {
            assert_eq!(of(program), Site::Inside(what), "{program}");
        }
    }

    #[test]
    fn what_stands_right_beside_a_literal_changes_it() {
        for program in ["x = f@", "x = rb@", "x = @f", "x = @@", "x = @\"\"", "x = ''@", "x = \\@"]
        {
            assert!(matches!(of(program), Site::Beside(_)), "{program}");
        }
    }

    #[test]
    fn where_a_text_does_not_end_no_place_is_known() {
        for program in [
            "x = '''@",
            "x = 'a\n@",
            "x = f'{a'\ny = @",
            "x = f\"{a[\"b\"]}\"\ny = @",
            "x = f'{a:\"}'\ny = @",
            "x = f\"\"\"{a # }\n}\"\"\"\ny = @",
            "# coding: utf-7\nx = @",
            "# Team: coding/coding:unicode_escape\nx = @",
            "# encoding style guide, coding: utf-7\nx = @",
            "#!/usr/bin/python\r# coding: utf-8-x\nx = @",
            "# coding/coding:unicode_escape\nx = @",
            "# encoding style guide, coding: utf-7\nx = @",
            "#!/usr/bin/env python3\n \x0c# coding: utf-8, coding=utf-7\nx = @",
            "# coding: utf-8-but-not-so\nx = @",
            "#!/usr/bin/env python3\r\n# coding:utf-7\r\nx = @",
            "#\r# coding:utf-7\rx = @",
        ] {
            assert_eq!(of(program), Site::Unknown, "{program}");
        }
    }
}
