//! `flagstone policy list`: which rules there are, and which of them are off.

use clap::Args;

use super::{
    check::{found, in_rules},
    input::{Places, whole},
    judged::studied,
};
use crate::{
    cli::{Context, Exit, Failure},
    ui::{human, json_v1},
};

/// List the rules of policies.
#[derive(Debug, Args)]
pub(super) struct ListArguments {
    #[command(flatten)]
    places: Places,
}

pub(super) fn run(context: &Context, arguments: &ListArguments) -> Result<Exit, Failure> {
    let bundles = arguments.places.bundles(context)?;
    let mut study = studied(context, &bundles)?;
    let bundle = whole(&bundles);
    let mistakes = in_rules(found(&bundle, &study));
    if !mistakes.is_empty() {
        return Err(Failure::Mistakes(mistakes));
    }
    study.rules.sort_by(|one, other| (&one.id, one.part).cmp(&(&other.id, other.part)));
    context.show(
        &human::policies(&study.rules, &bundle.sources, context.screen.look()),
        &json_v1::PolicyList::new(&study.rules, &bundle.sources),
    )?;
    Ok(Exit::Done)
}
