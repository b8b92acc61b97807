//! `flagstone path new`: a golden path or layer to begin with, in a catalog.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::{
    charter::{self, Charter},
    cli::{
        Context, Exit, Failure,
        schema::{self, Document},
        shelf::flagstone_version,
    },
    data::Value,
    diag::Diagnostic,
    lock,
    manifest::{FILE, Manifest},
    repo::{FolderError, make_all, make_folder, read_text, write_text},
    source::{self, Change},
    text,
    tree::{Entry, RepoPath, Tree},
    ui::{clean_line, json_v1},
};

/// Make a golden path to begin with.
///
/// It is small, and has what every golden path needs: questions, templates, a case to try it with, a
/// page for people. Where there is no catalog yet, one is made.
#[derive(Debug, Args)]
pub(super) struct NewArguments {
    /// Its name: lower-case letters, digits and hyphens.
    #[arg(value_name = "NAME")]
    name: String,
    /// The catalog [default: the one around the working folder, else that folder].
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Make a layer: a part that golden paths compose.
    #[arg(long)]
    layer: bool,
}

/// The version that everything begins with.
const FIRST: &str = "1.0.0";

/// The folder of a catalog that editors find the schemas in.
const SCHEMAS: &str = "schemas";

/// The files of a version: where each is, and what it says.
type Starter = &'static [(&'static str, &'static str)];

const PATH: Starter = &[
    (FILE, include_str!("starter/path/golden-path.yaml")),
    ("README.md", include_str!("starter/path/readme.md")),
    ("cases/defaults.snap", include_str!("starter/path/case.snap")),
    ("cases/defaults.yaml", include_str!("starter/path/case.yaml")),
    ("template/.editorconfig", include_str!("starter/path/editorconfig")),
    ("template/README.md.j2", include_str!("starter/path/service.md.j2")),
    ("template/docs/runbook.md.j2", include_str!("starter/path/runbook.md.j2")),
];

const LAYER: Starter = &[
    (FILE, include_str!("starter/layer/golden-path.yaml")),
    ("README.md", include_str!("starter/layer/readme.md")),
    ("cases/defaults.snap", include_str!("starter/layer/case.snap")),
    ("cases/defaults.yaml", include_str!("starter/layer/case.yaml")),
    ("template/catalog-info.yaml.j2", include_str!("starter/layer/catalog-info.yaml.j2")),
];

const CATALOG: &str = include_str!("starter/catalog.yaml");

pub(super) fn run(context: &Context, arguments: &NewArguments) -> Result<Exit, Failure> {
    let shown = arguments.folder.clone().unwrap_or_else(|| around(context));
    let catalog: PathBuf = context.host.folder.join(&shown).components().collect();
    check_place(context, arguments, &catalog)?;
    let files = starter(arguments, &owner(&catalog)?);
    check(&files, &arguments.name)?;
    check_free((&shown, &catalog), &arguments.name)?;
    let mut written = catalog_files(&catalog)?;
    let target = catalog.join(&arguments.name).join(FIRST);
    make_folder(&target, &files).map_err(|error| match error {
        FolderError::Taken(_) => taken(&shown, &arguments.name),
        other @ FolderError::Write { .. } => Failure::outside(other),
    })?;
    let name = &arguments.name;
    written.extend(files.paths().map(|path| format!("{name}/{FIRST}/{path}")));
    let written: Vec<_> = written.iter().map(|it| place(&shown, it)).collect();
    context
        .show(&human(arguments, &shown, &written), &json_v1::WrittenFiles::new(written.clone()))?;
    Ok(Exit::Done)
}

/// The folder of the catalog around the working folder, else that folder itself.
fn around(context: &Context) -> PathBuf {
    let nearest = context.host.nearest(".".as_ref(), charter::FILE);
    nearest.filter(|it| *it != context.host.folder).unwrap_or_else(|| ".".into())
}

/// Who the catalog says answers for it.
fn owner(catalog: &Path) -> Result<String, Failure> {
    const NOBODY: &str = "platform-team";
    let file = catalog.join(charter::FILE);
    match read_text(&file) {
        Ok(words) => {
            let document = text::Document::new(file.display().to_string(), words);
            Ok(Charter::parse(&document)?.owner)
        }
        Err(error) if error.is_missing() => Ok(NOBODY.to_owned()),
        Err(error) => Err(Failure::outside(error)),
    }
}

fn starter(arguments: &NewArguments, owner: &str) -> Tree {
    let files = if arguments.layer { LAYER } else { PATH };
    let title = title(&arguments.name);
    let owner = Value::from(owner.to_owned()).to_json();
    let file = |(path, text): &(&str, &str)| {
        let text = text.replace("NAME", &arguments.name).replace("TITLE", &title);
        let path = RepoPath::parse(path).expect("the starter's files have good names");
        (path, Entry::file(text.replace("OWNER", &owner).into_bytes()))
    };
    files.iter().map(file).collect()
}

/// `http-job` as people write it: `Http job`.
fn title(name: &str) -> String {
    let words = name.replace('-', " ");
    let mut letters = words.chars();
    let first = letters.next().map(|it| it.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// Names of folders that a catalog has for itself.
const TAKEN: [&str; 3] = ["data", "policies", SCHEMAS];

/// The starter is right in all but the name: so a mistake in it, or another name, is the name's.
fn check(files: &Tree, name: &str) -> Result<(), Failure> {
    let manifest = files.file(FILE).and_then(Entry::text).unwrap_or_default();
    let document = text::Document::new(FILE, manifest);
    let read = Manifest::parse(&document, &flagstone_version());
    if read.is_ok_and(|it| it.metadata.name == name) && !TAKEN.contains(&name) {
        return Ok(());
    }
    let message = format!("`{name}` can't be the name of a golden path or layer");
    let help = "use lower-case letters, digits and single hyphens, beginning with a letter; \
                `data`, `policies` and `schemas` are folders of the catalog itself";
    Err(Failure::mistake(Diagnostic::error("bad-name", message).help(help)))
}

/// Whether a catalog may be in a folder: what is inside of a golden path or a service is no catalog.
fn check_place(context: &Context, arguments: &NewArguments, catalog: &Path) -> Result<(), Failure> {
    let refused = |message: String, help: &str| {
        Err(Failure::mistake(Diagnostic::error("bad-folder", message).help(help)))
    };
    let shown = catalog.strip_prefix(&context.host.folder).unwrap_or(catalog).display();
    let shown = clean_line(&shown.to_string()).into_owned();
    if catalog.components().any(|it| it.as_os_str() == ".git") {
        return refused(format!("`{shown}` is git's own"), HELP);
    }
    let is_there = |it: &&Path| read_text(it).map_or_else(|error| !error.is_missing(), |_| true);
    let Some(nearest) = catalog.ancestors().find(is_there) else { return Ok(()) };
    if !context.host.is_folder(nearest) {
        let nearest = nearest.strip_prefix(&context.host.folder).unwrap_or(nearest).display();
        return refused(format!("`{nearest}` is no folder"), HELP);
    }
    if let Some(version) = context.host.nearest(nearest, FILE) {
        let version = version.strip_prefix(&context.host.folder).unwrap_or(&version).display();
        let version = version.to_string();
        let version = if version.is_empty() { "." } else { &version };
        return refused(format!("`{shown}` is inside of a golden path, `{version}`"), HELP);
    }
    // Whoever names a folder of their service means it.
    let service = context.host.nearest(nearest, lock::FILE);
    match service.filter(|it| arguments.folder.is_none() || it == catalog) {
        Some(_) => refused(format!("`{}` is a service's repository", or_here(&shown)), HELP),
        None => Ok(()),
    }
}

const HELP: &str = "name the catalog's folder: `flagstone path new NAME DIR`";

fn or_here(folder: &str) -> &str {
    if folder.is_empty() { "." } else { folder }
}

fn check_free((shown, catalog): (&Path, &Path), name: &str) -> Result<(), Failure> {
    match read_text(&catalog.join(name)) {
        Err(error) if error.is_missing() => {}
        _ => return Err(taken(shown, name)),
    }
    Ok(())
}

fn taken(catalog: &Path, name: &str) -> Failure {
    let message = format!("the catalog has a `{name}` already");
    let folder = place(catalog, name);
    let help = format!(
        "for its next version copy the folder of the last: `cp -r {folder}/1.0.0 {folder}/1.1.0`, and change `version` in its manifest"
    );
    Failure::mistake(Diagnostic::error("taken", message).help(help))
}

/// Writes what the catalog itself lacks; gives what was written.
fn catalog_files(catalog: &Path) -> Result<Vec<String>, Failure> {
    make_all(catalog).map_err(Failure::outside)?;
    let schemas = [Document::GoldenPath, Document::Case, Document::Catalog];
    let mut written = Vec::new();
    for (name, text) in schema::new(&catalog.join(SCHEMAS), &schemas)? {
        let file = format!("{SCHEMAS}/{name}");
        let path = RepoPath::parse(&file).expect("the schemas' names are good names");
        source::change(catalog, &Change::Write(path, text.to_owned()))?;
        written.push(file);
    }
    let file = catalog.join(charter::FILE);
    if read_text(&file).is_err_and(|error| error.is_missing()) {
        let name = catalog.file_name().map(|it| it.to_string_lossy().into_owned());
        let text = CATALOG.replace("NAME", &catalog_name(&name.unwrap_or_default()));
        write_text(&file, &text).map_err(Failure::outside)?;
        written.insert(0, charter::FILE.to_owned());
    }
    Ok(written)
}

/// The folder's name as far as a catalog may have it.
fn catalog_name(folder: &str) -> String {
    let letter = |it: char| if it.is_ascii_alphanumeric() { it.to_ascii_lowercase() } else { '-' };
    let words: String = folder.chars().map(letter).collect();
    let words: Vec<_> = words.split('-').filter(|it| !it.is_empty()).collect();
    let name: String = words.join("-").chars().take(60).collect();
    let name = name.trim_end_matches('-');
    match name.chars().next() {
        Some(first) if first.is_ascii_lowercase() => name.to_owned(),
        _ => "catalog".to_owned(),
    }
}

fn place(catalog: &Path, file: &str) -> String {
    let path = catalog.join(file);
    path.strip_prefix(".").unwrap_or(&path).display().to_string()
}

fn human(arguments: &NewArguments, catalog: &Path, written: &[String]) -> String {
    let name = &arguments.name;
    let folder = place(catalog, &format!("{name}/{FIRST}"));
    let noun = if arguments.layer { "layer" } else { "golden path" };
    let files: Vec<_> = written.iter().map(|it| format!("  {}", clean_line(it))).collect();
    let next = match arguments.layer {
        true => format!("See what it makes:  flagstone path preview {folder}"),
        false => {
            let catalog = catalog.display();
            format!(
                "See what it makes:       flagstone path preview {folder}\n\
                 Make a service from it:  flagstone new {name} --catalog {catalog}"
            )
        }
    };
    format!("Wrote the {noun} `{name}` {FIRST}:\n{}\n\n{}", files.join("\n"), clean_lines(&next))
}

fn clean_lines(text: &str) -> String {
    text.lines().map(clean_line).collect::<Vec<_>>().join("\n")
}
