//! Names and texts that would drive a terminal, a CI system or a reader of JSON.

use super::is_calm;
use crate::upgrade::{
    manifest::{asking, ruled},
    story::Story,
};

const BASE: &str = "1\n2\n3\n4\n5\n";
const THEIRS: &str = "theirs\n2\n3\n4\n5\n";
/// Ends a line, begins commands of several CI systems, and drives a terminal.
const EVIL: &str =
    "x\n::set-output name=a::b\r\n##vso[task.x]\x1b[2J\x1b]0;t\x07\u{9b}31m\u{202e}%0A::error::y";

const COMMANDS: [&[&str]; 12] = [
    &["upgrade", "--to", "2.0.0", "--dry-run"],
    &["upgrade", "--to", "2.0.0", "--dry-run", "-v"],
    &["upgrade", "--to", "2.0.0", "--dry-run", "--color", "always"],
    &["upgrade", "--to", "2.0.0", "--dry-run", "-v", "--format", "json"],
    &["check", "--fail-on", "warn", "-v"],
    &["check", "--format", "json"],
    &["check", "--format", "sarif"],
    &["check", "--format", "junit"],
    &["check", "--format", "github"],
    &["diff", "--stat"],
    &["why", "a.txt"],
    &["upgrade", "--to", "2.0.0", "--branch", EVIL],
];

/// Nothing that came from outside acts.
#[track_caller]
fn is_harmless(said: &str, command: &[&str]) {
    let without_ours = strip(said);
    let acts = |it: char| {
        it.is_control() && it != '\n' && it != '\t' || it == '\u{202e}' || it == '\u{9b}'
    };
    assert!(!without_ours.contains(acts), "{command:?} {said:?}");
    for line in said.lines() {
        let line = line.trim_start();
        let is_ours = ["::error ", "::warning ", "::notice "].iter().any(|it| line.starts_with(it));
        assert!(!line.starts_with("::") || is_ours, "{command:?} {said}");
        assert!(!line.starts_with("##vso["), "{command:?} {said}");
    }
    assert!(!said.contains("panicked"), "{said}");
}

/// Without the colours that we make ourselves.
fn strip(said: &str) -> String {
    let mut text = String::new();
    let mut rest = said;
    while let Some((before, behind)) = rest.split_once("\x1b[") {
        text += before;
        let length = behind.chars().take_while(|it| it.is_ascii_digit() || *it == ';').count();
        let is_color = behind.get(length..).unwrap().starts_with('m');
        assert!(is_color, "{said:?}");
        rest = behind.get(length + 1..).unwrap();
    }
    text + rest
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn story() -> Story {
    let rule = ruled(&["match: m.txt, ownership: managed"]);
    let note = format!(
        "{rule}migrations:\n  - to: 2.0.0\n    steps:\n      - {{note: {}}}\n",
        quoted(EVIL)
    );
    Story::with(
        (&rule, &[("a.txt", BASE), ("m.txt", BASE)]),
        (&note, &[("a.txt", THEIRS), ("m.txt", EVIL)]),
    )
}

#[track_caller]
fn all_are_harmless(story: &Story) {
    for command in COMMANDS {
        is_harmless(&story.says(command), command);
    }
}

#[test]
fn what_a_lock_says_drives_nothing() {
    let places = [
        ("source: \"directory:", format!("source: \"{}", quoted(EVIL).trim_matches('"'))),
        ("from: \"svc:", format!("from: \"{}:", quoted(EVIL).trim_matches('"'))),
        ("from: \"svc:template/", format!("from: \"svc:{}", quoted(EVIL).trim_matches('"'))),
        ("parameters:\n", format!("parameters:\n  {}: {}\n", quoted(EVIL), quoted(EVIL))),
        ("version: 1.0.0\ntree", format!("version: {}\ntree", quoted(EVIL))),
        ("name: svc\n", format!("name: {}\n", quoted(EVIL))),
        ("own: managed", format!("own: {}", quoted(EVIL))),
        ("own: merged", format!("own: merged, keys: [{}]", quoted(EVIL))),
        ("lockVersion: 1", format!("lockVersion: {}", quoted(EVIL))),
        ("layers: []", format!("{}: 1\nlayers: []", quoted(EVIL))),
    ];
    for (from, to) in places {
        let story = story();
        let lock = story.text("flagstone.lock");
        assert!(lock.contains(from), "{from} {lock}");
        let story =
            story.edits("flagstone.lock", lock.replacen(from, &to, 1)).edits("m.txt", "edited\n");
        all_are_harmless(&story);
    }
}

#[test]
fn what_a_spec_says_drives_nothing() {
    for (from, to) in [
        ("name: svc", format!("name: {}", quoted(EVIL))),
        ("goldenPath: svc", format!("goldenPath: {}", quoted(EVIL))),
        ("kind: Service", format!("kind: {}", quoted(EVIL))),
        ("spec:\n", format!("{}: 1\nspec:\n", quoted(EVIL))),
        ("spec:\n", format!("spec:\n  parameters: {{{}: 1}}\n", quoted(EVIL))),
        ("apiVersion: flagstone/v1", format!("apiVersion: {}", quoted(EVIL))),
        ("kind: Service", "kind: Service\n\x1b[2J: 1".to_owned()),
    ] {
        let story = story();
        let spec = story.text("flagstone.yaml");
        assert!(spec.contains(from), "{spec}");
        all_are_harmless(&story.edits("flagstone.yaml", spec.replacen(from, &to, 1)));
    }
}

#[test]
fn names_and_content_of_files_drive_nothing() {
    let story = story().edits("m.txt", EVIL).edits("a.txt", EVIL);
    for name in ["\x1b[2J.txt", "x\n::error::y", "\u{202e}txt", "::error::a", "%0A::error::b"] {
        if std::fs::write(story.path(name), "1\n").is_ok() {
            story.git(&["--literal-pathspecs", "add", "--", name]);
        }
    }
    all_are_harmless(&story);
    let story = story.commits();
    all_are_harmless(&story);
    is_calm(&story.upgrades());
    all_are_harmless(&story);
}

#[test]
fn what_a_catalog_says_drives_nothing() {
    let title = |at: &str| {
        format!(
            "{}description: {}\n",
            asking(&[&format!(
                "p: {{type: string, default: x, title: {0}, description: {0}}}",
                quoted(EVIL)
            )]),
            quoted(at)
        )
    };
    let story =
        Story::with((&asking(&[]), &[("a.txt", BASE)]), (&title(EVIL), &[("a.txt", THEIRS)]));
    all_are_harmless(&story);
    let story = Story::new(&[("a.txt", BASE)], &[("a.txt", THEIRS)]);
    let path = story.sandbox.folder().join("catalog/svc/2.0.0/golden-path.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    for lifecycle in [
        format!("lifecycle: deprecated, successor: {}", quoted(EVIL)),
        format!("lifecycle: {}", quoted(EVIL)),
        format!("description: {}", quoted(EVIL)),
    ] {
        std::fs::write(
            &path,
            text.replace("title: T", &format!("title: {}, {lifecycle}", quoted(EVIL))),
        )
        .unwrap();
        all_are_harmless(&story);
    }
}

#[test]
fn a_secret_in_what_is_shown_is_hidden() {
    let token = format!("{}_{}", "ghp", "a1".repeat(18));
    let story = story();
    let lock = story.text("flagstone.lock");
    for (from, to) in [
        ("lockVersion: 1", format!("lockVersion: {token}")),
        ("layers: []", format!("layers: {token}")),
        ("parameters:\n", format!("parameters:\n  name: {token}\n")),
    ] {
        let story = self::story().edits("flagstone.lock", lock.replacen(from, &to, 1));
        for command in COMMANDS {
            let said = story.says(command);
            assert!(!said.contains(&token), "{command:?} {said}");
        }
    }
}

#[test]
fn a_branch_is_named_as_git_allows_and_is_no_option() {
    for name in [
        "-x",
        "--force",
        "../x",
        "HEAD",
        "refs/heads/../x",
        "a..b",
        "a.lock",
        "",
        "a b",
        "@",
        "@{-1}",
        "/x",
        "x/",
        "a//b",
        "x\ny",
        "-",
        "main",
        "main/x",
        "\x1b[2J",
        "a~1",
        "a:b",
        "refs/../../x",
    ] {
        let story = story();
        let before = story.state();
        let refs = std::fs::read_to_string(story.path(".git/HEAD")).unwrap();
        let option = format!("--branch={name}");
        let told = story.runs(&["upgrade", "--to", "2.0.0", &option]);
        assert!(
            [2, 3].contains(&told.exit),
            "{name:?} {} {} {}",
            told.exit,
            told.json,
            told.stderr
        );
        assert_eq!(story.state(), before, "{name:?}");
        assert_eq!(std::fs::read_to_string(story.path(".git/HEAD")).unwrap(), refs);
    }
}

#[test]
fn odd_places_for_the_catalog_and_the_base_end_with_words() {
    for place in [
        "/dev/null",
        "/dev/zero",
        "/proc/self",
        "..",
        "svc",
        "nothing",
        "",
        "-",
        "/",
        "flagstone.lock",
        ".git",
        "\x1b[2J",
    ] {
        for option in ["--catalog", "--base"] {
            let story = story();
            let place = format!("{option}={place}");
            let output = story
                .sandbox
                .command("timeout")
                .arg("30")
                .arg(crate::sandbox::program())
                .args(["upgrade", "--to", "2.0.0", "--dry-run", &place])
                .current_dir(story.path(""))
                .output()
                .unwrap();
            let code = output.status.code().unwrap_or(-1);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!([0, 2, 3, 5].contains(&code), "{place} {code} {said}");
            is_harmless(&said, &[&place]);
        }
    }
}
