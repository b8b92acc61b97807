//! A template in two versions, in the form of each tool: what a tool is given to update from and to.
//!
//! **Invariant:** every tool gets the same files; what the two versions render to is worked out here
//! too, so that a result can be compared with it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use crate::program;

/// The answer that every service gives.
pub(super) const NAME: &str = "orders-api";

/// The answer that names a folder, unless a scenario changes it.
pub(in crate::bench) const PACKAGE: &str = "shop";

/// The two versions.
pub(super) const BEFORE: &str = "1.0.0";
pub(super) const AFTER: &str = "1.1.0";

/// Files by path, both with `@NAME@` and `@PACKAGE@` where they are rendered.
pub(super) type Files = BTreeMap<String, String>;

/// Whose a file is, where that is not everybody's. Not every tool has a word for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// The platform's: its fixes always arrive. Only ours knows this.
    Platform(&'static str),
    /// The team's once it is there. Copier: `_skip_if_exists`; cruft: `--skip`.
    Team(&'static str),
}

/// A template in two versions.
#[derive(Clone, Debug, Default)]
pub(in crate::bench) struct Versions {
    pub(super) before: Files,
    pub(super) after: Files,
    pub(super) owner: Option<Owner>,
    /// A move that the new version declares, where the tool knows such a thing. Only ours does.
    pub(super) moved: Option<(&'static str, &'static str)>,
}

impl Versions {
    /// The path that is the team's once it is there.
    pub(super) fn seeded(&self) -> Option<&'static str> {
        match self.owner {
            Some(Owner::Team(path)) => Some(path),
            Some(Owner::Platform(_)) | None => None,
        }
    }

    /// Writes both versions of our catalog.
    pub(super) fn write_catalog(&self, folder: &Path) -> Result<()> {
        put(&folder.join("catalog.yaml"), CATALOG)?;
        for (version, files) in [(BEFORE, &self.before), (AFTER, &self.after)] {
            let folder = folder.join("bench").join(version);
            put(&folder.join("golden-path.yaml"), self.manifest(version))?;
            let names = ["{{ name }}", "{{ package }}"];
            write_template(&folder.join("template"), files, names, ".j2")?;
        }
        Ok(())
    }

    fn manifest(&self, version: &str) -> String {
        let mut text = MANIFEST.replace("@VERSION@", version);
        match self.owner {
            Some(Owner::Platform(path)) => {
                text += &format!("files:\n  - {{match: {path}, ownership: managed}}\n");
            }
            Some(Owner::Team(path)) => {
                text += &format!("files:\n  - {{match: {path}, ownership: seeded}}\n");
            }
            None => {}
        }
        if let Some((from, to)) = self.moved.filter(|_| version == AFTER) {
            text += &format!(
                "migrations:\n  - {{to: {AFTER}, steps: [{{move: {{from: {from}, to: {to}}}}}]}}\n"
            );
        }
        text
    }

    /// Writes copier's template: a repository with a tag for each version.
    pub(super) fn write_copier(&self, folder: &Path, git: &dyn Git) -> Result<()> {
        let names = ["{{ name }}", "{{ package }}"];
        let skip = self.seeded().map(|it| format!("_skip_if_exists: [{it}]\n"));
        let settings = COPIER.to_string() + &skip.unwrap_or_default();
        self.write_tagged(folder, git, |files| {
            put(&folder.join("copier.yml"), &settings)?;
            let template = folder.join("template");
            put(&template.join("{{ _copier_conf.answers_file }}.jinja"), ANSWERS)?;
            write_template(&template, files, names, ".jinja")
        })
    }

    /// Writes cruft's template, which is cookiecutter's: a repository with a tag for each version.
    pub(super) fn write_cruft(&self, folder: &Path, git: &dyn Git) -> Result<()> {
        let names = ["{{ cookiecutter.name }}", "{{ cookiecutter.package }}"];
        self.write_tagged(folder, git, |files| {
            put(&folder.join("cookiecutter.json"), COOKIECUTTER)?;
            write_template(&folder.join("{{cookiecutter.name}}"), files, names, "")
        })
    }

    fn write_tagged(
        &self,
        folder: &Path,
        git: &dyn Git,
        write: impl Fn(&Files) -> Result<()>,
    ) -> Result<()> {
        fs::create_dir_all(folder)?;
        git.run(folder, &["init", "--quiet"])?;
        for (version, files) in [(BEFORE, &self.before), (AFTER, &self.after)] {
            clear(folder)?;
            write(files)?;
            git.run(folder, &["add", "--all", "--force"])?;
            git.run(folder, &["commit", "--quiet", "--message", version])?;
            git.run(folder, &["tag", version])?;
        }
        Ok(())
    }
}

/// Git with the bench's own configuration.
pub(super) trait Git {
    /// Runs git in a folder; it must succeed.
    fn run(&self, folder: &Path, arguments: &[&str]) -> Result<Vec<u8>>;
}

/// What files render to.
pub(super) fn rendered(files: &Files, package: &str) -> BTreeMap<String, Vec<u8>> {
    let filled = |text: &str| filled(text, [NAME, package]);
    files.iter().map(|(path, text)| (filled(path), filled(text).into_bytes())).collect()
}

/// Writes rendered files into a folder.
pub(super) fn write_rendered(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<()> {
    files.iter().try_for_each(|(path, bytes)| put(&folder.join(path), bytes))
}

/// Writes the files of a template, with these expressions where an answer goes; `suffix` marks what is
/// rendered.
fn write_template(folder: &Path, files: &Files, names: [&str; 2], suffix: &str) -> Result<()> {
    for (path, text) in files {
        let suffix = if filled(text, names) == *text { "" } else { suffix };
        put(&folder.join(filled(path, names) + suffix), filled(text, names))?;
    }
    Ok(())
}

fn filled(text: &str, [name, package]: [&str; 2]) -> String {
    text.replace("@NAME@", name).replace("@PACKAGE@", package)
}

/// Writes a file and the folders above it.
pub(super) fn put(path: &Path, bytes: impl AsRef<[u8]>) -> Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, bytes).with_context(|| format!("failed to write `{}`", path.display()))
}

/// Removes everything but the repository from a folder.
pub(super) fn clear(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.ends_with(".git") {
            continue;
        }
        if path.is_dir() { fs::remove_dir_all(&path)? } else { fs::remove_file(&path)? }
    }
    Ok(())
}

/// Copies a folder with every time and mode, as a service that somebody has.
pub(super) fn copy(from: &Path, to: &Path) -> Result<PathBuf> {
    program::must(Command::new("cp").arg("-a").arg(from).arg(to))?;
    Ok(to.to_path_buf())
}

const CATALOG: &str = "\
apiVersion: flagstone/v1
kind: Catalog
metadata: {name: bench, owner: bench, title: The bench}
";

const MANIFEST: &str = "\
apiVersion: flagstone/v1
kind: GoldenPath
metadata:
  name: bench
  version: @VERSION@
  title: Bench
  owner: bench
parameters:
  required: [name]
  properties:
    name: {type: string, title: Name}
    package: {type: string, title: Package, default: shop}
";

const COPIER: &str = "\
_subdirectory: template
_templates_suffix: .jinja
name: {type: str}
package: {type: str, default: shop}
";

const ANSWERS: &str = "{{ _copier_answers|to_nice_yaml -}}\n";

const COOKIECUTTER: &str = r#"{"name": "name", "package": "shop", "_copy_without_render": ["*copied-*"]}
"#;
