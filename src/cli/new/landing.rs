//! A prepared service -> a committed repository.

use std::path::Path;

use super::{Run, prepare::Prepared};
use crate::{
    cli::{Failure, committer::Committer},
    diag::{Diagnostic, Severity},
    repo::{GitSettings, Landed, Landing, check_target, enclosing, land},
};

/// Who commits the service: git's, a person, or us with a warning.
pub(super) fn committer(
    run: &Run<'_>,
    settings: GitSettings,
) -> Result<(Committer, Vec<Diagnostic>), Failure> {
    let arguments = run.arguments;
    let may_ask = run.context.screen.is_interactive() && !arguments.yes && !arguments.defaults;
    Committer::new(run.context, settings, may_ask && arguments.spec.is_none())
}

/// Lands a service.
pub(super) fn land_service(
    committer: &Committer,
    prepared: &Prepared,
    threads: usize,
) -> Result<Landed, Failure> {
    let message = message(prepared);
    let tree = &prepared.service.tree;
    let landed = land(&Landing {
        target: &prepared.target,
        tree,
        words: committer.words(&message),
        branch: committer.branch(),
        signer: committer.signer(),
        threads,
        interrupted: committer.interrupted(),
        progress: &|_| {},
    })?;
    assert_eq!(landed.tree, tree.id(), "what lands is what was planned");
    Ok(landed)
}

/// Git's settings for a repository in `folder`.
pub(super) fn settings(run: &Run<'_>, folder: &Path) -> Result<GitSettings, Failure> {
    let host = &run.context.host;
    GitSettings::read(&host.environment, folder, host.now).map_err(Failure::settings)
}

/// Refuses a target where no repository can be, or none should be.
pub(super) fn check_place(run: &Run<'_>, target: &Path) -> Result<(), Failure> {
    // First: a target that is a repository itself is around itself, and full is what it is.
    check_target(target)?;
    check_surroundings(run, target)
}

/// What [`check_place`] would refuse, for a run that writes nothing yet.
pub(super) fn place_warnings(run: &Run<'_>, target: &Path) -> Vec<Diagnostic> {
    let mistakes = check_place(run, target).err().map(|it| it.diagnostics());
    let warning = |mistake| Diagnostic { severity: Severity::Warning, ..mistake };
    mistakes.into_iter().flatten().map(warning).collect()
}

/// Refuses a target inside of another repository, where the new one would be taken for a part of it.
fn check_surroundings(run: &Run<'_>, target: &Path) -> Result<(), Failure> {
    let around = target.parent().and_then(enclosing);
    let Some(around) = around.filter(|_| !run.arguments.separate) else {
        return Ok(());
    };
    let message =
        format!("`{}` is inside of the git repository `{}`", target.display(), around.display());
    Err(Failure::mistake(
        Diagnostic::error("inside-repository", message).help(
            "choose a folder outside of it, or pass `--separate` for a repository of its own",
        ),
    ))
}

fn message(prepared: &Prepared) -> String {
    let metadata = &prepared.release.manifest.metadata;
    format!(
        "Create {} from {} {}\n\nGolden-Path: {}\nFlagstone-Tree: {}\n",
        prepared.name,
        metadata.name,
        metadata.version,
        prepared.release.label(),
        prepared.service.lock.tree
    )
}
