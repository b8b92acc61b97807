//! Command lines that are lists: which of their items are programs.
//!
//! **Invariant:** what stands behind the `-c` of a shell is a script, in whatever file.

use super::Reader;
use crate::data::Value;

/// Programs that take a script behind an option with a `c` in it.
const SHELLS: [&str; 9] = ["sh", "bash", "dash", "ash", "zsh", "ksh", "su", "runuser", "busybox"];

/// Programs that take a program of their own language behind an option.
const INTERPRETERS: [&str; 14] = [
    "node",
    "nodejs",
    "deno",
    "bun",
    "perl",
    "ruby",
    "php",
    "lua",
    "fish",
    "Rscript",
    "pwsh",
    "powershell",
    "cmd",
    "env",
];

/// What is awaited on the way through a command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Awaited {
    /// The name of a program.
    Name,
    /// Options of one that reads this.
    Option(Reader),
    /// The program that this reads.
    Program(Reader),
}

/// What reads each of `items`, where that is a program. `before` stands before them.
pub(super) fn readers(before: &[&Value], items: &[Value]) -> Vec<Option<Reader>> {
    let mut awaited = Awaited::Name;
    let all = before.iter().copied().chain(items);
    let readers: Vec<_> = all.map(|item| step(&mut awaited, item)).collect();
    readers.into_iter().skip(before.len()).collect()
}

/// Takes the next item of a command line, and says what reads it.
fn step(awaited: &mut Awaited, item: &Value) -> Option<Reader> {
    let text = item.as_text().unwrap_or_default();
    let is_option = text.starts_with(['-', '+']);
    match *awaited {
        Awaited::Option(Reader::Shell) if is_option => {
            if text.contains('c') && !text.starts_with("--") {
                *awaited = Awaited::Program(Reader::Shell);
                // What is glued to the option is no word of its own.
                return text.chars().nth(9).map(|_| Reader::Program);
            }
        }
        Awaited::Option(reader) if text.starts_with(['-', '/']) || text == "eval" => {
            let is_program = ["--eval", "--print", "--execute", "eval"].contains(&text)
                || (!text.starts_with("--") && text.contains(['c', 'C', 'e', 'E', 'p', 'r', 'S']));
            if is_program {
                *awaited = Awaited::Program(reader);
            }
            let is_glued = text.len() > 8 && (is_program || text.starts_with("--eval="));
            return is_glued.then_some(Reader::Program);
        }
        Awaited::Program(_) if is_option => {}
        Awaited::Program(reader) => {
            *awaited = Awaited::Name;
            return Some(reader);
        }
        Awaited::Option(_) | Awaited::Name => {
            let name = text.rsplit('/').next().unwrap_or_default();
            let version = name.strip_prefix("python");
            let is_python =
                version.is_some_and(|it| it.chars().all(|it| it.is_ascii_digit() || it == '.'));
            if text == "CMD-SHELL" {
                *awaited = Awaited::Program(Reader::Shell);
            } else if SHELLS.contains(&name) {
                *awaited = Awaited::Option(Reader::Shell);
            } else if is_python || INTERPRETERS.contains(&name) {
                *awaited = Awaited::Option(Reader::Program);
            }
        }
    }
    None
}

/// What stands before the list at `key` on the command line that a map is.
pub(super) fn before<'v>(map: &'v [(Value, Value)], key: &Value) -> Vec<&'v Value> {
    let first = match key.as_text() {
        Some("args") => "command",
        Some("command") => "entrypoint",
        _ => return Vec::new(),
    };
    let is_first = |(key, _): &&(Value, Value)| key.as_text() == Some(first);
    match map.iter().find(is_first).map(|(_, value)| value) {
        Some(Value::List(items)) => items.iter().collect(),
        Some(text) => vec![text],
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last(line: &str) -> Option<Reader> {
        let items: Vec<_> = line.split(' ').map(|it| Value::Text(it.to_owned())).collect();
        *readers(&[], &items).last().unwrap()
    }

    #[test]
    fn what_stands_behind_the_option_of_a_shell_is_a_script() {
        for line in
            ["sh -c X", "/bin/bash -ceu X", "bash -eu -c -- X", "tini -- sh -c X", "CMD-SHELL X"]
        {
            assert_eq!(last(line), Some(Reader::Shell), "{line}");
        }
        for line in ["node -e X", "python3.12 -c X", "perl -pe X", "deno eval X", "sh -cXXXXXXXXXX"]
        {
            assert_eq!(last(line), Some(Reader::Program), "{line}");
        }
        for line in ["sh -c X Y", "node server.js X", "CMD curl X", "grep -c X", "bash x.sh X", "X"]
        {
            assert_eq!(last(line), None, "{line}");
        }
    }
}
