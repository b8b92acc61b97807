//! git's own configuration, as far as it lies outside of repositories.

use std::{
    collections::BTreeMap,
    error::Error,
    fs, io,
    path::{Path, PathBuf},
};

/// The values by their keys (`user.name`), each as the last file says it.
#[derive(Debug, Default)]
pub(super) struct Config<'a> {
    values: BTreeMap<String, Option<String>>,
    environment: Option<&'a BTreeMap<String, String>>,
    folder: PathBuf,
}

/// Why git's configuration can't be read.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file that git itself could not read either.
    #[error("failed to read git's configuration in `{}`", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What is wrong, with the line.
        source: Box<dyn Error + Send + Sync>,
    },
    /// A value that git would refuse.
    #[error("git's setting `{key}` is `{value}`, which is no {wanted}")]
    Value {
        /// The setting.
        key: String,
        /// Its value.
        value: String,
        /// What it should be.
        wanted: &'static str,
    },
    /// Settings in the environment that do not fit together.
    #[error("`{0}` is missing or wrong, but `GIT_CONFIG_COUNT` says that it is set")]
    Count(String),
}

/// As deep as git itself follows includes.
const DEPTH: usize = 10;

impl<'a> Config<'a> {
    /// Reads the system's, the user's and the environment's settings, as git does for a repository
    /// at `folder`.
    pub(super) fn read(
        environment: &'a BTreeMap<String, String>,
        folder: &Path,
    ) -> Result<Self, ConfigError> {
        let folder = real(folder).join(".git");
        let mut config = Self { environment: Some(environment), folder, ..Self::default() };
        for file in config.files() {
            config.add(&file, 0)?;
        }
        config.add_environment()?;
        Ok(config)
    }

    /// Reads the same, and what the repository with `git_folder` says itself of who commits. Nothing
    /// else of a repository's own configuration is taken: it comes with the repository, and programs
    /// could be named in it.
    pub(super) fn read_in(
        environment: &'a BTreeMap<String, String>,
        root: &Path,
        git_folder: &Path,
    ) -> Result<Self, ConfigError> {
        let mut config = Self::read(environment, root)?;
        let file = git_folder.join("config");
        let source =
            |error: git2::Error| ConfigError::File { file: file.clone(), source: error.into() };
        if file.is_file() {
            let own = entries(&file).map_err(source)?;
            config.values.extend(own.into_iter().filter(|(key, _)| is_of_people(key)));
        }
        // The environment goes before all files.
        config.add_environment()?;
        Ok(config)
    }

    /// A text; a key without a value has none.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.values.get(key)?.as_deref().filter(|value| !value.is_empty())
    }

    /// A switch; a key without a value is on.
    pub(super) fn is_on(&self, key: &str) -> Result<bool, ConfigError> {
        match self.values.get(key) {
            None => Ok(false),
            Some(None) => Ok(true),
            Some(Some(value)) => git2::Config::parse_bool(value.as_str()).map_err(|_| {
                let (key, value) = (key.to_owned(), value.clone());
                ConfigError::Value { key, value, wanted: "switch" }
            }),
        }
    }

    fn variable(&self, name: &str) -> Option<&'a str> {
        self.environment?.get(name).map(String::as_str)
    }

    /// The files from the weakest to the strongest.
    fn files(&self) -> Vec<PathBuf> {
        let set = |name| self.variable(name).filter(|value| !value.is_empty());
        let mut files = Vec::new();
        let no_system = set("GIT_CONFIG_NOSYSTEM")
            .is_some_and(|value| git2::Config::parse_bool(value).unwrap_or(true));
        if !no_system {
            files.push(set("GIT_CONFIG_SYSTEM").unwrap_or("/etc/gitconfig").into());
        }
        if let Some(global) = self.variable("GIT_CONFIG_GLOBAL") {
            files.push(global.into());
            return files;
        }
        let home = set("HOME").map(PathBuf::from);
        let xdg = set("XDG_CONFIG_HOME").map(PathBuf::from);
        files.extend(
            xdg.or(home.as_ref().map(|it| it.join(".config"))).map(|it| it.join("git/config")),
        );
        files.extend(home.map(|it| it.join(".gitconfig")));
        files
    }

    fn add(&mut self, file: &Path, depth: usize) -> Result<(), ConfigError> {
        let is_absent = |error: &io::Error| {
            matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
        };
        match fs::metadata(file) {
            Err(error) if is_absent(&error) => return Ok(()),
            Ok(it) if !it.is_file() => return Ok(()),
            _ => {}
        }
        let entries = entries(file)
            .map_err(|source| ConfigError::File { file: file.to_owned(), source: source.into() })?;
        for (key, value) in entries {
            if let Some(included) = self.included(&key, value.as_deref(), file)
                && depth < DEPTH
            {
                self.add(&included, depth + 1)?;
            }
            self.values.insert(key, value);
        }
        Ok(())
    }

    /// The file of an `includeIf.gitdir:PATTERN.path` that holds here. libgit2 follows plain includes,
    /// but these only with an open repository, and there is none yet.
    fn included(&self, key: &str, value: Option<&str>, file: &Path) -> Option<PathBuf> {
        let condition = key.strip_prefix("includeif.")?.strip_suffix(".path")?;
        let around = file.parent()?;
        let (pattern, folder) = match condition.strip_prefix("gitdir/i:") {
            Some(pattern) => (pattern.to_lowercase(), self.folder.to_string_lossy().to_lowercase()),
            None => {
                let pattern = condition.strip_prefix("gitdir:")?.to_owned();
                (pattern, self.folder.to_string_lossy().into_owned())
            }
        };
        let matches = is_match(&self.pattern(&pattern, around), &folder);
        matches.then(|| around.join(self.home(value.unwrap_or_default())))
    }

    /// What git makes of a pattern: `~/` and `./` are folders, a name without one may stand anywhere,
    /// and a slash at the end means all below.
    fn pattern(&self, pattern: &str, around: &Path) -> String {
        let mut full = self.home(pattern);
        if let Some(rest) = full.strip_prefix("./") {
            full = around.join(rest).to_string_lossy().into_owned();
        } else if !full.starts_with('/') {
            full = format!("**/{full}");
        }
        if full.ends_with('/') { full + "**" } else { full }
    }

    fn home(&self, path: &str) -> String {
        match (path.strip_prefix("~/"), self.variable("HOME")) {
            (Some(rest), Some(home)) => {
                real(Path::new(home)).join(rest).to_string_lossy().into_owned()
            }
            _ => path.to_owned(),
        }
    }

    fn add_environment(&mut self) -> Result<(), ConfigError> {
        let Some(count) = self.variable("GIT_CONFIG_COUNT").filter(|it| !it.is_empty()) else {
            return Ok(());
        };
        let wrong = |name: &str| ConfigError::Count(name.to_owned());
        let count: u16 = count.parse().map_err(|_| wrong("GIT_CONFIG_COUNT"))?;
        for at in 0..count {
            let get = |name: String| self.variable(&name).ok_or_else(|| wrong(&name));
            let key = get(format!("GIT_CONFIG_KEY_{at}"))?;
            let value = get(format!("GIT_CONFIG_VALUE_{at}"))?.to_owned();
            self.values.insert(normal(key), Some(value));
        }
        Ok(())
    }
}

/// Whether a setting says who commits and whether it is signed, by names alone.
fn is_of_people(key: &str) -> bool {
    const KEYS: [&str; 9] = [
        "user.name",
        "user.email",
        "user.useconfigonly",
        "user.signingkey",
        "author.name",
        "author.email",
        "committer.name",
        "committer.email",
        "commit.gpgsign",
    ];
    KEYS.contains(&key)
}

/// Section and name are the same in either case, what is between them is not.
fn normal(key: &str) -> String {
    match (key.split_once('.'), key.rsplit_once('.')) {
        (Some((section, _)), Some((before, name))) if before.len() > section.len() => {
            let middle = before.get(section.len()..).unwrap_or_default();
            format!("{}{middle}.{}", section.to_lowercase(), name.to_lowercase())
        }
        _ => key.to_lowercase(),
    }
}

fn entries(file: &Path) -> Result<Vec<(String, Option<String>)>, git2::Error> {
    let mut config = git2::Config::new()?;
    config.add_file(file, git2::ConfigLevel::Global, false)?;
    let mut values = Vec::new();
    config.entries(None)?.for_each(|entry| {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let value = entry.has_value().then(|| text(entry.value_bytes()));
        values.push((text(entry.name_bytes()), value));
    })?;
    Ok(values)
}

/// The path without links, as far as it exists.
fn real(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for ancestor in path.ancestors() {
        if let Ok(real) = fs::canonicalize(ancestor) {
            return path.strip_prefix(ancestor).map_or(real.clone(), |rest| real.join(rest));
        }
    }
    path
}

/// git's wildmatch for paths, without character classes: `*` and `?` stay in a component, `**`
/// stands for any number of them.
fn is_match(pattern: &str, path: &str) -> bool {
    match (pattern.split_once('/'), path.split_once('/')) {
        _ if pattern == "**" => true,
        (Some(("**", rest)), below) => {
            is_match(rest, path) || below.is_some_and(|(_, below)| is_match(pattern, below))
        }
        (Some((one, rest)), Some((name, below))) => {
            is_component(one.as_bytes(), name.as_bytes()) && is_match(rest, below)
        }
        (None, None) => is_component(pattern.as_bytes(), path.as_bytes()),
        (Some(_), None) | (None, Some(_)) => false,
    }
}

fn is_component(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern.split_first(), name.split_first()) {
        (Some((b'*', rest)), below) => {
            is_component(rest, name) || below.is_some_and(|(_, below)| is_component(pattern, below))
        }
        (Some((b'?', rest)), Some((_, below))) => is_component(rest, below),
        (Some((one, rest)), Some((other, below))) => one == other && is_component(rest, below),
        (None, name) => name.is_none(),
        (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_git() {
        for (pattern, path, expected) in [
            ("/home/me/work/**", "/home/me/work/a/.git", true),
            ("/home/me/work/**", "/home/me/worker/.git", false),
            ("**/acme/**", "/x/acme/y/.git", true),
            ("**/a*e/.git", "/x/acme/.git", true),
            ("/x/*/.git", "/x/a/b/.git", false),
            ("/x/?/.git", "/x/a/.git", true),
        ] {
            assert_eq!(is_match(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn keys_are_compared_as_git_does() {
        assert_eq!(normal("User.Name"), "user.name");
        assert_eq!(normal("gpg.SSH.Program"), "gpg.SSH.program");
        assert_eq!(normal("URL.https://A.b/.insteadOf"), "url.https://A.b/.insteadof");
    }
}
