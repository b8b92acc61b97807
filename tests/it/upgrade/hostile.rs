//! Whoever writes a lock, a spec, a catalog or a repository may be an attacker: nothing outside of the
//! service is read, written or run, nothing of its team is lost in silence, and every run ends soon.

mod catalog;
mod lock;
mod names;
mod repository;
mod size;

use super::story::Told;

/// The run ended by a documented exit code other than that of a bug.
#[track_caller]
fn is_calm(told: &Told) {
    assert!(
        [0, 1, 2, 3, 5, 6].contains(&told.exit),
        "{}: {} {}",
        told.exit,
        told.json,
        told.stderr
    );
    assert!(!told.stderr.contains("panicked"), "{}", told.stderr);
}
