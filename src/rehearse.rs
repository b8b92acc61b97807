//! Cases of golden paths played in memory: what answers render to, compared with a snapshot and with
//! what the case expects.
//!
//! **Invariant:** pure; a snapshot holds every file of the tree, so that nothing can change unseen.

mod expect;
mod report;
mod snapshot;

pub use expect::{unmet, unrefused};
pub use report::{Report, Snapshot, Test};
pub use snapshot::{changed_parts, snapshot};
