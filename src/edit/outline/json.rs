//! Where every part of a JSON text stands.

use std::ops::Range;

use jsonc_parser::{
    ParseOptions,
    ast::{ObjectProp, Value},
    common::Ranged as _,
    parse_to_ast,
};

use super::{Entry, Form, Layout, Part, Shape};

/// The outline of a JSON text. Beside the standard's it may have comments and trailing commas.
pub(in crate::edit) fn json(text: &str) -> Option<Part> {
    let options = ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let parsed = parse_to_ast(text, &Default::default(), &options).ok()?;
    Some(part(&parsed.value?))
}

fn part(value: &Value<'_>) -> Part {
    let range = value.range();
    let span = range.start..range.end;
    let shape = match value {
        Value::Object(object) => {
            Shape::Map(Layout::Flow, object.properties.iter().map(property).collect())
        }
        Value::Array(array) => {
            Shape::List(Layout::Flow, array.elements.iter().map(element).collect())
        }
        Value::StringLit(_)
        | Value::NumberLit(_)
        | Value::BooleanLit(_)
        | Value::NullKeyword(_) => Shape::Scalar,
    };
    Part { span, shape }
}

fn property(property: &ObjectProp<'_>) -> Entry {
    let key = property.name.range();
    Entry {
        name: Some(property.name.as_str().to_owned()),
        key: key.start..key.end,
        range: property.range.start..property.range.end,
        value: part(&property.value),
        form: Form::Inline,
    }
}

fn element(value: &Value<'_>) -> Entry {
    let Range { start, end } = value.range().start..value.range().end;
    Entry {
        name: None,
        key: start..start,
        range: start..end,
        value: part(value),
        form: Form::Inline,
    }
}
