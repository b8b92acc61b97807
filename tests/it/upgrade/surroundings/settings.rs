//! Settings, attributes and hooks: what a user's git obeys, and what an upgrade does not.

use std::fs;

use crate::{
    sandbox::Sandbox,
    upgrade::story::{Story, put},
};

const BASE: &str = "1\n2\n3\n4\n5\n";
const OURS: &str = "1\n2\n3\n4\nours \t\n";
const THEIRS: &str = "theirs \n2\n3\n4\n5\n";

/// A service whose repository leaves line endings to the user's settings, as a clone does.
fn story() -> Story {
    let story =
        Story::new(&[("a.txt", BASE), ("b.txt", BASE)], &[("a.txt", THEIRS), ("b.txt", BASE)]);
    story.git(&["config", "--unset", "core.autocrlf"]);
    story.git(&["config", "--unset", "core.eol"]);
    story.edits("a.txt", OURS)
}

/// Where a hostile program would leave its trace.
fn has_run(story: &Story) -> bool {
    story.sandbox.folder().join("ran").exists()
}

/// A script that leaves a trace.
fn trap(story: &Story) -> String {
    format!("touch {}/ran; cat", story.sandbox.folder().display())
}

#[test]
fn settings_of_git_change_nothing_in_the_result() {
    let expected = {
        let story = story();
        story.upgrades().is_clean(&["changed a.txt both"]);
        story.git(&["rev-parse", "HEAD^{tree}"])
    };
    for settings in [
        "[apply]\n\twhitespace = error\n",
        "[apply]\n\twhitespace = fix\n[core]\n\twhitespace = trailing-space,cr-at-eol\n",
        "[merge]\n\tconflictStyle = diff3\n\trenames = false\n\tff = only\n",
        "[diff]\n\talgorithm = patience\n\tnoprefix = true\n\trenames = false\n\texternal = false\n",
        "[core]\n\tautocrlf = input\n",
        "[core]\n\tfileMode = false\n\tsafecrlf = true\n",
        "[core]\n\tquotePath = false\n\tprecomposeUnicode = true\n",
        "[commit]\n\tcleanup = verbatim\n\ttemplate = absent\n[core]\n\tcommentChar = F\n",
        "[i18n]\n\tcommitEncoding = ISO-8859-1\n",
    ] {
        let story = story().configured(settings);
        story.upgrades().is_clean(&["changed a.txt both"]);
        assert_eq!(story.git(&["rev-parse", "HEAD^{tree}"]), expected, "{settings}");
        assert!(story.status().is_empty(), "{settings}: {:?}", story.status());
    }
}

#[test]
fn conflict_markers_do_not_depend_on_the_settings() {
    let conflict = |settings: &str| {
        let story = Story::new(&[("a.txt", BASE)], &[("a.txt", THEIRS)])
            .edits("a.txt", "ours\n2\n3\n4\n5\n")
            .configured(settings);
        story.upgrades().conflicts(&["conflict a.txt lines"]);
        story.text("a.txt")
    };
    let expected = conflict("");
    assert!(expected.contains("||||||| base: svc 1.0.0\n1\n"), "{expected}");
    assert_eq!(conflict("[merge]\n\tconflictStyle = merge\n"), expected);
    assert_eq!(conflict("[merge]\n\tdriver = evil\n[rerere]\n\tenabled = true\n"), expected);
}

#[test]
fn with_autocrlf_the_commit_has_lf_and_the_work_tree_crlf() {
    let story = story();
    let expected = {
        story.upgrades().is_clean(&["changed a.txt both"]);
        story.git(&["rev-parse", "HEAD^{tree}"])
    };
    let story = self::story().configured("[core]\n\tautocrlf = true\n");
    story.checks_out();
    assert!(story.text("a.txt").contains("\r\n"));
    story.upgrades().is_clean(&["changed a.txt both"]);
    assert_eq!(story.git(&["rev-parse", "HEAD^{tree}"]), expected);
    assert_eq!(story.text("a.txt"), "theirs \r\n2\r\n3\r\n4\r\nours \t\r\n");
    assert!(story.status().is_empty(), "{:?}", story.status());
}

#[test]
fn attributes_give_the_work_tree_its_line_endings() {
    let story = story().edits(".gitattributes", "* text eol=crlf\n");
    story.checks_out();
    assert!(story.text("a.txt").contains("\r\n"));
    story.upgrades().is_clean(&["changed a.txt both"]);
    assert_eq!(story.text("a.txt"), "theirs \r\n2\r\n3\r\n4\r\nours \t\r\n");
    assert!(!story.git(&["show", "HEAD:a.txt"]).contains('\r'));
    assert!(story.status().is_empty(), "{:?}", story.status());
}

#[test]
fn filters_and_drivers_that_attributes_name_are_never_run() {
    let story = story().edits(
        ".gitattributes",
        "* filter=evil merge=evil diff=evil ident working-tree-encoding=UTF-8\n",
    );
    let trap = trap(&story);
    let settings = format!(
        "[filter \"evil\"]\n\tclean = {trap:?}\n\tsmudge = {trap:?}\n\trequired = true\n\
         [merge \"evil\"]\n\tdriver = {trap:?}\n[diff \"evil\"]\n\tcommand = {trap:?}\n\ttextconv = {trap:?}\n"
    );
    let story = story.configured(&settings);
    let told = story.upgrades();
    assert!(!has_run(&story));
    told.is_clean(&["changed a.txt both"]);
    assert_eq!(story.text("a.txt"), "theirs \n2\n3\n4\nours \t\n");
    // The trap is a good one.
    let story = story.writes("b.txt", "edited\n");
    story.git_ends(&["add", "b.txt"]);
    assert!(has_run(&story));
    let story = Story::new(&[("a.txt", BASE)], &[("a.txt", THEIRS)])
        .edits(".gitattributes", "* filter=evil merge=evil\n")
        .edits("a.txt", "ours\n2\n3\n4\n5\n");
    let trap = self::trap(&story);
    let settings = format!(
        "[filter \"evil\"]\n\tclean = {trap:?}\n\tsmudge = {trap:?}\n[merge \"evil\"]\n\tdriver = {trap:?}\n"
    );
    let story = story.configured(&settings);
    story.upgrades().conflicts(&["conflict a.txt lines"]);
    assert!(!has_run(&story));
    assert_eq!(story.runs(&["upgrade", "--abort"]).exit, 0);
    assert!(!has_run(&story));
}

#[test]
fn programs_in_the_repositorys_own_configuration_are_never_run() {
    let story = story();
    let trap = trap(&story);
    for key in ["core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "diff.external"] {
        story.git(&["config", key, &trap]);
    }
    story.upgrades().is_clean(&["changed a.txt both"]);
    assert!(!has_run(&story));
}

#[test]
fn hooks_are_never_run() {
    let story = story();
    let script = format!("#!/bin/sh\n{}\nexit 1\n", trap(&story));
    let hooks = [
        "pre-commit",
        "prepare-commit-msg",
        "commit-msg",
        "post-commit",
        "post-checkout",
        "post-merge",
        "pre-merge-commit",
        "post-rewrite",
        "post-index-change",
        "reference-transaction",
        "pre-auto-gc",
    ];
    for hook in hooks {
        let path = story.path(".git/hooks").join(hook);
        put(&path, script.as_bytes());
        fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    }
    let told = story.upgrades();
    assert!(!has_run(&story));
    told.is_clean(&["changed a.txt both"]);
    // The trap is a good one.
    story.git_ends(&["commit", "--quiet", "--allow-empty", "--message", "x"]);
    assert!(has_run(&story));
}

#[test]
fn without_an_identity_the_commit_is_ours_and_the_mending_is_told() {
    let story = story();
    let parent = story.git(&["rev-parse", "HEAD"]);
    let story = story.in_sandbox(Sandbox::without_identity);
    let said = story.says(&["upgrade", "--to", "2.0.0"]);
    assert!(said.starts_with("exit: 0") && said.contains("git config"), "{said}");
    assert_eq!(story.git(&["log", "-1", "--format=%an <%ae>"]), "flagstone <flagstone@localhost>");
    assert_eq!(story.git(&["rev-parse", "HEAD^"]), parent);
}

#[test]
fn the_author_is_whom_the_environment_names() {
    let story = story().in_sandbox(|sandbox| {
        sandbox
            .variable("GIT_AUTHOR_NAME", "Grace Hopper")
            .variable("GIT_AUTHOR_EMAIL", "grace@example.com")
            .variable("GIT_AUTHOR_DATE", "2024-02-29T12:00:00+01:00")
    });
    story.upgrades().is_clean(&["changed a.txt both"]);
    let shown = story.git(&["log", "-1", "--format=%an|%cn|%aI"]);
    assert_eq!(shown, "Grace Hopper|Ada Lovelace|2024-02-29T12:00:00+01:00");
}

/// A service whose team signs every commit with an ssh key.
fn signed(story: Story) -> Story {
    let folder = story.sandbox.folder().display().to_string();
    let key = format!("{folder}/key");
    let made =
        story.sandbox.program_output("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", &key]);
    assert!(made.starts_with("exit: 0"), "{made}");
    let public = fs::read_to_string(format!("{key}.pub")).unwrap();
    let signers = format!("{folder}/signers");
    put(signers.as_ref(), format!("ada@example.com {public}").as_bytes());
    story.configured(&format!(
        "\tsigningKey = {key}\n[commit]\n\tgpgSign = true\n[gpg]\n\tformat = ssh\n[gpg \"ssh\"]\n\tallowedSignersFile = {signers}\n"
    ))
}

fn is_signed(story: &Story) {
    let verified = story.git(&["verify-commit", "HEAD"]);
    assert!(verified.contains("Good \"git\" signature for ada@example.com"), "{verified}");
}

#[test]
fn a_team_that_signs_gets_a_signed_commit() {
    let story = signed(story());
    story.upgrades().is_clean(&["changed a.txt both"]);
    is_signed(&story);
}

#[test]
fn a_team_that_signs_gets_a_signed_commit_after_conflicts_too() {
    for end in ["flagstone", "git"] {
        let story = Story::new(&[("a.txt", BASE)], &[("a.txt", THEIRS)])
            .edits("a.txt", "ours\n2\n3\n4\n5\n");
        let story = signed(story);
        story.upgrades().conflicts(&["conflict a.txt lines"]);
        let story = story.writes("a.txt", "both\n2\n3\n4\n5\n");
        story.git(&["add", "a.txt"]);
        match end {
            "git" => drop(story.git(&["cherry-pick", "--continue"])),
            _ => assert_eq!(story.runs(&["upgrade", "--continue"]).exit, 0),
        }
        is_signed(&story);
    }
}

#[test]
fn without_the_key_nothing_is_written() {
    let story = signed(story());
    fs::remove_file(story.sandbox.folder().join("key")).unwrap();
    let before = story.state();
    let told = story.upgrades();
    assert_eq!(told.exit, 5, "{}", told.json);
    assert_eq!(story.state(), before);
}

#[test]
fn attributes_that_the_new_version_brings_hold_for_what_it_writes() {
    let after = [(".gitattributes", "* text=auto eol=crlf\n"), ("a.txt", THEIRS), ("b.txt", BASE)];
    let story = Story::new(&[("a.txt", BASE), ("b.txt", BASE)], &after);
    story.upgrades().is_clean(&["added .gitattributes new", "changed a.txt golden-path"]);
    assert_eq!(story.text("a.txt"), THEIRS.replace('\n', "\r\n"));
    assert_eq!(story.git(&["show", "HEAD:a.txt"]), THEIRS.trim_end());
    assert!(story.status().is_empty(), "{:?}", story.status());
}

#[test]
fn a_branch_is_signed_too() {
    let story = signed(story());
    let told = story.runs(&["upgrade", "--to", "2.0.0", "--branch", "up"]);
    told.is_clean(&["changed a.txt both"]);
    story.git(&["checkout", "--quiet", "up"]);
    is_signed(&story);
}
