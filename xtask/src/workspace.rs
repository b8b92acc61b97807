//! Where things lie in this repository, and what its manifest says.

use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
};

use anyhow::{Context as _, Result};

/// The folder of the root manifest.
pub(crate) fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().expect("xtask lies in the workspace").to_path_buf()
}

/// The folder that cargo builds into.
pub(crate) fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// The text of a file, or an error that names it.
pub(crate) fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("failed to read `{}`", path.display()))
}

/// The crates that a manifest names, spelled as in code (`jsonc_parser`).
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Dependencies {
    /// What the program itself uses.
    pub(crate) normal: Vec<String>,
    /// What only its tests use.
    pub(crate) tests: Vec<String>,
    /// What only its build script uses.
    pub(crate) build: Vec<String>,
}

impl Dependencies {
    /// Reads the dependency sections of a manifest, line by line.
    pub(crate) fn read(manifest: &str) -> Self {
        let mut found = Self::default();
        let mut section = None;
        for line in manifest.lines().map(str::trim) {
            if let Some(header) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'))
                && !header.contains(['"', ','])
            {
                section = Section::of(header);
                if let Some((section, Some(name))) = &section {
                    found.list(*section).push(in_code(name));
                }
                continue;
            }
            if let Some((section, None)) = &section
                && let Some((key, _)) = line.split_once('=')
                && let Some(name) = key.trim().split('.').next()
                && !name.is_empty()
                && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
            {
                found.list(*section).push(in_code(name));
            }
        }
        found
    }

    fn list(&mut self, section: Section) -> &mut Vec<String> {
        match section {
            Section::Normal => &mut self.normal,
            Section::Tests => &mut self.tests,
            Section::Build => &mut self.build,
        }
    }
}

#[derive(Clone, Copy)]
enum Section {
    Normal,
    Tests,
    Build,
}

impl Section {
    /// What a header opens: a dependency section, or one dependency of it by name.
    fn of(header: &str) -> Option<(Self, Option<String>)> {
        let parts: Vec<&str> = header.split('.').collect();
        let at = parts.iter().position(|part| part.ends_with("dependencies"))?;
        let section = match parts.get(at)?.trim() {
            "dependencies" => Self::Normal,
            "dev-dependencies" => Self::Tests,
            "build-dependencies" => Self::Build,
            _ => return None,
        };
        if parts.first().is_some_and(|part| *part == "workspace") {
            return None;
        }
        Some((section, parts.get(at + 1).map(|name| (*name).to_string())))
    }
}

fn in_code(name: &str) -> String {
    name.replace('-', "_")
}

/// A folder for trials, outside of our work tree; gone when it is dropped.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    /// Makes a fresh folder, named for what it is for.
    pub(crate) fn new(what: &str) -> Result<Self> {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let (process, number) = (std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let folder = env::temp_dir().join(format!("flagstone-{what}-{process}-{number}"));
        fs::create_dir_all(&folder)
            .with_context(|| format!("failed to make `{}`", folder.display()))?;
        Ok(Self(folder))
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            eprintln!("note: `{}` stays: {error}", self.0.display());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_are_read_in_every_spelling() {
        let manifest = r#"
[package]
name = "flagstone"
[dependencies]
serde_yaml = { package = "yaml_serde", version = "0.10" }
jsonc-parser = "0.34"
minijinja = { version = "3", features = [
  "builtins",
] }
serde.workspace = true
[dependencies.git2]
version = "0.21"
[target.'cfg(unix)'.dependencies]
rustix = "1"
[dev-dependencies]
insta = "1"
[build-dependencies]
tar = "0.4"
[lints]
workspace = true
"#;
        let found = Dependencies::read(manifest);
        assert_eq!(
            found.normal,
            ["serde_yaml", "jsonc_parser", "minijinja", "serde", "git2", "rustix"]
        );
        assert_eq!(found.tests, ["insta"]);
        assert_eq!(found.build, ["tar"]);
    }
}
