//! Markers of a conflict that somebody committed: an upgrade left them, and a person was to choose.

use super::{Contents, Finding, Rule};
use crate::{
    lock::LockedFile,
    text::{Position, conflict_markers},
};

/// The first marker that is left in an edited file.
pub(super) fn finding(file: &LockedFile, contents: &dyn Contents) -> Option<Finding> {
    let bytes = contents.present(&file.path)?;
    let (line, _) = conflict_markers(&bytes).next()?;
    let message = format!("`{}` holds the markers of a conflict", file.path);
    let finding = Finding::new(Rule::ConflictMarkers, file.path.clone(), message);
    let finding = finding.at(Position { line, column: 1 });
    Some(finding.help("choose between the two sides, and remove the markers"))
}
