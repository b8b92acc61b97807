//! `flagstone diff`: what a team changed against its golden path.

use std::path::PathBuf;

use clap::Args;

use super::{
    Context, Exit, Failure,
    catalog::WhichCatalog,
    selection::Selection,
    service::{Pristine, Service, Site},
};
use crate::{
    diag::Diagnostic,
    drift::{State, state},
    lock::LockedFile,
    patch::{Patch, Side, unified},
    tree::{Entry, Ownership},
    ui::{
        human::{self, StatRow},
        json_v1,
    },
};

/// Show what was changed against the golden path.
///
/// Compares the files that the golden path made with what it made of them, as `git diff` shows it.
/// Seeded files are the team's alone: they are shown where PATH names them, or with --seeded.
#[derive(Debug, Args)]
pub(super) struct DiffArguments {
    /// Files or folders [default: every file of the golden path].
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Show the names alone.
    #[arg(long, conflicts_with = "stat")]
    name_only: bool,
    /// Show how many lines were added and removed.
    #[arg(long)]
    stat: bool,
    /// Show seeded files too.
    #[arg(long)]
    seeded: bool,
    /// End with 1 if anything differs.
    #[arg(long)]
    exit_code: bool,
    #[command(flatten)]
    catalog: WhichCatalog,
}

/// A file that differs.
struct Changed<'a> {
    file: &'a LockedFile,
    state: State,
    /// The difference, or that nobody holds what the golden path made.
    patch: Result<Patch, Diagnostic>,
}

pub(super) fn run(context: &Context, arguments: &DiffArguments) -> Result<Exit, Failure> {
    let service = Service::present(Site::find(context, ".".as_ref())?)?;
    let selection = Selection::read(context, &service, &arguments.paths)?;
    let unknown = selection.unknown(&service.lock.files);
    if !unknown.is_empty() {
        return Err(Failure::Mistakes(unknown));
    }
    let files = service.lock.files.iter().filter(|file| selection.has(&file.path));
    let changed = files.map(|file| (file, state(file, &service.files)));
    let changed = changed.filter(|(_, state)| *state != State::Untouched);
    let is_shown = |file: &LockedFile| {
        file.ownership != Ownership::Seeded || arguments.seeded || selection.names(&file.path)
    };
    let (shown, hidden): (Vec<_>, Vec<_>) = changed.partition(|(file, _)| is_shown(file));
    let pristine = Pristine::of(context, &service, arguments.catalog.catalog.as_deref());
    let shown = compare(&service, &pristine, shown)?;
    show(context, arguments, &service, &shown)?;
    if !hidden.is_empty() && !context.global.format.is_json() {
        context.screen.say(&human::seeded_differ(hidden.len()));
    }
    ended(arguments, &shown)
}

/// The differences of files that are not as they were made.
fn compare<'a>(
    service: &Service,
    pristine: &Pristine<'_>,
    files: Vec<(&'a LockedFile, State)>,
) -> Result<Vec<Changed<'a>>, Failure> {
    let paths: Vec<_> = files.iter().map(|(file, _)| file.path.clone()).collect();
    let present = service.site.entries(&paths).map_err(Failure::outside)?;
    let compare = |((file, state), after): ((&'a LockedFile, State), Option<Entry>)| {
        let before = pristine.bytes(file.blob).map_err(Failure::outside)?;
        let patch = before.ok_or_else(|| pristine.gone(file)).map(|bytes| {
            let old = Side { path: &file.path, mode: file.mode, bytes: &bytes };
            let new = after.as_ref();
            let new = new.map(|it| Side { path: &file.path, mode: it.mode, bytes: &it.bytes });
            unified(Some(old), new)
        });
        Ok(Changed { file, state, patch })
    };
    files.into_iter().zip(present).map(compare).collect()
}

fn show(
    context: &Context,
    arguments: &DiffArguments,
    service: &Service,
    changed: &[Changed<'_>],
) -> Result<(), Failure> {
    let screen = &context.screen;
    if context.global.format.is_json() {
        return Ok(screen.result(&json_v1::to_text(&json(arguments, service, changed)))?);
    }
    let patches = changed.iter().filter_map(|it| it.patch.as_ref().ok());
    if arguments.name_only {
        let names: Vec<_> = changed.iter().map(|it| human::file_name(&it.file.path)).collect();
        shown(context, &names.join("\n"))?;
    } else if arguments.stat {
        let rows = changed
            .iter()
            .filter_map(|it| Some(StatRow { path: &it.file.path, patch: it.patch.as_ref().ok()? }));
        shown(context, &human::stat(&rows.collect::<Vec<_>>(), screen.result_look()))?;
    } else if screen.is_plain() {
        screen.bytes(&patches.flat_map(Patch::to_bytes).collect::<Vec<_>>())?;
    } else {
        shown(context, &patches.map(human::patch).collect::<Vec<_>>().join("\n"))?;
    }
    if !gone(changed).is_empty() {
        screen.say(&human::diagnostics(&gone(changed), screen.look()));
    }
    Ok(())
}

/// Shows a text; nothing for none, as git does.
fn shown(context: &Context, text: &str) -> Result<(), Failure> {
    if !text.is_empty() {
        context.screen.result(text)?;
    }
    Ok(())
}

fn json(arguments: &DiffArguments, service: &Service, changed: &[Changed<'_>]) -> json_v1::Diff {
    let has_text = !arguments.name_only && !arguments.stat;
    let file = |it: &Changed<'_>| {
        json_v1::DiffFile::new(it.file, it.state, it.patch.as_ref().ok(), has_text)
    };
    json_v1::Diff {
        format: json_v1::FORMAT,
        service: service.spec.spec.name.clone(),
        golden_path: service.lock.golden_path.name.clone(),
        version: service.lock.golden_path.version.to_string(),
        files: changed.iter().map(file).collect(),
        diagnostics: gone(changed).iter().map(Into::into).collect(),
    }
}

/// What can't be shown, for nobody holds what the golden path made.
fn gone(changed: &[Changed<'_>]) -> Vec<Diagnostic> {
    changed.iter().filter_map(|it| it.patch.as_ref().err().cloned()).collect()
}

/// What could not be compared is no success; what differs is one, unless a script asks.
fn ended(arguments: &DiffArguments, changed: &[Changed<'_>]) -> Result<Exit, Failure> {
    Ok(match changed {
        changed if !gone(changed).is_empty() => Exit::BadInput,
        [] => Exit::Done,
        _ if arguments.exit_code => Exit::Found,
        _ => Exit::Done,
    })
}
