//! Asks people at a terminal.
//!
//! Enter takes what is shown, Esc goes one question back (and at the first one says how to leave),
//! Ctrl-C ends the run. A wrong answer is told where it was typed and stays there to be corrected; `?`
//! shows a question's help.
//!
//! **Invariant:** only asks where [`Screen::is_interactive`] is true, and every text that is shown
//! was cleaned before.

mod choice;
mod decide;
mod editor;
mod fold;
mod form;
mod input;
mod review;
mod theme;

pub use decide::{Decision, Identity};
pub use review::Review;

use std::collections::BTreeMap;

use inquire::InquireError;

use self::{editor::EditorCommand, fold::Fold, theme::Theme};
use super::{Screen, clean_line, human};
use crate::{
    data::Value,
    host::Host,
    manifest::{Parameter, Shape, Widget},
    resolve::{Ask, AskError, Question, Reply},
};

/// A person at the terminal.
pub struct Prompter<'a> {
    screen: &'a Screen,
    editor: Option<EditorCommand>,
    /// What was typed before, by parameter: on the way back it is corrected, not typed again.
    typed: BTreeMap<String, String>,
    page: Option<String>,
}

/// What a prompt came to: an answer, or Esc.
type Prompted<T> = Result<Option<T>, AskError>;

impl<'a> Prompter<'a> {
    /// The person at this process's terminal.
    pub fn new(host: &Host, screen: &'a Screen) -> Self {
        let editor = EditorCommand::of(host);
        Self { screen, editor, typed: BTreeMap::new(), page: None }
    }

    /// Says that a new group of questions begins.
    fn turn_page(&mut self, parameter: &Parameter) {
        if self.page != parameter.page {
            self.page.clone_from(&parameter.page);
            match &self.page {
                Some(page) => self.screen.say(&human::page_heading(page)),
                // What has no page does not stand below another's heading.
                None => self.screen.say(""),
            }
        }
    }

    fn prompt(&mut self, question: &Question<'_>) -> Prompted<Value> {
        let theme = Theme::new(self.screen, question);
        let widget = question.parameter.widget;
        match (&question.parameter.shape, &self.editor) {
            (Shape::Choice(choices), _) => choice::one(question, choices, self.screen, &theme),
            (Shape::Choices(choices), _) => choice::any(question, choices, self.screen, &theme),
            (Shape::Lines, Some(editor)) => editor::text(question, editor, self.screen, &theme),
            (Shape::List(_), Some(editor)) if widget == Some(Widget::Editor) => {
                editor::text(question, editor, self.screen, &theme)
            }
            (shape, _) => {
                let form = form::of(shape);
                let recalled = self.typed.get(&question.parameter.name).map(String::as_str);
                let Some((typed, value)) = input::text(question, form, recalled, &theme)? else {
                    return Ok(None);
                };
                self.typed.insert(question.parameter.name.clone(), typed);
                Ok(Some(value))
            }
        }
    }
}

impl Ask for Prompter<'_> {
    fn ask(&mut self, question: &Question<'_>) -> Result<Reply, AskError> {
        self.turn_page(question.parameter);
        if let Some(why) = question.complaint {
            refuse(self.screen, why);
        }
        loop {
            match self.prompt(question)? {
                Some(value) => return Ok(Reply::Answer(value)),
                None if question.answered > 0 => return Ok(Reply::Back),
                // Nothing to go back to: ask again. The prompt says how to leave.
                None => {}
            }
        }
    }
}

/// Whether nothing at all is an answer.
fn may_be_empty(parameter: &Parameter) -> bool {
    !parameter.is_required && parameter.default.is_none()
}

/// Says why an answer was not taken.
fn refuse(screen: &Screen, why: &str) {
    screen.say(&human::refusal(&Fold::new(screen.look()).complaint(&clean_line(why))));
}

/// The answers that inquire gives, as ours.
fn prompted<T>(result: Result<T, InquireError>) -> Prompted<T> {
    match result {
        Ok(answer) => Ok(Some(answer)),
        Err(InquireError::OperationCanceled) => Ok(None),
        Err(InquireError::OperationInterrupted) => Err(AskError::Interrupted),
        Err(InquireError::IO(error)) => Err(AskError::Terminal(Box::new(error))),
        Err(error) => Err(AskError::Terminal(error.to_string().into())),
    }
}

#[cfg(test)]
pub(in crate::ui) mod test {
    //! Manifests and parameters for tests.

    use super::*;
    use crate::{
        manifest::{Choice, Kind, Lifecycle, Manifest, Metadata},
        text::{Document, Span},
        version::Range,
    };

    /// An optional parameter that says nothing but its name.
    pub(in crate::ui) fn parameter(name: &str, shape: Shape) -> Parameter {
        let place = Document::new("golden-path.yaml", "").place(Span::default());
        Parameter {
            name: name.to_owned(),
            title: None,
            description: None,
            titles: BTreeMap::new(),
            descriptions: BTreeMap::new(),
            widget: None,
            help: None,
            placeholder: None,
            page: None,
            shape,
            default: None,
            when: None,
            computed: None,
            is_secret_reference: false,
            is_required: false,
            schema: Value::Null,
            place: place.clone(),
            value_place: place,
        }
    }

    pub(in crate::ui) fn choice(value: &str, title: &str) -> Choice {
        Choice { title: Some(title.to_owned()), ..Choice::new(value.into()) }
    }

    /// A golden path without parameters.
    pub(in crate::ui) fn manifest(name: &str) -> Manifest {
        Manifest {
            kind: Kind::GoldenPath,
            metadata: Metadata {
                name: name.to_owned(),
                version: "1.2.0".parse().unwrap(),
                title: "Python HTTP service".to_owned(),
                description: "FastAPI service with tracing, metrics, CI and a container."
                    .to_owned(),
                owner: "platform-team".to_owned(),
                tags: vec!["python".to_owned(), "http".to_owned()],
                lifecycle: Lifecycle::Production,
                successor: None,
                sunset: None,
                requires: Range::any(),
            },
            parameters: Vec::new(),
            rules: Vec::new(),
            layers: Vec::new(),
            files: Vec::new(),
            overrides: Vec::new(),
            migrations: Vec::new(),
            verify: Vec::new(),
            sources: crate::policy::Sources::default(),
            document: Document::new("golden-path.yaml", ""),
        }
    }
}
