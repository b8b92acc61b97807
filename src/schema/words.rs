//! The schema validator's errors in words.

use jsonschema::{
    ValidationError,
    error::{TypeKind, ValidationErrorKind as Kind},
};
use serde_json::Value as Json;

use super::{Mistake, Part};
use crate::{data::Pointer, name};

/// What one error of the validator means: one mistake, or one for each unknown key.
pub(super) fn mistakes(schema: &Json, error: &ValidationError<'_>) -> Vec<Mistake> {
    let pointer: Pointer = steps(error.instance_path().as_str()).collect();
    let value = |message: String| Mistake {
        pointer: pointer.clone(),
        of: Part::Value,
        message,
        help: None,
    };
    match error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let known = known_keys(schema, error);
            unexpected.iter().map(|key| unknown_key(&pointer, key, &known)).collect()
        }
        Kind::Enum { options } => {
            let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
            vec![one_of(value, options.iter(), error.instance())]
        }
        Kind::OneOfNotValid { context } | Kind::AnyOf { context } => {
            let parent = parent_schema(schema, error);
            match constants(parent) {
                Some(options) => vec![one_of(value, options.iter().copied(), error.instance())],
                None => nearest_branch(schema, context)
                    .unwrap_or_else(|| vec![value(expectation(parent))]),
            }
        }
        Kind::PropertyNames { error: inner } => {
            let key = inner.instance().as_str().unwrap_or_default();
            let message = format!("is not a valid name: it {}", in_words(schema, inner));
            vec![Mistake { pointer: pointer.join(key), of: Part::Key, message, help: None }]
        }
        Kind::Pattern { .. } => {
            let help = parent_schema(schema, error).get("x-pattern-help");
            let help = help.and_then(Json::as_str).map(str::to_owned);
            // Who has words for the pattern need not show it.
            let message = match help {
                Some(_) => "has the wrong form".to_owned(),
                None => in_words(schema, error),
            };
            vec![Mistake { help, ..value(message) }]
        }
        Kind::Type { kind } if wants(kind, "string") && is_scalar(error.instance()) => {
            let help = Some("put it in quotes".to_owned());
            vec![Mistake { help, ..value(in_words(schema, error)) }]
        }
        Kind::Type { kind } if wants(kind, "array") && is_word(error.instance()) => {
            let help = Some(format!("write `[{}]`", plain(error.instance())));
            vec![Mistake { help, ..value(in_words(schema, error)) }]
        }
        _ => vec![value(in_words(schema, error))],
    }
}

fn wants(kind: &TypeKind, name: &str) -> bool {
    matches!(kind, TypeKind::Single(kind) if kind.to_string() == name)
}

/// Whether a value is a text that a list can hold as it stands.
fn is_word(value: &Json) -> bool {
    let is_plain = |it: char| it.is_alphanumeric() || matches!(it, '_' | '-' | '.' | '/');
    value.as_str().is_some_and(|text| !text.is_empty() && text.chars().all(is_plain))
}

fn is_scalar(value: &Json) -> bool {
    value.is_number() || value.is_boolean()
}

fn unknown_key(pointer: &Pointer, key: &str, known: &[&str]) -> Mistake {
    let all = || match known {
        [] => None,
        some => Some(format!("known here: {}", list(some.iter().map(|key| format!("`{key}`"))))),
    };
    Mistake {
        pointer: pointer.join(key),
        of: Part::Key,
        message: "is not known here".to_owned(),
        help: name::did_you_mean(key, known.iter().copied()).or_else(all),
    }
}

fn one_of<'a>(
    value: impl Fn(String) -> Mistake,
    options: impl Iterator<Item = &'a Json> + Clone,
    given: &Json,
) -> Mistake {
    let shown = list(options.clone().map(|option| format!("`{}`", plain(option))));
    let names: Vec<_> = options.map(plain).collect();
    let help = given
        .as_str()
        .and_then(|given| name::did_you_mean(given, names.iter().map(String::as_str)));
    Mistake { help, ..value(format!("must be one of {shown}")) }
}

/// Of several branches the one that the value most likely means: where only one has the right type.
fn nearest_branch(
    schema: &Json,
    context: &[Vec<ValidationError<'static>>],
) -> Option<Vec<Mistake>> {
    let is_type = |error: &&ValidationError<'_>| {
        matches!(error.kind(), Kind::Type { .. } | Kind::Constant { .. } | Kind::Enum { .. })
    };
    let mut right_type = context.iter().filter(|errors| errors.iter().all(|it| !is_type(&it)));
    match (right_type.next(), right_type.next()) {
        (Some(errors), None) => {
            Some(errors.iter().flat_map(|error| mistakes(schema, error)).collect())
        }
        _ => None,
    }
}

fn in_words(schema: &Json, error: &ValidationError<'_>) -> String {
    match error.kind() {
        Kind::Required { property } => format!("needs the key `{}`", plain(property)),
        Kind::Type { kind } => {
            format!("must be {}, not {}", expected(kind), json_kind(error.instance()))
        }
        Kind::Constant { expected_value } => format!("must be `{}`", plain(expected_value)),
        Kind::Pattern { pattern } => format!("must match the pattern `{pattern}`"),
        Kind::MinLength { limit: 1 } => "must not be empty".to_owned(),
        Kind::MinLength { limit } => format!("must have at least {}", count(*limit, "character")),
        Kind::MaxLength { limit } => format!("must have at most {}", count(*limit, "character")),
        Kind::Minimum { limit } => format!("must be at least {limit}"),
        Kind::Maximum { limit } => format!("must be at most {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("must be more than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("must be less than {limit}"),
        Kind::MultipleOf { multiple_of } => format!("must be a multiple of {multiple_of}"),
        Kind::MinItems { limit } => format!("must have at least {}", count(*limit, "item")),
        Kind::MaxItems { limit } => format!("must have at most {}", count(*limit, "item")),
        Kind::MinProperties { limit } => format!("must have at least {}", count(*limit, "key")),
        Kind::MaxProperties { limit } => format!("must have at most {}", count(*limit, "key")),
        Kind::UniqueItems => "must not have an item twice".to_owned(),
        Kind::Format { format } => format!("must be of the format `{format}`"),
        Kind::FalseSchema => "is not allowed here".to_owned(),
        _ => expectation(parent_schema(schema, error)),
    }
}

/// What a schema says of itself, for the cases that its keywords can't tell in a sentence.
fn expectation(schema: &Json) -> String {
    match schema.get("title").and_then(Json::as_str) {
        Some(title) => format!("must be {title}"),
        None => "has the wrong form".to_owned(),
    }
}

fn expected(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(kind) => type_words(&kind.to_string()).to_owned(),
        TypeKind::Multiple(kinds) => {
            kinds.iter().map(|kind| type_words(&kind.to_string())).collect::<Vec<_>>().join(" or ")
        }
    }
}

fn type_words(name: &str) -> &'static str {
    match name {
        "string" => "a text",
        "integer" => "an integer",
        "number" => "a number",
        "boolean" => "`true` or `false`",
        "array" => "a list",
        "object" => "a map",
        _ => "nothing",
    }
}

fn json_kind(value: &Json) -> &'static str {
    match value {
        Json::Null => "nothing",
        Json::Bool(_) => "a boolean",
        Json::Number(number) if number.is_f64() => "a number",
        Json::Number(_) => "an integer",
        Json::String(_) => "a text",
        Json::Array(_) => "a list",
        Json::Object(_) => "a map",
    }
}

/// The constants of a `oneOf`, if it holds nothing else.
fn constants(schema: &Json) -> Option<Vec<&Json>> {
    let branches = schema.get("oneOf").or_else(|| schema.get("anyOf"))?.as_array()?;
    branches.iter().map(|branch| branch.get("const")).collect()
}

fn known_keys<'a>(schema: &'a Json, error: &ValidationError<'_>) -> Vec<&'a str> {
    let properties = parent_schema(schema, error).get("properties").and_then(Json::as_object);
    properties.into_iter().flatten().map(|(key, _)| key.as_str()).collect()
}

fn parent_schema<'a>(schema: &'a Json, error: &ValidationError<'_>) -> &'a Json {
    let path = error.schema_path().as_str();
    let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
    schema.pointer(parent).unwrap_or(schema)
}

fn steps(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"))
}

fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn list(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}

fn count(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
