//! `flagstone policy check`: what is wrong with policies, found without an input.

use std::collections::BTreeSet;

use clap::{Args, ValueEnum};

use super::{
    input::{Places, TEST, whole},
    judged::studied,
};
use crate::{
    cli::{Context, Exit, Failure, arguments::Format},
    diag::{Diagnostic, has_errors},
    guard::{Bundle, Request, Study},
    ui::{annotations::annotated_mistakes, human, json_v1, sarif::sarif_of_findings},
};

/// Find what is wrong with policies, without an input.
///
/// Errors are what the guard would refuse, or judge otherwise than OPA does. Warnings are rules
/// without an id, without words on what to do, or without a test. Ends with 1 if an error was found.
#[derive(Debug, Args)]
#[command(after_help = "What each finding means: docs/policies.md")]
pub(super) struct CheckArguments {
    #[command(flatten)]
    places: Places,
    /// What else ends the check in failure.
    #[arg(long, value_enum, value_name = "WHAT")]
    deny: Option<Deny>,
}

/// What else ends a check in failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Deny {
    /// Warnings.
    Warnings,
}

pub(super) fn run(context: &Context, arguments: &CheckArguments) -> Result<Exit, Failure> {
    let bundles = arguments.places.bundles(context)?;
    let study = studied(context, &bundles)?;
    let bundle = whole(&bundles);
    let found = found(&bundle, &study);
    let (screen, counted) = (&context.screen, (rules(&study), study.tests));
    let text = match context.global.format {
        Format::Json => json_v1::to_text(&json_v1::PolicyCheck::new(counted, &found)),
        Format::Sarif => sarif_of_findings(&found),
        Format::Github => annotated_mistakes(&found),
        Format::Human | Format::Schema | Format::Junit => human::diagnostics(&found, screen.look()),
    };
    if !text.is_empty() {
        screen.result(&text)?;
    }
    if !context.global.format.is_json() {
        screen.say(&human::policy_line(counted, &found));
    }
    let is_denied = arguments.deny == Some(Deny::Warnings) && !found.is_empty();
    Ok(if has_errors(&found) || is_denied { Exit::Found } else { Exit::Done })
}

/// How many rules there are, by their ids.
fn rules(study: &Study) -> usize {
    study.rules.iter().map(|it| &it.id).collect::<BTreeSet<_>>().len()
}

/// The mistakes that keep rules from being known: those of tests do not.
pub(super) fn in_rules(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let is_of_test = |it: &Diagnostic| {
        let document = it.place.as_ref().map(|it| it.document.name());
        document.is_some_and(|it| it.ends_with(TEST))
    };
    found.into_iter().filter(|it| it.is_error() && !is_of_test(it)).collect()
}

/// All that is wrong, and what kept us from looking.
pub(super) fn found(bundle: &Bundle, study: &Study) -> Vec<Diagnostic> {
    let request = Request { bundles: vec![bundle.clone()], ..Request::default() };
    let failures = study.failures.iter().map(|it| it.diagnostic(&request));
    failures.chain(study.remarks.iter().map(|it| it.diagnostic(&bundle.sources))).collect()
}
