//! `flagstone schema`: the JSON Schema of each file format.

use clap::{Args, ValueEnum};

use super::{Context, Exit, Failure};
use crate::{case, charter, lock, manifest, spec};

/// Print the JSON Schema of a file format.
///
/// The result is the schema itself, whatever the --format.
#[derive(Debug, Args)]
pub(super) struct SchemaArguments {
    /// The format.
    // Not `format`: that is the global option's.
    #[arg(value_enum, value_name = "FORMAT")]
    document: Document,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
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
