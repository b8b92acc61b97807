//! Questions of the tool itself: which golden path, whether to write, who commits.

use std::fmt;

use inquire::{Confirm, Select, Text, ui::RenderConfig, validator::Validation};

use super::{Prompted, Prompter, fold::Fold, prompted, theme};
use crate::{
    resolve::AskError,
    ui::human::{CatalogRow, catalog_lines},
};

/// What a person makes of the summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Write it.
    Write,
    /// Write nothing.
    Leave,
    /// Back to the last question.
    Back,
}

/// Who commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// A person's name.
    pub name: String,
    /// Their e-mail address.
    pub email: String,
}

/// A line of a list with its place in it.
struct Line {
    at: usize,
    label: String,
}

impl fmt::Display for Line {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.label)
    }
}

impl Prompter<'_> {
    /// Asks which of `rows` the service is to be made from: the row's place, or nothing for Esc.
    ///
    /// # Errors
    /// If the person ended the run or the terminal failed.
    pub fn choose_golden_path(&self, rows: &[CatalogRow]) -> Result<Option<usize>, AskError> {
        let labels = catalog_lines(rows, self.screen.look());
        let lines = labels.into_iter().enumerate().map(|(at, label)| Line { at, label }).collect();
        let name = |line: inquire::list_option::ListOption<&Line>| {
            rows.get(line.value.at)
                .map(|row| super::clean_line(&row.name).into_owned())
                .unwrap_or_default()
        };
        let help = "arrows move, typing filters | `flagstone catalog show NAME` says more";
        let help = self.fold().help(help);
        let select = Select::new("Golden path:", lines)
            .with_render_config(self.config("(nothing chosen)"))
            .with_help_message(&help)
            .with_formatter(&name)
            .with_page_size(12);
        Ok(prompted(select.prompt())?.map(|line| line.at))
    }

    /// Asks whether to write what the summary shows. Esc goes back to the last question.
    ///
    /// # Errors
    /// If the person ended the run or the terminal failed.
    pub fn confirm_summary(&self) -> Result<Decision, AskError> {
        let help = "Esc goes back to the last question";
        let answer = self.yes_or_no("Write these files?", (true, "(back)"), Some(help))?;
        Ok(match answer {
            Some(true) => Decision::Write,
            Some(false) => Decision::Leave,
            None => Decision::Back,
        })
    }

    /// Asks whether to go back to the answers, after a mistake that only all of them show. So does
    /// Esc.
    ///
    /// # Errors
    /// If the person ended the run or the terminal failed.
    pub fn confirm_return(&self) -> Result<bool, AskError> {
        let help = "Esc goes back further, question by question; n ends the run";
        let question = "Go back to the last question?";
        Ok(self.yes_or_no(question, (true, "(back)"), Some(help))?.unwrap_or(true))
    }

    /// Asks a question that is answered by yes or no; no for Esc, and where Enter alone is typed.
    ///
    /// # Errors
    /// If the person ended the run or the terminal failed.
    pub fn confirm(&self, question: &str) -> Result<bool, AskError> {
        Ok(self.yes_or_no(question, (false, "(no)"), None)?.unwrap_or(false))
    }

    /// Asks who commits, where git doesn't know. Nothing for Esc: the commit is then our own.
    ///
    /// # Errors
    /// If the person ended the run or the terminal failed.
    pub fn ask_identity(&self) -> Result<Option<Identity>, AskError> {
        let hint = "git knows no user.name; for this commit | Esc commits as flagstone";
        let Some(name) = self.identity_part("Your name:", hint, is_name)? else { return Ok(None) };
        let hint = "git knows no user.email; for this commit | Esc commits as flagstone";
        let email = self.identity_part("Your e-mail address:", hint, is_email)?;
        Ok(email.map(|email| Identity { name, email }))
    }

    fn identity_part(
        &self,
        message: &str,
        hint: &str,
        check: fn(&str) -> Result<(), &'static str>,
    ) -> Prompted<String> {
        let fold = self.fold();
        let validate = |typed: &str| {
            Ok(check(typed.trim()).map_or_else(
                |why| Validation::Invalid(fold.complaint(why).into()),
                |()| Validation::Valid,
            ))
        };
        let headline = fold.headline(message, "");
        let hint = fold.help(hint);
        let shown = |typed: &str| headline.behind(&super::clean_line(typed.trim()));
        let text = Text::new(&headline.message)
            .with_render_config(self.config("(as flagstone)"))
            .with_help_message(&hint)
            .with_formatter(&shown)
            .with_validator(validate);
        Ok(prompted(text.prompt())?.map(|typed| typed.trim().to_owned()))
    }

    /// A question with what Enter alone answers and what stands behind it after Esc.
    fn yes_or_no(
        &self,
        question: &str,
        (proposal, canceled): (bool, &str),
        help: Option<&str>,
    ) -> Prompted<bool> {
        let fold = self.fold();
        let headline = fold.headline(question, "(Y/n)");
        let help = help.map(|it| fold.help(it));
        let complaint = fold.complaint("type `y` for yes or `n` for no");
        let mut confirm = Confirm::new(&headline.message)
            .with_render_config(self.config(canceled))
            .with_default(proposal)
            .with_error_message(&complaint);
        confirm.help_message = help.as_deref();
        prompted(confirm.prompt())
    }

    pub(super) fn fold(&self) -> Fold {
        Fold::new(self.screen.look())
    }

    /// The look of a question of the tool's own; `canceled` stands behind it after Esc.
    pub(super) fn config<'a>(&self, canceled: &'a str) -> RenderConfig<'a> {
        theme::config(self.screen.is_colored(), canceled)
    }
}

/// What git would cut out of a name is refused.
fn is_name(text: &str) -> Result<(), &'static str> {
    match text {
        "" => Err("a name is needed"),
        _ if text.contains(['<', '>']) || text.contains(char::is_control) => {
            Err("a name has no `<`, `>` and control characters")
        }
        _ => Ok(()),
    }
}

fn is_email(text: &str) -> Result<(), &'static str> {
    match is_name(text) {
        Ok(()) if text.contains('@') && !text.contains(' ') => Ok(()),
        Ok(()) | Err(_) => Err("an e-mail address looks like `name@example.com`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_what_git_keeps_as_it_is() {
        assert!(is_name("Ada Lovelace").is_ok());
        assert!(is_name("").is_err() && is_name("Ada <x>").is_err() && is_name("a\nb").is_err());
        assert!(is_email("ada@example.com").is_ok());
        assert!(
            is_email("ada").is_err() && is_email("a b@c").is_err() && is_email("<a@b>").is_err()
        );
    }
}
