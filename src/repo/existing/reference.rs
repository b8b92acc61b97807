//! Branches and other names for commits, moved only from where they are known to be.

use super::{Repository, oid, update::UpdateError};
use crate::repo::{author::Author, commit::CommitId};

impl Repository {
    /// The reference that a commit moves: the branch that `HEAD` is on, or `HEAD` itself. `parent` is
    /// where it must be.
    pub(super) fn reference_at(&self, parent: CommitId) -> Result<String, UpdateError> {
        let head = self.git.find_reference("HEAD").map_err(UpdateError::git("read `HEAD`"))?;
        if self.head()?.commit != Some(parent) {
            return Err(UpdateError::Moved { expected: parent });
        }
        let mut name = "HEAD".to_owned();
        let mut reference = head;
        while let Some(target) = reference.symbolic_target_bytes() {
            name = String::from_utf8_lossy(target).into_owned();
            reference =
                self.git.find_reference(&name).map_err(UpdateError::git("read the branch"))?;
        }
        Ok(name)
    }

    /// Lets a reference name `new`, if it names `old` (or nothing) until now, with a line in its log.
    pub(super) fn set_reference(
        &self,
        name: &str,
        old: Option<CommitId>,
        new: CommitId,
        log: Option<(&Author, &str)>,
    ) -> Result<(), UpdateError> {
        let failed = || UpdateError::git("move the branch");
        let mut transaction = self.git.transaction().map_err(failed())?;
        transaction.lock_ref(name).map_err(failed())?;
        let now = match self.git.find_reference(name) {
            Ok(it) => it.target().map(CommitId::from),
            Err(error) if error.code() == git2::ErrorCode::NotFound => None,
            Err(error) => return Err(failed()(error)),
        };
        if now != old {
            return Err(match old {
                Some(expected) => UpdateError::Moved { expected },
                None => UpdateError::Exists(name.trim_start_matches("refs/heads/").to_owned()),
            });
        }
        let who = log.and_then(|(who, _)| signature(who));
        let message = log.map_or("", |(_, message)| message);
        transaction.set_target(name, oid(new.0), who.as_ref(), message).map_err(failed())?;
        transaction.commit().map_err(failed())
    }

    /// Removes a reference, if it is there.
    pub(super) fn remove_reference(&self, name: &str) -> Result<(), UpdateError> {
        match self.git.find_reference(name).and_then(|mut it| it.delete()) {
            Err(error) if error.code() != git2::ErrorCode::NotFound => {
                Err(UpdateError::git("remove a reference")(error))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

fn signature(who: &Author) -> Option<git2::Signature<'static>> {
    let time = git2::Time::new(who.moment().seconds, who.moment().offset);
    git2::Signature::new(who.name(), who.email(), &time).ok()
}
