//! An update with conflicts, in git's own words: a cherry-pick that waits for people.
//!
//! **Invariants:** `CHERRY_PICK_HEAD` names a commit *theirs* whose parent is *base*, so git's own
//! commands show, continue and abort it. A reference holds both until the end, or `git gc` would take
//! them. What stood before is kept until the end, byte for byte.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use git2::ObjectType;

use super::{
    claim::twice,
    oid,
    parcel::Parcel,
    preflight::Footprint,
    record::{Aim, Record},
    reference::Move,
    run::{ABORTED, CONTINUED, Kept, Pending, Run},
    staging::{Staging, stage},
    store::{absent_is_fine, is_there, put, read},
    successor::{add_blobs, check_before, sign},
    unresolved::{Lack, Unresolved},
    update::{Changes, Means, Update, UpdateError},
    work::{IndexUse, Work},
};
use crate::{
    repo::{
        commit::{CommitId, Words},
        pack::Kind,
    },
    text::conflict_markers,
    tree::{Listing, TreeId},
};

/// The two versions whose difference is picked.
#[derive(Clone, Copy)]
pub struct Pick<'a> {
    /// The pristine files of the version that the service has.
    pub base: &'a Listing,
    /// The pristine files of the version that it goes to.
    pub theirs: &'a Listing,
    /// The contents of both that the repository may not have yet.
    pub objects: &'a [Arc<[u8]>],
}

const PENDING: &str = "refs/worktree/flagstone/pending";
const HEAD: &str = "CHERRY_PICK_HEAD";
const MESSAGE: &str = "MERGE_MSG";

impl Run<'_> {
    /// Leaves an update with conflicts in the work tree and the index, for people to resolve: what is
    /// clean is staged, `HEAD` stays. Tells the commit *theirs*.
    ///
    /// # Errors
    /// Whatever is in the way; then nothing has changed.
    pub fn leave_conflicts(
        &self,
        update: &Update<'_>,
        pick: &Pick<'_>,
        means: &Means<'_>,
    ) -> Result<CommitId, UpdateError> {
        let home = self.claim()?;
        match self.leave_inside(&home, update, pick, means) {
            Ok(theirs) => {
                // It is there; what can't be given back now is given back by the next run.
                let _ = twice(|| self.unlock(&self.repository.pending_folder()));
                Ok(theirs)
            }
            Err(error) => self.settle(&home, Err(error)),
        }
    }

    fn leave_inside(
        &self,
        home: &Path,
        update: &Update<'_>,
        pick: &Pick<'_>,
        means: &Means<'_>,
    ) -> Result<CommitId, UpdateError> {
        let repository = self.repository;
        let parent = update.parent;
        repository.reference_at(parent)?;
        let moved = self.marked(update.changes)?;
        let footprint = Footprint { has_conflicts: true, ..Footprint::of(update.changes) };
        repository.preflight_inside(&footprint)?;
        let committed = repository.committed(parent)?;
        check_before(update.changes, &committed)?;
        let theirs = self.write_pick(home, update, pick)?;
        let markers = markers(update.changes);
        let aim = Aim::Conflict { theirs, parent };
        let record = Record { moved, markers, ..Record::new(aim) };
        let work = Work { run: self, home, changes: update.changes, committed: &committed };
        self.write_message(home, &update.words)?;
        work.carry_out(record, IndexUse::Staged, means)?;
        self.show_message(home)?;
        self.hold(home, theirs).map_err(UpdateError::write(self.held()))?;
        let head = repository.git_folder().join(HEAD);
        put(home, &head, format!("{theirs}\n").as_bytes()).map_err(UpdateError::write(head))?;
        let pending = repository.pending_folder();
        fs::rename(home, &pending).map_err(UpdateError::write(pending))?;
        Ok(theirs)
    }

    /// Writes *base* and *theirs*, and whatever the sides of the conflicts need.
    fn write_pick(
        &self,
        home: &Path,
        update: &Update<'_>,
        pick: &Pick<'_>,
    ) -> Result<CommitId, UpdateError> {
        let mut parcel = Parcel::new(&self.repository.git)?;
        add_blobs(&mut parcel, update.changes);
        for bytes in pick.objects {
            parcel.add(Kind::Blob, bytes);
        }
        for (path, change) in update.changes {
            let mut sides = change.sides.iter().flat_map(|it| it.stages());
            if let Some((_, blob)) = sides.find(|(_, blob)| !parcel.holds(blob.id)) {
                return Err(UpdateError::Gone { path: path.clone(), id: blob.id });
            }
        }
        let base = parcel.add_listing(pick.base)?;
        let theirs = parcel.add_listing(pick.theirs)?;
        let words = Words { message: "The version that this service has", ..update.words };
        let base = parcel.add(Kind::Commit, words.commit(base, None).as_bytes());
        let text = update.words.commit(theirs, Some(CommitId(base)));
        let theirs = CommitId(parcel.add(Kind::Commit, text.as_bytes()));
        parcel.deliver(Some(home))?;
        Ok(theirs)
    }

    /// The message goes to the folder of the record first, so that it is known for ours there.
    fn write_message(&self, home: &Path, words: &Words<'_>) -> Result<(), UpdateError> {
        let path = home.join(MESSAGE);
        fs::write(&path, words.message() + "\n").map_err(UpdateError::write(path))
    }

    fn show_message(&self, home: &Path) -> Result<(), UpdateError> {
        let shown = self.repository.git_folder().join(MESSAGE);
        let before = home.join("MERGE_MSG.before");
        absent_is_fine(fs::rename(&shown, before)).map_err(UpdateError::write(&shown))?;
        let text = fs::read(home.join(MESSAGE)).map_err(UpdateError::write(home))?;
        put(home, &shown, &text).map_err(UpdateError::write(shown))
    }

    /// Takes away what makes git see a cherry-pick of `theirs`.
    pub(super) fn forget_pick(&self, theirs: CommitId, home: &Path) -> Result<(), UpdateError> {
        let folder = self.repository.git_folder();
        let (shown, ours) = (folder.join(MESSAGE), home.join(MESSAGE));
        let there = read(&shown)?;
        if there.is_some() && there == read(&ours)? {
            fs::remove_file(&shown).map_err(UpdateError::write(&shown))?;
        }
        let before = home.join("MERGE_MSG.before");
        if is_there(&before)? && !is_there(&shown)? {
            fs::rename(before, &shown).map_err(UpdateError::write(shown))?;
        }
        if self.repository.picked()? == Some(theirs) {
            let head = folder.join(HEAD);
            fs::remove_file(&head).map_err(UpdateError::write(head))?;
        }
        self.release().map_err(UpdateError::write(self.held()))
    }

    /// The reference that holds *theirs*. It is a file in any repository that we take, and git's library
    /// would look for it in the wrong folder of a linked work tree.
    fn held(&self) -> PathBuf {
        self.repository.git_folder().join(PENDING)
    }

    fn hold(&self, home: &Path, theirs: CommitId) -> io::Result<()> {
        let path = self.held();
        fs::create_dir_all(path.parent().unwrap_or(&path))?;
        put(home, &path, format!("{theirs}\n").as_bytes())
    }

    fn release(&self) -> io::Result<()> {
        let path = self.held();
        absent_is_fine(fs::remove_file(&path))?;
        // The folders above go too, unless something else is in them.
        for folder in path.ancestors().skip(1).take(2) {
            match fs::remove_dir(folder) {
                Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => break,
                result => absent_is_fine(result)?,
            }
        }
        Ok(())
    }

    /// Refuses to end an update with conflicts that people have not resolved.
    ///
    /// # Errors
    /// If something is not resolved, or no such update is under way.
    pub fn check_pending(&self) -> Result<(), UpdateError> {
        self.repository.pending()?.ok_or(UpdateError::NothingPending)?;
        let home = self.repository.pending_folder();
        let record = self.record(&home)?.ok_or(UpdateError::NothingPending)?;
        let failed = UpdateError::git("read git's index");
        let staging = Staging::read(&self.repository.index_file()).map_err(failed)?;
        match self.unresolved(&staging, &record)? {
            unresolved if unresolved.is_empty() => Ok(()),
            unresolved => Err(UpdateError::Unresolved(unresolved)),
        }
    }

    /// Ends an update with conflicts that people have resolved, by a commit of what is staged.
    ///
    /// # Errors
    /// If something is not resolved, or the commit can't be made; then nothing has changed.
    pub fn finish_pending(
        &self,
        words: &Words<'_>,
        means: &Means<'_>,
    ) -> Result<CommitId, UpdateError> {
        let (home, pending, record) = self.waiting()?;
        let finished = self.finish_inside(&home, &pending, &record, words, means);
        self.settle_pending(&home, finished)
    }

    fn finish_inside(
        &self,
        home: &Path,
        pending: &Pending,
        record: &Record,
        words: &Words<'_>,
        means: &Means<'_>,
    ) -> Result<CommitId, UpdateError> {
        let repository = self.repository;
        let reference = repository.reference_at(pending.parent)?;
        let failed = || UpdateError::git("read git's index");
        let mut staging = Staging::read(&repository.index_file()).map_err(failed())?;
        let unresolved = self.unresolved(&staging, record)?;
        if !unresolved.is_empty() {
            return Err(UpdateError::Unresolved(unresolved));
        }
        let tree = staging.index.write_tree_to(&repository.git).map_err(failed())?;
        let text = sign(words, TreeId(super::raw(tree)), pending.parent, means)?;
        let commit = CommitId::of(&text);
        let odb = repository.git.odb();
        odb.and_then(|odb| odb.write(ObjectType::Commit, text.as_bytes()))
            .map_err(UpdateError::git("write the commit"))?;
        let continued = home.join(CONTINUED);
        put(home, &continued, format!("{commit}\n").as_bytes())
            .map_err(UpdateError::write(continued))?;
        let message = format!("commit (cherry-pick): {}", words.subject());
        let (old, who) = (Some(pending.parent), words.committer);
        let step = Move { name: &reference, old, new: commit, who, message };
        repository.move_reference(home, &step)?;
        Ok(commit)
    }

    /// Undoes an update with conflicts: files and index are as they were before it. What was edited in
    /// its files since is kept aside.
    ///
    /// # Errors
    /// If no such update is under way, or something can't be brought back; the next run tries again.
    pub fn abort_pending(&self) -> Result<Vec<Kept>, UpdateError> {
        let (home, pending, _) = self.waiting()?;
        if let Err(error) = self.repository.reference_at(pending.parent) {
            return self.settle_pending(&home, Err(error));
        }
        let aborted = home.join(ABORTED);
        if let Err(error) = fs::write(&aborted, "").map_err(UpdateError::write(aborted)) {
            return self.settle_pending(&home, Err(error));
        }
        match twice(|| self.end_pending(&home)) {
            Ok(ended) => Ok(ended.unwrap_or_default().kept),
            Err(undoing) => Err(UpdateError::StillUndoing(Box::new(undoing))),
        }
    }

    /// The update with conflicts that is under way, with git's lock on the index.
    fn waiting(&self) -> Result<(PathBuf, Pending, Record), UpdateError> {
        let pending = self.repository.pending()?.ok_or(UpdateError::NothingPending)?;
        let home = self.repository.pending_folder();
        let record = self.record(&home)?.ok_or(UpdateError::NothingPending)?;
        self.lock(&home)?;
        Ok((home, pending, record))
    }

    fn settle_pending<T>(
        &self,
        home: &Path,
        result: Result<T, UpdateError>,
    ) -> Result<T, UpdateError> {
        match (result, twice(|| self.end_pending(home))) {
            (Err(error), Err(undoing)) => {
                let (undoing, source) = (Box::new(undoing), Box::new(error));
                Err(UpdateError::HalfWay { undoing, source })
            }
            // What can't be removed after the end is swept by the next run.
            (result, _) => result,
        }
    }

    /// Paths with a conflict in the index, and files that still hold a line that marks one.
    fn unresolved(
        &self,
        staging: &Staging,
        record: &Record,
    ) -> Result<Vec<Unresolved>, UpdateError> {
        let mut found = BTreeMap::new();
        for entry in staging.index.iter().filter(|it| stage(it) > 0) {
            found.insert(String::from_utf8_lossy(&entry.path).into_owned(), Lack::Staging);
        }
        for path in record.paths() {
            let staged = staging
                .blob(path.as_str().as_bytes())
                .map(|it| self.repository.git.find_blob(oid(it.id.0)));
            let staged = staged.and_then(Result::ok).map(|it| it.content().to_vec());
            let present = self.repository.file(path)?.map(|it| it.bytes.to_vec());
            let line = |it: &Option<Vec<u8>>| marked(it.as_deref()?, &record.markers);
            let lack = match (line(&present), line(&staged)) {
                (Some(line), _) => Lack::Mending(line),
                (None, Some(_)) => Lack::StagingAgain,
                (None, None) => continue,
            };
            found.insert(path.as_str().to_owned(), lack);
        }
        Ok(found.into_iter().map(|(path, lack)| Unresolved { path, lack }).collect())
    }
}

/// The lines by which conflicts are marked in the files that people get.
fn markers(changes: &Changes) -> Vec<String> {
    let conflicts = changes.values().filter(|it| it.sides.is_some() && it.moves());
    let texts = conflicts.filter_map(|it| it.after.as_ref()?.text());
    let lines = texts.flat_map(|it| conflict_markers(it.as_bytes()));
    let lines: BTreeSet<_> = lines.map(|(_, line)| String::from_utf8_lossy(line)).collect();
    lines.into_iter().map(Cow::into_owned).collect()
}

/// The first line that is one of these markers: what else a file says of conflicts is its own.
fn marked(bytes: &[u8], markers: &[String]) -> Option<usize> {
    let is_ours = |line: &[u8]| markers.iter().any(|marker| marker.as_bytes() == line);
    conflict_markers(bytes).find(|(_, line)| is_ours(line)).map(|(number, _)| number)
}
