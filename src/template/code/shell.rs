//! The marks of a shell's script, read by what sh, dash, bash, ksh and zsh have in common.
//!
//! Where they would read a script differently, no mark of it has a known place.
//!
//! **Invariant:** a mark is [`Site::Own`] only as a word, or a part of one, that a shell takes as it
//! stands.

mod command;
mod compound;
mod expansion;
mod heredoc;
mod word;

#[cfg(test)]
mod tests;

use super::{Inside, Site, cursor::Cursor};
use command::{Command, Pipeline, RUN};
use heredoc::Heredoc;
use word::Word;

/// The shells that read a script alike, as far as it is followed here.
const SHELLS: [&str; 6] = ["sh", "bash", "ash", "dash", "zsh", "ksh"];

/// Scripts that are nested deeper than this are not followed.
const MAX_DEPTH: usize = 64;

/// Every mark of a script: its number, and where it stands.
pub(in crate::template) fn sites(text: &str, stem: &str) -> Vec<(usize, Site)> {
    let mut script = Script::new(text, stem);
    let ended = script.commands(Closer::File).filter(|_| script.pending.is_empty());
    script.cursor.finish(ended.map(drop))
}

/// What the marks are that stand among the arguments of a command, each as a whole one.
pub(super) fn arguments(items: Vec<(String, Option<usize>)>) -> Option<Vec<(usize, Site)>> {
    let mut command = Command::default();
    for (text, mark) in items {
        let mut word = Word { text, is_quoted: true, ..Word::default() };
        if let Some(number) = mark {
            word.marks.push((number, Site::Own, false));
            word.push_unknown();
        }
        command.add(word);
    }
    command.end()
}

/// Whether a program, by its name or path, reads scripts as they are read here.
pub(super) fn is_shell(program: &str) -> bool {
    SHELLS.contains(&program.rsplit('/').next().unwrap_or_default())
}

/// A script on its way through the lexer. What returns `None` has lost its way.
struct Script<'t> {
    cursor: Cursor<'t>,
    /// The here-documents whose bodies begin behind the line.
    pending: Vec<Heredoc>,
    /// What all that is read now is inside of, where nothing in it may be a mark's place.
    site_of_all: Option<Site>,
    depth: usize,
    substitutions: usize,
}

/// What ends a list of commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Closer {
    /// The end of the text.
    File,
    /// `)`.
    Paren,
    /// `;;` or `esac`.
    Arm,
}

/// What ended it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// What was expected.
    Closed,
    /// `esac` in place of `;;`.
    Esac,
}

impl<'t> Script<'t> {
    fn new(text: &'t str, stem: &'t str) -> Self {
        let cursor = Cursor::new(text, stem);
        Self { cursor, pending: Vec::new(), site_of_all: None, depth: 0, substitutions: 0 }
    }

    fn note(&mut self, number: usize, site: Site) {
        self.cursor.note(number, self.site_of_all.unwrap_or(site));
    }

    fn note_all(&mut self, marks: impl IntoIterator<Item = (usize, Site)>) {
        for (number, site) in marks {
            self.note(number, site);
        }
    }

    /// Reads a list of commands, and what ends it.
    fn commands(&mut self, closer: Closer) -> Option<Ended> {
        self.depth += 1;
        let mut pipeline = Pipeline::default();
        let ended = (self.depth <= MAX_DEPTH).then(|| self.all_commands(closer, &mut pipeline));
        self.depth -= 1;
        self.note_all(pipeline.end()?);
        ended?
    }

    fn all_commands(&mut self, closer: Closer, pipeline: &mut Pipeline) -> Option<Ended> {
        loop {
            self.blanks();
            let Some(next) = self.cursor.peek() else {
                return (closer == Closer::File).then_some(Ended::Closed);
            };
            match next {
                '\n' => {
                    self.newline()?;
                    if !pipeline.continues() {
                        self.note_all(pipeline.end()?);
                    }
                }
                '#' => self.comment(),
                ')' if closer == Closer::Paren => {
                    self.cursor.bump();
                    return Some(Ended::Closed);
                }
                ')' => return None,
                ';' if self.cursor.is_at(";;") || self.cursor.is_at(";&") => {
                    self.cursor.take_any(&[";;&", ";;", ";&"]);
                    return (closer == Closer::Arm).then_some(Ended::Closed);
                }
                ';' | '&' | '|' => self.separator(pipeline)?,
                '(' => self.paren(pipeline)?,
                '<' | '>' if !self.is_at_process() => self.redirection(pipeline)?,
                _ => {
                    let word = match pipeline.command.runs_words() {
                        true => self.inside(RUN, Self::word)?,
                        false => self.word()?,
                    };
                    if let Some(ended) = self.take_word(word, closer, pipeline)? {
                        return Some(ended);
                    }
                }
            }
        }
    }

    /// What stands between two words of a line.
    fn blanks(&mut self) {
        while !self.cursor.take_while(|it| matches!(it, ' ' | '\t')).is_empty()
            || self.cursor.take("\\\n")
        {}
    }

    fn comment(&mut self) {
        let start = self.cursor.at();
        self.cursor.take_line();
        self.cursor.note_since(start, Site::Inside(Inside::Comment));
    }

    /// Reads `;`, `&` or `|`.
    fn separator(&mut self, pipeline: &mut Pipeline) -> Option<()> {
        if self.cursor.take("&>>") || self.cursor.take("&>") {
            pipeline.command.redirects = true;
            return Some(());
        }
        let is_end = self.cursor.take("||") || self.cursor.take("&&");
        if !is_end && (self.cursor.take("|&") || self.cursor.take("|")) {
            return pipeline.pipe();
        }
        if !is_end {
            self.cursor.bump();
        }
        self.note_all(pipeline.end()?);
        Some(())
    }

    /// Reads `(` where it doesn't follow a word at once.
    fn paren(&mut self, pipeline: &mut Pipeline) -> Option<()> {
        let words = &pipeline.command.words;
        let is_loop = words.len() == 1 && words.first().is_some_and(|it| it == "for");
        let is_start = pipeline.command.is_start();
        if self.cursor.is_at("((") && (is_start || is_loop) {
            self.cursor.take("((");
            self.calculation()?;
            pipeline.command.clear();
            return Some(());
        }
        if is_start {
            self.cursor.bump();
            self.commands(Closer::Paren)?;
            return Some(());
        }
        // The name of a function came before.
        let is_function = self.cursor.take("()") && pipeline.command.marks.is_empty();
        is_function.then(|| pipeline.command.clear())
    }

    /// Whether commands come next whose output is a file.
    fn is_at_process(&self) -> bool {
        self.cursor.is_at("<(") || self.cursor.is_at(">(")
    }

    fn redirection(&mut self, pipeline: &mut Pipeline) -> Option<()> {
        if self.cursor.is_at("<<") && !self.cursor.is_at("<<<") {
            let heredoc = self.heredoc()?;
            self.pending.push(heredoc);
            return Some(());
        }
        let command = &mut pipeline.command;
        command.redirects = true;
        command.here_string = self.cursor.take("<<<");
        if !command.here_string {
            // Bash expands the file behind `>&` twice, the second time without the quotes.
            command.duplicates = self.cursor.take_any(&["<&", ">&"]);
            if !command.duplicates {
                self.cursor.take_any(&["<>", "<", ">>", ">|", ">"]);
            }
        }
        Some(())
    }

    /// Takes a word that was read into its command, and reads what it begins.
    fn take_word(
        &mut self,
        word: Word,
        closer: Closer,
        pipeline: &mut Pipeline,
    ) -> Option<Option<Ended>> {
        let is_number = !word.text.is_empty() && word.text.bytes().all(|it| it.is_ascii_digit());
        if is_number && matches!(self.cursor.peek(), Some('<' | '>')) {
            return Some(None);
        }
        if word.is_function {
            pipeline.command.clear();
            return word.marks.is_empty().then_some(None);
        }
        let is_bare = !word.is_quoted && pipeline.command.is_start();
        match word.text.as_str() {
            "case" if is_bare => self.case()?,
            "esac" if is_bare => return (closer == Closer::Arm).then_some(Some(Ended::Esac)),
            "[[" if is_bare => self.condition()?,
            _ => pipeline.command.add(word),
        }
        Some(None)
    }
}
