//! `flagstone why`: where a file came from, whose it is, and how it stands.

use std::path::PathBuf;

use clap::Args;

use super::{
    Context, Exit, Failure,
    catalog::WhichCatalog,
    reach::references,
    selection::{Selection, unknown_file},
    service::{Service, Site},
    shelf::Shelf,
};
use crate::{
    answer::{self, Answer, Answers},
    data::Value,
    diag::Diagnostic,
    drift::state,
    lock::{self, LockedFile, Part},
    manifest::Kind,
    resolve::layer_answers,
    spec,
    tree::{Ownership, RepoPath},
    ui::{
        human::{self, Made, Origin, Reach, Reaching, Why},
        json_v1,
    },
};

/// Explain a file: where it came from, whose it is, and how it stands.
#[derive(Debug, Args)]
pub(super) struct WhyArguments {
    /// The file.
    #[arg(value_name = "PATH")]
    path: PathBuf,
    #[command(flatten)]
    catalog: WhichCatalog,
}

pub(super) fn run(context: &Context, arguments: &WhyArguments) -> Result<Exit, Failure> {
    let service = Service::present(Site::find(context, ".".as_ref())?)?;
    let paths = std::slice::from_ref(&arguments.path);
    let selection = Selection::read(context, &service, paths)?;
    let named = selection.paths().first().map(String::as_str).unwrap_or_default();
    if named.is_empty() {
        let mistake = Diagnostic::error("usage", "that is the service itself, and no file of it");
        return Err(Failure::Usage(mistake.help("name a file: `flagstone why README.md`")));
    }
    let known = RepoPath::parse(named).ok();
    let file = known.as_ref().and_then(|path| service.lock.file(path));
    let why = match (file, known) {
        (Some(file), _) => made(context, arguments, &service, file),
        (None, Some(path)) => not_made(&service, path)?,
        (None, None) => return Err(Failure::mistake(unknown_file(named, &service.lock.files))),
    };
    context
        .show(&human::why(&why, context.screen.result_look()), &json_v1::WhyResult::from(&why))?;
    Ok(Exit::Done)
}

/// A file that the golden path made.
fn made(context: &Context, arguments: &WhyArguments, service: &Service, file: &LockedFile) -> Why {
    let lock = &service.lock;
    let parts = [&lock.golden_path].into_iter().chain(&lock.layers);
    let part = parts.clone().find(|part| part.name == file.source.layer);
    let shelf = service.shelf(context, arguments.catalog.catalog.as_deref());
    let has = &lock.golden_path;
    let newest =
        shelf.as_ref().ok().and_then(|shelf| shelf.newer(&has.name, &has.version)).cloned();
    let reach = match (part, &shelf) {
        (Some(part), Ok(shelf)) => reach(lock, shelf, part, file),
        (_, Err(failure)) => Err(failure.message()),
        (None, Ok(_)) => Err(format!("the lock has no layer `{}`", file.source.layer)),
    };
    Why {
        path: file.path.clone(),
        origin: Origin::Made(Box::new(Made {
            part: part.cloned(),
            is_layer: part.is_some_and(|part| part.name != lock.golden_path.name),
            source: file.source.path.clone(),
            blob: file.blob,
            reach,
        })),
        ownership: file.ownership.clone(),
        state: Some(state(file, &service.files)),
        golden_path: lock.golden_path.clone(),
        newest,
    }
}

/// A file that the golden path did not make: the tool's own, or the team's.
fn not_made(service: &Service, path: RepoPath) -> Result<Why, Failure> {
    let lock = &service.lock;
    let is_own = [spec::FILE, lock::FILE].contains(&path.as_str());
    let is_there = service.files.files.contains_key(&path)
        || service.site.entry(&path).map_err(Failure::outside)?.is_some();
    if !is_own && !is_there {
        return Err(Failure::mistake(unknown_file(path.as_str(), &lock.files)));
    }
    let ownership = if is_own { Ownership::Tool } else { Ownership::Seeded };
    Ok(Why {
        path,
        origin: if is_own { Origin::Tool } else { Origin::Team },
        ownership,
        state: None,
        golden_path: lock.golden_path.clone(),
        newest: None,
    })
}

/// The parameters that reach a file; or why nobody knows.
fn reach(
    lock: &lock::Lock,
    shelf: &Shelf,
    part: &Part,
    file: &LockedFile,
) -> Result<Reach, String> {
    let is_layer = part.name != lock.golden_path.name;
    let kind = if is_layer { Kind::Layer } else { Kind::GoldenPath };
    let release = shelf.locked(kind, part).map_err(|failure| failure.message())?;
    let names = references(&release, &file.source).map_err(|mistake| mistake.message)?;
    let path = match is_layer {
        true => shelf.locked(Kind::GoldenPath, &lock.golden_path).ok(),
        false => None,
    };
    let uses = path.iter().flat_map(|path| &path.manifest.layers);
    let layer = uses.into_iter().find(|layer| layer.name == part.name);
    let answers = answers(lock);
    let answers = match (is_layer, layer) {
        (false, _) => answers,
        (true, Some(layer)) => {
            let resolved = layer_answers(layer, &release.manifest, &answers);
            resolved.map(|it| it.answers).unwrap_or_default()
        }
        (true, None) => Answers::default(),
    };
    let mut rules = release.manifest.files.iter();
    let rule = rules.find(|rule| rule.glob.matches(&file.path));
    let parameters = release.manifest.parameters.iter().filter(|it| names.contains(&it.name));
    let reaching = |name: &String| Reaching {
        name: name.clone(),
        value: answers.get(name).map(|answer| answer.value.clone()),
    };
    Ok(Reach {
        parameters: parameters.map(|it| reaching(&it.name)).collect(),
        condition: rule.and_then(|rule| rule.when.as_ref()).map(|it| it.text.clone()),
        layer_condition: layer.and_then(|it| it.when.as_ref()).map(|it| it.text.clone()),
    })
}

/// The answers that the golden path was rendered with.
fn answers(lock: &lock::Lock) -> Answers {
    let answer = |(name, value): &(String, Value)| {
        (name.clone(), Answer { value: value.clone(), origin: answer::Origin::Spec })
    };
    lock.parameters.iter().map(answer).collect()
}
