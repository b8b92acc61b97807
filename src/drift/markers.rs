//! Markers of a conflict that somebody committed: an upgrade left them, and a person was to choose.

use super::{Contents, Finding, Rule};
use crate::{
    lock::LockedFile,
    text::{Document, Position},
};

/// How the first and the last line of a conflict begin: an upgrade names the sides behind them.
const MARKERS: [&str; 2] = ["<<<<<<< ours: ", ">>>>>>> theirs: "];

/// The first marker that is left in an edited file.
pub(super) fn finding(file: &LockedFile, contents: &dyn Contents) -> Option<Finding> {
    let bytes = contents.present(&file.path)?;
    let text = std::str::from_utf8(&bytes).ok()?;
    let position = first(text)?;
    let message = format!("`{}` holds the markers of a conflict", file.path);
    let finding = Finding::new(Rule::ConflictMarkers, file.path.clone(), message);
    Some(finding.at(position).help("choose between the two sides, and remove the markers"))
}

fn first(text: &str) -> Option<Position> {
    let [start, end] = MARKERS;
    let at = |marker: &str| {
        let starts = text.match_indices(marker).map(|(at, _)| at);
        starts
            .into_iter()
            .find(|at| *at == 0 || text.get(..*at).is_some_and(|it| it.ends_with('\n')))
    };
    let (first, last) = (at(start)?, at(end)?);
    (first < last).then(|| Document::new("", text).position(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_conflict_at_the_start_of_lines_is_one() {
        let line = |text| first(text).map(|it| it.line);
        let conflict = "a\n<<<<<<< ours: orders\nx\n=======\ny\n>>>>>>> theirs: svc 2.0.0\n";
        assert_eq!(line(conflict), Some(2));
        assert_eq!(line("a\n<<<<<<< HEAD\nx\n=======\ny\n>>>>>>> topic\n"), None);
        assert_eq!(line("write `<<<<<<< ours: ` and\n`>>>>>>> theirs: `\n"), None);
    }
}
