//! A parameter made ready: its schema, and what it depends on.

use std::collections::BTreeSet;

use crate::{
    diag::Diagnostic,
    manifest::{ITEM_NAMES, Parameter, Spoken},
    name,
    schema::Schema,
    template::Expressions,
};

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
    let (mut needs, mut needs_given) = (BTreeSet::new(), BTreeSet::new());
    for (spoken, source) in parameter.sources() {
        let names = expressions.references(&source, spoken.into()).map_err(|it| vec![it])?;
        // The default of a key speaks of the map around it, too.
        let is_needed = |it: &str| spoken != Spoken::Key || !ITEM_NAMES.contains(&it);
        let names: BTreeSet<_> = names.into_iter().filter(|it| is_needed(it)).collect();
        if spoken.is_given() {
            needs_given.extend(names.iter().cloned());
        }
        needs.extend(names);
    }
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
