//! Branches and `HEAD`, moved only from where they are known to be.
//!
//! **Invariants:** one rename moves a reference, under the lock that git itself would take. The lock
//! has a second name in the folder of the record, by which the next run knows that it is ours, and the
//! line for the log waits there until it is written.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use super::{
    Repository,
    claim::twice,
    oid,
    store::{absent_is_fine, is_same, read},
    update::UpdateError,
};
use crate::repo::{author::Author, commit::CommitId};

/// Our lock on a reference, by a second name.
pub(super) const LOCK: &str = "reference.lock";
/// The line that waits for the log.
pub(super) const LOG: &str = "reference.log";

/// A reference that is to move.
pub(super) struct Move<'a> {
    pub(super) name: &'a str,
    pub(super) old: Option<CommitId>,
    pub(super) new: CommitId,
    pub(super) who: &'a Author,
    pub(super) message: String,
}

impl Repository {
    /// The reference that a commit moves: the branch that `HEAD` is on, or `HEAD` itself.
    pub(super) fn head_reference(&self) -> Result<String, UpdateError> {
        let mut name = "HEAD".to_owned();
        loop {
            let reference = self.git.find_reference(&name);
            let reference = reference.map_err(UpdateError::git("read the branch"))?;
            match reference.symbolic_target_bytes() {
                Some(target) => name = String::from_utf8_lossy(target).into_owned(),
                None => return Ok(name),
            }
        }
    }

    /// The same, if `HEAD` is at `parent`.
    pub(super) fn reference_at(&self, parent: CommitId) -> Result<String, UpdateError> {
        if self.head()?.commit != Some(parent) {
            return Err(UpdateError::Moved { expected: parent });
        }
        self.head_reference()
    }

    /// Moves a reference that is there. That is told in its log when the run is settled.
    pub(super) fn move_reference(&self, home: &Path, it: &Move<'_>) -> Result<(), UpdateError> {
        let (own, path) = (home.join(LOCK), self.reference_file(it.name));
        let lock = lock_of(&path);
        absent_is_fine(fs::remove_file(&own)).map_err(UpdateError::write(&own))?;
        write(&own, &format!("{}\n", it.new)).map_err(UpdateError::write(&own))?;
        fs::write(home.join(LOG), it.line()).map_err(UpdateError::write(home))?;
        // Where the branch is packed, its folder may be missing.
        let folder = path.parent().unwrap_or(&path);
        fs::create_dir_all(folder).map_err(UpdateError::write(folder))?;
        match fs::hard_link(&own, &lock) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(UpdateError::Locked(lock));
            }
            result => result.map_err(UpdateError::write(&lock))?,
        }
        let now = self.git.refname_to_id(it.name).ok().map(CommitId::from);
        if let (true, Some(expected)) = (now != it.old, it.old) {
            return Err(UpdateError::Moved { expected });
        }
        fs::rename(lock, &path).map_err(UpdateError::write(path))
    }

    /// Gives the lock on a reference back, if it is ours.
    pub(super) fn unlock_reference(&self, home: &Path, name: &str) -> Result<(), UpdateError> {
        if !git2::Reference::is_valid_name(name) {
            return Ok(());
        }
        let lock = lock_of(&self.reference_file(name));
        if is_same(&home.join(LOCK), &lock)? {
            fs::remove_file(&lock).map_err(UpdateError::write(lock))?;
        }
        Ok(())
    }

    /// Writes the line that waits into the logs of the reference and of `HEAD`, if it is not there.
    pub(super) fn log_move(&self, home: &Path, name: &str) -> Result<(), UpdateError> {
        let Some(line) = read(&home.join(LOG))? else { return Ok(()) };
        let line = String::from_utf8_lossy(&line);
        self.log(name, &line)?;
        if name == "HEAD" { Ok(()) } else { self.log("HEAD", &line) }
    }

    /// Makes a branch that is not there yet: by one step that replaces nothing, so no lock is needed.
    pub(super) fn make_branch(&self, branch: &str, it: &Move<'_>) -> Result<(), UpdateError> {
        self.check_free(branch)?;
        let path = self.reference_file(it.name);
        let folder = path.parent().unwrap_or(&path);
        fs::create_dir_all(folder).map_err(UpdateError::write(folder))?;
        let new =
            tempfile::Builder::new().prefix(".flagstone-").suffix(".lock").tempfile_in(folder);
        let mut new = new.map_err(UpdateError::write(folder))?;
        let text = format!("{}\n", it.new);
        new.write_all(text.as_bytes()).map_err(UpdateError::write(&path))?;
        let rights = std::os::unix::fs::PermissionsExt::from_mode(0o644);
        new.as_file().set_permissions(rights).map_err(UpdateError::write(&path))?;
        // An empty folder is what is left of branches below this name.
        let _ = fs::remove_dir(&path);
        match new.persist_noclobber(&path) {
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(UpdateError::Exists(branch.to_owned()));
            }
            result => drop(result.map_err(|it| UpdateError::write(&path)(it.error))?),
        }
        // The branch is there, whatever becomes of its log.
        let _ = twice(|| self.log(it.name, &it.line()));
        Ok(())
    }

    /// Whether a new branch may have this name.
    ///
    /// # Errors
    /// If it can't be one's, or is taken.
    pub fn check_branch(&self, name: &str) -> Result<(), UpdateError> {
        if !git2::Branch::name_is_valid(name).unwrap_or(false) {
            return Err(UpdateError::Branch(name.to_owned()));
        }
        self.check_free(name)
    }

    /// Checks that no branch has this name, begins with it, or is what it begins with.
    fn check_free(&self, branch: &str) -> Result<(), UpdateError> {
        let around = branch.match_indices('/').filter_map(|(at, _)| branch.get(..at));
        for name in around.chain([branch]) {
            if self.git.find_reference(&format!("refs/heads/{name}")).is_ok() {
                return Err(UpdateError::Exists(name.to_owned()));
            }
        }
        let below = self.git.references_glob(&format!("refs/heads/{branch}/*"));
        let mut below = below.map_err(UpdateError::git("read the branches"))?;
        match below.next() {
            Some(Ok(it)) => {
                let name = String::from_utf8_lossy(it.name_bytes()).into_owned();
                Err(UpdateError::Exists(name.trim_start_matches("refs/heads/").to_owned()))
            }
            Some(Err(error)) => Err(UpdateError::git("read the branches")(error)),
            None => Ok(()),
        }
    }

    fn log(&self, name: &str, line: &str) -> Result<(), UpdateError> {
        let path = self.folder_of(name).join("logs").join(name);
        let write = || {
            let there = match fs::read_to_string(&path) {
                Ok(text) => text,
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                Err(_) if !self.makes_logs() => return Ok(()),
                Err(_) => String::new(),
            };
            if there.ends_with(line) {
                return Ok(());
            }
            fs::create_dir_all(path.parent().unwrap_or(&path))?;
            File::options().create(true).append(true).open(&path)?.write_all(line.as_bytes())
        };
        write().map_err(UpdateError::write(&path))
    }

    /// Whether git would begin a log for a reference that has none.
    fn makes_logs(&self) -> bool {
        let setting = self.git.config().and_then(|mut it| {
            it.snapshot()?.get_str("core.logallrefupdates").map(str::to_lowercase)
        });
        match setting.as_deref() {
            Ok("always") => true,
            Ok(value) => git2::Config::parse_bool(value).unwrap_or(true),
            Err(_) => !self.git.is_bare(),
        }
    }

    fn reference_file(&self, name: &str) -> PathBuf {
        self.folder_of(name).join(name)
    }

    /// `HEAD` and a few more belong to one work tree alone.
    fn folder_of(&self, name: &str) -> &Path {
        let own = ["refs/bisect/", "refs/worktree/", "refs/rewritten/"];
        match name.starts_with("refs/") && !own.iter().any(|it| name.starts_with(it)) {
            true => self.git.commondir(),
            false => self.git.path(),
        }
    }

    /// Whether a reference names a commit, or one that follows it.
    pub(super) fn has_reached(&self, name: &str, commit: CommitId) -> Result<bool, UpdateError> {
        let now = match self.git.refname_to_id(name) {
            Ok(now) => now,
            Err(error) if error.code() == git2::ErrorCode::NotFound => return Ok(false),
            Err(error) => return Err(UpdateError::git("read the branch")(error)),
        };
        let commit = oid(commit.0);
        // A commit that is not there has no descendants.
        Ok(now == commit || self.git.graph_descendant_of(now, commit).unwrap_or(false))
    }
}

impl Move<'_> {
    fn line(&self) -> String {
        let old = self.old.unwrap_or(CommitId([0; 20]));
        let Move { new, who, message, .. } = self;
        format!("{old} {new} {who}\t{message}\n")
    }
}

fn lock_of(path: &Path) -> PathBuf {
    let mut lock = path.as_os_str().to_owned();
    lock.push(".lock");
    lock.into()
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
