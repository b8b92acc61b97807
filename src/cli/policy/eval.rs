//! `flagstone policy eval`: what policies say of one input.

use std::path::PathBuf;

use clap::Args;

use super::{
    given::Given,
    input::{self, Beside, Tests},
    judged::judged,
};
use crate::{
    cli::{Context, Exit, Failure},
    diag::Diagnostic,
    docket::Judged,
    guard::{Request, Verdict},
    ui::{human, json_v1},
};

/// Evaluate policies over one input.
///
/// Every `deny`, `violation`, `needs_approval` and `warn` of every package is evaluated, in a process
/// of its own with limits. Files that end in `_test.rego` are left out. Ends with 4 if something is
/// denied, needs approval, or can't be judged.
#[derive(Debug, Args)]
#[command(after_help = "How policies are written: docs/policies.md")]
pub(super) struct EvalArguments {
    /// A folder of policies, one policy, or an OPA bundle (`.tar.gz`) [default: those that judge here].
    #[arg(long = "policy", value_name = "DIR")]
    policies: Vec<PathBuf>,
    #[command(flatten)]
    beside: Beside,
    /// The file that policies see as `input`, read by its kind as the guard reads it, each document by
    /// itself; `-` is standard input, as YAML or JSON.
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
}

pub(super) fn run(context: &Context, arguments: &EvalArguments) -> Result<Exit, Failure> {
    let bundles = input::bundles(context, (&arguments.policies, Tests::Left), &arguments.beside)?;
    let given = arguments.input.as_ref().map(|it| Given::read(context, it)).transpose()?;
    let request = Request {
        subjects: given.as_ref().map(|it| it.subjects(&bundles)).unwrap_or_default(),
        bundles,
        now: context.host.now,
        ..Request::default()
    };
    let mut verdict = judged(&request)?;
    match &given {
        Some(given) => given.place(&mut verdict.findings),
        None => unasked(&verdict)?,
    }
    let failures: Vec<_> = verdict.failures.iter().map(|it| it.diagnostic(&request)).collect();
    let judged = Judged { verdict, failures, ..Judged::default() };
    let verdict = &judged.verdict;
    let found = human::verdict(&judged, context.screen.look());
    match context.global.format.is_json() || !found.is_empty() {
        true => context.show(&found, &json_v1::Verdict::new(&judged))?,
        false => {}
    }
    if !context.global.format.is_json() {
        let printed = human::printed(verdict);
        let lines = printed.into_iter().chain([human::verdict_line(verdict)]);
        context.screen.say(&lines.collect::<Vec<_>>().join("\n"));
    }
    Ok(if verdict.decision.may_go_on() { Exit::Done } else { Exit::Denied })
}

/// Policies that can be read, and no input: whoever wants a verdict must not take that for one.
fn unasked(verdict: &Verdict) -> Result<(), Failure> {
    if !verdict.failures.is_empty() {
        return Ok(());
    }
    let mistake = Diagnostic::error("no-input", "nothing was judged: no input is named");
    let help = "name a file with `--input FILE`, or read standard input with `--input -`";
    Err(Failure::mistake(mistake.help(help)))
}
