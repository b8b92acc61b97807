//! Rust source cut into words, signs and comments: as much of a lexer as reading imports takes.

/// One piece of a source file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Kind<'a>,
    /// The line it begins on, from 1.
    pub(crate) line: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind<'a> {
    /// A name or a keyword (`r#type` is `type`).
    Word(&'a str),
    /// The path separator `::`.
    PathSep,
    /// Any other sign.
    Sign(char),
    /// A text, a number, a character or a lifetime: nothing that imports.
    Literal,
    /// A comment, its marks included.
    Comment(&'a str),
}

/// Cuts a source text into tokens. It never fails: what it doesn't know is a sign.
pub(crate) fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut line = 1;
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let (kind, length) = next(rest, first);
        let (piece, after) = rest.split_at(length);
        if let Some(kind) = kind {
            found.push(Token { kind, line });
        }
        line += piece.matches('\n').count();
        rest = after;
    }
    found
}

/// The token at the start of `rest` (none for white space), and its length in bytes.
fn next(rest: &str, first: char) -> (Option<Kind<'_>>, usize) {
    if first.is_whitespace() {
        return (None, first.len_utf8());
    }
    if rest.starts_with("//") {
        let length = rest.find('\n').unwrap_or(rest.len());
        return (Some(Kind::Comment(&rest[..length])), length);
    }
    if rest.starts_with("/*") {
        let length = block_comment(rest);
        return (Some(Kind::Comment(&rest[..length])), length);
    }
    if rest.starts_with("::") {
        return (Some(Kind::PathSep), 2);
    }
    if let Some(length) = text_literal(rest) {
        return (Some(Kind::Literal), length);
    }
    if first == '\'' {
        return (Some(Kind::Literal), quote(rest));
    }
    if let Some(byte) = rest.strip_prefix('b').filter(|after| after.starts_with('\'')) {
        return (Some(Kind::Literal), 1 + quote(byte));
    }
    if first.is_ascii_digit() {
        return (Some(Kind::Literal), word_length(rest));
    }
    if is_word(first) {
        let raw = rest.strip_prefix("r#").filter(|after| after.starts_with(is_word));
        let skipped = if raw.is_some() { 2 } else { 0 };
        let length = word_length(raw.unwrap_or(rest));
        return (Some(Kind::Word(&rest[skipped..skipped + length])), skipped + length);
    }
    (Some(Kind::Sign(first)), first.len_utf8())
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn word_length(text: &str) -> usize {
    text.find(|c| !is_word(c)).unwrap_or(text.len())
}

/// The length of a block comment, nested ones included.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while let Some(ahead) = rest.get(at..).filter(|ahead| !ahead.is_empty()) {
        if ahead.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if ahead.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += ahead.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// The length of a string literal in any of its forms, if one begins here.
fn text_literal(rest: &str) -> Option<usize> {
    let prefix = ["br", "cr", "b", "c", "r", ""].into_iter().find(|prefix| {
        let after = rest.strip_prefix(prefix).unwrap_or_default();
        let hashes = if prefix.ends_with('r') { after.trim_start_matches('#') } else { after };
        rest.starts_with(prefix) && hashes.starts_with('"')
    })?;
    let body = &rest[prefix.len()..];
    if prefix.ends_with('r') {
        let hashes = body.len() - body.trim_start_matches('#').len();
        let end = format!("\"{}", "#".repeat(hashes));
        let inside = &body[hashes + 1..];
        let length = inside.find(&end).map_or(inside.len(), |at| at + end.len());
        return Some(prefix.len() + hashes + 1 + length);
    }
    Some(prefix.len() + escaped(body, '"'))
}

/// The length of a literal in which a backslash escapes, up to and with its closing sign.
fn escaped(body: &str, close: char) -> usize {
    let mut characters = body.char_indices().skip(1);
    while let Some((at, c)) = characters.next() {
        if c == '\\' {
            characters.next();
        } else if c == close {
            return at + c.len_utf8();
        }
    }
    body.len()
}

/// The length of a character literal or of a lifetime.
fn quote(rest: &str) -> usize {
    let mut after = rest.chars().skip(1);
    let is_character = match (after.next(), after.next()) {
        (Some('\\'), _) => true,
        (_, second) => second == Some('\''),
    };
    if is_character { escaped(rest, '\'') } else { 1 + word_length(&rest[1..]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(source: &str) -> Vec<&str> {
        let words = tokens(source).into_iter().filter_map(|token| match token.kind {
            Kind::Word(word) => Some(word),
            Kind::PathSep | Kind::Sign(_) | Kind::Literal | Kind::Comment(_) => None,
        });
        words.collect()
    }

    #[test]
    fn what_stands_in_texts_is_no_word() {
        assert_eq!(words(r#"a("use crate::x; \" more") b"#), ["a", "b"]);
        assert_eq!(words(r###"a(r#"use "x" \"#) b"###), ["a", "b"]);
        assert_eq!(words(r##"a(b"x", br"y\", c"z", b'"') d"##), ["a", "d"]);
        assert_eq!(words("a(\"over\ntwo lines\") b"), ["a", "b"]);
    }

    #[test]
    fn characters_and_lifetimes_are_told_apart() {
        assert_eq!(words(r#"a('"', '\'', '\u{1F600}', 'ü') b"#), ["a", "b"]);
        assert_eq!(words("fn a<'a>(x: &'a str) -> &'static str"), ["fn", "a", "x", "str", "str"]);
    }

    #[test]
    fn comments_nest_and_hide_code() {
        assert_eq!(words("a /* b /* c */ d */ e // f\ng"), ["a", "e", "g"]);
        assert_eq!(words("a // it's\nb"), ["a", "b"]);
    }

    #[test]
    fn raw_words_are_words() {
        assert_eq!(words("r#type rust b br"), ["type", "rust", "b", "br"]);
    }

    #[test]
    fn lines_count_from_one_across_texts() {
        let lines: Vec<usize> = tokens("a\n\"x\ny\"\nb").iter().map(|token| token.line).collect();
        assert_eq!(lines, [1, 2, 4]);
    }

    #[test]
    fn what_is_unfinished_ends_with_the_file() {
        for source in ["\"a", "r#\"a", "/* a", "'", "'\\", "r#", "b'"] {
            tokens(source);
        }
    }
}
