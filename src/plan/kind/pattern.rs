//! What a file is by a part of its name, its folder or its first line.

use super::{GITLAB, PIPELINE};
use crate::{
    template::{Language, Scripts, Target},
    tree::RepoPath,
};

/// Last extensions of files that others are made of.
const LOOKED_THROUGH: [&str; 6] = [".tmpl", ".template", ".in", ".example", ".sample", ".dist"];

/// Structured files with scripts inside, by a part of their name between dots, up to `-` or `_`.
const PARTS: &[(&[&str], Scripts)] = &[
    (&["gitlab-ci"], GITLAB),
    (
        &["compose", "docker-compose"],
        Scripts::Shell(&["command", "entrypoint", "test", "dockerfile_inline"]),
    ),
    (&["taskfile"], Scripts::Shell(&["cmd", "cmds", "sh"])),
    (&["mise"], Scripts::Shell(&["run", "run_windows", "tasks", "hooks"])),
    (&["pyproject"], Scripts::Shell(&["scripts", "tasks", "taskipy"])),
    (
        &["netlify", "vercel", "render", "railway", "nodemon", "releaserc", "release"],
        Scripts::Shell(&["command", "*Command", "*Cmd", "exec", "execMap", "events"]),
    ),
    (
        &[
            "travis",
            "drone",
            "woodpecker",
            "appveyor",
            "azure-pipelines",
            "bitbucket-pipelines",
            "buildspec",
            "cloudbuild",
            "lefthook",
            "cirrus",
            "codemagic",
            "semaphore",
            "buildkite",
            "wercker",
        ],
        PIPELINE,
    ),
];

/// Folders of git's hooks, which a shell runs.
const HOOKS: [&str; 5] = [".husky", ".githooks", ".git-hooks", "githooks", "git-hooks"];

/// What the name is of a file that is made of this one.
pub(super) fn looked_through(name: &str) -> Option<&str> {
    LOOKED_THROUGH.iter().find_map(|it| name.strip_suffix(it)).filter(|it| !it.is_empty())
}

/// `Dockerfile.dev`, `.env.example`: what stands behind the dot says nothing.
pub(super) fn before_extensions(name: &str) -> Option<Target> {
    if name.starts_with("requirements") && name.ends_with(".txt") {
        return Some(Target::Code(Language::Settings));
    }
    let is = |stem: &str| follows(name, stem, &['.']);
    if is("dockerfile") || is("containerfile") {
        return Some(Target::Code(Language::Dockerfile));
    }
    if is("procfile") || is("jenkinsfile") {
        return Some(Target::Code(Language::Other));
    }
    follows(name, ".env", &['.', '-', '_']).then_some(Target::Code(Language::Other))
}

/// `Dockerfile-dev`, `Makefile.common`, but not `Makefile.am` or `dockerfile-lint.yml`.
pub(super) fn behind_extensions(name: &str) -> Option<Target> {
    // Texts for people about such files.
    if [".md", ".txt", ".rst", ".adoc"].iter().any(|it| name.ends_with(it)) {
        return None;
    }
    let is = |stem: &str| follows(name, stem, &['.', '-', '_']);
    if is("dockerfile") || is("containerfile") {
        return Some(Target::Code(Language::Dockerfile));
    }
    if is("makefile") || is("gnumakefile") {
        return Some(Target::Code(Language::Make));
    }
    is("crontab").then_some(Target::Code(Language::Settings))
}

/// Whether `name` is `stem`, or goes on with one of `ends`.
fn follows(name: &str, stem: &str, ends: &[char]) -> bool {
    name.strip_prefix(stem).is_some_and(|rest| rest.is_empty() || rest.starts_with(ends))
}

/// A structured file, with the scripts that its name says are inside.
pub(super) fn refined(name: &str, target: Target) -> Target {
    let Target::Structured(format, Scripts::None) = target else { return target };
    let is = |stem: &&str| name.split('.').any(|part| follows(part, stem, &['-', '_']));
    let known = PARTS.iter().find(|(stems, _)| stems.iter().any(is));
    Target::Structured(format, known.map_or(Scripts::None, |(_, scripts)| *scripts))
}

/// What a file is that its name says nothing of.
pub(super) fn by_folder(path: &RepoPath) -> Option<Target> {
    let folders = path.as_str().to_ascii_lowercase();
    let mut folders = folders.split('/').rev();
    let name = folders.next()?;
    let folder = folders.next()?;
    if name.contains('.') {
        return None;
    }
    let is_script = HOOKS.contains(&folder)
        || ["cron.hourly", "cron.daily", "cron.weekly", "cron.monthly"].contains(&folder);
    if is_script {
        return Some(Target::Code(Language::Shell));
    }
    (folder == "cron.d").then_some(Target::Code(Language::Settings))
}

/// What the program that a `#!` line names reads.
pub(super) fn interpreter(first_line: &str) -> Language {
    let program = program(first_line).unwrap_or_default();
    match program.rsplit('/').next().unwrap_or_default() {
        "sh" | "bash" | "dash" | "ash" | "zsh" | "ksh" => Language::Shell,
        "node" => Language::JavaScript,
        name => {
            let version = name.strip_prefix("python");
            let is_version = |it: &str| it.chars().all(|it| it.is_ascii_digit() || it == '.');
            if version.is_some_and(is_version) { Language::Python } else { Language::Other }
        }
    }
}

/// The first word of a `#!` line, or the one that `env` runs.
fn program(first_line: &str) -> Option<&str> {
    let mut words = first_line.strip_prefix("#!")?.split_whitespace();
    let first = words.next()?;
    if first.rsplit('/').next() != Some("env") {
        return Some(first);
    }
    while let Some(word) = words.next() {
        match word.strip_prefix('-') {
            None if word.contains('=') => {}
            None => return Some(word),
            Some("u" | "C" | "-unset" | "-chdir") => _ = words.next(),
            Some(option) if option.ends_with('S') || option == "-split-string" => {}
            Some("i" | "v" | "-ignore-environment" | "-debug" | "") => {}
            Some(option) => {
                let glued = option.strip_prefix('S');
                return glued.or_else(|| option.strip_prefix("-split-string="));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::target;
    use super::*;
    use crate::{template::Format, tree::Mode};

    fn of(path: &str) -> Target {
        target(&RepoPath::parse(path).unwrap(), Mode::File, "")
    }

    #[test]
    fn other_usual_names_of_files_with_scripts_are_known() {
        for path in [
            "compose.prod.yaml",
            "docker-compose.dev.yml",
            "docker-compose-test.yml",
            "ci/build.gitlab-ci.yml",
            ".lefthook.yml",
            "lefthook-local.yml",
            "lefthook.toml",
            "azure-pipelines-ci.yml",
            ".azure-pipelines/ci.yml",
            "cloudbuild.yml",
            "buildspec.yaml",
            ".drone.yaml",
            ".cirrus.yml",
            ".semaphore/semaphore.yml",
            "codemagic.yaml",
            "mise.local.toml",
            "pyproject.toml",
            "netlify.toml",
            "vercel.json",
            "render.yaml",
            "nodemon.json",
            ".releaserc.json",
            "Makefile.toml",
            "taskfile.dist.yml",
        ] {
            let target = of(path);
            assert!(
                matches!(target, Target::Structured(_, Scripts::Shell(_))),
                "{path} {target:?}"
            );
        }
        assert_eq!(of("composition.yml"), Target::Structured(Format::Yaml, Scripts::None));
    }

    #[test]
    fn files_that_programs_run_are_no_prose() {
        for (language, paths) in [
            (
                Language::Shell,
                &[".husky/pre-commit", ".githooks/x", "a/.zprofile", ".zlogin", ".bash_login"][..],
            ),
            (Language::Shell, &["x.sh.tmpl", "start.sh.in"]),
            (Language::Dockerfile, &["Dockerfile-dev", "a/Dockerfile_dev", "Dockerfile.go"]),
            (Language::Make, &["Makefile.common", "Makefile.inc", "app.make", "Makefile.in"]),
            (Language::Settings, &["etc/cron.d/backup", "x.cron"]),
            (
                Language::Other,
                &[".env", ".env.local", ".env-example", "env.example", ".flaskenv", "a.env"],
            ),
            (Language::Other, &["Makefile.am"]),
        ] {
            for path in paths {
                assert_eq!(of(path), Target::Code(language), "{path}");
            }
        }
        for path in ["Dockerfile-notes.md", ".husky/README.md", "MANIFEST.in", "env.md"] {
            assert_eq!(of(path), Target::Prose, "{path}");
        }
        assert_eq!(of("dockerfile-lint.yml"), Target::Structured(Format::Yaml, Scripts::None));
    }

    #[test]
    fn the_first_line_names_its_program_with_any_options() {
        for (line, language) in [
            ("#!/bin/sh -e", Language::Shell),
            ("#! /bin/bash -eu", Language::Shell),
            ("#!/usr/bin/env -S bash -e", Language::Shell),
            ("#!/usr/bin/env -Sbash -e", Language::Shell),
            ("#!/usr/bin/env -i A=b -u C sh", Language::Shell),
            ("#!/usr/bin/python3 -u", Language::Python),
            ("#!/usr/bin/python3.12", Language::Python),
            ("#!/usr/bin/env -S node --no-warnings", Language::JavaScript),
            ("#!/usr/bin/perl /bin/sh", Language::Other),
            ("#!/usr/bin/env -S perl sh", Language::Other),
            ("#!/usr/bin/env --unknown sh", Language::Other),
            ("#!", Language::Other),
            ("", Language::Other),
        ] {
            assert_eq!(interpreter(line), language, "{line}");
        }
    }
}
