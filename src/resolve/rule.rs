//! Rules across parameters, made ready: which parameters each speaks of.

use std::collections::BTreeSet;

use crate::{
    data::Value,
    diag::Diagnostic,
    manifest::{Parameter, Rule},
    name,
    template::{Expressions, SourceKind},
};

/// A rule that can be evaluated.
pub(super) struct PreparedRule<'a> {
    /// The rule.
    pub(super) rule: &'a Rule,
    /// The parameters that it speaks of.
    pub(super) spoken: BTreeSet<String>,
    /// The same, and the one that it is told at.
    pub(super) names: BTreeSet<String>,
}

/// Makes a rule ready.
///
/// # Errors
/// An expression that doesn't parse, or speaks of unknown parameters.
pub(super) fn prepare<'a>(
    expressions: &Expressions,
    rule: &'a Rule,
    parameters: &[Parameter],
) -> Result<PreparedRule<'a>, Vec<Diagnostic>> {
    let mut spoken = BTreeSet::new();
    for source in rule.when.iter().chain([&rule.require]) {
        spoken
            .extend(expressions.references(source, SourceKind::Condition).map_err(|it| vec![it])?);
    }
    let names: BTreeSet<_> = spoken.iter().chain([&rule.at]).cloned().collect();
    let known = || parameters.iter().map(|it| it.name.as_str());
    let unknown = names.iter().filter(|name| !known().any(|known| known == name.as_str()));
    let mistakes: Vec<_> = unknown
        .map(|name| {
            Diagnostic::error("unknown-parameter", format!("a rule speaks of unknown `{name}`"))
                .at(rule.place.clone())
                .maybe_help(name::did_you_mean(name, known()))
        })
        .collect();
    if mistakes.is_empty() { Ok(PreparedRule { rule, spoken, names }) } else { Err(mistakes) }
}

impl PreparedRule<'_> {
    /// Whether the rule holds.
    ///
    /// # Errors
    /// If it can't be evaluated.
    pub(super) fn holds(
        &self,
        expressions: &Expressions,
        variables: &Value,
    ) -> Result<bool, Diagnostic> {
        if let Some(when) = &self.rule.when
            && !expressions.evaluate_condition(when, variables)?
        {
            return Ok(true);
        }
        expressions.evaluate_condition(&self.rule.require, variables)
    }
}
