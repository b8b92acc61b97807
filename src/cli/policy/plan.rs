//! `flagstone policy input`: what rules over plans see of a service.

use std::path::PathBuf;

use clap::Args;

use crate::{
    catalog::{Wish, choose},
    cli::{
        Context, Exit, Failure,
        catalog::WhichCatalog,
        judgement::{self, Deed},
        service::{Service, Site},
        shelf::Shelf,
    },
    data::Value,
    docket::{Docket, Plan},
    guard::{Bundle, GoldenPath, Layer, PlanInput, Source},
    lock::Part,
    manifest::Kind,
    tree::Tree,
    ui::json_v1,
};

/// A rule over plans that looks into files, so that the plan has what they say.
const LOOKS: &str =
    "package flagstone.plan\n\nfiles contains file.parsed if some file in input.files\n";

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
    let shelf = service.shelf(context, arguments.catalog.catalog.as_deref())?;
    let (lock, spec) = (&service.lock, &service.spec.spec);
    let deed = Deed {
        action: "check",
        ticket: arguments.ticket.as_deref(),
        folder: &service.site.folder,
        spec,
        parameters: Value::map(lock.parameters.iter().cloned()),
    };
    let layer = |it: &Part| Layer { name: it.name.clone(), version: it.version.to_string() };
    let layers = lock.layers.iter().map(layer).collect();
    let input = judgement::input(context, deed, golden_path(&service, &shelf)?, layers);
    let input = whole(context, &service, &shelf, input)?;
    context.screen.result(&json_v1::to_text(&input))?;
    Ok(Exit::Done)
}

/// The golden path as its newest version tells of it.
fn golden_path(service: &Service, shelf: &Shelf) -> Result<GoldenPath, Failure> {
    let locked = &service.lock.golden_path;
    let wish = Wish { kind: Kind::GoldenPath, name: &locked.name, range: None, place: None };
    let newest = choose(&wish, &mut shelf.names(), shelf.versions(&locked.name))?;
    let metadata = shelf.manifest(&locked.name, newest)?.metadata;
    let golden_path = judgement::golden_path(shelf, &metadata, locked.digest.to_string());
    Ok(GoldenPath { version: locked.version.to_string(), ..golden_path })
}

/// The input with the service's files, as they would be committed now.
fn whole(
    context: &Context,
    service: &Service,
    shelf: &Shelf,
    input: PlanInput,
) -> Result<Value, Failure> {
    let paths: Vec<_> = service.files.files.keys().cloned().collect();
    let entries = service.site.entries(&paths).map_err(Failure::outside)?;
    let tree: Tree = paths.into_iter().zip(entries).filter_map(|(it, e)| Some((it, e?))).collect();
    let ownership = judgement::ownership_by(&service.lock);
    let looks = Source { path: "input.rego".to_owned(), text: LOOKS.to_owned() };
    let looks = Bundle { sources: vec![looks], ..Bundle::default() };
    // With the texts that its policies ask for.
    let docket = Docket::new(vec![shelf.policies()?, looks]);
    let (request, _) = docket.request(Plan {
        input,
        tree: &tree,
        files: &service.files,
        before: &service.files,
        unnamed: &[],
        ownership: &ownership,
        now: context.host.now,
    });
    let plan = request.subjects.into_iter().find(|it| it.path.is_none());
    Ok(plan.map(|it| it.input).unwrap_or_default())
}
