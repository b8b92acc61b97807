//! `flagstone inputs`: what a golden path asks, and what is still to be answered.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{
    Context, Exit, Failure,
    arguments::{Format, setting},
    catalog::{WhichCatalog, WishedPath, wished_release},
    given,
    shelf::Shelf,
    specs,
};
use crate::{
    diag::Diagnostic,
    inputs::{Inputs, inputs, parameters_schema},
    spec::{CatalogReference, Written},
    ui::{human, json_v1},
};

/// Show what a golden path asks: every question, its default as it would be now, and what each answer
/// opens.
///
/// Answers that are given already change what the others are. With --format schema: the JSON Schema of
/// `spec.parameters`.
#[derive(Debug, Args)]
pub(super) struct InputsArguments {
    /// The golden path or layer, also with a version or range [default: that of the spec].
    #[arg(value_name = "PATH[@RANGE]", required_unless_present = "spec")]
    name: Option<WishedPath>,
    #[command(flatten)]
    catalog: WhichCatalog,
    /// Answer a parameter; lists as JSON or separated by commas.
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    set: Vec<(String, String)>,
    /// Read answers from a spec file; `-` reads standard input.
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// Show only what is still to be answered before a run without a person succeeds.
    #[arg(long)]
    remaining: bool,
}

pub(super) fn run(context: &Context, arguments: &InputsArguments) -> Result<Exit, Failure> {
    let written = arguments.spec.as_deref().map(|file| read_spec(context, file)).transpose()?;
    let of_spec = written.as_ref().map(|written| WishedPath {
        name: written.spec.golden_path.clone(),
        range: written.spec.range.clone(),
        is_version: false,
    });
    let Some(wished) = arguments.name.clone().or(of_spec) else {
        let mistake = Diagnostic::error("usage", "no golden path is named");
        return Err(Failure::Usage(mistake.help("`flagstone catalog list` shows them")));
    };
    let shelf = shelf(context, arguments, written.as_ref())?;
    let release = match &written {
        Some(_) => wished_release(&shelf, &wished)?,
        None => arguments.catalog.wished(context, &shelf, &wished)?,
    };
    let manifest = &context.in_their_language(&release.manifest);
    if context.global.format == Format::Schema {
        let schema = parameters_schema(manifest)?;
        context.screen.result(&json_v1::to_text(&schema))?;
        return Ok(Exit::Done);
    }
    let parameters = &manifest.parameters;
    let spec = written.as_ref().map(|it| given::of_spec(parameters, &it.answers, &it.spec));
    let given = given::given(&context.host, parameters, spec.unwrap_or_default(), &arguments.set);
    let Inputs { inputs, mistakes } = inputs(manifest, &given)?;
    if !mistakes.is_empty() {
        return Err(Failure::Mistakes(mistakes));
    }
    let is_shown = |it: &&crate::inputs::Input<'_>| !arguments.remaining || it.remains();
    let shown: Vec<_> = inputs.iter().filter(is_shown).cloned().collect();
    let look = context.screen.result_look();
    let json = json_v1::Inputs::new(manifest, &shown);
    context.show(&human::inputs(manifest, &inputs, &shown, look), &json)?;
    Ok(Exit::Done)
}

/// The one service of a spec file.
fn read_spec(context: &Context, file: &Path) -> Result<Written, Failure> {
    let mut services = specs::services(&context.host, file)?;
    match (services.len(), services.pop()) {
        (1, Some(only)) => Ok(only?),
        (several, _) => {
            let message = format!("`{}` holds {several} services", specs::name(file));
            let mistake = Diagnostic::error("several-services", message);
            Err(Failure::mistake(mistake.help("give the spec of one service")))
        }
    }
}

/// The catalog of `--catalog`, else that of the spec, else the one in the binary.
fn shelf(
    context: &Context,
    arguments: &InputsArguments,
    written: Option<&Written>,
) -> Result<Shelf, Failure> {
    let Some(written) = written.filter(|_| arguments.catalog.catalog.is_none()) else {
        return arguments.catalog.open(context);
    };
    match &written.spec.catalog {
        CatalogReference::Embedded => Shelf::embedded(),
        CatalogReference::Directory(folder) => {
            let file = arguments.spec.as_deref().unwrap_or_else(|| "-".as_ref());
            let base = context.host.folder.join(file);
            let base = base.parent().unwrap_or(&context.host.folder);
            Shelf::directory(&base.join(folder))
        }
        CatalogReference::Unsupported(what) => Err(Failure::mistake(
            Diagnostic::error("catalog", format!("this version can't read {what}"))
                .at(written.catalog.clone())
                .help("pass `--catalog DIR`"),
        )),
    }
}
