//! How questions look, and the one line of help under each.

use inquire::ui::{Attributes, Color, ErrorMessageRenderConfig, RenderConfig, StyleSheet, Styled};

use super::widget::{About, Escape};
use crate::{
    resolve::Question,
    ui::{Screen, clean_line},
};

/// How one question looks: its words, cleaned, and its colours.
pub(super) struct Theme {
    /// The question.
    pub(super) message: String,
    /// What the answer is for.
    pub(super) description: Option<String>,
    /// More, shown on `?`.
    pub(super) help: Option<String>,
    /// An example.
    pub(super) placeholder: Option<String>,
    is_colored: bool,
    has_way_back: bool,
}

impl Theme {
    pub(super) fn new(screen: &Screen, question: &Question<'_>) -> Self {
        let parameter = question.parameter;
        let clean =
            |text: &Option<String>| text.as_ref().map(|it| clean_line(it.trim()).into_owned());
        Self {
            message: message(parameter.question()),
            description: clean(&parameter.description),
            help: clean(&parameter.help),
            placeholder: clean(&parameter.placeholder),
            is_colored: screen.is_colored(),
            has_way_back: question.answered > 0,
        }
    }

    /// What every prompt has. At the first question Esc only says how to leave.
    pub(super) fn about<'a>(&'a self, hint: &'a str) -> About<'a> {
        let escape = match self.has_way_back {
            true => Escape::Ends("(back)"),
            false => Escape::Stays("this is the first question; Ctrl-C ends the run"),
        };
        About { message: &self.message, help: hint, escape, is_colored: self.is_colored }
    }

    /// The look of the prompt that starts an editor.
    pub(super) fn config(&self) -> RenderConfig<'static> {
        let canceled = match self.has_way_back {
            true => "(back)",
            false => "(this is the first question; Ctrl-C ends the run)",
        };
        config(self.is_colored, canceled)
    }

    /// What stands under the prompt: what the answer is for, and the keys that do something.
    pub(super) fn hint(&self, keys: &str) -> String {
        let back = self.has_way_back.then_some("Esc goes back");
        let parts = [self.description.as_deref(), Some(keys), back];
        let parts: Vec<_> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        parts.join(" | ")
    }
}

/// The words of a question, with a colon where they end without a mark.
fn message(question: &str) -> String {
    let question = clean_line(question.trim());
    match question.ends_with(char::is_alphanumeric) {
        true => format!("{question}:"),
        false => question.into_owned(),
    }
}

/// The marks and colours of that prompt; `canceled` stands behind the question after Esc.
fn config(is_colored: bool, canceled: &'static str) -> RenderConfig<'static> {
    let plain = RenderConfig {
        answered_prompt_prefix: Styled::new("*"),
        error_message: ErrorMessageRenderConfig::empty().with_prefix(Styled::new("!")),
        canceled_prompt_indicator: Styled::new(canceled),
        ..RenderConfig::empty()
    };
    match is_colored {
        true => in_color(plain, canceled),
        false => plain,
    }
}

fn in_color(plain: RenderConfig<'static>, canceled: &'static str) -> RenderConfig<'static> {
    let faint = StyleSheet::new().with_fg(Color::DarkGrey);
    let chosen = StyleSheet::new().with_fg(Color::LightCyan);
    let red = StyleSheet::new().with_fg(Color::LightRed);
    let error = ErrorMessageRenderConfig::empty()
        .with_prefix(Styled::new("!").with_fg(Color::LightRed))
        .with_message(red);
    RenderConfig {
        prompt: StyleSheet::new().with_attr(Attributes::BOLD),
        prompt_prefix: Styled::new("?").with_fg(Color::LightGreen),
        answered_prompt_prefix: Styled::new("*").with_fg(Color::LightGreen),
        default_value: faint,
        help_message: faint,
        answer: chosen,
        error_message: error,
        canceled_prompt_indicator: Styled::new(canceled).with_fg(Color::DarkGrey),
        ..plain
    }
}
