//! Patterns over the paths of a repository, as `.gitattributes` has them.

use globset::{GlobBuilder, GlobMatcher};

use crate::tree::RepoPath;

/// A pattern over paths: without a slash it matches a file's name at any depth, with one the whole
/// path; `*` and `?` stay inside one component, `**` crosses them; `{a,b}` and `[a-z]` work.
#[derive(Debug, Clone)]
pub struct Glob {
    text: String,
    matcher: GlobMatcher,
}

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct GlobError(String);

/// The longest pattern, in bytes: the regular expression of any shorter one compiles.
const MAX_LENGTH: usize = 500;

impl Glob {
    /// Reads a pattern.
    ///
    /// # Errors
    /// If it is empty, names a folder (`src/`) or doesn't parse.
    pub fn parse(text: &str) -> Result<Self, GlobError> {
        if text.is_empty() {
            return Err(GlobError("the pattern is empty".to_owned()));
        }
        if text.ends_with('/') {
            return Err(GlobError(format!("write `{text}**` to match what is in the folder")));
        }
        if text.len() > MAX_LENGTH {
            return Err(GlobError(format!("it is longer than {MAX_LENGTH} bytes")));
        }
        let anchored = text.trim_start_matches('/');
        let whole = match text.contains('/') {
            true => anchored.to_owned(),
            false => format!("**/{text}"),
        };
        let glob = GlobBuilder::new(&whole)
            .literal_separator(true)
            .backslash_escape(true)
            .build()
            .map_err(|error| GlobError(error.kind().to_string()))?;
        Ok(Self { text: text.to_owned(), matcher: glob.compile_matcher() })
    }

    /// Whether `path` matches.
    pub fn matches(&self, path: &RepoPath) -> bool {
        self.matcher.is_match(path.as_str())
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl PartialEq for Glob {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Glob {}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(glob: &str, path: &str) -> bool {
        Glob::parse(glob).unwrap().matches(&RepoPath::parse(path).unwrap())
    }

    #[test]
    fn a_name_matches_at_any_depth_and_a_path_from_the_top() {
        assert!(matches("*.md", "README.md") && matches("*.md", "docs/a/b.md"));
        assert!(matches("/*.md", "README.md") && !matches("/*.md", "docs/a.md"));
        assert!(matches("src/*.rs", "src/main.rs") && !matches("src/*.rs", "src/a/b.rs"));
        assert!(matches("src/**", "src/a/b.rs") && !matches("src/**", "lib/src/a.rs"));
        assert!(matches(".github/workflows/**", ".github/workflows/ci.yml"));
        assert!(matches("**/*.tmpl.yaml", "a.tmpl.yaml") && matches("**/x", "a/b/x"));
    }

    #[test]
    fn a_folder_is_not_a_pattern_for_files() {
        assert!(Glob::parse("src/").is_err());
        assert!(Glob::parse("").is_err());
        assert!(Glob::parse("a[").is_err());
    }

    #[test]
    fn a_pattern_that_no_regular_expression_holds_is_refused() {
        for part in ["{", "*", "[a-z]", "{a,", "**/", "[^a]"] {
            let long = format!("{}x{}", part.repeat(10_000), "}".repeat(10_000));
            assert!(Glob::parse(&long).is_err(), "{part}");
            // Whatever comes of one of the greatest length, it ends.
            let _either = Glob::parse(&part.repeat(500 / part.len()));
        }
    }
}
