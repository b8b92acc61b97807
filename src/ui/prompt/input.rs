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
    let reading = Reading { question, form, proposal: proposal(question, form, recalled) };
    let validate = |typed: &str| {
        Ok(match (typed.trim(), &theme.help) {
            ("?", Some(help)) => Validation::Invalid(ErrorMessage::Custom(help.clone())),
            _ => reading
                .read(typed)
                .map_or_else(|why| Validation::Invalid(why.into()), |_| Validation::Valid),
        })
    };
    let shown = |typed: &str| reading.shown(typed);
    let hint = theme.hint(&keys(question, form, theme));
    let mut text = Text::new(&theme.message)
        .with_render_config(theme.config)
        .with_formatter(&shown)
        .with_validator(validate);
    text.help_message = Some(hint.as_str()).filter(|hint| !hint.is_empty());
    text.initial_value = recalled;
    text.default = reading.proposal.as_deref();
    text.placeholder =
        theme.placeholder.as_deref().or(form.example).filter(|_| text.default.is_none());
    let Some(typed) = prompted(text.prompt())? else { return Ok(None) };
    let value = reading.read(&typed).unwrap_or_default();
    Ok(Some((typed, value)))
}

/// How typed text becomes an answer.
struct Reading<'a> {
    question: &'a Question<'a>,
    form: Form,
    /// The proposal as it is shown. What is shown may be cleaned, so it stands for the proposed
    /// value and is never read itself.
    proposal: Option<String>,
}

impl Reading<'_> {
    fn read(&self, typed: &str) -> Result<Value, String> {
        let value = match (self.question.proposal, typed.trim()) {
            (Some(value), typed) if self.proposal.as_deref() == Some(typed) => value.clone(),
            (_, "") if may_be_empty(self.question.parameter) => return Ok(Value::Null),
            (_, "") if self.question.parameter.default == Some("".into()) => "".into(),
            (_, "") => return Err("an answer is needed".to_owned()),
            _ => (self.form.read)(typed)?,
        };
        (self.question.check)(&value).map_err(|why| clean_line(&why).into_owned())?;
        Ok(value)
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
