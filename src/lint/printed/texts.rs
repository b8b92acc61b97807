//! Which commands of a shell take a text: only there the words around an answer are joined to it.
//!
//! **Invariant:** a command that is not known to take texts takes none: what it is given may be a
//! program (`perl -pe "s/NAME/{{ x }}/"`), to which no literal of a shell makes an answer safe.

use super::Line;
use crate::text::Span;

/// Commands whose arguments are texts or names.
const TAKERS: [&str; 21] = [
    "echo",
    "printf",
    "logger",
    "wall",
    "notify-send",
    "test",
    "[",
    "[[",
    "mkdir",
    "touch",
    "cd",
    "cp",
    "mv",
    "rm",
    "ls",
    "cat",
    "tee",
    "die",
    "log",
    "info",
    "basename",
];

/// Words before assignments.
const SETTERS: [&str; 6] = ["export", "readonly", "local", "ENV", "LABEL", "ARG"];

/// Words behind which a command begins.
const BEFORE: [&str; 10] = ["-", "RUN", "if", "then", "elif", "else", "while", "do", "!", "{"];

/// Commands that do nothing but pass on or look for what they read.
const PIPES: [&str; 8] = ["tee", "cat", "grep", "wc", "sort", "head", "tail", "fold"];

impl Line<'_> {
    /// Whether the text in the quotes from `open` to `close` is one for the command that it is of.
    pub(super) fn takes_text(&self, open: usize, close: usize) -> bool {
        let Some(front) = self.command(open) else { return false };
        let mut words = front.split_whitespace().peekable();
        while words.next_if(|it| BEFORE.contains(it) || it.ends_with(':')).is_some() {}
        let Some(first) = words.next() else { return false };
        let first = first.trim_start_matches(['@', '-', '+', '"', '\'']);
        let last = front.split_whitespace().last().unwrap_or_default();
        let name = last.strip_suffix('=').filter(|_| front.ends_with('='));
        if SETTERS.contains(&first) || name.is_some_and(|it| it == first.trim_end_matches('=')) {
            return name.is_some_and(is_ordinary);
        }
        let is_message = first == "git"
            && matches!(words.next(), Some("commit" | "tag"))
            && matches!(last, "-m" | "-am" | "--message");
        (TAKERS.contains(&first) || is_message) && self.is_not_piped(close)
    }

    /// The command up to `open`, as far as it stands on the line of it.
    fn command(&self, open: usize) -> Option<&str> {
        let front = self.slice(self.start, open);
        let (mut start, mut quote) = (0, None);
        for (at, character) in front.char_indices() {
            let is_in = |tag: &Span| (tag.start..tag.end).contains(&(self.start + at));
            if self.tags.iter().any(is_in) {
                continue;
            }
            match (quote, character) {
                (None, '\'' | '"') => quote = Some(character),
                (Some(open), it) if open == it => quote = None,
                (None, ';' | '|' | '&' | '(') => start = at + 1,
                _ => {}
            }
        }
        let before = self.text.get(..self.start)?.trim_end_matches(['\n', '\r']);
        let goes_on = start == 0 && before.ends_with('\\');
        (quote.is_none() && !goes_on).then(|| front.get(start..))?
    }

    fn is_not_piped(&self, close: usize) -> bool {
        let rest = self.slice(close, self.end).replace("||", ";");
        rest.split('|')
            .skip(1)
            .all(|it| it.split_whitespace().next().is_some_and(|it| PIPES.contains(&it)))
    }
}

/// Whether a variable's text is no program by its name.
fn is_ordinary(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let ends =
        ["COMMAND", "CMD", "ASKPASS", "EDITOR", "PAGER", "PROMPT", "SHELL", "OPTIONS", "OPTS"];
    let starts = ["PS", "GIT_", "LD_", "LESS", "DYLD_", "TRAP"];
    !ends.iter().any(|it| name.ends_with(it))
        && !starts.iter().any(|it| name.starts_with(it))
        && !["ENV", "BASH_ENV", "VISUAL", "BROWSER", "IFS", "PATH"].contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::super::tests::written;
    use crate::diag::Wanted;

    #[test]
    fn words_are_joined_to_an_answer_only_for_commands_that_take_texts() {
        let joins = |text: &str| {
            let all = written(text, &Wanted::Literal("sh_quote"));
            all.iter().any(|it| it.contains(" ~ ") || it.contains("\"{{ d | sh_quote }}\""))
        };
        for text in [
            "echo \"a {{ d }}\"",
            "  - echo 'a {{ d }}' >> x",
            "  - run: printf '%s' \"a {{ d }}\" | tee x",
            "RUN cd /a && echo \"a {{ d }}\" || true",
            "\t@echo \"a {{ d }}\"",
            "git commit -q -m \"a {{ d }}\"",
            "X=\"a {{ d }}\"",
            "export TITLE=\"a {{ d }}\"",
            "LABEL a.b=\"a {{ d }}\"",
            "LABEL a=\"a {{ d }}\" b=\"c {{ e | sh_quote }}\"",
            "if [ \"$x\" = \"a {{ d }}\" ]; then",
        ] {
            assert!(joins(text), "{text}");
        }
        for text in [
            "perl -pe \"s/NAME/{{ d }}/\" in",
            "GIT_SSH_COMMAND=\"ssh -i {{ d }}\" git ls-remote",
            "PS4=\"+ {{ d }}: \"",
            "export PS1=\"[{{ d }}] \\w\\$ \"",
            "sqlite3 app.db \"INSERT ('{{ d }}')\"",
            "echo \"INSERT ({{ d }})\" | sqlite3 app.db",
            "  - run: mysql -e \"CREATE {{ d }}\"",
            "npx concurrently \"echo {{ d }}\"",
            "git -c alias.x=\"!a {{ d }}\" x",
            "rsync -e \"ssh -i {{ d }}\" a b",
            "perl -e ';echo ' \"a {{ d }}\"",
            "perl -pe \\\n  \"a {{ d }}\"",
        ] {
            assert!(!joins(text), "{text}");
        }
    }
}
