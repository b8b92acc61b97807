//! Bounds and patterns of a parameter that no answer can meet.

use crate::{
    data::{Node, Number, Value},
    diag::Diagnostic,
    schema::Schema,
};

/// A least and a most that belong together, and whether the least itself may be answered.
const BOUNDS: [(&str, &str, bool); 7] = [
    ("minimum", "maximum", true),
    ("minimum", "exclusiveMaximum", false),
    ("exclusiveMinimum", "maximum", false),
    ("exclusiveMinimum", "exclusiveMaximum", false),
    ("minLength", "maxLength", true),
    ("minItems", "maxItems", true),
    ("minProperties", "maxProperties", true),
];

/// What leaves no answer to a parameter, in its own words.
pub(super) fn mistakes(name: &str, node: &Node<'_>) -> Vec<Diagnostic> {
    let mut mistakes: Vec<_> =
        BOUNDS.iter().filter_map(|it| contradiction(name, node, it)).collect();
    let pattern = node.get("pattern");
    mistakes.extend(pattern.and_then(|it| unusable(name, &it)));
    mistakes
}

fn contradiction(
    name: &str,
    node: &Node<'_>,
    &(least, most, is_within): &(&str, &str, bool),
) -> Option<Diagnostic> {
    let (low, high) = (node.get(least)?, node.get(most)?);
    let (low_value, high_value) = (number(low.value())?, number(high.value())?);
    let fits = if is_within { low_value <= high_value } else { low_value < high_value };
    (!fits).then(|| {
        let (low, shown) = (low.value(), high.value());
        let message = format!("nothing fits `{name}`: `{least}` is {low}, `{most}` is {shown}");
        Diagnostic::error("no-value", message).at(high.place()).help("change one of the two")
    })
}

/// A pattern that can't be read.
fn unusable(name: &str, pattern: &Node<'_>) -> Option<Diagnostic> {
    let text = pattern.text()?;
    let schema = Value::map([("type", Value::from("string")), ("pattern", text.into())]);
    Schema::compile(&schema).is_err().then(|| {
        let message = format!("the pattern of `{name}` can't be read");
        let is_around = ["(?=", "(?!", "(?<=", "(?<!"].iter().any(|it| text.contains(it));
        let help = match is_around {
            true => "there is no look-around: say what an answer is, not what it is not",
            false => "close every bracket, and put `\\` before signs that mean themselves; there is neither look-around nor `\\1`",
        };
        Diagnostic::error("pattern", message).at(pattern.place()).help(help)
    })
}

#[expect(clippy::cast_precision_loss, reason = "bounds that differ by less are equal")]
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(Number::Int(it)) => Some(*it as f64),
        Value::Number(Number::Large(it)) => Some(*it as f64),
        Value::Number(Number::Float(it)) => Some(*it),
        Value::Null
        | Value::Bool(_)
        | Value::Text(_)
        | Value::List(_)
        | Value::Map(_)
        | Value::Tagged(..) => None,
    }
}
