//! Two versions of a file -> their difference, in the form that git prints and `git apply` reads.
//!
//! **Invariant:** pure; no repository, no configuration and no attributes are asked, so the same bytes
//! always give the same patch. A patch holds bytes as they are: who shows it to people cleans it.

mod header;
mod lines;

use crate::tree::{Mode, RepoPath};

/// One side of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Side<'a> {
    /// Where the file is.
    pub path: &'a RepoPath,
    /// Its kind.
    pub mode: Mode,
    /// What is in it (of a link: its target).
    pub bytes: &'a [u8],
}

/// The difference of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Patch {
    /// One part; none where nothing differs; two where a link stands in place of a file: what goes and
    /// what comes, as in git.
    pub parts: Vec<Part>,
}

/// What changes in a file, or how a file comes or goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The lines above the content: `diff --git …`, modes, `--- …`, `+++ …`.
    pub header: Vec<String>,
    /// What differs in the content.
    pub content: Content,
}

/// What differs between two contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Nothing.
    Same,
    /// Bytes that are no lines; how many there were and are.
    Binary {
        /// The bytes before.
        before: usize,
        /// The bytes after.
        after: usize,
    },
    /// Lines.
    Lines(Vec<Hunk>),
}

/// Lines that differ, with three lines around them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk {
    /// `@@ -1,4 +1,5 @@`, and maybe the function or section that it stands in.
    pub heading: Vec<u8>,
    /// The lines.
    pub lines: Vec<Line>,
}

/// One line of a hunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What becomes of it.
    pub kind: LineKind,
    /// What it says, without its line break.
    pub text: Vec<u8>,
    /// Whether a line break ends it: only a file's last line may have none.
    pub is_ended: bool,
}

/// What becomes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// It stays.
    Kept,
    /// Only the second side has it.
    Added,
    /// Only the first side has it.
    Removed,
}

/// What stands below a line without a line break.
pub const NOT_ENDED: &str = "\\ No newline at end of file";

/// The difference of two versions of a file; `None` where there is no file.
pub fn unified(before: Option<Side<'_>>, after: Option<Side<'_>>) -> Patch {
    let is_link = |side: Side<'_>| side.mode == Mode::Link;
    let parts = match (before, after) {
        (Some(old), Some(new)) if is_link(old) != is_link(new) => {
            vec![part(before, None), part(None, after)]
        }
        (Some(old), Some(new)) if old == new => Vec::new(),
        (None, None) => Vec::new(),
        _ => vec![part(before, after)],
    };
    Patch { parts }
}

fn part(before: Option<Side<'_>>, after: Option<Side<'_>>) -> Part {
    let bytes = |side: Option<Side<'_>>| side.map(|it| it.bytes.to_vec()).unwrap_or_default();
    let content = lines::content(&bytes(before), &bytes(after));
    Part { header: header::header(before, after, &content), content }
}

impl Patch {
    /// The number of lines that only the second side has.
    pub fn added(&self) -> usize {
        self.count(LineKind::Added)
    }

    /// The number of lines that only the first side has.
    pub fn removed(&self) -> usize {
        self.count(LineKind::Removed)
    }

    /// Whether bytes differ that are no lines.
    pub fn is_binary(&self) -> bool {
        self.parts.iter().any(|part| matches!(part.content, Content::Binary { .. }))
    }

    /// The patch as git prints it, for a file or a program.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for part in &self.parts {
            for line in &part.header {
                bytes.extend_from_slice(line.as_bytes());
                bytes.push(b'\n');
            }
            let Content::Lines(hunks) = &part.content else { continue };
            for hunk in hunks {
                bytes.extend_from_slice(&hunk.heading);
                bytes.push(b'\n');
                hunk.lines.iter().for_each(|line| line.write(&mut bytes));
            }
        }
        bytes
    }

    fn count(&self, kind: LineKind) -> usize {
        let hunks = self.parts.iter().flat_map(|part| match &part.content {
            Content::Lines(hunks) => hunks.as_slice(),
            Content::Same | Content::Binary { .. } => &[],
        });
        hunks.flat_map(|hunk| &hunk.lines).filter(|line| line.kind == kind).count()
    }
}

impl Line {
    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.push(self.kind.sign());
        bytes.extend_from_slice(&self.text);
        bytes.push(b'\n');
        if !self.is_ended {
            bytes.extend_from_slice(NOT_ENDED.as_bytes());
            bytes.push(b'\n');
        }
    }
}

impl LineKind {
    /// What stands in front of the line.
    pub const fn sign(self) -> u8 {
        match self {
            Self::Kept => b' ',
            Self::Added => b'+',
            Self::Removed => b'-',
        }
    }
}

#[cfg(test)]
mod tests;
