//! `flagstone schema`: the JSON Schema of each file format.

use clap::{Args, ValueEnum};

use super::{
    Context, Exit, Failure,
    catalog::{WhichCatalog, WishedPath, wished_release},
};
use crate::{
    case, charter, diag::Diagnostic, inputs::spec_schema, lock, manifest, spec, ui::json_v1,
};

/// Print the JSON Schema of a file format.
///
/// The result is the schema itself, whatever the --format.
#[derive(Debug, Args)]
pub(super) struct SchemaArguments {
    /// The format.
    // Not `format`: that is the global option's.
    #[arg(value_enum, value_name = "FORMAT")]
    document: Document,
    /// Of `spec`: also what this golden path asks, version or range as for `new`.
    #[arg(long = "for", value_name = "PATH[@RANGE]")]
    golden_path: Option<WishedPath>,
    #[command(flatten)]
    catalog: WhichCatalog,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Document {
    /// `flagstone.yaml` of a service.
    Spec,
    /// `golden-path.yaml` of a golden path or layer.
    GoldenPath,
    /// `catalog.yaml` of a catalog.
    Catalog,
    /// `flagstone.lock` of a service.
    Lock,
    /// `cases/NAME.yaml` of a golden path or layer.
    Case,
}

pub(super) fn run(context: &Context, arguments: &SchemaArguments) -> Result<Exit, Failure> {
    if let Some(wished) = &arguments.golden_path {
        let text = of_service(context, arguments, wished)?;
        context.screen.result(&text)?;
        return Ok(Exit::Done);
    }
    let schema = match arguments.document {
        Document::Spec => spec::SCHEMA,
        Document::GoldenPath => manifest::SCHEMA,
        Document::Catalog => charter::SCHEMA,
        Document::Lock => lock::SCHEMA,
        Document::Case => case::SCHEMA,
    };
    context.screen.result(schema.trim_end())?;
    Ok(Exit::Done)
}

/// The schema of the spec of a service of one golden path.
fn of_service(
    context: &Context,
    arguments: &SchemaArguments,
    wished: &WishedPath,
) -> Result<String, Failure> {
    if arguments.document != Document::Spec {
        let mistake = Diagnostic::error("usage", "only `spec` depends on a golden path");
        return Err(Failure::Usage(mistake.help("leave out `--for`")));
    }
    let release = wished_release(&arguments.catalog.open(context)?, wished)?;
    Ok(json_v1::to_text(&spec_schema(&release.manifest)?))
}
