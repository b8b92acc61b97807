//! Markdown as people read it in a terminal: headings stand out, paragraphs fit the width.

use super::ink::{self, FAINT, HEADING, NAME, paint};
use crate::ui::{Look, clean, clean_line};

/// Renders `text` line by line. What it doesn't know it leaves as it is, which is readable too.
pub fn markdown(text: &str, look: Look) -> String {
    let text = clean(text);
    let mut page = Page { look, lines: Vec::new(), paragraph: None, is_code: false };
    text.lines().for_each(|line| page.line(line));
    page.end_paragraph();
    page.lines.join("\n").trim_matches('\n').to_owned()
}

struct Page {
    look: Look,
    lines: Vec<String>,
    paragraph: Option<Paragraph>,
    is_code: bool,
}

/// Running text, and what stands in front of its first line: an indent or the mark of a list.
struct Paragraph {
    mark: String,
    text: String,
}

enum Line<'a> {
    Fence,
    Blank,
    Heading(&'a str),
    /// A table, a quotation, HTML: only right as it stands.
    Verbatim(&'a str),
    Item(Paragraph),
    Text(&'a str),
}

impl Page {
    fn line(&mut self, line: &str) {
        match read(line) {
            Line::Fence => {
                self.end_paragraph();
                self.is_code = !self.is_code;
            }
            _ if self.is_code => self.lines.push(paint(FAINT, format!("    {line}"))),
            Line::Blank => {
                self.end_paragraph();
                self.blank();
            }
            Line::Heading(text) => {
                self.end_paragraph();
                self.blank();
                self.lines.push(paint(HEADING, without_marks(text)));
            }
            Line::Verbatim(text) => {
                self.end_paragraph();
                self.lines.push(text.to_owned());
            }
            Line::Item(item) => {
                self.end_paragraph();
                self.paragraph = Some(item);
            }
            Line::Text(text) => self.go_on(text),
        }
    }

    fn go_on(&mut self, text: &str) {
        let new = || Paragraph { mark: String::new(), text: String::new() };
        let paragraph = self.paragraph.get_or_insert_with(new);
        paragraph.text += " ";
        paragraph.text += text.trim();
    }

    fn blank(&mut self) {
        if self.lines.last().is_some_and(|last| !last.is_empty()) {
            self.lines.push(String::new());
        }
    }

    fn end_paragraph(&mut self) {
        let Some(Paragraph { mark, text }) = self.paragraph.take() else { return };
        let indent = mark.chars().count();
        let columns = self.look.text().saturating_sub(indent);
        for (at, line) in ink::wrap(&without_marks(&text), columns).into_iter().enumerate() {
            let front = match at {
                0 => mark.clone(),
                _ => " ".repeat(indent),
            };
            self.lines.push(front + &with_code(&line));
        }
    }
}

fn read(line: &str) -> Line<'_> {
    let bare = line.trim();
    let depth = line.len() - line.trim_start().len();
    match bare.chars().next() {
        None => Line::Blank,
        Some('`' | '~') if bare.starts_with("```") || bare.starts_with("~~~") => Line::Fence,
        Some('#') if bare.trim_start_matches('#').starts_with(' ') => {
            Line::Heading(bare.trim_start_matches('#').trim())
        }
        Some('|' | '>' | '<') => Line::Verbatim(line),
        Some(_) => match item(bare) {
            Some((mark, text)) => {
                let mark = format!("{}{mark} ", " ".repeat(depth));
                Line::Item(Paragraph { mark, text: text.to_owned() })
            }
            None => Line::Text(bare),
        },
    }
}

/// The mark of a list's item and its text.
fn item(line: &str) -> Option<(&str, &str)> {
    let (mark, text) = line.split_once(' ')?;
    let is_number = |mark: &str| !mark.is_empty() && mark.bytes().all(|it| it.is_ascii_digit());
    match mark {
        "-" | "*" | "+" => Some(("-", text)),
        _ if mark.strip_suffix(['.', ')']).is_some_and(is_number) => Some((mark, text)),
        _ => None,
    }
}

/// Without `**`, with `[text](target)` as `text (target)`.
fn without_marks(text: &str) -> String {
    let text = text.replace("**", "");
    let mut plain = String::new();
    let mut rest = text.as_str();
    while let Some((before, link)) = rest.split_once('[') {
        plain += before;
        match link.split_once("](").and_then(|(name, more)| Some((name, more.split_once(')')?))) {
            Some((name, (target, after))) if !name.contains(['[', ']']) => {
                plain += &format!("{name} ({target})");
                rest = after;
            }
            Some(_) | None => {
                plain.push('[');
                rest = link;
            }
        }
    }
    plain + rest
}

/// With the code between back-ticks in its colour.
fn with_code(line: &str) -> String {
    let odd = |(at, part): (usize, &str)| match at % 2 {
        1 => paint(NAME, part),
        _ => part.to_owned(),
    };
    match line.matches('`').count() % 2 {
        0 => line.split('`').enumerate().map(odd).collect::<Vec<_>>().join("`"),
        _ => clean_line(line).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::ui::human::ink::test::{TERMINAL, plain};

    #[test]
    fn a_page_reads_well_at_any_width() {
        let text = "# Rust HTTP service\nAn **axum** service with [tracing](https://docs.rs/tracing), metrics\nand graceful shutdown.\n\n## What you get\n- `cargo test` runs against a real database that is started for it and thrown away after it\n  - nested [not a link]\n* another\n\n1. first\n2. second\n\n```sh\nflagstone new   rust-service\n# not a heading\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n";
        assert_snapshot!(plain(&markdown(text, Look { width: Some(60), ..TERMINAL })), @"
        Rust HTTP service
        An axum service with tracing (https://docs.rs/tracing),
        metrics and graceful shutdown.

        What you get
        - `cargo test` runs against a real database that is started
          for it and thrown away after it
          - nested [not a link]
        - another

        1. first
        2. second

            flagstone new   rust-service
            # not a heading

        | a | b |
        |---|---|
        | 1 | 2 |
        ");
    }

    #[test]
    fn a_foreign_page_cannot_drive_the_terminal() {
        let page = plain(&markdown("# \x1b[2J\n- `\x1b]0;x\x07`\n```\n\u{9b}m\n```\n", TERMINAL));
        assert_snapshot!(page, @"
        ␛[2J
        - `␛]0;x␇`
            �m
        ");
    }
}
