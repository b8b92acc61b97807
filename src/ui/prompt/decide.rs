//! Questions of the tool itself: which golden path, whether to write, who commits.

use super::{
    Prompted, Prompter, ended,
    widget::{self, About, Escape, List, Picked, Typed, pick},
};
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

impl Prompter<'_> {
    /// Asks which of `rows` the service is to be made from: the row's place, or nothing for Esc.
    ///
    /// # Errors
    /// If the person ended the run or the terminal failed.
    pub fn choose_golden_path(&self, rows: &[CatalogRow]) -> Result<Option<usize>, AskError> {
        let labels = catalog_lines(rows, self.screen.look());
        let read = |picked: &Picked| {
            let row = picked.first().and_then(|at| rows.get(*at));
            Ok(row.map(|row| super::clean_line(&row.name).into_owned()).unwrap_or_default())
        };
        let help = "arrows move, typing filters | `flagstone catalog show NAME` says more";
        let about = self.about("Golden path:", help, "(nothing chosen)");
        let list = List { about, labels: &labels, page: 12, cursor: 0, checked: None, read: &read };
        Ok(ended(pick(list))?.and_then(|picked| picked.first().copied()))
    }

    /// Asks whether to write what the summary shows. Esc goes back to the last question.
    ///
    /// # Errors
    /// If the person ended the run or the terminal failed.
    pub fn confirm_summary(&self) -> Result<Decision, AskError> {
        let about =
            self.about("Write these files?", "Esc goes back to the last question", "(back)");
        Ok(match yes_or_no(about, true)? {
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
        let help = "Esc goes back further, question by question";
        let about = self.about("Go back to the last question?", help, "(back)");
        Ok(yes_or_no(about, true)?.unwrap_or(true))
    }

    /// Asks a question that is answered by yes or no; no for Esc, and where Enter alone is typed.
    ///
    /// # Errors
    /// If the person ended the run or the terminal failed.
    pub fn confirm(&self, question: &str) -> Result<bool, AskError> {
        Ok(yes_or_no(self.about(question, "", "(no)"), false)?.unwrap_or(false))
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
        let read = |typed: &str| match check(typed.trim()) {
            Ok(()) => Ok(super::clean_line(typed.trim()).into_owned()),
            Err(why) => Err(why.to_owned()),
        };
        let about = self.about(message, hint, "(as flagstone)");
        let typed = Typed { about, initial: "", default: None, placeholder: None, read: &read };
        Ok(ended(widget::ask(&typed))?.map(|typed| typed.trim().to_owned()))
    }

    /// A question of the tool's own; `escaped` stands behind it after Esc.
    pub(super) fn about<'q>(
        &self,
        message: &'q str,
        help: &'q str,
        escaped: &'static str,
    ) -> About<'q> {
        let is_colored = self.screen.is_colored();
        About { message, help, escape: Escape::Ends(escaped), is_colored }
    }
}

fn yes_or_no(about: About<'_>, proposal: bool) -> Prompted<bool> {
    let parse = |typed: &str| match typed.trim().to_lowercase().as_str() {
        "" => Some(proposal),
        "y" | "yes" => Some(true),
        "n" | "no" => Some(false),
        _ => None,
    };
    let read = |typed: &str| match parse(typed) {
        Some(true) => Ok("Yes".to_owned()),
        Some(false) => Ok("No".to_owned()),
        None => Err("type `y` for yes or `n` for no".to_owned()),
    };
    let default = Some(if proposal { "Y/n" } else { "y/N" });
    let typed = Typed { about, initial: "", default, placeholder: None, read: &read };
    Ok(ended(widget::ask(&typed))?.and_then(|typed| parse(&typed)))
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
