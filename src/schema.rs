//! What a value must look like: a JSON Schema (2020-12), and every mistake against it in words.

mod words;

use jsonschema::{PatternOptions, Validator};

use crate::{
    data::{Data, Pointer, Value},
    diag::Diagnostic,
};

/// A compiled JSON Schema.
#[derive(Debug)]
pub struct Schema {
    source: serde_json::Value,
    validator: Validator,
}

/// Why a schema can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SchemaError(String);

/// One mistake of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The part of the value that is wrong.
    pub pointer: Pointer,
    /// Whether the key itself is the mistake, rather than its value.
    pub of: Part,
    /// What is wrong with it, without naming it: ``must be at least 1``.
    pub message: String,
    /// What to write instead, if that is known.
    pub help: Option<String>,
}

/// Which part of an entry a mistake is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The key: unknown, or of the wrong form.
    Key,
    /// The value.
    Value,
}

impl Schema {
    /// Compiles a schema that is given as a value.
    ///
    /// # Errors
    /// If it is no valid schema.
    pub fn compile(schema: &Value) -> Result<Self, SchemaError> {
        let json = |error: serde_json::Error| SchemaError(error.to_string());
        Self::from_json(serde_json::to_value(schema).map_err(json)?)
    }

    /// Compiles a schema that is given as JSON.
    ///
    /// # Errors
    /// If it is no JSON or no valid schema.
    pub fn parse(text: &str) -> Result<Self, SchemaError> {
        let json = |error: serde_json::Error| SchemaError(error.to_string());
        Self::from_json(serde_json::from_str(text).map_err(json)?)
    }

    /// Every mistake of `value`, in the order of its parts.
    pub fn mistakes(&self, value: &Value) -> Vec<Mistake> {
        let Ok(json) = serde_json::to_value(value) else {
            let message = "can't be written as JSON".to_owned();
            let (pointer, of) = (Pointer::root(), Part::Value);
            return vec![Mistake { pointer, of, message, help: None }];
        };
        if self.validator.is_valid(&json) {
            return Vec::new();
        }
        let errors = self.validator.iter_errors(&json);
        errors.flat_map(|error| words::mistakes(&self.source, &error)).collect()
    }

    /// Every mistake of a parsed text, at its place.
    pub fn check(&self, data: &Data) -> Vec<Diagnostic> {
        let mistakes = self.mistakes(&data.value);
        let mut diagnostics: Vec<_> =
            mistakes.into_iter().map(|mistake| to_diagnostic(data, mistake)).collect();
        diagnostics.sort_by_key(|it| it.place.as_ref().map(|place| place.span));
        diagnostics
    }

    /// The default dialect, and patterns on an engine without backtracking.
    fn from_json(source: serde_json::Value) -> Result<Self, SchemaError> {
        let validator = jsonschema::draft202012::options()
            .with_pattern_options(PatternOptions::regex())
            .build(&source)
            .map_err(|error| SchemaError(error.to_string()))?;
        Ok(Self { source, validator })
    }
}

fn to_diagnostic(data: &Data, mistake: Mistake) -> Diagnostic {
    let Mistake { pointer, of, message, help } = mistake;
    let name = match pointer.dotted() {
        empty if empty.is_empty() => "the document".to_owned(),
        dotted => format!("`{dotted}`"),
    };
    let (code, place) = match of {
        Part::Key => ("unknown-key", data.key_place(&pointer)),
        Part::Value => ("invalid-value", data.value_place(&pointer)),
    };
    Diagnostic::error(code, format!("{name} {message}")).at(place).maybe_help(help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{data::parse_yaml, text::Document};

    fn check(schema: &str, text: &str) -> Vec<String> {
        let data = parse_yaml(&Document::new("a.yaml", text)).unwrap();
        let show = |it: Diagnostic| {
            let help = it.help.map(|help| format!(" ({help})")).unwrap_or_default();
            format!("{} {}{help}", it.place.unwrap().label(), it.message)
        };
        Schema::parse(schema).unwrap().check(&data).into_iter().map(show).collect()
    }

    #[test]
    fn every_mistake_is_found_at_its_place_and_told_in_words() {
        let schema = r#"{"type": "object", "additionalProperties": false, "required": ["name", "size"],
            "properties": {
                "name": {"type": "string", "pattern": "^[a-z]+$"},
                "size": {"type": "integer", "minimum": 1},
                "tags": {"type": "array", "items": {"enum": ["a", "b"]}, "maxItems": 1},
                "deep": {"type": "object", "additionalProperties": false, "properties": {"x": {"const": 1}}}}}"#;
        let text = "nmae: x\ntags: [a, c]\ndeep: {x: 2}\nsize: big\n";
        insta::assert_debug_snapshot!(check(schema, text), @r#"
        [
            "a.yaml:1:1 `nmae` is not known here (did you mean `name`?)",
            "a.yaml:1:1 the document needs the key `name`",
            "a.yaml:2:7 `tags` must have at most 1 item",
            "a.yaml:2:11 `tags[1]` must be one of `a`, `b`",
            "a.yaml:3:11 `deep.x` must be `1`",
            "a.yaml:4:7 `size` must be an integer, not a text",
        ]
        "#);
    }

    #[test]
    fn a_choice_among_titled_constants_lists_them() {
        let schema = r#"{"oneOf": [{"const": "none", "title": "None"}, {"const": "pg"}]}"#;
        insta::assert_debug_snapshot!(check(schema, "gp"), @r#"
        [
            "a.yaml:1:1 the document must be one of `none`, `pg` (did you mean `pg`?)",
        ]
        "#);
    }

    #[test]
    fn a_pattern_that_would_backtrack_for_ever_ends_at_once() {
        let schema = r#"{"pattern": "^(a+)+$"}"#;
        assert_eq!(check(schema, &format!("{}!", "a".repeat(10_000))).len(), 1);
    }
}
