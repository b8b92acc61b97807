//! Writes files into a folder of ours.
//!
//! **Invariant:** the folder was made by this run inside of a folder that no one else may enter, and
//! every folder in it likewise; files are only ever created, links are made and never followed. So no
//! write can leave the folder, and `openat2` with `BENEATH` would add nothing to it.

use std::{
    collections::BTreeSet,
    io,
    os::fd::{AsFd, OwnedFd},
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use rustix::fs::{AtFlags, OFlags, Timespec, Timestamps, UTIME_OMIT};

use super::{
    index::Stat,
    land::LandError,
    objects::{BATCH, File},
    parallel::in_parallel,
};
use crate::tree::Mode;

/// An open folder of ours, by which everything in it is named.
pub(super) struct Folder(OwnedFd);

/// How the files are written, and who is told.
pub(super) struct Pace<'a> {
    pub(super) threads: usize,
    pub(super) interrupted: &'a AtomicBool,
    pub(super) progress: &'a (dyn Fn(usize) + Sync),
}

const NEW: OFlags = OFlags::WRONLY.union(OFlags::CREATE).union(OFlags::EXCL).union(OFlags::CLOEXEC);

impl Folder {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(Self(rustix::fs::open(path, flags, rustix::fs::Mode::empty())?))
    }

    /// Makes a folder with the permissions that the user's umask leaves.
    pub(super) fn make_folder(&self, path: &str) -> io::Result<()> {
        Ok(rustix::fs::mkdirat(&self.0, path, rustix::fs::Mode::from_raw_mode(0o777))?)
    }

    /// Creates a file with the permissions that the user's umask leaves of `mode`.
    pub(super) fn create(&self, path: &str, mode: u16, bytes: &[u8]) -> io::Result<OwnedFd> {
        let mode = rustix::fs::Mode::from_raw_mode(mode.into());
        let file = rustix::fs::openat(&self.0, path, NEW, mode)?;
        let mut rest = bytes;
        while !rest.is_empty() {
            let written = rustix::io::retry_on_intr(|| rustix::io::write(&file, rest))?;
            rest = rest.get(written..).unwrap_or_default();
        }
        Ok(file)
    }

    pub(super) fn sync(&self, path: &str) -> io::Result<()> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let folder = rustix::fs::openat(&self.0, path, flags, rustix::fs::Mode::empty())?;
        Ok(rustix::fs::fsync(folder)?)
    }

    /// What the file system says of a file.
    pub(super) fn stat(&self, path: &str) -> io::Result<Stat> {
        Ok(rustix::fs::statat(&self.0, path, AtFlags::SYMLINK_NOFOLLOW)?.into())
    }

    pub(super) fn has(&self, path: &str) -> bool {
        rustix::fs::statat(&self.0, path, AtFlags::SYMLINK_NOFOLLOW).is_ok()
    }

    /// Writes every file with its mode, and sees what the file system makes of it.
    pub(super) fn write(
        &self,
        files: &[File<'_>],
        pace: &Pace<'_>,
    ) -> Result<Vec<Stat>, LandError> {
        self.make_folders(files)?;
        let past = two_seconds_ago();
        let batches: Vec<_> = files.chunks(BATCH).collect();
        let work = |(): &mut (), batch: &&[File<'_>]| self.write_batch(batch, &past, pace);
        Ok(in_parallel(pace.threads, &batches, || (), work)?.concat())
    }

    fn make_folders(&self, files: &[File<'_>]) -> Result<(), LandError> {
        let mut made = BTreeSet::new();
        for file in files {
            if file.path.parent().is_none_or(|parent| made.contains(parent)) {
                continue;
            }
            for folder in file.path.folders().filter(|folder| made.insert(*folder)) {
                self.make_folder(folder).map_err(|error| failed(folder, error))?;
            }
        }
        Ok(())
    }

    fn write_batch(
        &self,
        batch: &[File<'_>],
        past: &Timestamps,
        pace: &Pace<'_>,
    ) -> Result<Vec<Stat>, LandError> {
        if pace.interrupted.load(Ordering::Relaxed) {
            return Err(LandError::Interrupted);
        }
        let stats = batch
            .iter()
            .map(|file| {
                self.write_one(file, past).map_err(|error| failed(file.path.as_str(), error))
            })
            .collect::<Result<_, _>>()?;
        (pace.progress)(batch.len());
        Ok(stats)
    }

    fn write_one(&self, file: &File<'_>, past: &Timestamps) -> io::Result<Stat> {
        self.write_file(file.path.as_str(), file.entry.mode, &file.entry.bytes, past)
    }

    /// Writes one file with its mode and a time that is past.
    pub(super) fn write_file(
        &self,
        path: &str,
        mode: Mode,
        bytes: &[u8],
        past: &Timestamps,
    ) -> io::Result<Stat> {
        let mode = match mode {
            Mode::File => 0o666,
            Mode::Executable => 0o777,
            Mode::Link => {
                rustix::fs::symlinkat(bytes, &self.0, path)?;
                let link = AtFlags::SYMLINK_NOFOLLOW;
                rustix::fs::utimensat(&self.0, path, past, link)?;
                return self.stat(path);
            }
        };
        let file = self.create(path, mode, bytes)?;
        rustix::fs::futimens(&file, past)?;
        Ok(rustix::fs::fstat(&file)?.into())
    }
}

impl AsFd for Folder {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.0.as_fd()
    }
}

fn failed(path: &str, source: io::Error) -> LandError {
    LandError::Write { path: path.to_owned(), source }
}

/// git reads a file again whose time is not before the index's; without this, the first `git status`
/// would read every file.
pub(super) fn two_seconds_ago() -> Timestamps {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let past = now.saturating_sub(Duration::from_secs(2));
    Timestamps {
        last_access: Timespec { tv_sec: 0, tv_nsec: UTIME_OMIT },
        last_modification: Timespec {
            tv_sec: i64::try_from(past.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: past.subsec_nanos().into(),
        },
    }
}
