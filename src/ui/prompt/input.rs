//! Answers that are typed on one line.

use inquire::{
    Text,
    validator::{ErrorMessage, Validation},
};

use super::{Prompted, form::Form, may_be_empty, prompted, theme::Theme};
use crate::{data::Value, resolve::Question, ui::clean_line};

/// Asks for a line. Gives what was typed and what it means; `recalled` is what was typed before.
pub(super) fn text(
    question: &Question<'_>,
    form: Form,
    recalled: Option<&str>,
    theme: &Theme,
) -> Prompted<(String, Value)> {
    let plain = proposal(question, form, recalled);
    let placeholder = theme.placeholder.as_deref().or(form.example).filter(|_| plain.is_none());
    let lead = plain.as_ref().map(|it| format!("({it})"));
    let headline = theme.headline(lead.as_deref().or(placeholder).unwrap_or_default());
    // Behind its opening bracket, and with the closing one.
    let proposal = lead.map(|it| headline.behind(&it)).and_then(unwrapped);
    let placeholder = placeholder.map(|it| headline.behind(it));
    let reading = Reading { question, form, proposal };
    let validate = |typed: &str| {
        Ok(match (typed.trim(), &theme.help) {
            ("?", Some(help)) => refused(help, theme),
            ("?", None) if reading.read(typed).is_err() => refused("there is no more help", theme),
            _ => reading.read(typed).map_or_else(|why| refused(&why, theme), |_| Validation::Valid),
        })
    };
    let shown = |typed: &str| headline.behind(&reading.shown(typed));
    let hint = theme.hint(&keys(question, form, theme));
    let canceled = theme.canceled(&headline);
    let mut text = Text::new(&headline.message)
        .with_render_config(theme.config(&canceled))
        .with_formatter(&shown)
        .with_validator(validate);
    text.help_message = Some(hint.as_str()).filter(|hint| !hint.is_empty());
    text.initial_value = recalled;
    text.default = reading.proposal.as_deref();
    text.placeholder = placeholder.as_deref();
    let Some(typed) = prompted(text.prompt())? else { return Ok(None) };
    let value = reading.read(&typed).unwrap_or_default();
    // What Enter alone took is typed text on the way back, as what was typed is.
    let typed = plain.filter(|_| reading.is_proposal(&typed)).unwrap_or(typed);
    Ok(Some((typed, value)))
}

fn refused(why: &str, theme: &Theme) -> Validation {
    Validation::Invalid(ErrorMessage::Custom(theme.fold.complaint(why)))
}

/// Without the brackets that inquire draws around a proposal.
fn unwrapped(text: String) -> Option<String> {
    Some(text.strip_prefix('(')?.strip_suffix(')')?.to_owned())
}

/// How typed text becomes an answer.
struct Reading<'a> {
    question: &'a Question<'a>,
    form: Form,
    /// The proposal as it is shown. What is shown may be cleaned and broken, so it stands for the
    /// proposed value and is never read itself.
    proposal: Option<String>,
}

impl Reading<'_> {
    fn read(&self, typed: &str) -> Result<Value, String> {
        let value = match (self.question.proposal, typed.trim()) {
            (Some(value), typed) if self.is_proposal(typed) => value.clone(),
            (_, "") if may_be_empty(self.question.parameter) => return Ok(Value::Null),
            (_, "") if self.question.parameter.default == Some("".into()) => "".into(),
            (_, "") => return Err("an answer is needed".to_owned()),
            _ => (self.form.read)(typed)?,
        };
        (self.question.check)(&value).map_err(|why| clean_line(&why).into_owned())?;
        Ok(value)
    }

    fn is_proposal(&self, typed: &str) -> bool {
        self.proposal.as_deref() == Some(typed.trim())
    }

    /// The answer as it stays on the screen.
    fn shown(&self, typed: &str) -> String {
        match self.read(typed) {
            Ok(Value::Null) | Err(_) => "(none)".to_owned(),
            Ok(value) => clean_line(&(self.form.write)(&value)).into_owned(),
        }
    }
}

fn proposal(question: &Question<'_>, form: Form, recalled: Option<&str>) -> Option<String> {
    let proposal = question.proposal.filter(|_| recalled.is_none())?;
    Some(clean_line(&(form.write)(proposal)).trim().to_owned()).filter(|text| !text.is_empty())
}

fn keys(question: &Question<'_>, form: Form, theme: &Theme) -> String {
    let reference = "a reference such as `vault:path` or `env:NAME`, never the secret itself";
    let keys = [
        question.parameter.is_secret_reference.then_some(reference),
        Some(form.keys).filter(|keys| !keys.is_empty()),
        theme.help.is_some().then_some("? shows help"),
    ];
    keys.into_iter().flatten().collect::<Vec<_>>().join(" | ")
}
