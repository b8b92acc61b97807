//! Undoes what a record says: files, folders and index as they were.
//!
//! **Invariants:** only the very files that we put there are removed; anything else in the way is kept
//! aside and told. Every step can be done twice, so an undoing that was cut off is taken up again.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::{
    record::{Moved, Record},
    run::{Kept, Run},
    staging::Staging,
    store::{Store, absent_is_fine, is_same, is_there},
    transfer::Transfer,
    update::UpdateError,
};

impl Run<'_> {
    /// Brings back what stood before the run of `record`.
    pub(super) fn restore(&self, record: &Record, home: &Path) -> Result<Vec<Kept>, UpdateError> {
        let mut transfer = Transfer::open(&self.root, &Store::of(home, &self.root)?)?;
        let mut kept = Vec::new();
        for (number, moved) in record.moved.iter().enumerate() {
            if let Some(at) = self.clear(&mut transfer, number, moved)? {
                kept.push(Kept { path: moved.path.clone(), at });
            }
        }
        for folder in record.made.iter().rev() {
            // One that holds something of the user's stays.
            let _ = transfer.remove_folder(folder.as_str());
        }
        for (number, moved) in record.moved.iter().enumerate() {
            if moved.old.is_some() && transfer.has_old(number)? {
                transfer.make_folders(&moved.path, &record.emptied)?;
                transfer.put_old(number, &moved.path)?;
            }
        }
        self.restore_index(record, home)?;
        Ok(kept)
    }

    /// Makes room at a path that was changed: what we put there goes, what anyone else did is kept.
    fn clear(
        &self,
        transfer: &mut Transfer,
        number: usize,
        moved: &Moved,
    ) -> Result<Option<PathBuf>, UpdateError> {
        let is_untouched = match moved.old {
            Some(_) => !transfer.has_old(number)?,
            None => moved.new.is_none() || transfer.has_new(number)?,
        };
        if is_untouched {
            return Ok(None);
        }
        let Some(seen) = transfer.look(&moved.path)? else { return Ok(None) };
        let is_placed = moved.new.is_some() && !transfer.has_new(number)?;
        if is_placed && Some(seen.mark()) == moved.new {
            transfer.remove(&moved.path)?;
            return Ok(None);
        }
        if seen.is_folder() && transfer.remove_folder(moved.path.as_str()).is_ok() {
            return Ok(None);
        }
        let folder = self.repository.own_folder().join("kept");
        fs::create_dir_all(&folder).map_err(UpdateError::write(&folder))?;
        let place = tempfile::Builder::new().prefix("").tempdir_in(&folder);
        let place = place.map_err(UpdateError::write(&folder))?.keep();
        let at = place.join(moved.path.file_name());
        transfer.keep(&moved.path, &place)?;
        Ok(Some(at))
    }

    /// Brings back the index: exactly, if nothing else in it has changed since.
    fn restore_index(&self, record: &Record, home: &Path) -> Result<(), UpdateError> {
        let (now, old) = (self.repository.index_file(), home.join(OLD_INDEX));
        let back = home.join("index.back");
        let had_one = is_there(&old)?;
        if is_same(&now, &old)? || !had_one && !is_there(&now)? {
            return Ok(());
        }
        let paths: BTreeSet<_> = record.paths().map(|it| it.as_str().as_bytes()).collect();
        let before = Staging::read(&old).map_err(UpdateError::git("read git's index"))?;
        let mut after = Staging::copy(&now, &back).map_err(UpdateError::git("read git's index"))?;
        if before.others(&paths) == after.others(&paths) {
            absent_is_fine(fs::remove_file(&back)).map_err(UpdateError::write(&back))?;
            if !had_one {
                return absent_is_fine(fs::remove_file(&now)).map_err(UpdateError::write(now));
            }
            // The old one stays where it is, so that this can be done again.
            fs::hard_link(&old, &back).map_err(UpdateError::write(&back))?;
        } else {
            let written = after.take_over(&before, &paths, self.repository);
            written.map_err(UpdateError::git("write git's index"))?;
        }
        fs::rename(&back, &now).map_err(UpdateError::write(now))
    }
}

/// The index as it was, in the folder of the record.
pub(super) const OLD_INDEX: &str = "index";
