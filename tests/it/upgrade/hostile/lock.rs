//! Locks that somebody forged.

use std::os::unix::fs::symlink;

use super::is_calm;
use crate::upgrade::{
    manifest::ruled,
    story::{Story, put},
};

const BASE: &str = "1\n2\n3\n4\n5\n";
const THEIRS: &str = "theirs\n2\n3\n4\n5\n";
const SECRET: &str = "TOP-SECRET";

fn story() -> Story {
    let rule = ruled(&["match: m.txt, ownership: managed"]);
    Story::with(
        (&rule, &[("a.txt", BASE), ("m.txt", BASE)]),
        (&rule, &[("a.txt", THEIRS), ("m.txt", THEIRS)]),
    )
}

/// A line of a lock.
fn line(path: &str, mode: &str, own: &str, blob: &str) -> String {
    format!(
        "- {{path: {path}, mode: \"{mode}\", own: {own}, blob: \"{blob}\", from: \"svc:template/x\"}}\n"
    )
}

/// The service with a lock whose files these lines change, and whose tree says what its lines give.
fn forged(story: Story, change: impl FnOnce(String) -> String) -> Story {
    let lock = story.text("flagstone.lock");
    let (head, files) = lock.split_once("files:\n").unwrap();
    let lock = format!("{head}files:\n{}", change(files.to_owned()));
    let story = story.edits("flagstone.lock", &lock);
    let told = story.runs(&["upgrade", "--to", "2.0.0", "--dry-run"]);
    let said = told.json.to_string();
    match said.split_once("its lines give ") {
        Some((_, after)) => {
            let tree: String =
                after.trim_start().chars().take_while(char::is_ascii_hexdigit).collect();
            let (before, behind) = lock.split_once("tree: \"").unwrap();
            let lock = format!("{before}tree: \"{tree}{}", behind.get(40..).unwrap());
            story.edits("flagstone.lock", lock)
        }
        None => story,
    }
}

const COMMANDS: [&[&str]; 9] = [
    &["upgrade", "--to", "2.0.0", "--dry-run"],
    &["upgrade", "--to", "2.0.0", "--yes", "--branch", "up"],
    &["upgrade", "--to", "2.0.0"],
    &["apply", "--dry-run"],
    &["check", "--fail-on", "warn"],
    &["diff", "--seeded"],
    &["why", "a.txt"],
    &["why", "m.txt"],
    &["restore", "--all-managed"],
];

#[test]
fn a_lock_names_nothing_outside_and_nothing_of_gits() {
    for path in [
        "../x",
        "/etc/passwd",
        "a/../../x",
        ".git/config",
        ".GIT/config",
        "GIT~1/config",
        "\".git /config\"",
        "\".git./config\"",
        "\"a\\u0000\"",
        "\"a\\u001b[2J\"",
        "\".gi\\u200ct/config\"",
        "\"a\\\\b\"",
        "CON",
        "a/",
        "\"\"",
        ".",
        "flagstone.lock",
        "flagstone.yaml",
        "\"x\\n- y\"",
        "\"\\u202e.txt\"",
    ] {
        let blob = "1".repeat(40);
        let story = forged(story(), |files| line(path, "100644", "managed", &blob) + &files);
        let before = story.state();
        for command in COMMANDS.iter().filter(|it| it[0] != "apply") {
            let told = story.runs(command);
            assert_eq!(told.exit, 3, "{path} {command:?} {}", told.json);
        }
        assert_eq!(story.state(), before, "{path}");
    }
}

#[test]
fn objects_that_are_no_files_are_no_base() {
    for object in ["HEAD", "HEAD^{tree}", "HEAD:"] {
        for own in ["managed", "merged", "seeded"] {
            let story = story();
            let id = story.git(&["rev-parse", object]);
            let story = forged(story, |files| {
                files
                    .lines()
                    .map(|it| {
                        let path =
                            it.split(['{', ',']).nth(1).unwrap().trim_start_matches("path: ");
                        line(path, "100644", own, &id)
                    })
                    .collect()
            });
            let before = story.state();
            for command in COMMANDS {
                is_calm(&story.runs(command));
            }
            let after = story.state();
            assert_eq!(after[0], before[0], "{object} {own}");
        }
    }
}

#[test]
fn a_file_and_a_folder_of_one_name_are_never_written_through_a_link() {
    let story = story();
    let outside = story.sandbox.folder().join("outside");
    std::fs::create_dir(&outside).unwrap();
    put(&story.path("target"), b"../outside");
    let link = story.git(&["hash-object", "-w", "target"]);
    let blob = story.git(&["hash-object", "-w", "a.txt"]);
    std::fs::remove_file(story.path("target")).unwrap();
    let story = forged(story, |files| {
        line("A0", "120000", "managed", &link)
            + &line("A0/x.txt", "100644", "managed", &blob)
            + &files
    });
    for command in COMMANDS {
        is_calm(&story.runs(command));
    }
    is_calm(&story.runs(&["restore", "--all-managed", "--yes"]));
    is_calm(&story.runs(&["restore", "A0/x.txt", "--yes"]));
    is_calm(&story.upgrades());
    assert_eq!(std::fs::read_dir(outside).unwrap().count(), 0);
}

#[test]
fn what_a_lock_claims_of_the_teams_files_is_never_lost_in_silence() {
    for own in ["managed", "merged", "seeded"] {
        let story = story().edits("src/team.rs", "the team's\n");
        let base = story.git(&["rev-parse", "HEAD:a.txt"]);
        let story = forged(story, |files| files + &line("src/team.rs", "100644", own, &base));
        let before = story.state();
        let told = story.runs(&["upgrade", "--to", "2.0.0"]);
        is_calm(&told);
        let row = told.rows.iter().find(|it| it.contains("src/team.rs"));
        assert!(
            told.exit == 6 || story.text("src/team.rs") == "the team's\n",
            "{own} {:?}",
            told.rows
        );
        assert!(row.is_some(), "{own} {:?}", told.rows);
        if told.exit == 1 {
            assert_eq!(story.state(), before);
        }
    }
}

// A lock that claims a file of the team's, with its very bytes, makes it one that the golden path has
// dropped: it goes, and that is listed, but nobody is asked.
#[test]
fn a_file_of_the_team_that_a_lock_claims_whole_is_told_when_it_goes() {
    for own in ["managed", "merged", "seeded"] {
        let story = story().edits("src/team.rs", "the team's\n");
        let same = story.git(&["rev-parse", "HEAD:src/team.rs"]);
        let story = forged(story, |files| files + &line("src/team.rs", "100644", own, &same));
        let told = story.runs(&["upgrade", "--to", "2.0.0"]);
        is_calm(&told);
        assert!(told.rows.iter().any(|it| it.contains("src/team.rs")), "{own} {:?}", told.rows);
        assert_eq!(story.git(&["show", "HEAD^:src/team.rs"]), "the team's");
    }
}

#[test]
fn restore_drops_no_edit_that_nobody_committed_whatever_the_lock_says() {
    let story = story()
        .edits("src/team.rs", "the team's\n")
        .writes("src/team.rs", "dirty\n")
        .writes("new.txt", "new\n");
    let base = story.git(&["rev-parse", "HEAD:a.txt"]);
    let lock = story.text("flagstone.lock");
    let lines = line("new.txt", "100644", "managed", &base)
        + &line("src/team.rs", "100644", "managed", &base);
    let story = story.writes("flagstone.lock", lock + &lines);
    let told = story.runs(&["restore", "--all-managed"]);
    assert_eq!(told.exit, 3, "{}", told.json);
    assert_eq!(
        (story.text("src/team.rs"), story.text("new.txt")),
        ("dirty\n".into(), "new\n".into())
    );
}

#[test]
fn bombs_end_at_once() {
    let head = "lockVersion: 1\n";
    for text in [
        "[".repeat(200_000),
        format!("{head}files: {}", "[".repeat(200_000)),
        format!("{head}{}", "- ".repeat(100_000)),
        format!(
            "{head}a: &a [x, x]\n{}",
            (0..40).map(|it| format!("b{it}: &b{it} [*a, *a, *a]\n")).collect::<String>()
        ),
        format!(
            "{head}{}",
            (0..40)
                .map(|it| format!("b{it}: &b{it} [*b{n}, *b{n}]\n", n = it - 1))
                .collect::<String>()
        ),
        "files:\n".to_owned()
            + &"- {path: a, mode: \"100644\", own: merged, blob: \"1\", from: \"a:b\"}\n"
                .repeat(20_000),
        "\u{feff}".to_owned(),
        "a".repeat(3 << 20),
        "\n".repeat(3 << 20),
        format!("<<<<<<< {}", "\x1b[2J".repeat(9)),
        format!("{head}{}: 1\n", "\"\\x1b[2J\""),
        "!!binary 'x'\n--- \n---\n".to_owned(),
        "? {a: b}\n: c\n".to_owned(),
    ] {
        let story = story().edits("flagstone.lock", &text);
        for command in
            [&["upgrade"][..], &["check"], &["diff"], &["why", "a.txt"], &["restore", "a.txt"]]
        {
            let start = std::time::Instant::now();
            let told = story.runs(command);
            assert!(start.elapsed().as_secs() < 20, "{command:?} {:?}", text.get(..60));
            assert!(
                [3, 5].contains(&told.exit),
                "{:?} {command:?} {} {}",
                text.get(..60),
                told.exit,
                told.json
            );
            let said = story.says(command);
            assert!(!said.contains('\x1b') && said.len() < 20_000, "{said:?}");
        }
    }
}

#[test]
fn a_lock_or_a_spec_that_is_a_link_is_not_read() {
    for name in ["flagstone.lock", "flagstone.yaml"] {
        for target in ["../secret", "/dev/zero", "../pipe", "/dev/tty"] {
            let story = story();
            let sandbox = story.sandbox.folder();
            put(&sandbox.join("secret"), format!("{SECRET}: [\n").as_bytes());
            let made = std::process::Command::new("mkfifo").arg(sandbox.join("pipe")).status();
            assert!(made.unwrap().success());
            std::fs::remove_file(story.path(name)).unwrap();
            symlink(target, story.path(name)).unwrap();
            for committed in [false, true] {
                if committed {
                    story.git(&["add", "--all"]);
                    story.git(&["commit", "--quiet", "--message", "x"]);
                }
                for command in [
                    &["upgrade"][..],
                    &["apply"],
                    &["check"],
                    &["diff"],
                    &["why", "a.txt"],
                    &["restore", "a.txt"],
                ] {
                    let said = within(&story, command);
                    assert!(!said.contains(SECRET), "{name} -> {target} {command:?} {said}");
                    // These read the lock of the last commit.
                    let is_old = name == "flagstone.lock"
                        && ["upgrade", "apply"].contains(&command[0])
                        && !committed;
                    assert!(
                        said.starts_with("exit: 3") || said.starts_with("exit: 5") || is_old,
                        "{name} -> {target} {command:?} {said}"
                    );
                }
            }
        }
    }
}

/// What a run says that may hang: it has twenty seconds.
fn within(story: &Story, command: &[&str]) -> String {
    let program = crate::sandbox::program();
    let output = story
        .sandbox
        .command("timeout")
        .arg("20")
        .arg(program)
        .args(command)
        .current_dir(story.path(""))
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let code = output.status.code().unwrap_or(-1);
    format!("exit: {code}\n{}{}", text(&output.stdout), text(&output.stderr))
}
