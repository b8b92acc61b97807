//! `cargo xtask tidy`: holds the code to the map, in well under a second.
//!
//! The map itself is `tidy/map.rs`. What clippy can see (the disk, the clock, processes) is held by
//! `clippy.toml`; this is for what it can't: who imports whom, and which crate stands where.

mod imports;
mod lexer;
mod map;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

use crate::{Chore, Outcome, workspace};
use imports::{Import, imports};
use lexer::{Kind, Token, tokens};
use map::{ANYWHERE, MAP, Row};

pub(crate) const CHORE: Chore = Chore {
    name: "tidy",
    usage: "tidy [--write]",
    what: "hold the code to the map of modules; --write copies the map into ARCHITECTURE.md",
    run,
};

/// A file with more lines than this is named, so that someone looks for its second noun.
const LONG: usize = 450;

/// Names that say nothing about what a module is for.
const EMPTY_NAMES: &[&str] = &["utils", "util", "helpers", "common", "types", "misc"];

/// Words that mean "not finished", which is what an issue is for.
const UNFINISHED: &[&str] = &["todo", "fixme", "xxx"];

/// What tidy has to say.
#[derive(Debug, Default, PartialEq, Eq)]
struct Report {
    faults: Vec<String>,
    notes: Vec<String>,
}

/// One source file, read.
struct Source<'a> {
    path: &'a str,
    text: &'a str,
    tokens: Vec<Token<'a>>,
}

fn run(arguments: &[String]) -> Result<Outcome> {
    let write = match arguments {
        [] => false,
        [flag] if flag == "--write" => true,
        _ => return Ok(Outcome::Usage),
    };
    check(&workspace::root(), write)
}

/// Checks the repository at `root` and prints what it finds.
pub(crate) fn check(root: &Path, write: bool) -> Result<Outcome> {
    let dependencies = workspace::Dependencies::read(&workspace::read(&root.join("Cargo.toml"))?);
    let mut files = BTreeMap::new();
    for folder in ["src", "xtask/src", "tests/it"] {
        read_sources(root, &root.join(folder), &mut files)?;
    }
    let mut report = Report::default();
    check_sources(MAP, &dependencies, &files, &mut report);
    check_reasons(root, &dependencies, &mut report)?;
    check_architecture(root, write, &mut report)?;
    for note in &report.notes {
        println!("note: {note}");
    }
    for fault in &report.faults {
        println!("tidy: {fault}");
    }
    println!("tidy: {} files, {} faults", files.len(), report.faults.len());
    Ok(if report.faults.is_empty() { Outcome::Good } else { Outcome::Bad })
}

fn read_sources(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) -> Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    let entries =
        fs::read_dir(folder).with_context(|| format!("failed to list `{}`", folder.display()))?;
    for entry in entries {
        let path: PathBuf = entry?.path();
        if path.is_dir() {
            read_sources(root, &path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name =
                path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.insert(name, workspace::read(&path)?);
        }
    }
    Ok(())
}

/// Checks everything that the source files alone can tell.
fn check_sources(
    map: &[Row],
    dependencies: &workspace::Dependencies,
    files: &BTreeMap<String, String>,
    report: &mut Report,
) {
    report.faults.extend(map::faults(map));
    check_rows(map, files, report);
    check_doors(map, dependencies, report);
    let mut used: BTreeSet<(&str, String)> = BTreeSet::new();
    for (path, text) in files {
        let source = Source { path, text, tokens: tokens(text) };
        check_file(&source, report);
        let Some(module) = module_of(path) else { continue };
        let row = map.iter().find(|row| row.module == module[0]);
        for import in imports(&source.tokens) {
            check_import(map, row, &module, dependencies, &source, &import, report);
            if let (Some(row), Some(first)) = (row, import.path.first()) {
                used.insert((row.module, first.clone()));
            }
        }
    }
    let there: BTreeSet<&str> = used.iter().map(|(module, _)| *module).collect();
    for row in map.iter().filter(|row| there.contains(row.module)) {
        for door in row.doors().filter(|door| !used.contains(&(row.module, (*door).to_string()))) {
            report
                .notes
                .push(format!("`{}` is a door to `{door}` and does not use it", row.module));
        }
    }
}

/// Every module has its row, every row its module, and `lib.rs` declares both.
fn check_rows(map: &[Row], files: &BTreeMap<String, String>, report: &mut Report) {
    let modules: BTreeSet<String> =
        files.keys().filter_map(|path| module_of(path)).map(|module| module[0].clone()).collect();
    let modules: BTreeSet<&str> =
        modules.iter().map(String::as_str).filter(|name| !is_entry(name)).collect();
    let rows: BTreeSet<&str> = map.iter().map(|row| row.module).collect();
    for module in modules.difference(&rows) {
        report.faults.push(format!("module `{module}` is not in the map (xtask/src/tidy/map.rs)"));
    }
    for row in rows.difference(&modules) {
        report.faults.push(format!("the map has a row for `{row}`, and there is no such module"));
    }
    let library = files.get("src/lib.rs").map(|text| tokens(text)).unwrap_or_default();
    let declared: BTreeSet<&str> = library
        .windows(2)
        .filter_map(|pair| match (pair[0].kind, pair[1].kind) {
            (Kind::Word("mod"), Kind::Word(name)) => Some(name),
            _ => None,
        })
        .collect();
    for module in modules.difference(&declared) {
        report
            .faults
            .push(format!("src/lib.rs does not declare `{module}`, so nothing compiles it"));
    }
}

/// Every dependency of the program has a door, and every door a dependency.
fn check_doors(map: &[Row], dependencies: &workspace::Dependencies, report: &mut Report) {
    let doors: BTreeSet<&str> = map.iter().flat_map(Row::doors).collect();
    let known: BTreeSet<&str> = dependencies.normal.iter().map(String::as_str).collect();
    for name in known.iter().filter(|name| !ANYWHERE.contains(name) && !doors.contains(*name)) {
        report.faults.push(format!("dependency `{name}` has no door in the map"));
    }
    for door in doors.difference(&known) {
        report.faults.push(format!("the map has a door to `{door}`, which is no dependency"));
    }
}

/// Checks what must hold in any source file of the workspace.
fn check_file(source: &Source<'_>, report: &mut Report) {
    let path = source.path;
    let first = source.text.lines().next().unwrap_or_default();
    let header = first.strip_prefix("//! ").unwrap_or_default();
    if header.split_whitespace().count() < 2 {
        report
            .faults
            .push(format!("{path}:1: the first line must be `//! ` and what the file is for"));
    }
    let stem = path.rsplit('/').find(|part| *part != "mod.rs").unwrap_or_default();
    if EMPTY_NAMES.contains(&stem.trim_end_matches(".rs")) {
        report.faults.push(format!("{path}: this name says nothing; name the noun that is inside"));
    }
    let lines = source.text.lines().count();
    if lines > LONG {
        report.notes.push(format!("{path}: {lines} lines; look for a second noun"));
    }
    for (index, token) in source.tokens.iter().enumerate() {
        if let Some(word) = unfinished(&source.tokens, index, token.kind) {
            report.faults.push(format!("{path}:{}: `{word}` does not stay on main", token.line));
        }
    }
}

/// The word of this token that says "not finished", if there is one.
fn unfinished(tokens: &[Token<'_>], index: usize, kind: Kind<'_>) -> Option<String> {
    match kind {
        Kind::Comment(text) => text
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .map(str::to_lowercase)
            .find(|word| UNFINISHED.contains(&word.as_str())),
        Kind::Word(word @ ("todo" | "dbg")) => {
            let is_macro = tokens.get(index + 1).is_some_and(|next| next.kind == Kind::Sign('!'));
            is_macro.then(|| format!("{word}!"))
        }
        Kind::Word(_) | Kind::PathSep | Kind::Sign(_) | Kind::Literal => None,
    }
}

/// The module that a file is, from the top: `src/data/yaml.rs` is `data`, `yaml`.
fn module_of(path: &str) -> Option<Vec<String>> {
    let inside = path.strip_prefix("src/")?.strip_suffix(".rs")?;
    let inside = inside.strip_suffix("/mod").unwrap_or(inside);
    Some(inside.split('/').map(str::to_string).collect())
}

/// The two files that only open the house.
fn is_entry(module: &str) -> bool {
    matches!(module, "lib" | "main")
}

/// Checks one path that a file names against the map.
fn check_import(
    map: &[Row],
    row: Option<&Row>,
    module: &[String],
    dependencies: &workspace::Dependencies,
    source: &Source<'_>,
    import: &Import,
    report: &mut Report,
) {
    let place = format!("{}:{}", source.path, import.line);
    let own = module[0].as_str();
    let mut segments =
        import.path.iter().map(String::as_str).skip_while(|it| *it == "self").peekable();
    let climbs = segments.clone().take_while(|it| *it == "super").count();
    if climbs > 0 && climbs >= module.len() + import.depth {
        report.faults.push(format!("{place}: `super` leaves `{own}`: write `crate::` instead"));
        return;
    }
    let Some(first) = segments.next() else { return };
    if first == "crate" || (is_entry(own) && first == "flagstone") {
        let Some(named) = segments.next() else { return };
        let known = map.iter().any(|row| row.module == named);
        if !known {
            let hidden = named == "*" || named == "self";
            if hidden {
                report
                    .faults
                    .push(format!("{place}: `crate::{named}` hides which module is meant"));
            }
            return;
        }
        let Some(row) = row else { return };
        let allowed = row.imports(map).unwrap_or_default();
        if named != own && !allowed.contains(named) {
            report.faults.push(format!("{place}: `{own}` may not import `{named}` (see the map)"));
        }
        return;
    }
    let in_tests = module.iter().any(|name| name == "tests");
    check_crate(row, own, dependencies, import, first, (&place, in_tests), report);
}

/// Checks that a crate stands only where its door is, and a test's crate only in tests; tests, in
/// `mod tests` or in a file of that name, may use every crate.
fn check_crate(
    row: Option<&Row>,
    own: &str,
    dependencies: &workspace::Dependencies,
    import: &Import,
    name: &str,
    (place, in_tests): (&str, bool),
    report: &mut Report,
) {
    let is = |list: &[String]| list.iter().any(|it| it == name);
    if ANYWHERE.contains(&name) || row.is_some_and(|row| row.is_door_of(name)) {
        return;
    }
    if (is(&dependencies.tests) || is(&dependencies.normal)) && (import.in_tests || in_tests) {
        return;
    }
    if is(&dependencies.normal) || is(&dependencies.tests) {
        report.faults.push(format!("{place}: `{own}` is no door to `{name}` (see the map)"));
    }
}

/// `docs/dependencies.md` has one line for each dependency, and no other.
fn check_reasons(
    root: &Path,
    dependencies: &workspace::Dependencies,
    report: &mut Report,
) -> Result<()> {
    let text = workspace::read(&root.join("docs/dependencies.md"))?;
    let explained: BTreeSet<String> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .map(|name| name.replace('-', "_"))
        .collect();
    let lists = [&dependencies.normal, &dependencies.tests, &dependencies.build];
    let used: BTreeSet<String> = lists.into_iter().flatten().cloned().collect();
    for name in used.difference(&explained) {
        report.faults.push(format!("docs/dependencies.md does not say why `{name}` is there"));
    }
    for name in explained.difference(&used) {
        report.faults.push(format!("docs/dependencies.md explains `{name}`, which is not used"));
    }
    Ok(())
}

/// ARCHITECTURE.md shows the map as it is.
fn check_architecture(root: &Path, write: bool, report: &mut Report) -> Result<()> {
    const BEGIN: &str = "<!-- The map: written by `cargo xtask tidy --write`. -->\n";
    const END: &str = "<!-- End of the map. -->";
    let path = root.join("ARCHITECTURE.md");
    let text = workspace::read(&path)?;
    let parts = text
        .split_once(BEGIN)
        .and_then(|(before, rest)| rest.split_once(END).map(|(_, after)| (before, after)));
    let Some((before, after)) = parts else {
        report.faults.push("ARCHITECTURE.md has no place for the map".to_string());
        return Ok(());
    };
    let expected = format!("{before}{BEGIN}{}{END}{after}", map::table(MAP));
    if expected == text {
        return Ok(());
    }
    if write {
        fs::write(&path, expected).context("failed to write `ARCHITECTURE.md`")?;
        report.notes.push("ARCHITECTURE.md now shows the map".to_string());
    } else {
        report
            .faults
            .push("ARCHITECTURE.md shows another map: run `cargo xtask tidy --write`".to_string());
    }
    Ok(())
}

#[cfg(test)]
mod tests;
