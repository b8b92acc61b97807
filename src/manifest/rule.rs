//! What the answers of a golden path must be together.

use super::{Source, parse::source};
use crate::{data::Node, diag::Diagnostic, name, text::Place};

/// A rule across parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// An expression; where it is false, the rule says nothing.
    pub when: Option<Source>,
    /// An expression that must be true.
    pub require: Source,
    /// What people are told otherwise.
    pub message: String,
    /// The parameter that is asked again.
    pub at: String,
    /// Where the manifest says so.
    pub place: Place,
}

/// Reads the rules of a manifest; `known` are its parameters.
pub(super) fn parse_rules<'n>(
    root: &Node<'_>,
    known: impl Iterator<Item = &'n str> + Clone,
    mistakes: &mut Vec<Diagnostic>,
) -> Vec<Rule> {
    let Some(parameters) = root.get("parameters") else { return Vec::new() };
    let mut rules = Vec::new();
    for node in parameters.items_at("x-rules") {
        let Some(rule) = read(&node) else { continue };
        if !known.clone().any(|name| name == rule.at) {
            let message = format!("the rule is told at `{}`, which is no parameter", rule.at);
            let place = node.get("at").map(|it| it.place());
            let help = name::did_you_mean(&rule.at, known.clone());
            mistakes
                .push(Diagnostic::error("unknown-parameter", message).at(place).maybe_help(help));
        }
        rules.push(rule);
    }
    rules
}

fn read(node: &Node<'_>) -> Option<Rule> {
    Some(Rule {
        when: node.get("when").and_then(|it| source(&it)),
        require: source(&node.get("require")?)?,
        message: node.text_at("message")?.to_owned(),
        at: node.text_at("at")?.to_owned(),
        place: node.get("require")?.place(),
    })
}
