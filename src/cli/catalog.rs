//! `flagstone catalog`: which golden paths there are, and what one of them is.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::{Args, Subcommand};

use super::{
    Context, Exit, Failure,
    arguments::Format,
    nearby::{hinted, nearby},
    new::relative::normal,
    shelf::Shelf,
};
use crate::{
    catalog::{Release, Searched, Wish, search},
    diag::Diagnostic,
    manifest::{Kind, Manifest},
    ui::{
        human::{self, CatalogRow},
        json_v1,
    },
    version::{Range, Version, VersionError},
};

/// Look through golden paths.
#[derive(Debug, Args)]
pub(super) struct CatalogArguments {
    #[command(subcommand)]
    command: CatalogCommand,
}

#[derive(Debug, Subcommand)]
enum CatalogCommand {
    /// List the golden paths, each in its newest version.
    List {
        #[command(flatten)]
        catalog: WhichCatalog,
        /// List the layers too.
        #[arg(long)]
        layers: bool,
    },
    /// Find golden paths by words: in names, tags, titles, descriptions, questions and documentation.
    ///
    /// Shows what has every word, the best first, and where. A word that is nowhere is taken for the
    /// words nearest to it.
    Search {
        /// The words.
        #[arg(required = true, value_name = "WORD")]
        words: Vec<String>,
        #[command(flatten)]
        catalog: WhichCatalog,
        /// Search the layers too.
        #[arg(long)]
        layers: bool,
    },
    /// Show a golden path or layer: what it asks, what it is made of, its documentation.
    Show {
        /// The golden path or layer, also with a version or range: `rust-service@1`.
        #[arg(value_name = "NAME[@RANGE]")]
        name: WishedPath,
        #[command(flatten)]
        catalog: WhichCatalog,
    },
}

/// Which catalog to look in.
#[derive(Debug, Clone, Args)]
pub(super) struct WhichCatalog {
    /// A catalog in a folder [default: the one in the binary].
    #[arg(long, value_name = "DIR")]
    pub(super) catalog: Option<PathBuf>,
}

/// A golden path by name, and the versions that will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WishedPath {
    /// The name.
    pub(super) name: String,
    /// The versions; of `name@1.2.0` that one alone.
    pub(super) range: Option<Range>,
    /// Whether one whole version was named, rather than a range: a service made from it may still go
    /// on to newer ones.
    pub(super) is_version: bool,
}

impl std::str::FromStr for WishedPath {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, range) = match text.split_once('@') {
            Some((name, range)) => (name, Some(range)),
            None => (text, None),
        };
        let version = range.and_then(|it| it.parse::<Version>().ok());
        let range = match &version {
            Some(version) => Ok(Some(version.exactly())),
            None => range.map(str::parse).transpose(),
        };
        let range = range
            .map_err(|error: VersionError| format!("{error}; write for instance `{name}@^1.2`"))?;
        Ok(Self { name: name.to_owned(), range, is_version: version.is_some() })
    }
}

impl WhichCatalog {
    /// Opens the catalog.
    pub(super) fn open(&self, context: &Context) -> Result<Shelf, Failure> {
        match &self.catalog {
            Some(folder) => {
                let whole = normal(&context.host.folder.join(folder));
                if !context.host.is_folder(&whole) {
                    return Err(no_folder(folder));
                }
                Shelf::directory(&whole)
            }
            None => Shelf::embedded(),
        }
    }

    /// The golden path or layer of a name; where only the catalog in the binary was looked in, a
    /// failure says where else to look.
    pub(super) fn wished(
        &self,
        context: &Context,
        shelf: &Shelf,
        wished: &WishedPath,
    ) -> Result<Arc<Release>, Failure> {
        wished_release(shelf, wished).map_err(|failure| match &self.catalog {
            Some(_) => failure,
            None => hinted(context, &wished.name, failure),
        })
    }

    /// Tells people that a catalog is here which is not the one that is shown.
    fn tell_of_another(&self, context: &Context) {
        if self.catalog.is_some() || context.global.format.is_json() {
            return;
        }
        if let Some(folder) = nearby(context) {
            let folder = folder.display().to_string();
            let note = Diagnostic::warning("other-catalog", "this is the catalog in the binary")
                .help(format!("pass `--catalog {folder}` for the one here"));
            context.screen.say(&human::diagnostics(&[note], context.screen.look()));
        }
    }
}

fn no_folder(folder: &Path) -> Failure {
    let message = format!("there is no folder `{}`", folder.display());
    let help = "name a folder that holds `<golden path>/<version>/golden-path.yaml`";
    Failure::mistake(Diagnostic::error("no-folder", message).help(help))
}

pub(super) fn run(context: &Context, arguments: &CatalogArguments) -> Result<Exit, Failure> {
    match &arguments.command {
        CatalogCommand::List { catalog, layers } => {
            let shelf = catalog.open(context)?;
            catalog.tell_of_another(context);
            let is_listed = |it: &Manifest| *layers || it.kind == Kind::GoldenPath;
            list(context, &shelf, &is_listed)
        }
        CatalogCommand::Search { words, catalog, layers } => {
            let shelf = catalog.open(context)?;
            catalog.tell_of_another(context);
            let is_searched = |it: &Manifest| *layers || it.kind == Kind::GoldenPath;
            search_words(context, &shelf, words, &is_searched)
        }
        CatalogCommand::Show { name, catalog } => show(context, catalog, name),
    }
}

fn list(
    context: &Context,
    shelf: &Shelf,
    is_listed: &dyn Fn(&Manifest) -> bool,
) -> Result<Exit, Failure> {
    let manifests: Vec<_> = shelf.newest()?.into_iter().filter(is_listed).collect();
    let rows: Vec<_> = manifests.iter().map(|it| CatalogRow::from(&it.metadata)).collect();
    let json =
        manifests.iter().map(|it| json_v1::GoldenPath::new(it, shelf.versions(&it.metadata.name)));
    let json = json_v1::CatalogList::new(json.collect());
    context.show(&human::catalog(&rows, context.screen.result_look()), &json)?;
    Ok(Exit::Done)
}

/// The most bytes of all words of a search; each is compared with every word of the catalog.
const MOST_SEARCHED: usize = 1_000;

fn search_words(
    context: &Context,
    shelf: &Shelf,
    words: &[String],
    is_searched: &dyn Fn(&Manifest) -> bool,
) -> Result<Exit, Failure> {
    if words.iter().map(String::len).sum::<usize>() > MOST_SEARCHED {
        let message = format!("more than {MOST_SEARCHED} letters to search for");
        return Err(Failure::Usage(Diagnostic::error("usage", message).help("give a few words")));
    }
    let manifests = shelf.newest()?.into_iter().filter(is_searched);
    let with_docs = |manifest: Manifest| {
        let files = shelf.files(&manifest.metadata.name, &manifest.metadata.version)?;
        let docs = files.file("README.md").and_then(|it| it.text()).map(str::to_owned);
        Ok::<_, Failure>((manifest, docs))
    };
    let all = manifests.map(with_docs).collect::<Result<Vec<_>, _>>()?;
    let searched = all.iter().map(|(manifest, docs)| Searched { manifest, docs: docs.as_deref() });
    let hits = search(&searched.collect::<Vec<_>>(), words);
    if hits.is_empty() && context.global.format == Format::Human {
        context.screen.say("Nothing has all of these words.");
        return Ok(Exit::Done);
    }
    let json = hits.iter().map(|it| {
        let versions = shelf.versions(&it.manifest.metadata.name);
        json_v1::CatalogHit::new(it, versions)
    });
    let json = json_v1::CatalogFound::new(json.collect());
    context.show(&human::found(&hits, context.screen.result_look()), &json)?;
    Ok(Exit::Done)
}

/// The golden path or layer of a name, in the highest version that will do.
pub(super) fn wished_release(shelf: &Shelf, wished: &WishedPath) -> Result<Arc<Release>, Failure> {
    let kind = shelf
        .versions(&wished.name)
        .last()
        .and_then(|version| shelf.manifest(&wished.name, version).ok())
        .map_or(Kind::GoldenPath, |manifest| manifest.kind);
    shelf.release(&Wish { kind, name: &wished.name, range: wished.range.as_ref(), place: None })
}

fn show(context: &Context, catalog: &WhichCatalog, wished: &WishedPath) -> Result<Exit, Failure> {
    let shelf = catalog.open(context)?;
    let release = catalog.wished(context, &shelf, wished)?;
    let versions = shelf.versions(&wished.name);
    let look = context.screen.result_look();
    let manifest = context.in_their_language(&release.manifest);
    let human = human::golden_path(&manifest, versions, release.docs(), look);
    let json = json_v1::CatalogShow::new(&manifest, versions, release.docs());
    context.show(&human, &json)?;
    Ok(Exit::Done)
}

/// Says that a golden path is on its way out.
pub(super) fn deprecation(manifest: &Manifest) -> Option<Diagnostic> {
    let metadata = &manifest.metadata;
    if metadata.lifecycle != crate::manifest::Lifecycle::Deprecated {
        return None;
    }
    let sunset = metadata.sunset.as_ref().map(|day| format!("; supported until {day}"));
    let message =
        format!("golden path `{}` is deprecated{}", metadata.name, sunset.unwrap_or_default());
    let successor = metadata.successor.as_ref().map(|it| format!("use `{it}` for new services"));
    Some(Diagnostic::warning("deprecated", message).maybe_help(successor))
}
