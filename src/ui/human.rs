//! What people read: mistakes, failures, trees, tables, pages and summaries as text with styles.
//!
//! **Invariant:** values in, text out. Every text has styles; [`super::Screen`] takes them out
//! where they are not wanted. None ends in a line break.

mod aside;
mod catalog;
mod check;
mod contents;
mod diagnostic;
mod failure;
mod found;
mod impact;
mod ink;
mod inputs;
mod lint;
mod markdown;
mod patch;
mod policy;
mod preview;
mod rehearsal;
mod restore;
mod services;
mod shape;
mod summary;
mod tree;
mod upgrade;
mod verdict;
mod why;

pub(super) use aside::{page_heading, refusal};
pub(super) use catalog::catalog_lines;
pub use catalog::{CatalogRow, catalog, golden_path};
pub use check::{Permitted, check_line, checked};
pub use contents::contents;
pub use diagnostic::diagnostics;
pub use failure::failure;
pub use found::found;
pub use impact::impact;
pub use inputs::inputs;
pub use lint::{lint_line, mended};
pub use markdown::markdown;
pub use patch::{StatRow, file_name, patch, seeded_differ, stat};
pub use policy::{
    Explained, Inspected, Passed, explained, policies, policy_line, tested, tested_line,
};
pub use preview::{Previewed, changed, previewed};
pub use rehearsal::{Missed, Rehearsed, Upgrades, rehearsal};
pub use restore::{restored, would_be_lost};
pub use services::{ServiceResult, ServiceRow, services};
pub use summary::{Origins, Summary, answers, summary, wrote};
pub use tree::{TREE_LINES, TreePicture, draw_tree};
pub use upgrade::{UpgradeSummary, upgrade_summary};
pub use verdict::{guard_line, off_line, printed, verdict, verdict_line};
pub use why::{Made, Origin, Reach, Reaching, Why, why};

#[cfg(test)]
pub(in crate::ui) use ink::test;
