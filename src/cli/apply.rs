//! `flagstone apply`: a service to what its spec says now.

use clap::Args;

use super::{
    Context, Exit, Failure,
    reconcile::{self, Verb},
    upgrade::ReconcileArguments,
};

/// Bring a service to what its `flagstone.yaml` says now, in the version that it has.
///
/// To answer a question differently, edit `flagstone.yaml` and run this: the difference is merged
/// like an upgrade, and committed with your edit. A lock that a merge has left in conflict is made
/// again.
#[derive(Debug, Args)]
pub(super) struct ApplyArguments {
    #[command(flatten)]
    common: ReconcileArguments,
}

pub(super) fn run(context: &Context, arguments: &ApplyArguments) -> Result<Exit, Failure> {
    reconcile::apply(&arguments.common.request(context, Verb::Apply))
}
