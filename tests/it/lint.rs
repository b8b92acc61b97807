//! `flagstone path lint`: small broken golden paths, and the embedded ones, which are not.
//!
//! A case is `tests/cases/lint/NAME.txt`: what it is about, the files that it lays over
//! `tests/cases/lint/base` (`== path`; `-- path` takes one away), and after `== expect` each finding
//! with its place, and whether `--fix` mends it.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;
use serde_yaml::Value as Yaml;
use walkdir::WalkDir;

use crate::sandbox::Sandbox;

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/lint");

/// One small broken golden path.
struct Case {
    files: BTreeMap<String, String>,
    expected: Vec<String>,
}

impl Case {
    fn read(path: &Path, base: &BTreeMap<String, String>) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let mut case = Self { files: base.clone(), expected: Vec::new() };
        let mut open: Option<String> = None;
        for line in text.split_inclusive('\n') {
            let name = |mark| line.strip_prefix(mark).map(|it: &str| it.trim_end().to_owned());
            match (name("== "), name("-- "), &open) {
                (Some(file), ..) => {
                    case.files.insert(file.clone(), String::new());
                    open = Some(file);
                }
                (None, Some(file), None) => assert!(case.files.remove(&file).is_some(), "{file}"),
                (None, _, Some(file)) => case.files.get_mut(file).unwrap().push_str(line),
                (None, None, None) => {}
            }
        }
        let expected = case.files.remove("expect").unwrap();
        case.expected = expected.lines().map(str::to_owned).collect();
        case
    }

    fn sandbox(&self) -> Sandbox {
        let files = self.files.iter();
        files.fold(Sandbox::new(), |sandbox, (path, text)| sandbox.file(path, text))
    }
}

fn base() -> BTreeMap<String, String> {
    let root = Path::new(CASES).join("base");
    let entries = WalkDir::new(&root).into_iter().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let path = entry.path().strip_prefix(&root).unwrap().to_str().unwrap();
            (path.to_owned(), fs::read_to_string(entry.path()).unwrap())
        })
        .collect()
}

/// What a lint says: each finding's code and place.
fn findings(sandbox: &Sandbox, arguments: &[&str]) -> Vec<String> {
    let shown = sandbox.run(["path", "lint", "--format", "json"].iter().chain(arguments).copied());
    let json = shown.split("--- stdout\n").nth(1).unwrap().split("\n--- stderr").next().unwrap();
    let json: Value = serde_json::from_str(json).unwrap_or_else(|_| panic!("{shown}"));
    let shown = |it: &Value| {
        let text = |key: &str| it[key].as_str().unwrap_or_default();
        let place = match it["line"].as_u64() {
            Some(line) => format!(" {}:{line}:{}", text("file"), it["column"]),
            None => String::new(),
        };
        format!("{}{place}", text("code"))
    };
    json["findings"].as_array().unwrap().iter().map(shown).collect()
}

/// The names that any `required` of a manifest, or its layers, have twice.
fn doubled(sandbox: &Sandbox) -> Vec<String> {
    let files = WalkDir::new(sandbox.folder()).into_iter().map(Result::unwrap);
    let manifests = files.filter(|it| it.file_name() == "golden-path.yaml");
    let texts = manifests.map(|it| fs::read_to_string(it.path()).unwrap());
    let values = texts.filter_map(|it| serde_yaml::from_str::<Yaml>(&it).ok());
    values.flat_map(|it| doubled_in(&it)).collect()
}

fn doubled_in(value: &Yaml) -> Vec<String> {
    let entries = match value {
        Yaml::Mapping(entries) => entries,
        Yaml::Sequence(items) => return items.iter().flat_map(doubled_in).collect(),
        _ => return Vec::new(),
    };
    let mut doubled = Vec::new();
    for (key, value) in entries {
        let list = value.as_sequence().map(Vec::as_slice).unwrap_or_default();
        let names: Vec<_> = match key.as_str() {
            Some("required") => list.iter().filter_map(Yaml::as_str).collect(),
            Some("layers") => list.iter().filter_map(|it| it.get("name")?.as_str()).collect(),
            _ => Vec::new(),
        };
        let is_before = |(at, name): &(usize, &str)| names[..*at].contains(name);
        let twice = names.iter().copied().enumerate().filter(is_before);
        doubled.extend(twice.map(|(_, name)| name.to_owned()));
        doubled.extend(doubled_in(value));
    }
    doubled
}

#[test]
fn names_that_stand_twice_are_seen_however_a_list_is_written() {
    let of = |text: &str| doubled_in(&serde_yaml::from_str(text).unwrap());
    assert_eq!(of("a: {required: [x, y, x]}"), ["x"]);
    assert_eq!(of("required:\n  - x\n  - x\nlayers: [{name: l}, {name: l}]"), ["x", "l"]);
    assert!(of("required: [x, y]").is_empty());
}

#[test]
fn each_mistake_is_found_at_its_place_and_its_edit_mends_it() {
    let base = base();
    let (mut mended, mut wrong) = (0, Vec::new());
    let entries = fs::read_dir(CASES).unwrap().map(|it| it.unwrap().path());
    for path in entries.filter(|path| path.extension().is_some_and(|it| it == "txt")) {
        let case = Case::read(&path, &base);
        let sandbox = case.sandbox();
        let found = findings(&sandbox, &[]);
        let left = findings(&sandbox, &["--fix"]);
        let doubled = doubled(&sandbox);
        assert!(doubled.is_empty(), "{}: {doubled:?} twice", path.display());
        let code = |it: &str| it.split(' ').next().unwrap().to_owned();
        let is_left = |it: &str| left.iter().any(|left| code(left) == code(it));
        let end = |it: &String| if is_left(it) { "by hand" } else { "mended" };
        let shown: Vec<_> = found.iter().map(|it| format!("{it} {}", end(it))).collect();
        if shown != case.expected || shown.is_empty() {
            wrong.push(format!("{}: {shown:#?}, left: {left:#?}", path.display()));
        }
        mended += usize::from(left.is_empty());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(mended >= 60, "only {mended} cases are mended wholly");
}

#[test]
fn what_the_cases_break_is_whole_before() {
    let case = Case { files: base(), expected: Vec::new() };
    assert_eq!(findings(&case.sandbox(), &[]), Vec::<String>::new());
}

#[test]
fn what_only_some_answers_make_is_right() {
    let mut files = base();
    for (path, text) in [
        // Behind the branch it is still the answer.
        (
            "set.txt.j2",
            "{% if name == 'zz' %}{% set schema = 'q' %}{% endif %}{{ schema or 'none' }}\n",
        ),
        ("{% if database == 'postgres' %}.gitattributes{% endif %}", "*.sql text\n"),
        ("{% if database == 'none' %}windows.sql{% endif %}", "select 1;\r\n"),
    ] {
        files.insert(format!("svc/1.0.0/template/{path}"), text.to_owned());
    }
    let sandbox = Case { files, expected: Vec::new() }.sandbox();
    let found = findings(&sandbox, &[]);
    let right: [&str; 0] = [];
    assert_eq!(found, right);
}

#[test]
fn nothing_is_found_in_any_embedded_path() {
    let catalog = concat!(env!("CARGO_MANIFEST_DIR"), "/golden-paths");
    assert_eq!(findings(&Sandbox::new(), &[catalog]), Vec::<String>::new());
}

fn broken() -> Sandbox {
    let sandbox = Case { files: base(), expected: Vec::new() }.sandbox();
    sandbox
        .file("svc/1.0.0/template/README.md.j2", "# {{ nmae }}\n")
        .file("svc/1.0.0/partials/header.txt", "x\n")
}

#[test]
fn people_see_the_line_and_what_to_write() {
    insta::assert_snapshot!(broken().run(["path", "lint", "svc"]));
}

#[test]
fn programs_get_the_place_and_the_edit() {
    insta::assert_snapshot!(broken().run(["path", "lint", "svc", "--format", "json"]));
}

#[test]
fn code_scanning_and_pull_requests_have_their_formats() {
    insta::assert_snapshot!(broken().run(["path", "lint", "--format", "sarif"]));
    insta::assert_snapshot!(broken().run(["path", "lint", "--format", "github"]));
}

#[test]
fn a_help_can_be_followed_where_no_filter_does() {
    let manifest = manifest().replace(
        "    port:",
        "    queues: {type: array, default: [], items: {type: object, properties: {name: {type: string}}}}\n    port:",
    );
    let manifest =
        manifest.replace("files:\n", "files:\n  - {match: \".github/**\", syntax: brackets}\n");
    let workflow = "on: push\njobs:\n  a:\n    steps:\n      - if: \"a == '[[ description ]]'\"\n        \
        with:\n          script: f(\"[[ description ]]\")\n";
    let sandbox = whole()
        .file("svc/1.0.0/golden-path.yaml", &manifest)
        .file("svc/1.0.0/cases/defaults.yaml", "parameters: {name: a}\n");
    let told = sandbox.run(["path", "lint", "svc"]);
    // A case is answered in a case.
    assert!(
        told.contains("= help: add `owner` to `parameters` of `svc/1.0.0/cases/defaults.yaml`"),
        "{told}"
    );
    let sandbox = sandbox
        .file("svc/1.0.0/cases/defaults.yaml", "parameters: {name: a, owner: b}\n")
        .file("svc/1.0.0/template/queues.md.j2", "{{ queues }}\n")
        .file("svc/1.0.0/template/.github/workflows/ci.yaml.j2", workflow);
    let told = sandbox.run(["path", "lint", "svc"]);
    for help in [
        "`{% for one in queues %}{{ one.name }}{% endfor %}`",
        "`NAME: [[ … | to_yaml ]]` in `env:` and compare `env.NAME`",
        "`process.env.NAME` in the script",
    ] {
        assert!(told.contains(help), "{told}");
    }
}

#[test]
fn warnings_fail_where_they_are_denied() {
    let sandbox = || {
        let sandbox = Case { files: base(), expected: Vec::new() }.sandbox();
        sandbox.file("svc/1.0.0/partials/unused.txt", "x\n")
    };
    assert!(sandbox().run(["path", "lint"]).starts_with("exit: 0\n"));
    assert!(sandbox().run(["path", "lint", "--deny", "warnings"]).starts_with("exit: 1\n"));
    let fixed = sandbox();
    insta::assert_snapshot!(fixed.run(["path", "lint", "--fix", "svc/1.0.0"]));
    assert!(fixed.folder().join("svc/1.0.0/partials/unused.txt").exists());
}

#[test]
fn what_can_not_be_read_is_said() {
    let shown = Sandbox::new().run(["path", "lint"]);
    assert!(shown.starts_with("exit: 3\n"), "{shown}");
}

fn whole() -> Sandbox {
    Case { files: base(), expected: Vec::new() }.sandbox()
}

fn manifest() -> String {
    fs::read_to_string(format!("{CASES}/base/svc/1.0.0/golden-path.yaml")).unwrap()
}

#[test]
fn a_test_report_has_a_test_for_each_version() {
    insta::assert_snapshot!(broken().run(["path", "lint", "--format", "junit"]));
}

#[test]
fn each_edit_is_named() {
    let manifest =
        manifest().replace("    port:", "    prot: {type: integer, default: 1}\n    port:");
    let sandbox = broken()
        .file("svc/1.0.0/golden-path.yaml", &manifest)
        .file("svc/1.0.0/cases/defaults.yaml", "parameters:\n  name: a\n  owner: b\n  prot: 9\n")
        .file("svc/1.0.0/template/plain.txt", "{{ name }}\n");
    insta::assert_snapshot!(sandbox.run(["path", "lint", "--fix"]));
    let case = fs::read_to_string(sandbox.folder().join("svc/1.0.0/cases/defaults.yaml")).unwrap();
    assert_eq!(case, "parameters:\n  name: a\n  owner: b\n");
}

#[test]
fn an_edit_that_can_not_be_made_leaves_the_others_and_is_told() {
    let sandbox = broken()
        .file("svc/1.0.0/template/plain.txt", "{{ name }}\n")
        .file("svc/1.0.0/template/README.md.j2.new", "in the way\n");
    // Folders that hold each other.
    insta::assert_snapshot!(sandbox.run(["path", "lint", "--fix", ".", "svc", "svc/1.0.0"]));
}

#[test]
fn a_released_version_stays_as_it_is() {
    let released = |digest: &str| {
        let charter = format!(
            "apiVersion: flagstone/v1\nkind: Catalog\nmetadata: {{name: acme, owner: platform-team}}\n\
             releases: {{svc: {{1.0.0: \"{digest}\"}}}}\n"
        );
        whole().file("catalog.yaml", &charter).file("svc/1.0.0/template/plain.txt", "{{ name }}\n")
    };
    let shown = released(&format!("sha256:{}", "0".repeat(64))).run(["path", "lint"]);
    let digest = shown.split("its files are    ").nth(1).unwrap().lines().next().unwrap();
    let sandbox = released(digest);
    insta::assert_snapshot!(sandbox.run(["path", "lint", "--fix"]));
    assert!(sandbox.folder().join("svc/1.0.0/template/plain.txt").exists());
}

#[test]
fn a_partial_that_a_template_may_compute_is_no_finding() {
    let sandbox = whole()
        .file("svc/1.0.0/template/a.txt.j2", "{% include database ~ '.txt' %}\n")
        .file("svc/1.0.0/partials/none.txt", "none\n")
        .file("svc/1.0.0/partials/postgres.txt", "some\n");
    assert_eq!(findings(&sandbox, &[]), Vec::<String>::new());
}

#[test]
fn what_people_read_is_no_template() {
    let manifest = manifest().replace("owner: platform-team", "owner: \"${{ x }}\"");
    let sandbox = whole().file("svc/1.0.0/golden-path.yaml", &manifest);
    assert_eq!(findings(&sandbox, &[]), Vec::<String>::new());
}

#[test]
fn a_line_break_in_a_name_begins_no_line() {
    let name = "svc/1.0.0/template/a\n::error::pwn.j2";
    let sandbox = whole().file(name, "{{ nmae }}\n");
    for format in ["human", "github", "sarif", "junit"] {
        let shown = sandbox.run(["path", "lint", "--format", format]);
        assert!(!shown.contains("\n::error::pwn"), "{shown}");
    }
}

#[test]
fn a_link_for_a_folder_and_a_name_for_no_file_are_findings() {
    let sandbox = whole();
    let version = sandbox.folder().join("svc/1.0.0");
    fs::rename(version.join("template"), sandbox.folder().join("elsewhere")).unwrap();
    std::os::unix::fs::symlink("../../elsewhere", version.join("template")).unwrap();
    let found = findings(&sandbox, &["svc"]);
    assert_eq!(found, ["linked-folder svc/1.0.0/template:1:1"]);
    assert_eq!(findings(&sandbox, &["svc", "--fix"]), found);
    let sandbox = whole().file("svc/1.0.0/template/.git/x", "x\n");
    assert_eq!(findings(&sandbox, &[]), ["unreadable-file svc/1.0.0/template/.git/x:1:1"]);
}

#[test]
fn a_secret_stands_in_no_report() {
    let manifest = manifest().replace(
        "    port:",
        "    key: {type: string, x-secret-ref: true, default: \"env:X\"}\n    port:",
    );
    let sandbox = whole()
        .file("svc/1.0.0/golden-path.yaml", &manifest)
        .file("svc/1.0.0/template/key.txt.j2", "{{ key }}\n")
        .file("svc/1.0.0/cases/defaults.yaml", "parameters: {name: 1, owner: b, key: hunter2}\n");
    for format in ["human", "json", "github", "sarif", "junit"] {
        let shown = sandbox.run(["path", "lint", "--format", format]);
        assert!(shown.contains("reference to a secret"), "{shown}");
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}

#[test]
fn the_documentation_names_every_finding_of_the_cases() {
    let docs = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/linting.md")).unwrap();
    let base = base();
    let entries = fs::read_dir(CASES).unwrap().map(|it| it.unwrap().path());
    for path in entries.filter(|path| path.extension().is_some_and(|it| it == "txt")) {
        for expected in Case::read(&path, &base).expected {
            let code = expected.split(' ').next().unwrap().to_owned();
            assert!(docs.contains(&format!("`{code}`")), "docs/linting.md lacks `{code}`");
        }
    }
}

#[test]
fn choices_are_tried_within_bounds_and_what_is_left_is_said() {
    let case = Case { files: base(), expected: Vec::new() };
    let manifest = &case.files["svc/1.0.0/golden-path.yaml"];
    let switches: String =
        (0..60).map(|at| format!("    b{at}: {{type: boolean, default: false}}\n")).collect();
    let manifest = manifest.replace("  properties:\n", &format!("  properties:\n{switches}"));
    let printed: String = (0..60).map(|at| format!("{{{{ b{at} }}}}\n")).collect();
    let sandbox = case.sandbox().file("svc/1.0.0/golden-path.yaml", &manifest);
    let shown = sandbox.file("svc/1.0.0/template/all.txt.j2", &printed).run(["path", "lint"]);
    let note = "note: svc/1.0.0: looked at 48 of 2305843009213693952 combinations of choices";
    assert!(shown.starts_with("exit: 0\n") && shown.contains(note), "{shown}");
}
