//! Answers that are typed on one line.

use super::{
    Prompted, ended,
    form::Form,
    may_be_empty,
    theme::Theme,
    widget::{self, Typed},
};
use crate::{data::Value, resolve::Question, ui::clean_line};

/// Asks for a line. Gives what was typed and what it means; `recalled` is what was typed before.
pub(super) fn text(
    question: &Question<'_>,
    form: Form,
    recalled: Option<&str>,
    theme: &Theme,
) -> Prompted<(String, Value)> {
    let reading = Reading { question, form, proposal: proposal(question, form, recalled) };
    let read = |typed: &str| match (typed.trim(), &theme.help) {
        ("?", Some(help)) => Err(help.clone()),
        ("?", None) if reading.read(typed).is_err() => Err("there is no more help".to_owned()),
        _ => reading.read(typed).map(|value| reading.shown(&value)),
    };
    let placeholder = theme.placeholder.as_deref().or(form.example);
    let typed = ended(widget::ask(&Typed {
        about: theme.about(&theme.hint(&keys(question, form, theme))),
        initial: recalled.unwrap_or_default(),
        default: reading.proposal.as_deref(),
        placeholder: placeholder.filter(|_| reading.proposal.is_none()),
        read: &read,
    }))?;
    let Some(typed) = typed else { return Ok(None) };
    let value = reading.read(&typed).unwrap_or_default();
    // What Enter alone took is typed text on the way back, as what was typed is.
    let typed = if typed.is_empty() { reading.proposal.unwrap_or_default() } else { typed };
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
            (Some(value), "") if self.proposal.is_some() => value.clone(),
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
    fn shown(&self, value: &Value) -> String {
        match value {
            Value::Null => "(none)".to_owned(),
            value => clean_line(&(self.form.write)(value)).into_owned(),
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
