//! `--continue` and `--abort`: the end of an upgrade that left conflicts.

use super::{Request, land, report};
use crate::{
    cli::{Exit, Failure},
    repo::Repository,
};

/// Commits an upgrade whose conflicts are resolved.
pub(in crate::cli) fn go_on(request: &Request<'_>) -> Result<Exit, Failure> {
    let repository = open(request)?;
    let run = repository.begin()?;
    report::recovered(request, run.recovered());
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
    let run = repository.begin()?;
    report::recovered(request, run.recovered());
    let kept = run.abort_pending()?;
    report::ended(request, None, &kept)
}

fn open(request: &Request<'_>) -> Result<Repository, Failure> {
    Ok(Repository::open(&request.context.host.folder.join(request.folder))?)
}
