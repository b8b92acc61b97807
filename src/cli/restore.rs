//! `flagstone restore`: files as the golden path made them.

use std::{io::ErrorKind, path::PathBuf};

use clap::Args;

use super::{
    Context, Exit, Failure,
    catalog::WhichCatalog,
    committer::watch_signals,
    failure::Interruption,
    recovery,
    selection::Selection,
    service::{Pristine, Service, Site},
};
use crate::{
    diag::Diagnostic,
    drift::{State, state},
    lock::LockedFile,
    repo::{Change, Changes, IndexUse, Means, UpdateError},
    tree::{Entry, Ownership, RepoPath},
    ui::{human, json_v1, prompt::Prompter},
};

/// Restore files as the golden path made them.
///
/// Writes them into the work tree, as `git restore` does: nothing is staged or committed. Edits that
/// were never committed are asked for before they are lost.
#[derive(Debug, Args)]
#[command(override_usage = "flagstone restore [OPTIONS] PATH...\n       \
    flagstone restore [OPTIONS] --all-managed")]
pub(super) struct RestoreArguments {
    /// Files or folders.
    #[arg(value_name = "PATH", required_unless_present = "all_managed")]
    paths: Vec<PathBuf>,
    /// Every managed file.
    #[arg(long, conflicts_with = "paths")]
    all_managed: bool,
    /// Drop edits that were never committed, without asking.
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    catalog: WhichCatalog,
}

pub(super) fn run(context: &Context, arguments: &RestoreArguments) -> Result<Exit, Failure> {
    recovery::recover(context, ".".as_ref())?;
    let service = Service::present(Site::find(context, ".".as_ref())?)?;
    let files = wanted(context, arguments, &service)?;
    let pristine = Pristine::of(context, &service, arguments.catalog.catalog.as_deref());
    let entries = entries(&pristine, &files)?;
    let lost = uncommitted(&service, &files)?;
    if !lost.is_empty() && !arguments.yes {
        confirm(context, &lost)?;
    }
    write(context, &service, &entries)?;
    let paths: Vec<_> = entries.iter().map(|(path, _)| path).collect();
    match context.global.format.is_json() {
        true => context.screen.result(&json_v1::to_text(&json_v1::Restored::new(&paths)))?,
        false => context.screen.say(&human::restored(&paths)),
    }
    Ok(Exit::Done)
}

/// The files that are to be restored: of what was named, what is not as it was made.
fn wanted<'a>(
    context: &Context,
    arguments: &RestoreArguments,
    service: &'a Service,
) -> Result<Vec<&'a LockedFile>, Failure> {
    let selection = Selection::read(context, service, &arguments.paths)?;
    let unknown = selection.unknown(&service.lock.files);
    if !unknown.is_empty() {
        return Err(Failure::Mistakes(unknown));
    }
    let is_wanted = |file: &&LockedFile| match arguments.all_managed {
        true => file.ownership == Ownership::Managed,
        false => selection.has(&file.path),
    };
    let is_changed = |file: &&LockedFile| state(file, &service.files) != State::Untouched;
    Ok(service.lock.files.iter().filter(is_wanted).filter(is_changed).collect())
}

/// The files as they were made. Nothing is written if one of them is gone.
fn entries(
    pristine: &Pristine<'_>,
    files: &[&LockedFile],
) -> Result<Vec<(RepoPath, Entry)>, Failure> {
    let (mut entries, mut gone) = (Vec::new(), Vec::new());
    for file in files {
        match pristine.bytes(file.blob).map_err(Failure::outside)? {
            Some(bytes) => entries.push((file.path.clone(), Entry { mode: file.mode, bytes })),
            None => gone.push(pristine.gone(file)),
        }
    }
    if gone.is_empty() { Ok(entries) } else { Err(Failure::Mistakes(gone)) }
}

/// The files whose present content is in no commit, and would be lost.
fn uncommitted(service: &Service, files: &[&LockedFile]) -> Result<Vec<RepoPath>, Failure> {
    let head = service.site.repository.head().map_err(Failure::outside)?;
    let committed = match head.commit {
        Some(commit) => service.site.repository.committed(commit).map_err(Failure::outside)?,
        None => crate::tree::Listing::default(),
    };
    let is_lost = |path: &RepoPath| {
        let present = service.files.files.get(path);
        let committed =
            service.site.in_repository(path).and_then(|it| committed.files.get(&it).copied());
        present.is_some_and(|present| committed != Some(*present))
    };
    Ok(files.iter().map(|file| file.path.clone()).filter(is_lost).collect())
}

/// Writes the files, all of them or none. Whatever has changed since they were looked at stops it.
fn write(
    context: &Context,
    service: &Service,
    entries: &[(RepoPath, Entry)],
) -> Result<(), Failure> {
    let change = |(path, entry): &(RepoPath, Entry)| {
        let before = service.files.files.get(path).copied();
        let change = Change { before, after: Some(entry.clone()), sides: None, taken: None };
        Some((service.site.in_repository(path)?, change))
    };
    let changes: Changes = entries.iter().filter_map(change).collect();
    if changes.is_empty() {
        return Ok(());
    }
    let interrupted = watch_signals()?;
    let threads = context.threads();
    let means = Means { signer: None, threads, interrupted: &interrupted };
    let run = service.site.repository.begin()?;
    run.write_files(&changes, IndexUse::AsItIs, &means).map_err(|error| match error {
        UpdateError::Write { path, source } if source.kind() == ErrorKind::AlreadyExists => {
            let message = format!("something else is in the place of `{}`", path.display());
            let mistake = Diagnostic::error("in-the-way", message).note("nothing was written");
            Failure::mistake(mistake.help("move it away, then try again"))
        }
        error => error.into(),
    })
}

fn confirm(context: &Context, lost: &[RepoPath]) -> Result<(), Failure> {
    let screen = &context.screen;
    if !screen.is_interactive() || context.global.format.is_json() {
        let names: Vec<_> = lost.iter().map(|path| format!("`{path}`")).collect();
        let message =
            format!("edits that were never committed would be lost: {}", names.join(", "));
        let help = "commit or stash them, or pass `--yes` to drop them";
        return Err(Failure::mistake(Diagnostic::error("uncommitted", message).help(help)));
    }
    screen.say(&human::would_be_lost(lost));
    match Prompter::new(&context.host, screen).confirm("Drop these edits?")? {
        true => Ok(()),
        false => Err(Failure::Interrupted(Interruption("nothing was restored".to_owned()))),
    }
}
