//! How prompts look, and the help under each.

use inquire::ui::{Attributes, Color, ErrorMessageRenderConfig, RenderConfig, StyleSheet, Styled};

use super::fold::{Fold, Headline};
use crate::{
    resolve::Question,
    ui::{Screen, clean_line},
};

/// How one question looks: its words, cleaned, and its colours.
pub(super) struct Theme {
    /// How its texts are broken.
    pub(super) fold: Fold,
    /// More, shown on `?`.
    pub(super) help: Option<String>,
    /// An example.
    pub(super) placeholder: Option<String>,
    message: String,
    description: Option<String>,
    is_colored: bool,
    has_way_back: bool,
}

impl Theme {
    pub(super) fn new(screen: &Screen, question: &Question<'_>) -> Self {
        let parameter = question.parameter;
        let clean =
            |text: &Option<String>| text.as_ref().map(|it| clean_line(it.trim()).into_owned());
        Self {
            fold: Fold::new(screen.look()),
            message: message(parameter.question()),
            description: clean(&parameter.description),
            help: clean(&parameter.help),
            placeholder: clean(&parameter.placeholder),
            is_colored: screen.is_colored(),
            has_way_back: question.answered > 0,
        }
    }

    /// The question; `lead` is what inquire writes right behind it.
    pub(super) fn headline(&self, lead: &str) -> Headline {
        self.fold.headline(&self.message, lead)
    }

    /// What stands behind the question after Esc.
    pub(super) fn canceled(&self, headline: &Headline) -> String {
        headline.behind(match self.has_way_back {
            true => "(back)",
            false => "(this is the first question; Ctrl-C ends the run)",
        })
    }

    /// Colours and marks.
    pub(super) fn config<'a>(&self, canceled: &'a str) -> RenderConfig<'a> {
        config(self.is_colored, canceled)
    }

    /// What stands under the prompt: what the answer is for, and the keys that do something.
    pub(super) fn hint(&self, keys: &str) -> String {
        let back = self.has_way_back.then_some("Esc goes back");
        let parts = [self.description.as_deref(), Some(keys), back];
        let parts: Vec<_> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        self.fold.help(&parts.join(" | "))
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

/// The marks and colours of every prompt; `canceled` stands behind a question after Esc.
pub(super) fn config(is_colored: bool, canceled: &str) -> RenderConfig<'_> {
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

fn in_color<'a>(plain: RenderConfig<'a>, canceled: &'a str) -> RenderConfig<'a> {
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
        placeholder: faint,
        help_message: faint,
        answer: chosen,
        error_message: error,
        highlighted_option_prefix: Styled::new(">").with_fg(Color::LightCyan),
        selected_option: Some(chosen),
        selected_checkbox: Styled::new("[x]").with_fg(Color::LightGreen),
        canceled_prompt_indicator: Styled::new(canceled).with_fg(Color::DarkGrey),
        ..plain
    }
}
