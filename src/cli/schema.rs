//! `flagstone schema`: the JSON Schema of each file format, printed or as files for editors.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{
    Context, Exit, Failure,
    catalog::{WhichCatalog, WishedPath, wished_release},
};
use crate::{
    case, charter, data,
    diag::Diagnostic,
    inputs::spec_schema,
    lock, manifest,
    repo::{make_all, read_text, write_text},
    spec, text,
    ui::{clean_line, json_v1},
};

/// Print the JSON Schema of a file format, or write those of all for an editor.
///
/// The result is the schema itself, whatever the --format.
#[derive(Debug, Args)]
pub(super) struct SchemaArguments {
    /// The format.
    // Not `format`: that is the global option's.
    #[arg(value_enum, value_name = "FORMAT", required_unless_present = "write")]
    document: Option<Document>,
    /// Write the schema of every format, or of the one that is named, into a folder.
    #[arg(long, value_name = "DIR")]
    write: Option<PathBuf>,
    /// Of `spec`: also what this golden path asks, version or range as for `new`.
    #[arg(long = "for", value_name = "PATH[@RANGE]", conflicts_with = "write")]
    golden_path: Option<WishedPath>,
    #[command(flatten)]
    catalog: WhichCatalog,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Document {
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

impl Document {
    const fn schema(self) -> &'static str {
        match self {
            Self::Spec => spec::SCHEMA,
            Self::GoldenPath => manifest::SCHEMA,
            Self::Catalog => charter::SCHEMA,
            Self::Lock => lock::SCHEMA,
            Self::Case => case::SCHEMA,
        }
    }
}

pub(super) fn run(context: &Context, arguments: &SchemaArguments) -> Result<Exit, Failure> {
    if let Some(wished) = &arguments.golden_path {
        let text = of_service(context, arguments, wished)?;
        context.screen.result(&text)?;
        return Ok(Exit::Done);
    }
    match (&arguments.write, arguments.document) {
        (Some(folder), document) => {
            let wanted: Vec<_> = match document {
                Some(document) => vec![document],
                None => Document::value_variants().to_vec(),
            };
            let files = write(&context.host.folder.join(folder), &wanted)?;
            let shown = |file: &String| format!("Wrote `{}`", clean_line(&show(folder, file)));
            let human: Vec<_> = files.iter().map(shown).collect();
            let paths: Vec<_> = files.iter().map(|file| show(folder, file)).collect();
            let human = match human.is_empty() {
                true => "Every schema is up to date".to_owned(),
                false => human.join("\n"),
            };
            context.show(&human, &json_v1::WrittenFiles::new(paths))?;
        }
        (None, Some(document)) => context.screen.result(document.schema().trim_end())?,
        (None, None) => {}
    }
    Ok(Exit::Done)
}

fn show(folder: &Path, file: &str) -> String {
    folder.join(file).display().to_string()
}

/// Writes schemas into a folder, each named after its format; gives the names of those that
/// were not there as they are.
fn write(folder: &Path, documents: &[Document]) -> Result<Vec<String>, Failure> {
    make_all(folder).map_err(Failure::outside)?;
    let new = new(folder, documents)?;
    for (name, text) in &new {
        write_text(&folder.join(name), text).map_err(Failure::outside)?;
    }
    Ok(new.into_iter().map(|(name, _)| name).collect())
}

/// The files of schemas that are not in a folder as they should be: their names and texts.
///
/// # Errors
/// If a file of such a name is something else.
pub(super) fn new(
    folder: &Path,
    documents: &[Document],
) -> Result<Vec<(String, &'static str)>, Failure> {
    let mut new = Vec::new();
    let mut mistakes = Vec::new();
    for document in documents {
        let value = document.to_possible_value();
        let name = format!("{}.json", value.as_ref().map_or("", |it| it.get_name()));
        let file = folder.join(&name);
        match read_text(&file) {
            Ok(text) if text == document.schema() => {}
            Ok(text) if is_ours(&text) => new.push((name, document.schema())),
            Err(error) if error.is_missing() => new.push((name, document.schema())),
            Ok(_) | Err(_) => mistakes.push(not_ours(&file)),
        }
    }
    if mistakes.is_empty() { Ok(new) } else { Err(Failure::Mistakes(mistakes)) }
}

/// Whether a file is a schema of ours, of this version or another.
fn is_ours(text: &str) -> bool {
    let schema = data::parse_json(&text::Document::new("schema", text));
    let id = schema.as_ref().ok().and_then(|it| it.root().text_at("$id"));
    id.is_some_and(|it| it.starts_with("urn:flagstone:"))
}

fn not_ours(file: &Path) -> Diagnostic {
    let message =
        format!("`{}` is no schema of flagstone's", clean_line(&file.display().to_string()));
    Diagnostic::error("not-ours", message).help("move it away: nothing was written over it")
}

/// The schema of the spec of a service of one golden path.
fn of_service(
    context: &Context,
    arguments: &SchemaArguments,
    wished: &WishedPath,
) -> Result<String, Failure> {
    if arguments.document != Some(Document::Spec) {
        let mistake = Diagnostic::error("usage", "only `spec` depends on a golden path");
        return Err(Failure::Usage(mistake.help("leave out `--for`")));
    }
    let release = wished_release(&arguments.catalog.open(context)?, wished)?;
    let manifest = context.in_their_language(&release.manifest);
    Ok(json_v1::to_text(&spec_schema(&manifest)?))
}
