//! Whether files of a catalog have changed, by looking at them again and again.
//!
//! Not by the system's own events: those are silent on network and container file systems, differ
//! between systems, come several for one save, and would be a dependency. A look at 300 files takes
//! about a millisecond.
#![expect(
    clippy::disallowed_methods,
    reason = "the door to catalogs on disk, and to waiting for them"
)]

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use walkdir::WalkDir;

/// What is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// The catalog: its charter, its data, and which versions it has.
    pub catalog: PathBuf,
    /// Folders with everything in them.
    pub folders: Vec<PathBuf>,
}

/// What the files were like at one moment.
#[derive(Debug, PartialEq, Eq)]
pub struct Stamps(BTreeMap<PathBuf, Stamp>);

/// When, where and how large: an edit changes at least one of them.
#[derive(Debug, PartialEq, Eq)]
struct Stamp {
    modified: (i64, i64),
    changed: (i64, i64),
    inode: u64,
    size: u64,
}

/// How long to wait between two looks.
const PAUSE: Duration = Duration::from_millis(15);

/// How long nothing may change before a change counts as complete: editors write in several steps, and
/// clocks of file systems tick this slowly.
const QUIET: Duration = Duration::from_millis(5);

/// How often to look for the end of a change: whoever writes all the time is shown what there is.
const LOOKS: u32 = 20;

impl Watched {
    /// What the files are like now. What can't be looked at is not there.
    pub fn stamps(&self) -> Stamps {
        let mut stamps = BTreeMap::new();
        for folder in self.folders.iter().chain([&self.catalog.join("data")]) {
            for entry in WalkDir::new(folder).into_iter().flatten() {
                if let Ok(metadata) = entry.metadata() {
                    stamps.insert(entry.into_path(), Stamp::of(&metadata));
                }
            }
        }
        add(&mut stamps, self.catalog.join(crate::charter::FILE));
        // Names, their versions, and whether those have a manifest yet.
        for name in folders(&self.catalog) {
            for version in folders(&name) {
                add(&mut stamps, version.join(crate::manifest::FILE));
            }
        }
        Stamps(stamps)
    }

    /// Waits until the files are no longer as they were at `before`, and nothing changes them any more
    /// for a moment, or they have changed for long enough. `false` if the wait was ended.
    pub fn wait(&self, before: &Stamps, is_ended: &dyn Fn() -> bool) -> bool {
        let mut now = self.stamps();
        while now == *before {
            if is_ended() {
                return false;
            }
            thread::sleep(PAUSE);
            now = self.stamps();
        }
        for _ in 0..LOOKS {
            thread::sleep(QUIET);
            let later = self.stamps();
            if later == now || is_ended() {
                break;
            }
            now = later;
        }
        !is_ended()
    }
}

impl Stamp {
    fn of(metadata: &fs::Metadata) -> Self {
        Self {
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
            inode: metadata.ino(),
            size: metadata.size(),
        }
    }
}

fn add(stamps: &mut BTreeMap<PathBuf, Stamp>, path: PathBuf) {
    if let Ok(metadata) = fs::symlink_metadata(&path) {
        stamps.insert(path, Stamp::of(&metadata));
    }
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter(|it| it.file_type().is_ok_and(|it| it.is_dir())).map(|it| it.path()).collect()
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicBool, Ordering},
        time::Instant,
    };

    use super::*;

    /// Longer than any wait for the end of a change.
    const ENOUGH: Duration = Duration::from_secs(30);

    fn write(path: &Path, text: &str) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn whatever_a_version_is_made_from_is_seen_to_change() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path();
        let version = root.join("web/1.0.0");
        write(&version.join("template/a.txt"), "a");
        let watched = Watched { catalog: root.to_owned(), folders: vec![version.clone()] };
        let changes: [(&str, &dyn Fn()); 6] = [
            ("a file", &|| write(&version.join("template/a.txt"), "b!")),
            ("a new file", &|| write(&version.join("partials/new"), "")),
            ("a lost file", &|| fs::remove_file(version.join("partials/new")).unwrap()),
            ("the charter", &|| write(&root.join("catalog.yaml"), "kind: Catalog\n")),
            ("shared data", &|| write(&root.join("data/pins.yaml"), "a: 1\n")),
            ("another version", &|| write(&root.join("ci/1.0.0/golden-path.yaml"), "kind: x\n")),
        ];
        for (what, change) in changes {
            let before = watched.stamps();
            assert_eq!(before, watched.stamps());
            change();
            assert!(watched.wait(&before, &|| false), "{what}");
        }
        let now = watched.stamps();
        assert!(!watched.wait(&now, &|| true));
    }

    #[test]
    fn whoever_never_stops_writing_is_seen_all_the_same() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("web/1.0.0/template/a.txt");
        write(&file, "");
        let folders = vec![place.path().join("web/1.0.0")];
        let watched = Watched { catalog: place.path().to_owned(), folders };
        let before = watched.stamps();
        let (is_over, start) = (AtomicBool::new(false), Instant::now());
        thread::scope(|scope| {
            scope.spawn(|| {
                let mut text = String::new();
                while !is_over.load(Ordering::Relaxed) && start.elapsed() < ENOUGH {
                    text.push('x');
                    write(&file, &text);
                }
            });
            assert!(watched.wait(&before, &|| false));
            is_over.store(true, Ordering::Relaxed);
        });
        assert!(start.elapsed() < ENOUGH);
    }
}
