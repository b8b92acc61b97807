//! The map: every module, what it is for, what it may import, and which crates have their door there.
//!
//! A row for each module of `src/`, in reading order. A module imports only rows above its own, so
//! there is no cycle. To change the architecture, change a row: `cargo xtask tidy` holds the code to
//! it, and `cargo xtask tidy --write` copies it into ARCHITECTURE.md.

use std::collections::BTreeSet;

/// The layers, from the bottom up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Layer {
    Words,
    Documents,
    Engine,
    Doors,
    Wiring,
}
use Layer::{Documents, Doors, Engine, Wiring, Words};

impl Layer {
    /// Its name, as it stands for all its modules in a row's imports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Words => "words",
            Documents => "documents",
            Engine => "engine",
            Doors => "doors",
            Wiring => "wiring",
        }
    }
}

/// One module of the map.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) layer: Layer,
    pub(crate) module: &'static str,
    /// What it may import: modules, or a layer's name for all rows of it that stand above.
    imports: &'static str,
    /// The outside crates whose door is here.
    doors: &'static str,
    pub(crate) what: &'static str,
}

/// Crates that may stand anywhere: they add derives and nothing else.
pub(crate) const ANYWHERE: &[&str] = &["serde", "thiserror"];

/// The map: layer, module, imports, doors, what it is for.
#[rustfmt::skip] // A table: one row a module, one line a row where it fits.
pub(crate) const MAP: &[Row] = &[
    row(Words, "text", "", "", "a named text and places in it: spans, lines, columns"),
    row(Words, "diag", "text", "", "one mistake: code, message, place, help"),
    row(Words, "name", "", "strsim", "names that people mistype: the nearest known one"),
    row(Words, "version", "", "semver", "versions and ranges of versions, by the rules of semver and cargo"),
    row(Words, "data", "text diag", "serde_yaml saphyr saphyr_parser serde_json toml_edit jsonc_parser",
        "YAML, JSON and TOML as values, with the place of every key"),
    row(Words, "syntax", "text diag data", "",
        "any configuration file as values in conftest's shapes, with the place of every part"),
    row(Words, "edit", "text data", "toml_edit jsonc_parser saphyr_parser",
        "changes to YAML, JSON and TOML in the text itself, each one proved"),
    row(Words, "schema", "text diag name data", "jsonschema serde_json",
        "JSON Schema validation, every mistake in words and with its place"),
    row(Words, "answer", "data", "", "typed answers by parameter, and where each came from"),
    row(Words, "secret", "", "", "what looks like a secret, so that none is taken or printed"),
    row(Words, "jws", "text data", "ring", "a compact JSON web signature, and the keys that it is verified with"),
    row(Words, "tree", "", "sha1 sha2 unicode_normalization",
        "a directory in memory: safe paths, entries, ids, ownership, difference"),
    row(Words, "glob", "tree", "globset", "patterns over a repository's paths, as `.gitattributes` has them"),
    row(Words, "patch", "tree", "git2", "two versions of a file to their difference, as git prints it"),

    row(Documents, "policy", "words", "flate2 tar", "one Rego module: package, rules, and what their metadata says; OPA bundles"),
    row(Documents, "manifest", "words policy", "",
        "`golden-path.yaml`: parameters, layers, file rules, migrations"),
    row(Documents, "spec", "words policy", "", "`flagstone.yaml`: what a team wants"),
    row(Documents, "lock", "words spec", "", "`flagstone.lock`: what a team got"),
    row(Documents, "charter", "words policy", "", "`catalog.yaml`: a catalog's owner, releases and policies"),
    row(Documents, "case", "words spec", "", "`cases/NAME.yaml`: answers to a golden path, and what must come of them"),

    row(Engine, "template", "words documents", "minijinja heck deunicode",
        "our template language: syntaxes, filters, limits, the proof against injection"),
    row(Engine, "resolve", "words documents template", "",
        "manifests and given answers to every answer"),
    row(Engine, "inputs", "words documents template resolve", "",
        "what a golden path asks, now and after each answer, also as JSON Schema"),
    row(Engine, "plan", "words documents template", "rayon",
        "golden path, layers and answers to the tree of a service"),
    row(Engine, "catalog", "words documents", "rayon",
        "many golden paths as a list to search and choose versions from"),

    row(Engine, "migrate", "words documents template resolve", "",
        "the versions between two: what their migrations do to answers"),
    row(Engine, "compose", "words documents resolve plan catalog", "",
        "a golden path, its layers and the answers to everything a repository holds"),
    row(Engine, "merge", "words documents template plan", "git2",
        "base, ours and theirs to what becomes of each file"),
    row(Engine, "drift", "words documents", "",
        "a lock and a service as it stands to what differs, and whose change it is"),
    row(Engine, "impact", "words documents template plan", "",
        "a parameter to every file and line that its answer reaches"),
    row(Engine, "guard", "words documents", "regorus anyhow serde_json regex",
        "policies over inputs to findings and a decision"),
    row(Engine, "docket", "words documents guard", "rayon",
        "policies and a plan to what the guard is asked, and its findings to their places"),
    row(Engine, "rehearse", "words documents template resolve plan catalog compose merge", "",
        "cases played in memory: snapshots, expectations, scripted edits, pairwise answers"),
    row(Engine, "lint", "words documents template resolve plan catalog", "",
        "a version of a golden path to what is wrong with it, each with a place and an edit"),

    row(Doors, "host", "words", "rustix mimalloc", "the process: arguments, environment, clock, terminal, limits, read once"),
    row(Doors, "source", "words documents", "flate2 tar walkdir rayon rustix",
        "golden paths' files, from the binary or a folder, as trees"),
    row(Doors, "program", "words", "rustix", "the user's own programs: git, and whatever signs for it"),
    row(Doors, "worker", "words documents guard", "rustix serde_json", "the guard in a child process with limits"),
    row(Doors, "transport", "words program", "", "push by the user's own git"),
    row(Doors, "repo", "words documents program", "git2 tempfile rustix flate2 sha1",
        "a service's git repository: read it, land a tree in it"),
    row(Doors, "ui", "words documents engine host", "inquire indicatif annotate_snippets anstream anstyle serde_json terminal_size unicode_width",
        "prompts, progress and messages for people; JSON for programs"),

    row(Wiring, "cli", "words documents engine doors", "clap clap_complete clap_mangen rayon signal_hook",
        "one file per command, exit codes, and the order of the steps"),
];

const fn row(
    layer: Layer,
    module: &'static str,
    imports: &'static str,
    doors: &'static str,
    what: &'static str,
) -> Row {
    Row { layer, module, imports, doors, what }
}

impl Row {
    /// Whether the crate `name` has a door here.
    pub(crate) fn is_door_of(&self, name: &str) -> bool {
        self.doors().any(|door| door == name)
    }

    /// The crates whose door is here.
    pub(crate) fn doors(&self) -> impl Iterator<Item = &'static str> {
        self.doors.split_whitespace()
    }

    /// The modules that this one may import, or what is wrong with its row.
    pub(crate) fn imports(&self, map: &[Self]) -> Result<BTreeSet<&'static str>, String> {
        let above: Vec<&Self> = map.iter().take_while(|row| row.module != self.module).collect();
        let mut modules = BTreeSet::new();
        for word in self.imports.split_whitespace() {
            let before = modules.len();
            let named = above.iter().filter(|row| row.module == word || row.layer.name() == word);
            modules.extend(named.map(|row| row.module));
            if modules.len() == before {
                return Err(format!(
                    "the map lets `{}` import `{word}`, which is no row or layer above it",
                    self.module
                ));
            }
        }
        Ok(modules)
    }
}

/// What is wrong with the map itself.
pub(crate) fn faults(map: &[Row]) -> Vec<String> {
    let mut faults = Vec::new();
    for (index, row) in map.iter().enumerate() {
        let above = map.get(..index).unwrap_or_default();
        if above.iter().any(|other| other.module == row.module) {
            faults.push(format!("the map has `{}` twice", row.module));
        }
        if above.iter().any(|other| other.layer > row.layer) {
            faults.push(format!("the map has `{}` below a higher layer's row", row.module));
        }
        if let Err(fault) = row.imports(map) {
            faults.push(fault);
        }
    }
    faults
}

/// The map as a Markdown table, for ARCHITECTURE.md.
pub(crate) fn table(map: &[Row]) -> String {
    let mut text = String::from(
        "| layer | module | what it is for | may import | door to |\n|---|---|---|---|---|\n",
    );
    let mut layer = None;
    for row in map {
        let shown = if layer == Some(row.layer) { "" } else { row.layer.name() };
        layer = Some(row.layer);
        let imports = row.imports.split_whitespace().collect::<Vec<_>>().join(", ");
        let doors = row.doors().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ");
        let cells = [shown, &format!("`{}`", row.module), row.what, &imports, &doors];
        text.push_str(&format!("| {} |\n", cells.join(" | ").replace("|  |", "| |")));
    }
    text.replace("|  |", "| |")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_is_sound() {
        assert_eq!(faults(MAP), Vec::<String>::new());
    }

    #[test]
    fn a_layer_stands_for_its_rows_above() {
        let map = [
            row(Words, "text", "", "", ""),
            row(Words, "diag", "words", "", ""),
            row(Words, "data", "words", "", ""),
        ];
        assert_eq!(map[1].imports(&map), Ok(BTreeSet::from(["text"])));
        assert_eq!(map[2].imports(&map), Ok(BTreeSet::from(["text", "diag"])));
    }

    #[test]
    fn a_cycle_cannot_be_written() {
        let map = [row(Words, "text", "diag", "", ""), row(Words, "diag", "text", "", "")];
        assert_eq!(
            faults(&map),
            ["the map lets `text` import `diag`, which is no row or layer above it"]
        );
    }

    #[test]
    fn a_row_twice_and_a_layer_out_of_order_are_faults() {
        let map = [row(Engine, "plan", "", "", ""), row(Words, "text", "", "", "")];
        assert_eq!(faults(&map), ["the map has `text` below a higher layer's row"]);
        let map = [row(Words, "text", "", "", ""), row(Words, "text", "", "", "")];
        assert_eq!(faults(&map), ["the map has `text` twice"]);
    }
}
