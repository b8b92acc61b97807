//! The only way to name a file that we write.

use std::{borrow::Borrow, fmt};

use unicode_normalization::UnicodeNormalization as _;

/// A relative path that is safe to write below any folder, on any file system.
///
/// Holding one is the proof: it has no `..`, no absolute or drive prefix, no `.git` in any disguise,
/// no control or bidirectional characters and no name that Windows reserves. Components are joined
/// by `/`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoPath(String);

/// Why a text is no [`RepoPath`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RepoPathError {
    /// Nothing, or a component without a character.
    #[error("a path component is empty")]
    Empty,
    /// Begins at a root, a drive or a share.
    #[error("the path is absolute")]
    Absolute,
    /// `.` or `..`.
    #[error("the component `{0}` leaves the folder or names it")]
    Dots(String),
    /// A character that no file name of ours may hold.
    #[error("the character U+{0:04X} is not allowed in a path")]
    Character(u32),
    /// `.git`, also as NTFS and HFS+ would read it.
    #[error("the component `{0}` is git's own folder on some file system")]
    Git(String),
    /// A name that Windows reserves, or a trailing dot or space.
    #[error("the component `{0}` is not a file name on Windows")]
    Windows(String),
    /// A component over 255 bytes, or a path over 4,000.
    #[error("the path is too long ({0} bytes)")]
    TooLong(usize),
}

/// Names that Windows gives to devices, whatever the extension.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

impl RepoPath {
    /// Checks `raw` once, so that holding a `RepoPath` is the proof.
    ///
    /// # Errors
    /// The first rule that the path breaks.
    pub fn parse(raw: &str) -> Result<Self, RepoPathError> {
        if raw.len() > 4000 {
            return Err(RepoPathError::TooLong(raw.len()));
        }
        if let Some(bad) = raw.chars().find(|character| is_forbidden(*character)) {
            return Err(RepoPathError::Character(bad.into()));
        }
        if raw.starts_with('/') {
            return Err(RepoPathError::Absolute);
        }
        raw.split('/').try_for_each(check_component)?;
        Ok(Self(raw.to_owned()))
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The components from the first to the file's name.
    pub fn components(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }

    /// The last component.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// What follows the last dot of the file's name, without the dot.
    pub fn extension(&self) -> Option<&str> {
        self.file_name().rsplit_once('.').map(|(_, extension)| extension)
    }

    /// The folder that the file stands in; `None` at the top.
    pub fn parent(&self) -> Option<&str> {
        self.0.rsplit_once('/').map(|(parent, _)| parent)
    }

    /// Every folder that the path stands in, from the top: `a`, `a/b` for `a/b/c`.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        self.0.match_indices('/').filter_map(|(at, _)| self.0.get(..at))
    }

    /// Whether the path stands below `folder`.
    pub fn is_below(&self, folder: &str) -> bool {
        self.0.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    }

    /// The path as file systems see it that fold case and Unicode forms.
    pub fn folded(&self) -> String {
        Self::fold(&self.0)
    }

    /// What [`RepoPath::folded`] does, for a folder's path.
    pub fn fold(path: &str) -> String {
        if path.is_ascii() {
            return path.to_ascii_lowercase();
        }
        path.nfkd().flat_map(char::to_lowercase).nfkc().collect::<String>().replace('ß', "ss")
    }
}

fn check_component(component: &str) -> Result<(), RepoPathError> {
    let windows = || RepoPathError::Windows(component.to_owned());
    match component {
        "" => return Err(RepoPathError::Empty),
        "." | ".." => return Err(RepoPathError::Dots(component.to_owned())),
        long if long.len() > 255 => return Err(RepoPathError::TooLong(long.len())),
        _ => {}
    }
    if is_git(component) {
        return Err(RepoPathError::Git(component.to_owned()));
    }
    if component.ends_with(['.', ' ']) || is_device(component) {
        return Err(windows());
    }
    Ok(())
}

/// A colon also shuts out drives (`C:`) and NTFS streams (`x::$INDEX_ALLOCATION`).
fn is_forbidden(character: char) -> bool {
    matches!(character, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
        || character.is_control()
        || is_invisible(character)
}

/// Characters that change the direction of a line, end it, or that HFS+ leaves out of a comparison.
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn is_git(component: &str) -> bool {
    let folded = RepoPath::fold(component);
    let trimmed = folded.trim_end_matches(['.', ' ']);
    trimmed == ".git" || is_short_name(trimmed, "git")
}

/// `GIT~1` is what NTFS calls `.git` where short names are on.
fn is_short_name(name: &str, stem: &str) -> bool {
    name.strip_prefix(stem)
        .and_then(|rest| rest.strip_prefix('~'))
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit()))
}

fn is_device(component: &str) -> bool {
    let stem = component.split('.').next().unwrap_or(component).trim_end().to_lowercase();
    let numbered = |prefix: &str| {
        stem.strip_prefix(prefix).is_some_and(|rest| {
            rest.chars().count() == 1 && rest.chars().all(|it| "0123456789¹²³".contains(it))
        })
    };
    DEVICES.contains(&stem.as_str()) || numbered("com") || numbered("lpt")
}

impl fmt::Display for RepoPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl AsRef<std::path::Path> for RepoPath {
    fn as_ref(&self) -> &std::path::Path {
        self.0.as_ref()
    }
}

impl Borrow<str> for RepoPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Component, Path};

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ordinary_paths_are_accepted() {
        for path in [
            "a",
            ".gitignore",
            ".github/workflows/ci.yml",
            "src/main.rs",
            "a b/ü.txt",
            ".gitea/x",
            "com10.txt",
            "console",
            "git~x",
            "...a",
            "null",
        ] {
            assert_eq!(RepoPath::parse(path).as_ref().map(RepoPath::as_str), Ok(path));
        }
    }

    #[test]
    fn paths_that_leave_the_folder_or_mean_something_else_somewhere_are_refused() {
        for path in [
            "",
            "/",
            "/etc/passwd",
            "a//b",
            "a/",
            "./a",
            "a/..",
            "../a",
            "a/../../b",
            "C:/x",
            "C:x",
            "a\\b",
            "\\\\host\\share",
            "a\0b",
            "a\nb",
            "a\u{1b}[0m",
            "a\u{202e}b",
            ".git",
            ".GIT/config",
            "a/.git/hooks/x",
            ".git.",
            ".git ",
            ".git::$INDEX_ALLOCATION",
            "GIT~1",
            "git~2/config",
            ".g\u{200c}it",
            ".g\u{200b}it/x",
            "con",
            "AUX.txt",
            "nul.tar.gz",
            "com1",
            "LPT9.log",
            "com\u{b9}",
            "a.",
            "a ",
            "x?",
            "\u{ff0e}git",
            "\u{ff0e}\u{ff47}it",
        ] {
            assert!(RepoPath::parse(path).is_err(), "{path:?}");
        }
        assert!(RepoPath::parse(&"x".repeat(256)).is_err());
        assert!(RepoPath::parse(&"x/".repeat(3000)).is_err());
    }

    proptest! {
        #[test]
        fn an_accepted_path_stays_below_any_folder(raw in "[./a-zA-Z~\\\\: 1-]{0,16}|\\PC{0,12}") {
            if let Ok(path) = RepoPath::parse(&raw) {
                let joined = Path::new("/root/folder").join(&path);
                prop_assert!(joined.starts_with("/root/folder"));
                let normal = |component| matches!(component, Component::Normal(_));
                prop_assert!(Path::new(path.as_str()).components().all(normal));
                prop_assert_eq!(Path::new(path.as_str()).components().count(), path.components().count());
            }
        }
    }
}
