//! What was restored, and what would be lost by it.

use super::ink::{WARN, count, paint};
use crate::{tree::RepoPath, ui::clean_line};

/// How many files are as they were made again, and which.
pub fn restored(paths: &[&RepoPath]) -> String {
    match paths {
        [] => "Nothing to restore: every file is as the golden path made it.".to_owned(),
        [path] => format!("Restored `{}`", clean_line(path.as_str())),
        paths => format!("Restored {}:{}", count(paths.len(), "file"), list(paths)),
    }
}

/// Which edits were never committed.
pub fn would_be_lost(paths: &[RepoPath]) -> String {
    let paths: Vec<_> = paths.iter().collect();
    let heading = paint(WARN, "These edits were never committed, and would be lost:");
    format!("{heading}{}", list(&paths))
}

fn list(paths: &[&RepoPath]) -> String {
    paths.iter().map(|path| format!("\n  {}", clean_line(path.as_str()))).collect()
}
