//! `--continue` and `--abort`: the end of an upgrade that left conflicts.

use super::{Request, land, report};
use crate::{
    cli::{Exit, Failure, committer::watch_signals, recovery},
    repo::{Ending, Repository, UpdateError},
};

/// Commits an upgrade whose conflicts are resolved.
pub(in crate::cli) fn go_on(request: &Request<'_>) -> Result<Exit, Failure> {
    let repository = open(request)?;
    let run = repository.begin()?;
    recovery::tell(request.context, run.recovered());
    if run.recovered().ending == Some(Ending::Finished)
        && repository.pending().map_err(Failure::outside)?.is_none()
    {
        let head = repository.head().map_err(Failure::outside)?;
        return report::ended(request, head.commit, &[]);
    }
    let (committer, warnings) = land::committer(request, &repository)?;
    report::warn(request, &warnings);
    let message = repository.pending_message()?;
    let commit =
        run.finish_pending(&committer.words(&message), &land::means(request, &committer))?;
    report::ended(request, Some(commit), &[])
}

/// Takes back an upgrade whose conflicts are not resolved.
pub(in crate::cli) fn abort(request: &Request<'_>) -> Result<Exit, Failure> {
    let repository = open(request)?;
    // Ctrl-C does not stop it half-way: it is soon done.
    let _unheard = watch_signals()?;
    let run = repository.begin()?;
    recovery::tell(request.context, run.recovered());
    let is_undone = run.recovered().ending == Some(Ending::Undone);
    let kept = match run.abort_pending() {
        Err(UpdateError::NothingPending) if is_undone => Vec::new(),
        result => result?,
    };
    report::ended(request, None, &kept)
}

fn open(request: &Request<'_>) -> Result<Repository, Failure> {
    Ok(Repository::open(&request.context.host.folder.join(request.folder))?)
}
