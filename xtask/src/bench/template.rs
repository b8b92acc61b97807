//! The bench's template: made here, the same in every run, for us and for each peer in its own syntax.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

/// The answers. The owner holds a space, so that a proof against injection has work to do.
pub(super) const NAME: &str = "orders-api";
pub(super) const OWNER: &str = "Orders Team";

/// What the files are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Every second file is YAML, which is parsed for the proof against injection.
    HalfYaml,
    /// Plain text only.
    Text,
}

impl Content {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::HalfYaml => "half YAML",
            Self::Text => "text",
        }
    }
}

/// One file: its path in the service, and its text with `@NAME@` and `@OWNER@` where it is rendered.
#[derive(Clone, Debug)]
pub(super) struct File {
    pub(super) path: String,
    pub(super) text: String,
    pub(super) rendered: bool,
}

/// The files of a template: half rendered with two names each, 0.5 to 4 KiB, one in fifty 64 KiB.
pub(super) fn files(count: usize, content: Content) -> Vec<File> {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    (0..count)
        .map(|index| {
            let rendered = index % 2 == 0;
            let is_yaml = content == Content::HalfYaml && (index / 2) % 2 == 0;
            let size = if index % 50 == 49 { 64 * 1024 } else { 512 + random.below(3584) };
            let extension = if is_yaml { "yaml" } else { "txt" };
            let kind = if rendered { "rendered" } else { "copied" };
            let path = format!("part-{:03}/{kind}-{index:05}.{extension}", index / 100);
            File { path, text: text(&mut random, size, rendered, is_yaml), rendered }
        })
        .collect()
}

/// Lines of words; as YAML, each line is one key. Two names where it is rendered.
fn text(random: &mut Random, size: usize, rendered: bool, is_yaml: bool) -> String {
    const WORDS: &[&str] = &[
        "service", "request", "timeout", "replica", "metric", "region", "queue", "worker", "probe",
        "budget", "release", "gateway", "schema", "tenant", "ledger", "backoff",
    ];
    let mut text = String::with_capacity(size + 64);
    let mut line = 0;
    let mut add = |text: &mut String, value: &str| {
        if is_yaml {
            text.push_str(&format!("key_{line}: {value}\n"));
        } else {
            text.push_str(&format!("{line} {value}\n"));
        }
        line += 1;
    };
    if rendered {
        add(&mut text, "@NAME@");
        add(&mut text, "owned by @OWNER@");
    }
    while text.len() < size {
        let words: Vec<&str> = (0..6).map(|_| WORDS[random.below(WORDS.len())]).collect();
        add(&mut text, &words.join(" "));
    }
    text
}

/// A generator that gives the same numbers everywhere (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap_or(0)
    }
}

/// What every contestant must have made: path and bytes.
pub(super) fn expected(files: &[File]) -> BTreeMap<String, Vec<u8>> {
    let render = |file: &File| {
        let text = file.text.replace("@NAME@", NAME).replace("@OWNER@", OWNER);
        (file.path.clone(), text.into_bytes())
    };
    files.iter().map(render).collect()
}

/// The template in everybody's form, below one folder.
pub(super) struct Templates {
    pub(super) catalog: PathBuf,
    pub(super) copier: PathBuf,
    pub(super) cookiecutter: PathBuf,
    pub(super) cargo_generate: PathBuf,
    pub(super) archive: PathBuf,
}

/// Writes the template in everybody's form.
pub(super) fn write(folder: &Path, files: &[File]) -> Result<Templates> {
    let templates = Templates {
        catalog: folder.join("catalog"),
        copier: folder.join("copier"),
        cookiecutter: folder.join("cookiecutter"),
        cargo_generate: folder.join("cargo-generate"),
        archive: folder.join("service.tar"),
    };
    let plain = folder.join("plain");
    let version = templates.catalog.join("bench/1.0.0");
    put(&templates.catalog.join("catalog.yaml"), CATALOG)?;
    put(&version.join("golden-path.yaml"), MANIFEST)?;
    put(&templates.copier.join("copier.yml"), COPIER)?;
    put(&templates.cookiecutter.join("cookiecutter.json"), COOKIECUTTER)?;
    put(&templates.cargo_generate.join("cargo-generate.toml"), CARGO_GENERATE)?;
    for file in files {
        let text =
            |name: &str, owner: &str| file.text.replace("@NAME@", name).replace("@OWNER@", owner);
        let jinja = text("{{ name }}", "{{ owner }}");
        let suffixed = |suffix: &str| match file.rendered {
            true => format!("{}{suffix}", file.path),
            false => file.path.clone(),
        };
        put(&version.join("template").join(suffixed(".j2")), &jinja)?;
        put(&templates.copier.join("template").join(suffixed(".jinja")), &jinja)?;
        let cookies = templates.cookiecutter.join("{{cookiecutter.name}}");
        put(
            &cookies.join(&file.path),
            &text("{{ cookiecutter.name }}", "{{ cookiecutter.owner }}"),
        )?;
        put(
            &templates.cargo_generate.join(&file.path),
            &text("{{ project-name }}", "{{ owner }}"),
        )?;
        put(&plain.join(&file.path), &text(NAME, OWNER))?;
    }
    let mut tar = std::process::Command::new("tar");
    tar.arg("-cf").arg(&templates.archive).arg("-C").arg(&plain).arg(".");
    crate::program::must(&mut tar)?;
    fs::remove_dir_all(&plain)?;
    Ok(templates)
}

fn put(path: &Path, text: &str) -> Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, text).with_context(|| format!("failed to write `{}`", path.display()))
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
  version: 1.0.0
  title: Bench
  description: Many files, half of them rendered.
  owner: bench
  lifecycle: production
parameters:
  required: [name, owner]
  properties:
    name: {type: string, title: Name}
    owner: {type: string, title: Owner}
";

const COPIER: &str = "\
_subdirectory: template
_templates_suffix: .jinja
name: {type: str}
owner: {type: str}
";

const COOKIECUTTER: &str = r#"{
  "name": "name",
  "owner": "owner",
  "_copy_without_render": ["*copied-*"]
}
"#;

const CARGO_GENERATE: &str = r#"[template]
exclude = ["**/copied-*"]

[placeholders]
owner = { type = "string", prompt = "Owner" }
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_the_same_every_time() {
        let (once, twice) =
            (expected(&files(300, Content::HalfYaml)), expected(&files(300, Content::HalfYaml)));
        assert_eq!(once, twice);
    }

    #[test]
    fn half_is_rendered_with_two_names_and_half_is_yaml() {
        let files = files(200, Content::HalfYaml);
        let rendered: Vec<&File> = files.iter().filter(|file| file.rendered).collect();
        assert_eq!(rendered.len(), 100);
        assert!(
            rendered.iter().all(|it| it.text.contains("@NAME@") && it.text.contains("@OWNER@"))
        );
        assert_eq!(files.iter().filter(|it| it.path.ends_with(".yaml")).count(), 100);
        assert_eq!(rendered.iter().filter(|it| it.path.ends_with(".yaml")).count(), 50);
    }

    #[test]
    fn sizes_are_as_said() {
        let files = files(500, Content::Text);
        let large = files.iter().filter(|file| file.text.len() >= 64 * 1024).count();
        assert_eq!(large, 10);
        let small = files.iter().filter(|file| file.text.len() < 64 * 1024);
        assert!(small.clone().all(|file| (512..4096 + 128).contains(&file.text.len())));
    }
}
