//! `--continue` and `--abort`: the end of an upgrade that left conflicts.

use super::{Request, land, report};
use crate::{
    cli::{
        Exit, Failure,
        committer::watch_signals,
        judgement, recovery,
        service::{Service, Site},
    },
    docket::Judged,
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
        return report::ended(request, head.commit, (&[], None));
    }
    run.check_pending()?;
    let guard = judged(request)?;
    let (committer, warnings) = land::committer(request, &repository)?;
    report::warn(request, &warnings);
    let message = repository.pending_message()?;
    let commit =
        run.finish_pending(&committer.words(&message), &land::means(request, &committer))?;
    report::ended(request, Some(commit), (&[], guard))
}

/// Has judged what people made of it, before it is committed: what they have staged, for that will be
/// the commit, whatever the work tree shows.
fn judged(request: &Request<'_>) -> Result<Option<Judged>, Failure> {
    let service = Service::staged(Site::find(request.context, request.folder)?)?;
    let shelf = service.binding(request.context, request.catalog)?;
    let action = (request.verb.as_str(), request.ticket);
    let asked = judgement::Asked {
        service: &service,
        shelf: Ok(&shelf),
        parameters: &service.lock.parameters,
    };
    let (judged, _) = judgement::staged(request.context, &asked, action)?;
    match judged {
        Some(judged) if !judged.may_go_on() => Err(Failure::Denied(Box::new(judged))),
        Some(judged) => {
            judged.tell(request.context);
            Ok(Some(judged))
        }
        None => Ok(None),
    }
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
    report::ended(request, None, (&kept, None))
}

fn open(request: &Request<'_>) -> Result<Repository, Failure> {
    Ok(Repository::open(&request.context.host.folder.join(request.folder))?)
}
