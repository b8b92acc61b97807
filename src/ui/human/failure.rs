//! A failure of the outside: what failed, because of what, and what to do.

use std::{error::Error, iter};

use super::ink::{BAD, HEADING, HELP, paint};
use crate::ui::clean;

/// The heading of `error`, the chain of its causes, and what to do about it if anything is known.
pub fn failure(error: &dyn Error, help: Option<&str>) -> String {
    let mut text =
        format!("{}{HEADING}: {}{HEADING:#}", paint(BAD, "error"), clean(&error.to_string()));
    let causes: Vec<_> = iter::successors(error.source(), |&it| it.source()).collect();
    text += &chain(&causes);
    if let Some(help) = help {
        text += &format!("\n\n{}: {}", paint(HELP, "help"), clean(help));
    }
    text
}

fn chain(causes: &[&dyn Error]) -> String {
    let line = |(number, cause): (usize, &&dyn Error)| {
        let cause = cause.to_string();
        let cause = clean(&cause).trim_end().replace('\n', "\n       ");
        match causes.len() {
            1 => format!("\n    {cause}"),
            _ => format!("\n    {number}: {cause}"),
        }
    };
    let lines: String = causes.iter().enumerate().map(line).collect();
    match lines.is_empty() {
        true => lines,
        false => format!("\n\nCaused by:{lines}"),
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use insta::assert_snapshot;

    use super::*;
    use crate::ui::human::ink::test::plain;

    #[derive(Debug, thiserror::Error)]
    enum Door {
        #[error("failed to push to `{0}`")]
        Push(String, #[source] Box<dyn Error>),
        #[error("failed to run `git push`")]
        Run(#[source] io::Error),
    }

    #[test]
    fn a_failure_without_a_cause_is_one_line() {
        assert_snapshot!(plain(&failure(&io::Error::other("no space left"), None)), @"error: no space left");
    }

    #[test]
    fn one_cause_stands_alone() {
        let error = Door::Run(io::Error::other("no such file"));
        assert_snapshot!(plain(&failure(&error, None)), @"
        error: failed to run `git push`

        Caused by:
            no such file
        ");
    }

    #[test]
    fn several_causes_are_numbered_and_help_comes_last() {
        let inner = Door::Run(io::Error::other("remote said\n\x1b[31mno"));
        let error = Door::Push("https://git.example/x".to_owned(), Box::new(inner));
        assert_snapshot!(plain(&failure(&error, Some("check the URL given to `--push`"))), @"
        error: failed to push to `https://git.example/x`

        Caused by:
            0: failed to run `git push`
            1: remote said
               ␛[31mno

        help: check the URL given to `--push`
        ");
    }
}
