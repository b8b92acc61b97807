//! Questions of the tool itself: which golden path, whether to write, who commits.

use std::fmt;

use inquire::{Select, Text, validator::Validation};

use super::{Prompted, Prompter, prompted, theme};
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
        let select = Select::new("Golden path:", lines)
            .with_render_config(theme::config(self.screen, "(nothing chosen)"))
            .with_help_message(
                "arrows move, typing filters | `flagstone catalog show NAME` says more",
            )
            .with_formatter(&name)
            .with_page_size(12);
        Ok(prompted(select.prompt())?.map(|line| line.at))
    }

    /// Asks whether to write what the summary shows. Esc goes back to the last question.
    ///
    /// # Errors
    /// If the person ended the run or the terminal failed.
    pub fn confirm_summary(&self) -> Result<Decision, AskError> {
        let confirm = inquire::Confirm::new("Write these files?")
            .with_render_config(theme::config(self.screen, "(back)"))
            .with_default(true)
            .with_error_message("type `y` for yes or `n` for no")
            .with_help_message("Esc goes back to the last question");
        Ok(match prompted(confirm.prompt())? {
            Some(true) => Decision::Write,
            Some(false) => Decision::Leave,
            None => Decision::Back,
        })
    }

    /// Asks a question that is answered by yes or no; no for Esc, and where Enter alone is typed.
    ///
    /// # Errors
    /// If the person ended the run or the terminal failed.
    pub fn confirm(&self, question: &str) -> Result<bool, AskError> {
        let confirm = inquire::Confirm::new(question)
            .with_render_config(theme::config(self.screen, "(no)"))
            .with_default(false)
            .with_error_message("type `y` for yes or `n` for no");
        Ok(prompted(confirm.prompt())?.unwrap_or(false))
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
        let validate = |typed: &str| {
            Ok(check(typed.trim())
                .map_or_else(|why| Validation::Invalid(why.into()), |()| Validation::Valid))
        };
        let text = Text::new(message)
            .with_render_config(theme::config(self.screen, "(as flagstone)"))
            .with_help_message(hint)
            .with_validator(validate);
        Ok(prompted(text.prompt())?.map(|typed| typed.trim().to_owned()))
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
