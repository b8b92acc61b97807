//! `flagstone restore`: files as the golden path made them.

use std::{io::ErrorKind, path::PathBuf};

use clap::Args;

use super::{
    Context, Exit, Failure, committer::watch_signals, diff::base_gone, failure::Interruption,
    reconcile, selection::Selection, standing::Standing,
};
use crate::{
    diag::Diagnostic,
    drift::{State, state},
    lock::LockedFile,
    repo::{Change, Changes, IndexUse, Means, Repository, UpdateError},
    tree::{Entry, Ownership, RepoPath},
    ui::{human, json_v1, prompt::Prompter},
};

/// Restore files as the golden path made them.
///
/// Writes them into the work tree, as `git restore` does: nothing is staged or committed. Edits that
/// were never committed are asked for before they are lost.
#[derive(Debug, Args)]
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
}

pub(super) fn run(context: &Context, arguments: &RestoreArguments) -> Result<Exit, Failure> {
    end_what_was_cut_off(context)?;
    let standing = Standing::read(context, ".".as_ref())?;
    let files = wanted(context, arguments, &standing)?;
    let entries = entries(&standing, &files)?;
    let lost = uncommitted(&standing, &files)?;
    if !lost.is_empty() && !arguments.yes {
        confirm(context, &lost)?;
    }
    write(context, &standing, &entries)?;
    let paths: Vec<_> = entries.iter().map(|(path, _)| path).collect();
    match context.global.format.is_json() {
        true => context.screen.result(&json_v1::to_text(&json_v1::Restored::new(&paths)))?,
        false => context.screen.say(&human::restored(&paths)),
    }
    Ok(Exit::Done)
}

/// Ends what a run before has left half done: until then nothing is what it looks like.
fn end_what_was_cut_off(context: &Context) -> Result<(), Failure> {
    let repository = match Repository::open(&context.host.folder) {
        Ok(repository) if repository.root().is_some() => repository,
        // It is told what is wrong when the service is read.
        Ok(_) | Err(_) => return Ok(()),
    };
    let run = repository.begin()?;
    reconcile::recovered(context, run.recovered());
    Ok(())
}

/// The files that are to be restored: of what was named, what is not as it was made.
fn wanted<'a>(
    context: &Context,
    arguments: &RestoreArguments,
    standing: &'a Standing,
) -> Result<Vec<&'a LockedFile>, Failure> {
    let selection = Selection::read(context, standing, &arguments.paths)?;
    let unknown = selection.unknown(&standing.lock.files);
    if !unknown.is_empty() {
        return Err(Failure::Mistakes(unknown));
    }
    let is_wanted = |file: &&LockedFile| match arguments.all_managed {
        true => file.ownership == Ownership::Managed,
        false => selection.has(&file.path),
    };
    let is_changed = |file: &&LockedFile| state(file, &standing.present) != State::Untouched;
    Ok(standing.lock.files.iter().filter(is_wanted).filter(is_changed).collect())
}

/// The files as they were made. Nothing is written if one of them is gone.
fn entries(standing: &Standing, files: &[&LockedFile]) -> Result<Vec<(RepoPath, Entry)>, Failure> {
    let (mut entries, mut gone) = (Vec::new(), Vec::new());
    for file in files {
        match standing.repository.bytes(file.blob).map_err(Failure::outside)? {
            Some(bytes) => entries.push((file.path.clone(), Entry { mode: file.mode, bytes })),
            None => gone.push(base_gone(file)),
        }
    }
    if gone.is_empty() { Ok(entries) } else { Err(Failure::Mistakes(gone)) }
}

/// The files whose present content is in no commit, and would be lost.
fn uncommitted(standing: &Standing, files: &[&LockedFile]) -> Result<Vec<RepoPath>, Failure> {
    let head = standing.repository.head().map_err(Failure::outside)?;
    let committed = match head.commit {
        Some(commit) => standing.repository.committed(commit).map_err(Failure::outside)?,
        None => crate::tree::Listing::default(),
    };
    let is_lost = |path: &RepoPath| {
        let present = standing.present.files.get(path);
        let committed =
            standing.in_repository(path).and_then(|it| committed.files.get(&it).copied());
        present.is_some_and(|present| committed != Some(*present))
    };
    Ok(files.iter().map(|file| file.path.clone()).filter(is_lost).collect())
}

/// Writes the files, all of them or none. Whatever has changed since they were looked at stops it.
fn write(
    context: &Context,
    standing: &Standing,
    entries: &[(RepoPath, Entry)],
) -> Result<(), Failure> {
    let change = |(path, entry): &(RepoPath, Entry)| {
        let before = standing.present.files.get(path).copied();
        let change = Change { before, after: Some(entry.clone()), sides: None, taken: None };
        Some((standing.in_repository(path)?, change))
    };
    let changes: Changes = entries.iter().filter_map(change).collect();
    if changes.is_empty() {
        return Ok(());
    }
    let interrupted = watch_signals()?;
    let threads = context.global.jobs.map_or(context.host.threads, usize::from);
    let means = Means { signer: None, threads, interrupted: &interrupted };
    let run = standing.repository.begin()?;
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
