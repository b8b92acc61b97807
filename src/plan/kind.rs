//! What a file is to the programs that read it, by its name: the one table of it.
//!
//! | file | treated as |
//! |---|---|
//! | `.yaml` `.yml` `.cff`, `.clang-format`, `.clangd`, `.yamllint`, `.prettierrc` | YAML |
//! | `.json` `.jsonc` `.webmanifest` `.ipynb` `.code-workspace` `.geojson`, `Pipfile.lock`, `.eslintrc`, `.babelrc` | JSON |
//! | `.toml`, `Cargo.lock` `poetry.lock` `uv.lock` `pdm.lock` `Pipfile` | TOML |
//! | other services' pipelines, `deno.json`, `composer.json`, `.vscode/*.json`, and what pattern.rs names | and scripts inside |
//! | YAML under `.github/` and `.gitea/` and `action.yml`: `run`, `script`, `if`, `${{ }}` | and scripts inside |
//! | `.gitlab-ci.yml`, compose files, Taskfiles, `package.json`, `devcontainer.json`, `.pre-commit-config.yaml` | and scripts inside |
//! | `.sh` `.bash` `.zsh` `.ksh` `.envrc` `.bats`, shells' start files, git's hooks | shell (`sh_quote`) |
//! | `Dockerfile*`, `*.dockerfile`, `Containerfile*` | Dockerfile (`sh_quote`, `to_json` in lists) |
//! | `Makefile*`, `GNUmakefile*`, `.mk` `.make` | Makefile (`sh_quote`) |
//! | `justfile`, `.just` | justfile (`sh_quote`) |
//! | `.rs`; `.py` `.pyi`; `.js` `.ts` and kin, `.json5`; `.go`; `.java` | source (`rust_str`, `py_str`, `js_str`, `go_str`, `java_str`) |
//! | `.xml` `.html` `.htm` `.svg` `.xhtml` `.pom` `.csproj` `.xsd` | XML (`xml_escape`) |
//! | `.ini` `.cfg` `.conf` `.properties` `.service`, `.editorconfig` `.npmrc` `.gitconfig` `.gitattributes` | settings: harmless words |
//! | other source code, `go.mod`, `Jenkinsfile`, `Procfile` …, and whatever is executable or begins with `#!` | code without a filter |
//! | `.env*`, which programs read by rules of their own, some of which expand what is quoted | code without a filter |
//! | everything else | prose: any text without control characters |
//!
//! Behind `.tmpl .in .example .sample .dist` stands what the name is without it.

mod extension;
mod name;
mod pattern;

use extension::EXTENSIONS;
use name::NAMES;

use crate::{
    template::{Format, Scripts, Target},
    tree::{Mode, RepoPath},
};

const GITLAB: Scripts = Scripts::Shell(&["*script", "run", "if", "entrypoint", "command"]);

/// Pipelines of other services, by the keys under which any of them has commands.
const PIPELINE: Scripts = Scripts::Shell(&[
    "*script",
    "*scripts",
    "before_install",
    "before_cache",
    "before_deploy",
    "after_deploy",
    "after_success",
    "after_failure",
    "install",
    "bash",
    "powershell",
    "pwsh",
    "commands",
    "command",
    "run",
    "args",
    "if",
    "condition",
]);

/// Folders whose YAML are pipelines.
const PIPELINES: [&str; 6] =
    [".circleci/", ".buildkite/", ".woodpecker/", ".semaphore/", ".azure-pipelines/", ".tekton/"];

/// What the file at `path` is. `text` is its first line, where it has one.
pub fn target(path: &RepoPath, mode: Mode, first_line: &str) -> Target {
    let name = path.file_name().to_ascii_lowercase();
    let known = find(NAMES, &name)
        .or_else(|| by_name(pattern::looked_through(&name)?))
        .or_else(|| by_name(&name));
    match known.map(|target| below_folder(path, pattern::refined(&name, target))) {
        Some(target) => target,
        None if mode == Mode::Executable || first_line.starts_with("#!") => {
            Target::Code(pattern::interpreter(first_line))
        }
        None => pattern::by_folder(path).unwrap_or(Target::Prose),
    }
}

/// What a file of this name is, wherever it stands.
fn by_name(name: &str) -> Option<Target> {
    find(NAMES, name)
        .or_else(|| pattern::before_extensions(name))
        .or_else(|| find(EXTENSIONS, name.rsplit_once('.')?.1))
        .or_else(|| pattern::behind_extensions(name))
}

fn find(table: &[(&[&str], Target)], name: &str) -> Option<Target> {
    table.iter().find(|(names, _)| names.contains(&name)).map(|(_, target)| *target)
}

fn below_folder(path: &RepoPath, target: Target) -> Target {
    let folder = path.as_str().to_ascii_lowercase();
    let below = |prefix: &str| folder.starts_with(prefix);
    match target {
        Target::Structured(format, _)
            if below(".github/") || below(".gitea/") || below(".forgejo/") =>
        {
            Target::Structured(format, Scripts::GitHub)
        }
        Target::Structured(Format::Yaml, Scripts::None) if below(".gitlab/") => {
            Target::Structured(Format::Yaml, GITLAB)
        }
        Target::Structured(Format::Yaml, Scripts::None) if PIPELINES.iter().any(|it| below(it)) => {
            Target::Structured(Format::Yaml, PIPELINE)
        }
        Target::Structured(Format::Json, Scripts::None) if below(".vscode/") => {
            Target::Structured(Format::Json, Scripts::Shell(&["command", "args", "program"]))
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Language;

    fn of(path: &str) -> Target {
        target(&RepoPath::parse(path).unwrap(), Mode::File, "")
    }

    #[test]
    fn names_extensions_and_folders_decide() {
        assert_eq!(of("a/b.YML"), Target::Structured(Format::Yaml, Scripts::None));
        assert_eq!(of(".github/x.yml"), Target::Structured(Format::Yaml, Scripts::GitHub));
        assert_eq!(of("Dockerfile.dev"), Target::Code(Language::Dockerfile));
        assert_eq!(of(".env.example"), Target::Code(Language::Other));
        assert_eq!(of("README.md"), Target::Prose);
        assert_eq!(of("CODEOWNERS"), Target::Prose);
        assert_eq!(of("a/config.fish"), Target::Code(Language::Other));
        assert_eq!(of("a/CMakeLists.txt"), Target::Code(Language::Other));
        assert_eq!(of("requirements-dev.txt"), Target::Code(Language::Settings));
        assert_eq!(of(".circleci/config.yml"), Target::Structured(Format::Yaml, PIPELINE));
        for path in ["views/index.ejs", "a.XSLT", "a.xsl", "a.ipynb", "a.gohtml", "x.pth"] {
            assert_eq!(of(path), Target::Code(Language::Other), "{path}");
        }
        assert_eq!(of("a.pyw"), Target::Code(Language::Python));
        assert_eq!(of("a.es6"), Target::Code(Language::JavaScript));
        let script = RepoPath::parse("bin/start").unwrap();
        let shell = target(&script, Mode::Executable, "#!/usr/bin/env bash");
        assert_eq!(shell, Target::Code(Language::Shell));
        assert_eq!(target(&script, Mode::Executable, ""), Target::Code(Language::Other));
    }
}
