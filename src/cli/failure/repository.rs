//! Why a repository can't be read or written, and what can be done about it.

use super::{Failure, Outside};
use crate::{
    diag::Diagnostic,
    repo::{InTheWay, Lack, LandError, OpenError, Unresolved, UpdateError},
};

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        let help = match &error {
            OpenError::NoRepository(_) => "go to the repository of a service",
            OpenError::Unsupported { .. } => "make an ordinary clone, and work there",
            OpenError::Owner(_) => "work as the user that the repository belongs to",
            OpenError::Open { .. } => "`git fsck` and `git status` say more",
        };
        let is_outside = matches!(error, OpenError::Open { .. });
        let outside = Outside { help: Some(help.to_owned()), error: Box::new(error) };
        if is_outside { Self::Outside(outside) } else { Self::Target(outside) }
    }
}

impl From<LandError> for Failure {
    fn from(error: LandError) -> Self {
        let help = land_help(&error);
        let outside = |error| Outside { error: Box::new(error), help };
        match error {
            LandError::Interrupted => Self::interrupted(),
            LandError::File(_)
            | LandError::Link(_)
            | LandError::NotEmpty { .. }
            | LandError::NoFolder(_)
            | LandError::NoName(_)
            | LandError::Branch(_) => Self::Target(outside(error)),
            LandError::Busy(_)
            | LandError::Taken(_)
            | LandError::LeftOver(_)
            | LandError::Reach { .. }
            | LandError::Stage { .. }
            | LandError::Write { .. }
            | LandError::Publish { .. }
            | LandError::Pack(_)
            | LandError::Sign(_) => Self::Outside(outside(error)),
        }
    }
}

fn land_help(error: &LandError) -> Option<String> {
    let help = match error {
        LandError::NotEmpty { .. } | LandError::File(_) => {
            "name a folder that is empty or does not exist yet; nothing was written"
        }
        LandError::Sign(_) => {
            "mend the signing key, or run once without it: `GIT_CONFIG_COUNT=1 \
             GIT_CONFIG_KEY_0=commit.gpgsign GIT_CONFIG_VALUE_0=false flagstone new ...`"
        }
        LandError::Busy(_) => "wait until it has ended, then run again",
        LandError::LeftOver(_) => "look at what is in it, and remove it",
        LandError::Write { .. } | LandError::Stage { .. } => {
            "see to free space and permissions there; nothing was left behind"
        }
        _ => return None,
    };
    Some(help.to_owned())
}

impl From<UpdateError> for Failure {
    fn from(error: UpdateError) -> Self {
        let help = update_help(&error).map(str::to_owned);
        match error {
            UpdateError::Interrupted => Self::interrupted(),
            UpdateError::InTheWay(found) => Self::Mistakes(all_in_the_way(&found)),
            UpdateError::Unresolved(files) => Self::mistake(unresolved(&files)),
            UpdateError::Bare
            | UpdateError::Branch(_)
            | UpdateError::Exists(_)
            | UpdateError::NothingPending => Self::Target(Outside { error: Box::new(error), help }),
            _ => Self::Outside(Outside { error: Box::new(error), help }),
        }
    }
}

/// Everything that would be lost: what can be mended in one way is told at once.
pub(in crate::cli) fn all_in_the_way(found: &[InTheWay]) -> Vec<Diagnostic> {
    let mut told: Vec<(&'static str, Vec<&InTheWay>)> = Vec::new();
    for thing in found {
        let help = help_in_the_way(thing);
        match told.iter_mut().find(|(known, _)| *known == help) {
            Some((_, alike)) => alike.push(thing),
            None => told.push((help, vec![thing])),
        }
    }
    told.into_iter().map(|(help, alike)| in_the_way(&alike, help)).collect()
}

fn in_the_way(found: &[&InTheWay], help: &'static str) -> Diagnostic {
    let mistake = |message: String| Diagnostic::error("in-the-way", message);
    let mistake = match found {
        [one] => mistake(one.to_string()),
        several => several
            .iter()
            .fold(mistake(format!("{} things are in the way", several.len())), |mistake, it| {
                mistake.note(it.to_string())
            }),
    };
    mistake.note("nothing was written").help(help)
}

/// The files that still have conflicts.
fn unresolved(files: &[Unresolved]) -> Diagnostic {
    let message = match files {
        [one] => format!("`{}` is not resolved", one.path),
        several => format!("{} files are not resolved", several.len()),
    };
    let mistake = Diagnostic::error("unresolved", message);
    let mistake = files.iter().fold(mistake, |mistake, file| mistake.note(file.to_string()));
    let is_mended = files.iter().all(|it| !matches!(it.lack, Lack::Mending(_)));
    mistake.help(match is_mended {
        true => "`git add` what is mended, `git rm` what shall go; then `flagstone upgrade --continue`",
        false => "mend each and `git add` it, or `git rm` what shall go; then `flagstone upgrade --continue`",
    })
}

/// What can be done about a thing in the way.
fn help_in_the_way(found: &InTheWay) -> &'static str {
    use crate::repo::Reason::{
        Busy, Edited, File, Folder, Ignored, Link, Locked, Missing, Operation, Pending, Repository,
        Staged, Unmerged, Untracked,
    };
    match found.reason {
        Operation(_) => "end it first; `git status` says how",
        Pending => "`flagstone upgrade --continue` or `--abort` ends it",
        Busy => "wait until it has ended, then run again",
        Locked => "wait for that command; if there is none, remove `index.lock` in git's folder",
        Unmerged => "mend the file and `git add` it",
        Staged | Edited | Missing => "commit it, or `git stash` it",
        Untracked | Ignored => "move it away, or commit it",
        Repository => "flagstone does not write into other repositories: move it away",
        File | Folder | Link => "move it away, and commit that if git knows it",
    }
}

fn update_help(error: &UpdateError) -> Option<&'static str> {
    Some(match error {
        UpdateError::Exists(_) => "name another branch, or delete that one",
        UpdateError::Busy => "wait until it has ended, then run again",
        UpdateError::Locked(_) => {
            "wait for that command; if there is none, remove the file, then run again"
        }
        UpdateError::Moved { .. } | UpdateError::Changed(_) => "run again; nothing was written",
        UpdateError::Gone { .. } => "fetch the whole history: `git fetch --unshallow`",
        UpdateError::NothingPending => "`git status` says what is under way",
        UpdateError::Write { .. } => "see to free space and permissions there; nothing was changed",
        UpdateError::Sign(_) => "mend the signing key, or switch `commit.gpgsign` off for once",
        UpdateError::HalfWay { .. } | UpdateError::StillUndoing(_) => {
            "mend the cause and run again: it is undone then"
        }
        _ => return None,
    })
}
