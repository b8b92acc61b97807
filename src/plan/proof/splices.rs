//! Texts of a workflow that its runner puts into scripts, before a shell reads them: what stands below
//! `env`, `matrix` and `inputs`, where a script says `${{ env.NAME }}`.
//!
//! **Invariant:** such a text is harmless, or the file isn't proved.

use super::{Proof, Reader};
use crate::{
    data::Value,
    template::{Scripts, is_harmless_text},
};

/// Keys whose texts run.
const RUN: [&str; 5] = ["run", "script", "command", "args", "entrypoint"];

/// Maps whose entries expressions name.
const NAMED: [&str; 5] = ["env", "matrix", "inputs", "outputs", "secrets"];

impl Proof<'_> {
    /// Whether no text that could do harm is put into a script.
    pub(super) fn keeps_splices(&self, neutral: &str) -> bool {
        if self.scripts != Scripts::GitHub || !neutral.contains("${{") {
            return true;
        }
        let numbers = self.tokens.numbers_in(neutral).unwrap_or_default();
        let mut texts = numbers.iter().filter_map(|number| self.tokens.text(*number));
        if texts.all(is_harmless_text) {
            return true;
        }
        let Some(read) = self.readings.of(neutral, self.format) else { return false };
        let all = &read.values;
        let mut expressions = String::new();
        for value in all {
            spliced(value, false, &mut expressions);
        }
        expressions.is_empty()
            || all.iter().all(|value| self.is_safe_in(value, false, &expressions))
    }

    /// Whether what `expressions` name is harmless. `is_named` says that entries here have names.
    fn is_safe_in(&self, value: &Value, is_named: bool, expressions: &str) -> bool {
        match value {
            Value::Map(entries) => entries.iter().all(|(key, value)| {
                let key = key.as_text().unwrap_or_default();
                match is_named && is_mentioned(key, expressions) {
                    true => self.is_harmless_below(value),
                    false => self.is_safe_in(value, is_named || NAMED.contains(&key), expressions),
                }
            }),
            Value::List(items) => items.iter().all(|it| self.is_safe_in(it, is_named, expressions)),
            Value::Tagged(_, inner) => self.is_safe_in(inner, is_named, expressions),
            Value::Text(_) | Value::Null | Value::Bool(_) | Value::Number(_) => true,
        }
    }

    fn is_harmless_below(&self, value: &Value) -> bool {
        match value {
            Value::Text(text) => {
                !self.tokens.occur_in(text) || self.is_quoted(text, Reader::Program)
            }
            Value::Map(entries) => entries.iter().all(|(key, value)| {
                key.as_text() == Some("description") || self.is_harmless_below(value)
            }),
            Value::List(items) => items.iter().all(|it| self.is_harmless_below(it)),
            Value::Tagged(_, inner) => self.is_harmless_below(inner),
            Value::Null | Value::Bool(_) | Value::Number(_) => true,
        }
    }
}

/// Adds the expressions within scripts to `out`.
fn spliced(value: &Value, runs: bool, out: &mut String) {
    match value {
        Value::Text(text) if runs => {
            for part in text.split("${{").skip(1) {
                *out += part.split("}}").next().unwrap_or_default();
                out.push('\n');
            }
        }
        Value::Map(entries) => entries.iter().for_each(|(key, value)| {
            let is_program = key.as_text().is_some_and(|it| RUN.contains(&it));
            spliced(value, runs || (is_program && !matches!(value, Value::Map(_))), out);
        }),
        Value::List(items) => items.iter().for_each(|it| spliced(it, runs, out)),
        Value::Tagged(_, inner) => spliced(inner, runs, out),
        Value::Text(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Whether expressions say the name, or take all that there is (`toJSON(env)`, `env[…]`).
fn is_mentioned(name: &str, expressions: &str) -> bool {
    let is_part = |it: char| it.is_alphanumeric() || matches!(it, '_' | '-');
    let mut words = expressions.split(|it| !is_part(it));
    let takes_all = || {
        NAMED.iter().any(|it| {
            expressions.contains(&format!("{it}["))
                || expressions.contains(&format!("({it})"))
                || expressions.contains(&format!("{it}.*"))
        })
    };
    words.any(|it| it.eq_ignore_ascii_case(name)) || takes_all()
}
