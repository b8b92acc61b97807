//! Here-documents: the word that ends one, and its lines.

use super::{Inside, Script, Site};

const INSIDE: Site = Site::Inside(Inside::HereDocument);

/// A here-document whose body was not reached yet.
#[derive(Debug)]
pub(super) struct Heredoc {
    /// The line that ends it.
    end: String,
    /// Whether tabs before its lines don't count.
    is_indented: bool,
    /// Whether its text is taken as it stands.
    is_quoted: bool,
}

impl Script<'_> {
    /// Reads `<<`, and the word behind it.
    pub(super) fn heredoc(&mut self) -> Option<Heredoc> {
        self.cursor.take("<<");
        let is_indented = self.cursor.take("-");
        self.cursor.take_while(|it| matches!(it, ' ' | '\t'));
        let (mut end, mut is_quoted) = (String::new(), false);
        while let Some(next) = self.cursor.peek() {
            if self.cursor.is_at_mark() {
                return None;
            }
            match next {
                ' ' | '\t' | '\n' | ';' | '&' | '|' | '<' | '>' | '(' | ')' => break,
                '$' | '`' => return None,
                '\'' | '"' => {
                    self.cursor.bump();
                    let inner = self.cursor.take_while(|it| it != next);
                    let is_plain = next == '\'' || !inner.contains(['$', '`', '\\']);
                    if !is_plain || inner.contains('\n') || self.cursor.bump().is_none() {
                        return None;
                    }
                    end += inner;
                    is_quoted = true;
                }
                '\\' => {
                    self.cursor.bump();
                    end.push(self.cursor.bump().filter(|it| *it != '\n')?);
                    is_quoted = true;
                }
                other => {
                    self.cursor.bump();
                    end.push(other);
                }
            }
        }
        (!end.is_empty()).then_some(Heredoc { end, is_indented, is_quoted })
    }

    /// Reads the end of a line, and the bodies of the here-documents that began on it.
    pub(super) fn newline(&mut self) -> Option<()> {
        self.cursor.bump();
        for heredoc in std::mem::take(&mut self.pending) {
            let start = self.cursor.at();
            let ended = self.body(&heredoc);
            self.cursor.note_since(start, INSIDE);
            ended?;
            let text = self.cursor.behind().get(start..)?;
            (heredoc.is_quoted || self.expands_within(text)).then_some(())?;
        }
        Some(())
    }

    /// Whether every expansion of a body ends in it. Some shells would read on for its end.
    fn expands_within(&self, body: &str) -> bool {
        let mut script = Script::new(body, self.cursor.stem());
        script.depth = self.depth + 1;
        let is_deep = script.depth > super::MAX_DEPTH;
        !is_deep && script.expansions().is_some()
    }

    fn body(&mut self, heredoc: &Heredoc) -> Option<()> {
        // What the line before it, joined to this one, would say.
        let mut joined: Option<String> = None;
        while !self.cursor.is_done() {
            let raw = self.cursor.take_line();
            self.cursor.take("\n");
            let line = if heredoc.is_indented { raw.trim_start_matches('\t') } else { raw };
            let is_end = line == heredoc.end;
            let before = joined.take();
            // Of what is longer than the end, no more is kept than shows it.
            let is_joined = before.as_deref().map(|it| {
                format!("{it}{line}").chars().take(heredoc.end.len() + 2).collect::<String>()
            });
            if is_joined.as_ref().is_some_and(|it| is_end || *it == heredoc.end) {
                return None;
            }
            if is_end {
                return Some(());
            }
            // Some shells end it there as well.
            if self.substitutions > 0 && line.starts_with(&heredoc.end) {
                return None;
            }
            let backslashes = raw.len() - raw.trim_end_matches('\\').len();
            if !heredoc.is_quoted && backslashes % 2 == 1 {
                let whole = is_joined.unwrap_or_else(|| line.to_owned());
                joined = Some(whole.strip_suffix('\\').unwrap_or(&whole).to_owned());
            }
        }
        None
    }
}
