//! The folder in git's for what a run is about to do, with git's lock on the index: from the claim to
//! its end.
//!
//! **Invariants:** while files move git's own lock is held, so no git command can commit what is half
//! done. What fails is undone at once, and what can't be undone now is undone by the next run.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    parcel,
    record::Record,
    run::Run,
    store::{Store, is_same, is_there, remove},
    update::UpdateError,
};

/// The file that is git's lock on the index while we work, by a second name.
const LOCK: &str = "index.lock";

impl Run<'_> {
    /// Makes the folder for what is about to be done, and takes git's lock on the index.
    pub(super) fn claim(&self) -> Result<PathBuf, UpdateError> {
        let home = self.repository.update_folder();
        fs::create_dir(&home).map_err(UpdateError::write(&home))?;
        match self.lock(&home) {
            Ok(()) => Ok(home),
            Err(error) => {
                // What is left now is removed by the next run.
                let _ = twice(|| self.close(&home));
                Err(error)
            }
        }
    }

    /// Ends what was done in `home`: a failure is undone.
    pub(super) fn settle<T>(
        &self,
        home: &Path,
        result: Result<T, UpdateError>,
    ) -> Result<T, UpdateError> {
        match result {
            Ok(value) => {
                // It is done; what can't be tidied up now is tidied up by the next run.
                let _ = twice(|| self.end_update(home));
                Ok(value)
            }
            Err(error) => match twice(|| self.end_update(home)) {
                Ok(_) => Err(error),
                Err(undoing) => {
                    let (undoing, source) = (Box::new(undoing), Box::new(error));
                    Err(UpdateError::HalfWay { undoing, source })
                }
            },
        }
    }

    /// Takes git's lock on the index: no git command changes the index or commits while it is held.
    /// It has a second name in `home`, by which the next run knows that it is ours.
    pub(super) fn lock(&self, home: &Path) -> Result<(), UpdateError> {
        let (own, lock) = (home.join(LOCK), self.repository.lock_file());
        fs::write(&own, "").map_err(UpdateError::write(&own))?;
        match fs::hard_link(&own, &lock) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(UpdateError::Locked(lock))
            }
            result => result.map_err(UpdateError::write(lock)),
        }
    }

    /// Gives git's lock back, if it is ours.
    pub(super) fn unlock(&self, home: &Path) -> Result<(), UpdateError> {
        let lock = self.repository.lock_file();
        if is_same(&home.join(LOCK), &lock)? {
            fs::remove_file(&lock).map_err(UpdateError::write(&lock))?;
        }
        Ok(())
    }

    /// Ends what `home` is for: first the record goes, then git's lock, then all the rest.
    pub(super) fn close(&self, home: &Path) -> Result<(), UpdateError> {
        Record::close(home).map_err(UpdateError::write(home))?;
        self.unlock(home)?;
        if is_there(home)? {
            parcel::forget(home, &self.repository.git)?;
        }
        let store = Store::of(home, &self.root)?;
        store.remove().map_err(UpdateError::write(store.folder()))?;
        remove(home).map_err(UpdateError::write(home))
    }
}

/// Does it once more where it fails: what can be done twice does no harm, and few failures last.
pub(super) fn twice<T>(work: impl Fn() -> Result<T, UpdateError>) -> Result<T, UpdateError> {
    work().or_else(|_| work())
}
