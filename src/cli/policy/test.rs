//! `flagstone policy test`: whether the tests of policies hold.

use clap::Args;

use super::{
    input::{Places, whole},
    judged::tried,
};
use crate::{
    cli::{Context, Exit, Failure, arguments::Format},
    diag::Diagnostic,
    guard::{End, Request},
    host::Stopwatch,
    ui::{
        human::{self, Missed, Passed},
        json_v1,
        junit::junit_of_trial,
    },
};

/// Run the tests of policies.
///
/// A test is a rule `test_…` that must hold, as OPA has it; `todo_test_…` is one that is still to be
/// written, and skipped. Each is evaluated in a process of its own with limits. Ends with 1 if one
/// does not hold or can't be evaluated.
#[derive(Debug, Args)]
#[command(after_help = "How tests are written: docs/policies.md")]
pub(super) struct TestArguments {
    #[command(flatten)]
    places: Places,
    /// Run only the tests whose package and name hold this, in which `*` stands for anything; may be
    /// repeated.
    #[arg(long = "run", value_name = "PATTERN")]
    wanted: Vec<String>,
    /// List the lines of policies that no test reaches.
    #[arg(long)]
    coverage: bool,
}

pub(super) fn run(context: &Context, arguments: &TestArguments) -> Result<Exit, Failure> {
    let watch = Stopwatch::start();
    let bundles = arguments.places.bundles(context)?;
    let trial = tried(context, &bundles, &arguments.wanted)?;
    let bundle = whole(&bundles);
    let request = Request { bundles: vec![bundle.clone()], ..Request::default() };
    let failures: Vec<_> = trial.failures.iter().map(|it| it.diagnostic(&request)).collect();
    if trial.tests.is_empty() && failures.is_empty() {
        return Err(none(&arguments.wanted));
    }
    let missed = if arguments.coverage { Missed::Listed } else { Missed::Counted };
    let passed = if context.global.verbose { Passed::Named } else { Passed::Counted };
    let (screen, sources, look) = (&context.screen, &bundle.sources, context.screen.look());
    let text = match context.global.format {
        Format::Json => json_v1::to_text(&json_v1::PolicyTests::new(&trial, &failures, sources)),
        Format::Junit => junit_of_trial(&trial, &failures, (sources, watch.elapsed())),
        Format::Human | Format::Schema | Format::Sarif | Format::Github => {
            human::tested(&trial, (&failures, sources), (missed, passed), look)
        }
    };
    if !text.is_empty() {
        screen.result(&text)?;
    }
    if !context.global.format.is_json() {
        screen.say(&human::tested_line(&trial, &failures));
    }
    let has_held = trial.tests.iter().all(|it| matches!(it.end, End::Passed | End::Skipped));
    Ok(if has_held && failures.is_empty() { Exit::Done } else { Exit::Found })
}

/// Nothing was tested, which is no success.
fn none(wanted: &[String]) -> Failure {
    let mistake = match wanted {
        [] => Diagnostic::error("policy-test", "there is no test")
            .help("write rules `test_…` in `…_test.rego` beside the policies"),
        [..] => {
            let wanted: Vec<_> = wanted.iter().map(|it| format!("`{it}`")).collect();
            let message = format!("no test's name holds {}", wanted.join(" or "));
            Diagnostic::error("policy-test", message)
                .help("leave `--run` out to run them all; `--format json` lists their names")
        }
    };
    Failure::mistake(mistake)
}
