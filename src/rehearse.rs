//! Cases of golden paths played in memory: what answers render to, compared with a snapshot and with
//! what the case expects.
//!
//! **Invariant:** pure; a snapshot holds every file of the tree, so that nothing can change unseen.

mod coverage;
mod edits;
mod expect;
mod matrix;
mod nearby;
mod report;
mod snapshot;

pub use coverage::{Covered, MissedLines, Reached, covered, reached};
pub use edits::edited;
pub use expect::{unconflicted, unmet, unrefused};
pub use matrix::{Combination, Judged, Limits, Matrix, Trial, matrix};
pub use report::{Report, Snapshot, Test, Upgraded};
pub use snapshot::{changed_parts, overview, snapshot};
