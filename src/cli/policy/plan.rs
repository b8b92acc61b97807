//! `flagstone policy input`: what rules over plans see of a service.

use std::path::PathBuf;

use clap::Args;

use crate::{
    cli::{
        Context, Exit, Failure,
        catalog::WhichCatalog,
        check::answers::Answers,
        judgement::{self, Asked},
        service::{Service, Site},
        shelf::Shelf,
    },
    manifest::Manifest,
    ui::json_v1,
};

/// Print what rules over plans see of a service: the `input` that `check` shows them.
///
/// A document of JSON, for `policy eval --input` and `policy explain --input`.
#[derive(Debug, Args)]
#[command(after_help = "What each key means: docs/policies.md")]
pub(super) struct InputArguments {
    /// The service [default: the one here].
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    #[command(flatten)]
    catalog: WhichCatalog,
    /// The ticket that the run is for.
    #[arg(long)]
    ticket: Option<String>,
}

pub(super) fn run(context: &Context, arguments: &InputArguments) -> Result<Exit, Failure> {
    let start = arguments.folder.clone().unwrap_or_else(|| ".".into());
    let service = Service::present(Site::find(context, &start)?)?;
    let shelf = service.judging(context, arguments.catalog.catalog.as_deref())?;
    let answers = Answers::asked(&service, locked(&service, &shelf)?.as_ref());
    let asked = Asked { service: &service, shelf: Ok(&shelf), parameters: &answers.parameters };
    let input = judgement::shown(context, &asked, ("check", arguments.ticket.as_deref()))?;
    context.screen.result(&json_v1::to_text(&input))?;
    Ok(Exit::Done)
}

/// The manifest of the version that the service has, where the catalog still holds it.
fn locked(service: &Service, shelf: &Shelf) -> Result<Option<Manifest>, Failure> {
    let locked = &service.lock.golden_path;
    let version = shelf.versions(&locked.name).iter().find(|it| **it == locked.version);
    version.map(|it| shelf.manifest(&locked.name, it)).transpose()
}
