//! A parameter made ready: its schema, and what it depends on.

use std::collections::BTreeSet;

use crate::{
    data::Value,
    diag::Diagnostic,
    manifest::{Parameter, Source, is_template},
    name,
    schema::Schema,
    template::{Expressions, SourceKind},
};

/// Names that the default of a key may use besides the parameters: the map around it.
const AROUND: [&str; 2] = ["item", "item_index"];

/// A parameter that can be answered.
pub(super) struct Prepared<'a> {
    /// The parameter.
    pub(super) parameter: &'a Parameter,
    /// What its answers must be.
    pub(super) schema: Schema,
    /// What its condition, default, computed value, closed choices and defaults of keys speak of.
    pub(super) needs: BTreeSet<String>,
    /// What a given answer depends on all the same: the condition, closed choices, defaults of keys.
    pub(super) needs_given: BTreeSet<String>,
}

/// Makes a parameter ready; `all` are those that it may speak of.
///
/// # Errors
/// A schema or an expression that can't be used, and names of no parameter.
pub(super) fn prepare<'a>(
    expressions: &Expressions,
    parameter: &'a Parameter,
    all: &[Parameter],
) -> Result<Prepared<'a>, Vec<Diagnostic>> {
    let schema = Schema::compile(&parameter.schema).map_err(|error| {
        let message = format!("the schema of `{}` can't be used: {error}", parameter.name);
        vec![Diagnostic::error("parameter-schema", message).at(parameter.place.clone())]
    })?;
    let own = value_references(expressions, parameter).map_err(|mistake| vec![mistake])?;
    let needs_given = references(expressions, parameter).map_err(|mistake| vec![mistake])?;
    let needs: BTreeSet<_> = own.union(&needs_given).cloned().collect();
    let known = || all.iter().map(|it| it.name.as_str());
    let unknown = needs.iter().filter(|name| !known().any(|known| known == name.as_str()));
    let mistakes: Vec<_> = unknown
        .map(|name| {
            let message = format!("parameter `{}` speaks of unknown `{name}`", parameter.name);
            Diagnostic::error("unknown-parameter", message)
                .at(parameter.value_place.clone())
                .maybe_help(name::did_you_mean(name, known()))
        })
        .collect();
    if mistakes.is_empty() {
        Ok(Prepared { parameter, schema, needs, needs_given })
    } else {
        Err(mistakes)
    }
}

/// What the default or computed value speaks of.
fn value_references(
    expressions: &Expressions,
    parameter: &Parameter,
) -> Result<BTreeSet<String>, Diagnostic> {
    let mut needs = BTreeSet::new();
    for value in parameter.computed.iter().chain(&parameter.default) {
        for text in templates(value) {
            let source = Source { text: text.to_owned(), place: parameter.value_place.clone() };
            needs.extend(expressions.references(&source, SourceKind::Template)?);
        }
    }
    Ok(needs)
}

/// What the condition, closed choices and the defaults of keys speak of.
fn references(
    expressions: &Expressions,
    parameter: &Parameter,
) -> Result<BTreeSet<String>, Diagnostic> {
    let mut needs = BTreeSet::new();
    if let Some(condition) = &parameter.when {
        needs.extend(expressions.references(condition, SourceKind::Condition)?);
    }
    for choice in parameter.shape.choices() {
        if let Some(source) = &choice.disabled {
            needs.extend(expressions.references(source, SourceKind::Template)?);
        }
    }
    for field in parameter.shape.fields() {
        for text in field.default.iter().flat_map(templates) {
            let source = Source { text: text.to_owned(), place: field.value_place.clone() };
            let names = expressions.references(&source, SourceKind::Template)?;
            needs.extend(names.into_iter().filter(|name| !AROUND.contains(&name.as_str())));
        }
    }
    Ok(needs)
}

fn templates(value: &Value) -> Vec<&str> {
    match value {
        Value::Text(text) if is_template(value) => vec![text],
        Value::List(items) => items.iter().flat_map(templates).collect(),
        Value::Map(entries) => entries.iter().flat_map(|(_, value)| templates(value)).collect(),
        _ => Vec::new(),
    }
}
