//! The floor: plainly writing the bytes in parallel, with nothing read, rendered or committed.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, anyhow};

/// Writes the files below `target` on as many threads as there are processors, and says how long
/// that took.
pub(super) fn write(target: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<Duration> {
    let files: Vec<(PathBuf, &[u8])> =
        files.iter().map(|(path, bytes)| (target.join(path), bytes.as_slice())).collect();
    let threads = thread::available_parallelism()?.get();
    let start = Instant::now();
    let folders: BTreeSet<&Path> = files.iter().filter_map(|(path, _)| path.parent()).collect();
    for folder in folders {
        fs::create_dir_all(folder)?;
    }
    thread::scope(|scope| {
        let writers: Vec<_> = files
            .chunks(files.len().div_ceil(threads).max(1))
            .map(|part| {
                scope.spawn(move || part.iter().try_for_each(|(path, it)| fs::write(path, it)))
            })
            .collect();
        writers.into_iter().try_for_each(|writer| {
            writer
                .join()
                .map_err(|_| anyhow!("a writer of the floor panicked"))?
                .map_err(Into::into)
        })
    })
    .map(|()| start.elapsed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_written() {
        let folder = crate::workspace::target().join("tmp/xtask-floor");
        let _ = fs::remove_dir_all(&folder);
        let files: BTreeMap<String, Vec<u8>> =
            (0..37).map(|n| (format!("a{}/b{n}", n % 3), vec![n; 10])).collect();
        write(&folder, &files).expect("they can be written");
        assert!(
            files.iter().all(|(path, it)| &fs::read(folder.join(path)).expect("written") == it)
        );
    }
}
