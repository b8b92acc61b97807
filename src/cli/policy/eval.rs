//! `flagstone policy eval`: what policies say of one input.

use std::path::PathBuf;

use clap::Args;

use super::{
    input::{self, Beside, Tests},
    judged::judged,
};
use crate::{
    cli::{Context, Exit, Failure},
    data::Value,
    guard::{Packages, Request, Subject},
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
    /// A folder of policies, one policy, or an OPA bundle (`.tar.gz`) [default: policies].
    #[arg(long = "policy", value_name = "DIR")]
    policies: Vec<PathBuf>,
    #[command(flatten)]
    beside: Beside,
    /// The file of YAML or JSON that policies see as `input`; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
}

pub(super) fn run(context: &Context, arguments: &EvalArguments) -> Result<Exit, Failure> {
    let bundle = input::bundle(context, (&arguments.policies, Tests::Left), &arguments.beside)?;
    let (path, input) = match &arguments.input {
        Some(file) => (Some(file.display().to_string()), input::value(context, file)?),
        None => (None, Value::Null),
    };
    let request = Request {
        bundles: vec![bundle],
        subjects: vec![Subject { path, packages: Packages::All, input }],
        now: context.host.now,
        ..Request::default()
    };
    let verdict = judged(&request)?;
    let failures: Vec<_> = verdict.failures.iter().map(|it| it.diagnostic(&request)).collect();
    let look = context.screen.look();
    context.show(
        &human::verdict(&verdict, &failures, look),
        &json_v1::Verdict::new(&verdict, &failures),
    )?;
    if !context.global.format.is_json() {
        context.screen.say(&human::verdict_line(&verdict));
    }
    Ok(if verdict.decision.may_go_on() { Exit::Done } else { Exit::Denied })
}
