//! Which packages judge a file: what their modules say by `custom.parsers` and `custom.files`.

use std::collections::BTreeMap;

use crate::{
    glob::Glob,
    guard::{PLAN_PACKAGE, Packages},
    policy::Module,
    syntax::Kind,
    tree::RepoPath,
};

/// The packages with rules over files, and the files that their modules are for. A package judges
/// what any of its modules is for.
#[derive(Debug, Default)]
pub(super) struct Selection(BTreeMap<Vec<String>, Vec<Files>>);

/// The files that a module is for: those that one of the parsers reads and that a pattern matches.
#[derive(Debug)]
struct Files {
    /// By the names of their readers; nothing if every reader.
    parsers: Vec<String>,
    /// By their paths; nothing if every path.
    patterns: Option<Vec<Glob>>,
}

impl Selection {
    /// Adds a module with rules over files.
    pub(super) fn add(&mut self, module: &Module) {
        let (parsers, patterns) = module.judges();
        let parsers = parsers.into_iter().map(str::to_owned).collect();
        // A pattern that can't be read is no reason to judge less.
        let read: Option<Vec<_>> = patterns.iter().map(|it| Glob::parse(it).ok()).collect();
        let patterns = read.filter(|it| !it.is_empty());
        self.0.entry(module.package.clone()).or_default().push(Files { parsers, patterns });
    }

    /// Every package with rules over files.
    pub(super) fn all() -> Packages {
        Packages::Beside(PLAN_PACKAGE.map(str::to_owned).to_vec())
    }

    /// The packages that judge the file at a path.
    pub(super) fn of(&self, path: &RepoPath) -> Packages {
        let kind = Kind::of(path.as_str());
        let is_for = |files: &&Files| files.has(path, kind);
        if self.0.values().all(|all| all.iter().any(|it| is_for(&it))) {
            return Self::all();
        }
        let chosen = self.0.iter().filter(|(_, all)| all.iter().any(|it| is_for(&it)));
        Packages::These(chosen.map(|(package, _)| package.clone()).collect())
    }
}

impl Files {
    fn has(&self, path: &RepoPath, kind: Option<Kind>) -> bool {
        let is_read = self.parsers.is_empty()
            || kind.is_some_and(|kind| self.parsers.iter().any(|it| it == kind.parser()));
        let is_there = |it: &Vec<Glob>| it.iter().any(|it| it.matches(path));
        is_read && self.patterns.as_ref().is_none_or(is_there)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Document;

    fn selection(modules: &[&str]) -> Selection {
        let mut selection = Selection::default();
        for text in modules {
            selection.add(&Module::parse(&Document::new("a.rego", *text)).0);
        }
        selection
    }

    fn judging(selection: &Selection, path: &str) -> String {
        match selection.of(&RepoPath::parse(path).unwrap()) {
            Packages::These(packages) => packages.concat().join(" "),
            Packages::Beside(_) => "all".to_owned(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_package_judges_the_files_that_it_is_for() {
        let of_images = "# METADATA\n# custom: {parsers: [dockerfile]}\npackage images\n";
        let of_flows = "# METADATA\n# custom: {parsers: [yaml], files: [.github/workflows/*, action.yml]}\npackage flows\n";
        let both = selection(&[of_images, of_flows]);
        for (path, packages) in [
            ("Dockerfile", "images"),
            ("a/Dockerfile.dev", "images"),
            ("Dockerfile.yaml", "images"),
            (".github/workflows/ci.yml", "flows"),
            (".github/workflows/ci.json", ""),
            ("a/b/action.yml", "flows"),
            ("a.yml", ""),
        ] {
            assert_eq!(judging(&both, path), packages, "{path}");
        }
    }

    #[test]
    fn a_package_of_which_a_module_says_nothing_judges_every_file() {
        let of_images = "# METADATA\n# custom: {parsers: [dockerfile]}\npackage a\n";
        assert_eq!(judging(&selection(&[of_images, "package a\n"]), "a.yml"), "all");
        let wrong = "# METADATA\n# custom: {files: [\"[\"]}\npackage a\n";
        assert_eq!(judging(&selection(&[wrong]), "a.yml"), "all");
        assert_eq!(judging(&selection(&[of_images, "package b\n"]), "a.yml"), "b");
    }
}
