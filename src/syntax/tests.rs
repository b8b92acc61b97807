//! What conftest says of the texts in `tests/cases/syntax`, and what we say.
//!
//! `KIND/NAME.txt` is a text, `NAME.json` is what conftest's reader of that kind makes of it:
//! `{"value": …}` or `{"error": …}`. Where we differ, `NAME.ours.json` has ours, and the reason.

#![expect(clippy::disallowed_methods, reason = "the cases are files, and time is tested")]

mod hostile;
mod reading;

use std::{fs, path::PathBuf};

use serde_json::{Value, json};

use super::*;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/syntax");

fn kind(name: &str) -> Kind {
    match name {
        "yaml" => Kind::Yaml(YamlVersion::V1_1),
        "json" => Kind::Json,
        "jsonc" => Kind::Jsonc,
        "toml" => Kind::Toml,
        "dockerfile" => Kind::Dockerfile,
        "dotenv" => Kind::Dotenv,
        "ini" => Kind::Ini,
        "properties" => Kind::Properties,
        "hcl" => Kind::Hcl,
        _ => panic!("{name} is no kind"),
    }
}

fn files(folder: PathBuf) -> Vec<PathBuf> {
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// A text as conftest prints it: one document as itself, several as a list.
fn shape(kind: Kind, text: &str) -> Value {
    match parse(kind, &Document::new("file", text)) {
        Ok(configs) => {
            let mut roots: Vec<Value> =
                configs.iter().map(|it| serde_json::to_value(&it.root).unwrap()).collect();
            json!({"value": if roots.len() == 1 { roots.remove(0) } else { roots.into() }})
        }
        Err(error) => json!({"error": error.message}),
    }
}

/// The same value, whichever way its numbers are written; an error whatever its words.
fn comparable(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(items) => items.iter().map(comparable).collect(),
        Value::Object(entries) => {
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            entries.into_iter().map(|(key, value)| (key.clone(), comparable(value))).collect()
        }
        other => other.clone(),
    }
}

fn outcome(value: &Value) -> Value {
    value.get("value").map_or(json!("error"), |it| json!([comparable(it)]))
}

#[test]
fn every_text_has_the_shape_that_conftest_gives_it() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for folder in files(FOLDER.into()) {
        let kind = kind(&folder.file_name().unwrap().to_string_lossy());
        for path in files(folder).iter().filter(|it| it.extension().unwrap() == "txt") {
            let read = |extension| fs::read(path.with_extension(extension)).ok();
            let json =
                |extension| read(extension).map(|it| serde_json::from_slice::<Value>(&it).unwrap());
            let theirs = json("json").expect("every text has what conftest says of it");
            let ours = json("ours.json");
            let found = shape(kind, &String::from_utf8(read("txt").unwrap()).unwrap());
            count += 1;
            if outcome(&found) != outcome(ours.as_ref().unwrap_or(&theirs)) {
                let expected = ours.as_ref().unwrap_or(&theirs);
                wrong.push(format!("{}\nexpected {expected}\nfound    {found}", path.display()));
            }
            if let Some(ours) = ours {
                assert_ne!(outcome(&ours), outcome(&theirs), "{} is no difference", path.display());
                assert!(ours["reason"].is_string(), "{} has no reason", path.display());
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(count > 0);
}

#[test]
fn every_part_has_its_line_and_column() {
    let text = "a: 1\nb:\n  - x: {\"y/z\": 2}\n---\nc: &c\n  d: ä\ne: *c\n";
    let configs = inputs("deploy/app.yaml", text).unwrap();
    let place = |at: usize, pointer| configs[at].place(pointer).label();
    assert_eq!(place(0, "/a"), "deploy/app.yaml:1:1");
    assert_eq!(configs[0].value_place("/a").label(), "deploy/app.yaml:1:4");
    assert_eq!(place(0, "/b/0"), "deploy/app.yaml:3:5");
    assert_eq!(place(0, "/b/0/x/y~1z"), "deploy/app.yaml:3:9");
    assert_eq!(place(0, "/b/0/absent/deeper"), "deploy/app.yaml:3:5");
    assert_eq!(place(0, ""), "deploy/app.yaml:1:1");
    assert_eq!(place(1, "/c/d"), "deploy/app.yaml:6:3");
    assert_eq!(place(1, "/e"), "deploy/app.yaml:7:1");
    assert_eq!(place(1, "/e/d"), "deploy/app.yaml:6:3");
    assert_eq!(configs[1].value_place("/c/d").label(), "deploy/app.yaml:6:6");
}

#[test]
fn every_kind_has_its_places() {
    for (path, text, pointer, label) in [
        ("f.json", "\u{feff}{\"a\": [1,\n {\"b\": 2}]}", "/a/1/b", "f.json:2:3"),
        ("f.json", "{\"ä\": {\"b\": 2}}", "/ä/b", "f.json:1:8"),
        ("f.jsonc", "{ // x\n \"a\": 1,\n}", "/a", "f.jsonc:2:2"),
        ("f.toml", "a = 1\n[b.c]\nd.e = { f = 2 }\n", "/b/c/d/e/f", "f.toml:3:9"),
        ("f.toml", "[b.c]\nd = 1\n", "/b/c", "f.toml:1:4"),
        ("f.toml", "[[b]]\na = 1\n[[b]]\na = 2\n", "/b/1/a", "f.toml:4:1"),
        ("f.toml", "[[b]]\na = 1\n[[b]]\na = 2\n", "/b/1", "f.toml:3:1"),
        ("Dockerfile", "# x\nFROM a\n\nUSER b\n", "/2/Value/0", "Dockerfile:4:6"),
        ("Dockerfile", "# x\nFROM a\n\n  USER b\n", "/2/Cmd", "Dockerfile:4:3"),
        ("Dockerfile", "# x\nFROM a\n", "/0/Value/0", "Dockerfile:1:1"),
        ("Dockerfile", "FROM a\nENV ä=b \\\n  c=d\n", "/1/Value/3", "Dockerfile:3:3"),
        ("main.tf", "a \"b\" {\n  c = {\n    d = [1, 2]\n  }\n}\n", "/a/b/0/c/d", "main.tf:3:5"),
        ("main.tf", "a \"b\" {\n  c = 1\n}\n", "/a/b", "main.tf:1:3"),
        ("main.tf", "a \"b\" {\n}\na \"b\" {\n}\n", "/a/b/1", "main.tf:3:1"),
        (".env", "A=1\n export  B = \"x\n y\"\n", "/B", ".env:2:10"),
        ("f.ini", "[a]\nb = 1\n c : 2\n", "/a/c", "f.ini:3:2"),
        ("f.properties", "# x\nä = 1 \\\n 2\n b 3", "/b", "f.properties:4:2"),
        ("Dockerfile", "FROM a\nCOPY --from=x [\"b\", c\n", "/1/Value/0", "Dockerfile:2:15"),
    ] {
        let configs = inputs(path, text).unwrap();
        assert_eq!(configs[0].place(pointer).label(), label, "{text}");
    }
    for (path, text, pointer, value) in [
        ("main.tf", "a = f(1,\n 2) # x\n", "/a", "f(1,\n 2)"),
        (".env", "A=1\nB = \"x\n y\" # z\n", "/B", "\"x\n y\""),
        ("f.ini", "[a]\nb = \"\"\"1\n2\"\"\"\n", "/a/b", "\"\"\"1\n2\"\"\""),
        ("f.properties", "a = 1 \\\n 2\nb 3", "/a", "1 \\\n 2"),
    ] {
        let configs = inputs(path, text).unwrap();
        let place = configs[0].value_place(pointer);
        assert_eq!(place.document.slice(place.span), value, "{text}");
    }
}

#[test]
fn the_items_of_a_list_are_inputs_of_their_own() {
    let names = |path, text| -> Vec<String> {
        let configs = inputs(path, text).unwrap();
        configs.iter().map(|it| it.root.to_value().to_json()).collect()
    };
    assert_eq!(names("a.yml", "- 1\n- [2]\n"), ["1", "[2]"]);
    assert_eq!(names("a.yml", "- 1\n---\n- 2\n"), ["[1]", "[2]"]);
    assert_eq!(names("README.md", "- 1\n"), Vec::<String>::new());
}

#[test]
fn yaml_1_2_has_its_own_words_and_whole_merges() {
    let text = "on: yes\nn: [012, 0o12, 0x1F, 1_000, 1.0, ~, True, 1:30, +7, -.5]\n1: x\n\
                m: {a: 1, <<: {a: 2, b: 3}}\n";
    let kind = Kind::Yaml(YamlVersion::V1_2);
    assert_eq!(
        shape(kind, text)["value"],
        json!({
            "on": "yes", "n": [12, 10, 31, "1_000", 1, null, true, "1:30", 7, -0.5],
            "1": "x", "m": {"a": 1, "b": 3},
        })
    );
}

#[test]
fn a_mistake_has_its_place() {
    for (kind, text, label) in [
        (Kind::Yaml(YamlVersion::V1_1), "a: 1\n---\nb: [1\nc: 2\n", "f:4:2"),
        (Kind::Yaml(YamlVersion::V1_1), "ä: *nobody\n", "f:1:4"),
        (Kind::Yaml(YamlVersion::V1_1), "a: 1\nb: .inf\n", "f:2:4"),
        (Kind::Json, "{\"ä\": 1,\n \"b\": x}", "f:2:7"),
        (Kind::Jsonc, "{\"a\": 1,\n \"b\": x}", "f:2:7"),
        (Kind::Toml, "a = 1\nb = x\n", "f:2:5"),
        (Kind::Toml, "a = 1\nb = nan\n", "f:2:5"),
        (Kind::Hcl, "a = 1\nb = ]\n", "f:2:5"),
        (Kind::Hcl, "a = \"ä\nb = 1\n", "f:1:5"),
        (Kind::Dotenv, "A=1\n B\n", "f:2:2"),
        (Kind::Ini, "[a]\n b\n", "f:2:2"),
        (Kind::Properties, "a=1\n b=${b}\n", "f:2:4"),
        (Kind::Dockerfile, "FROM a\n  FOO b\n", "f:2:3"),
        (Kind::Dockerfile, "FROM a\nRUN <<A\nx\n", "f:2:1"),
    ] {
        let error = parse(kind, &Document::new("f", text)).unwrap_err();
        assert_eq!(error.place.unwrap().label(), label, "{text:?}: {}", error.message);
    }
}
