//! What a bundle comes to, and what is refused of it.

use super::*;

const POLICY: &str = "package acme\ndeny contains \"x\" if input.x\n";

fn files(files: &[(&str, &str)]) -> Files {
    files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
}

fn read(of: &[(&str, &str)]) -> Result<Archive, String> {
    Archive::read("b.tar.gz", files(of), &[])
        .map_err(|it| it.message.trim_start_matches("the bundle can't be used: ").to_owned())
}

#[test]
fn a_bundle_is_its_modules_and_data_below_their_folders() {
    let archive = read(&[
        (".manifest", r#"{"revision": "r1", "roots": ["acme", "teams/a"]}"#),
        ("acme/a.rego", POLICY),
        ("data.json", r#"{"teams": {"a": {"n": 1}}}"#),
        ("teams/a/data.yaml", "on: yes\n"),
        ("README.md", "words"),
    ])
    .unwrap();
    assert_eq!(archive.revision.as_deref(), Some("r1"));
    assert_eq!(archive.modules, [("acme/a.rego".to_owned(), POLICY.to_owned())]);
    assert_eq!(archive.data.to_json(), r#"{"teams":{"a":{"n":1,"true":true}}}"#);
}

#[test]
fn what_a_manifest_does_not_permit_is_refused() {
    let manifest = (".manifest", r#"{"roots": ["acme/sub", "teams"]}"#);
    assert_eq!(
        read(&[manifest, ("a.rego", POLICY)]),
        Err("its manifest does not permit package `acme` of `a.rego`".to_owned())
    );
    assert_eq!(
        read(&[
            manifest,
            ("a.rego", "package acme.sub.x"),
            ("data.json", r#"{"acme": {"other": 1}}"#)
        ]),
        Err("its manifest does not permit data at `/acme/other`".to_owned())
    );
    assert_eq!(
        read(&[(".manifest", r#"{"roots": ["a", "a/b"]}"#), ("a.rego", "package a")]),
        Err("its root `a` holds another of its roots".to_owned())
    );
    assert!(read(&[(".manifest", r#"{"rego_version": 0}"#), ("a.rego", POLICY)]).is_err());
}

#[test]
fn what_we_could_not_judge_by_is_refused() {
    let of = |more: &[(&str, &str)]| read(&[&[("a.rego", POLICY)], more].concat()).unwrap_err();
    assert_eq!(of(&[("policy.wasm", "")]), "it holds `policy.wasm`, by which we do not judge");
    assert_eq!(of(&[("x/.manifest", "{}")]), "it holds `x/.manifest`, by which we do not judge");
    assert_eq!(
        of(&[("data.json", r#"{"a": {"b": 1}}"#), ("a/data.json", r#"{"b": 2}"#)]),
        "it says `data.a.b` another time in `data.json`"
    );
    assert_eq!(of(&[("data.json", "[]")]), "`data.json` holds a list, and no map");
    assert_eq!(read(&[("README.md", "")]), Err("it holds no policy".to_owned()));
    assert!(of(&[("x/.signatures.json", "{}")]).starts_with("its signatures stand in"));
    assert!(of(&[(".signatures.json", r#"{"signatures": []}"#)]).contains("no key is given"));
}
