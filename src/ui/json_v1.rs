//! What programs read: one JSON document on standard output, `format` 1.
//!
//! **Invariant:** fields are added, never renamed, removed or given another meaning; a field that
//! has nothing to say is `null` or empty, never left out. The engine's own types may change freely.

mod catalog;
mod check;
mod diagnostic;
mod diff;
mod found;
mod inputs;
mod impact;
mod lint;
mod new;
mod path;
mod policy;
mod rehearsal;
mod restore;
mod upgrade;
mod verdict;
mod why;

pub use catalog::{CatalogList, CatalogShow, ClosedBy, GoldenPath, Layer, Parameter, Rule};
pub use check::{Check, Finding};
pub use diagnostic::{Diagnostic, Failure};
pub use diff::{Diff, DiffFile};
pub use found::{CatalogFound, CatalogHit, TextMatch};
pub use impact::{Impact, Reached};
pub use inputs::{Closed, Input, Inputs, Opening};
pub use lint::Lint;
pub use new::{Answer, File, NewResult, Service, State};
pub use path::{Preview, WrittenFiles};
pub use policy::{
    PolicyCheck, PolicyExplanation, PolicyInspected, PolicyLines, PolicyList, PolicyPart,
    PolicyRule, PolicyTest, PolicyTests,
};
pub use rehearsal::{Rehearsal, RehearsedLines, RehearsedTemplate, RehearsedTest};
pub use restore::Restored;
pub use upgrade::{
    AnswerChange, FileChange, FileId, FileNote, UpgradeEnd, UpgradeResult, UpgradeState,
};
pub use verdict::{Off, Verdict, VerdictFinding};
pub use why::{Parameter as WhyParameter, Part, WhyResult};

use serde::Serialize;

/// The number that `format` has in every document.
pub const FORMAT: u32 = 1;

/// The text of a document, ready for [`super::Screen::result`].
pub fn to_text(document: &impl Serialize) -> String {
    serde_json::to_string_pretty(document).expect("keys are texts and numbers are finite or null")
}
