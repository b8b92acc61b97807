//! Texts of several lines, written in the person's own editor.
//!
//! Without `$VISUAL` or `$EDITOR` such a text is typed on one line, see [`super::form`].

use std::ffi::OsStr;

use inquire::Editor;

use super::{Prompted, form, may_be_empty, prompted, refuse, theme::Theme};
use crate::{data::Value, host::Host, manifest::Shape, resolve::Question, ui::Screen};

/// The person's editor: a program and its arguments.
pub(super) struct EditorCommand {
    program: String,
    arguments: Vec<String>,
}

impl EditorCommand {
    /// `$VISUAL`, else `$EDITOR`, split at spaces and never given to a shell.
    pub(super) fn of(host: &Host) -> Option<Self> {
        let command = host.variable("VISUAL").or_else(|| host.variable("EDITOR"))?;
        let mut words = command.split_whitespace().map(str::to_owned);
        Some(Self { program: words.next()?, arguments: words.collect() })
    }
}

/// Asks for a text in the editor. What the check refuses is told and asked again, as it was written.
pub(super) fn text(
    question: &Question<'_>,
    editor: &EditorCommand,
    screen: &Screen,
    theme: &Theme,
) -> Prompted<Value> {
    let hint = theme.hint("");
    let keys = format!("[(e) to open {}, (enter) to submit]", editor.program);
    let headline = theme.headline(&keys);
    let canceled = theme.canceled(&headline);
    let shown = |text: &str| headline.behind(&shown(text));
    let arguments: Vec<_> = editor.arguments.iter().map(OsStr::new).collect();
    let mut written = question.proposal.map(written).unwrap_or_default();
    loop {
        let mut editor = Editor::new(&headline.message)
            .with_render_config(theme.config(&canceled))
            .with_editor_command(OsStr::new(&editor.program))
            .with_args(&arguments)
            .with_predefined_text(&written)
            .with_formatter(&shown);
        editor.help_message = Some(hint.as_str()).filter(|hint| !hint.is_empty());
        let Some(text) = prompted(editor.prompt())? else { return Ok(None) };
        match checked(question, &text) {
            Ok(value) => return Ok(Some(value)),
            Err(why) => refuse(screen, &why),
        }
        written = text;
    }
}

fn checked(question: &Question<'_>, text: &str) -> Result<Value, String> {
    match text.trim().is_empty() {
        true if may_be_empty(question.parameter) => Ok(Value::Null),
        true => Err("an answer is needed".to_owned()),
        false => {
            let value = match &question.parameter.shape {
                Shape::List(item) => form::items(item, text)?,
                _ => text.into(),
            };
            (question.check)(&value).map(|()| value)
        }
    }
}

/// A proposal as it stands in the editor: of a list one item on each line.
fn written(proposal: &Value) -> String {
    match proposal {
        Value::List(items) => items.iter().map(|it| format!("{it}\n")).collect(),
        other => other.to_string(),
    }
}

fn shown(text: &str) -> String {
    match text.lines().count() {
        0 => "(none)".to_owned(),
        1 => super::clean_line(text).into_owned(),
        lines => format!("({lines} lines)"),
    }
}
