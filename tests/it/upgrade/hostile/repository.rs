//! Repositories that somebody prepared.

use std::{fs, os::unix::fs::symlink};

use super::is_calm;
use crate::upgrade::{
    manifest::ruled,
    story::{Story, put},
};

const BASE: &str = "1\n2\n3\n4\n5\n";
const THEIRS: &str = "theirs\n2\n3\n4\n5\n";

fn story() -> Story {
    let rule = ruled(&["match: m.txt, ownership: managed"]);
    Story::with(
        (&rule, &[("a.txt", BASE), ("d/b.txt", BASE), ("m.txt", BASE)]),
        (
            &rule,
            &[("a.txt", THEIRS), ("d/b.txt", THEIRS), ("d/e/new.txt", THEIRS), ("m.txt", THEIRS)],
        ),
    )
}

const COMMANDS: [&[&str]; 7] = [
    &["upgrade", "--to", "2.0.0", "--dry-run", "-v"],
    &["check", "--fail-on", "warn"],
    &["diff", "--seeded"],
    &["why", "a.txt"],
    &["restore", "--all-managed", "--yes"],
    &["upgrade", "--to", "2.0.0", "--yes", "--branch", "up"],
    &["upgrade", "--to", "2.0.0", "--yes"],
];

/// Everything in a folder outside of the service, to be found as it was.
fn outside(story: &Story) -> String {
    story.sandbox.tree_of("outside")
}

fn with_outside(story: Story) -> Story {
    let outside = story.sandbox.folder().join("outside");
    put(&outside.join("b.txt"), b"outside\n");
    put(&outside.join("update/x.txt"), b"outside\n");
    put(&outside.join("pending/x.txt"), b"outside\n");
    put(&outside.join("kept/x.txt"), b"outside\n");
    put(&outside.join("new/0"), b"outside\n");
    put(&outside.join("old/0"), b"outside\n");
    story
}

#[test]
fn a_folder_that_is_a_link_is_not_written_through() {
    let story = with_outside(story());
    fs::remove_dir_all(story.path("d")).unwrap();
    symlink("../outside", story.path("d")).unwrap();
    let before = outside(&story);
    for commits in [false, true] {
        if commits {
            story.git(&["add", "--all"]);
            story.git(&["commit", "--quiet", "--message", "x"]);
        }
        for command in COMMANDS {
            is_calm(&story.runs(command));
            assert_eq!(outside(&story), before, "{command:?}");
        }
    }
}

#[test]
fn what_is_no_file_at_the_place_of_one_is_no_trap() {
    for path in ["a.txt", "m.txt", "d/e"] {
        for kind in ["pipe", "socket", "zero"] {
            let story = story();
            let _ = fs::remove_file(story.path(path));
            let at = story.path(path);
            match kind {
                "pipe" => assert!(
                    std::process::Command::new("mkfifo").arg(&at).status().unwrap().success()
                ),
                "socket" => {
                    // The path of a socket is short.
                    let short =
                        std::env::temp_dir().join(format!("flagstone-{}", std::process::id()));
                    let _ = fs::remove_file(&short);
                    drop(std::os::unix::net::UnixListener::bind(&short).unwrap());
                    if fs::rename(&short, &at).is_err() {
                        fs::remove_file(short).unwrap();
                        continue;
                    }
                }
                _ => symlink("/dev/zero", &at).unwrap(),
            }
            for command in COMMANDS {
                let (exit, said) = within(&story, command);
                assert!([0, 1, 3, 5, 6].contains(&exit), "{path} {kind} {command:?} {exit} {said}");
                assert!(!said.contains("panicked"), "{said}");
            }
        }
    }
}

#[test]
fn our_folder_in_gits_that_is_a_link_is_not_followed() {
    for name in
        ["flagstone", "flagstone/update", "flagstone/pending", "flagstone/kept", "flagstone/lock"]
    {
        let story = with_outside(story());
        let at = story.path(".git").join(name);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        let _ = fs::remove_dir_all(&at);
        let _ = fs::remove_file(&at);
        symlink("../../outside", &at).or_else(|_| symlink("../outside", &at)).unwrap();
        if name == "flagstone" {
            fs::remove_file(&at).unwrap();
            symlink("../../outside", &at).unwrap();
        } else {
            fs::remove_file(&at).unwrap();
            symlink("../../../outside", &at).unwrap();
        }
        let before = outside(&story);
        for command in COMMANDS {
            is_calm(&story.runs(command));
            assert_eq!(outside(&story), before, "{name} {command:?}");
        }
        is_calm(&story.runs(&["upgrade", "--abort"]));
        is_calm(&story.runs(&["upgrade", "--continue"]));
        assert_eq!(outside(&story), before, "{name}");
    }
}

fn zeros(text: &str) -> String {
    text.replace("ID", &"1".repeat(40))
}

#[test]
fn a_forged_record_of_a_run_reaches_nothing_outside() {
    for aim in [
        "files",
        "commit ID refs/heads/../../../../outside/b.txt",
        "commit ID ../outside/b.txt",
        "conflict ID ID",
        "commit ID HEAD",
    ] {
        for line in [
            "moved 1,1,1,1 - ../outside/b.txt",
            "moved - 1,1,1,1 ../outside/b.txt",
            "made ../outside",
            "emptied 777 ../outside",
            "made .git",
            "emptied 777 .git/hooks",
            "moved - 1,1,1,1 .git/hooks/post-commit",
            "moved 1,1,1,1 - l/b.txt",
            "moved 1,1,1,1 - l/fresh.txt",
            "moved - 1,1,1,1 l/b.txt",
            "made l",
            "made l/update",
            "emptied 777 l/empty",
            "moved 1,1,1,1 - a.txt",
            "moved - 99999999999999999999,1,1,1 a.txt",
            "nonsense",
        ] {
            for home in ["update", "pending"] {
                let story = with_outside(story());
                symlink("../outside", story.path("l")).unwrap();
                let folder = story.path(".git/flagstone").join(home);
                put(&folder.join("old/0"), b"forged\n");
                put(&folder.join("new/7"), b"forged\n");
                put(&folder.join("aborted"), b"");
                put(
                    &folder.join("record"),
                    format!("flagstone record 1\n{}\n{line}\nend\n", zeros(aim)).as_bytes(),
                );
                let before = (
                    outside(&story),
                    story.text(".git/config"),
                    fs::read_dir(story.path(".git/hooks")).map_or(0, Iterator::count),
                );
                let told = story.upgrades();
                is_calm(&told);
                let after = (
                    outside(&story),
                    story.text(".git/config"),
                    fs::read_dir(story.path(".git/hooks")).map_or(0, Iterator::count),
                );
                assert_eq!(after, before, "{aim} {line} {home}");
            }
        }
    }
}

#[test]
fn stores_of_a_record_that_are_links_are_not_followed() {
    for (name, target) in [
        ("old", "../../../../outside"),
        ("new", "../../../../outside"),
        ("index", "../../../../outside/b.txt"),
        ("record", "../../../../outside/b.txt"),
    ] {
        let story = with_outside(story());
        let folder = story.path(".git/flagstone/update");
        put(
            &folder.join("record"),
            b"flagstone record 1\nfiles\nmoved 1,1,1,1 1,1,1,1 a.txt\nend\n",
        );
        fs::create_dir(folder.join("old")).unwrap();
        fs::create_dir(folder.join("new")).unwrap();
        let _ = fs::remove_dir(folder.join(name));
        let _ = fs::remove_file(folder.join(name));
        symlink(target, folder.join(name)).unwrap();
        let before = outside(&story);
        is_calm(&story.upgrades());
        assert_eq!(outside(&story), before, "{name}");
        assert!(!story.text("a.txt").contains("outside"), "{name} {}", story.text("a.txt"));
    }
}

#[test]
fn a_store_beside_that_somebody_made_is_not_taken_for_ours() {
    let story = with_outside(story());
    put(&story.path(".git/flagstone/update/.flagstone-upgrade"), b"");
    symlink("../outside", story.path(".flagstone-upgrade")).unwrap();
    let before = outside(&story);
    is_calm(&story.upgrades());
    assert_eq!(outside(&story), before);
    let story = with_outside(self::story());
    put(&story.path(".flagstone-upgrade/mine.txt"), b"mine\n");
    is_calm(&story.upgrades());
    assert_eq!(story.text(".flagstone-upgrade/mine.txt"), "mine\n");
}

#[test]
fn a_mark_of_ours_that_names_something_else_does_no_harm() {
    for value in ["HEAD", "HEAD^{tree}", "HEAD:a.txt"] {
        let story = story().edits("a.txt", "ours\n2\n3\n4\n5\n");
        let id = story.git(&["rev-parse", value]);
        put(&story.path(".git/refs/worktree/flagstone/pending"), format!("{id}\n").as_bytes());
        put(&story.path(".git/CHERRY_PICK_HEAD.x"), b"");
        let before = story.git(&["rev-parse", "HEAD"]);
        is_calm(&story.runs(&["upgrade", "--abort"]));
        is_calm(&story.runs(&["upgrade", "--continue"]));
        assert_eq!(story.git(&["rev-parse", "HEAD"]), before);
        let told = story.upgrades();
        is_calm(&told);
        if told.exit == 6 {
            assert_eq!(story.runs(&["upgrade", "--abort"]).exit, 0);
            assert_eq!(story.text("a.txt"), "ours\n2\n3\n4\n5\n");
        }
    }
    for text in ["nonsense", "ref: refs/heads/main\n", "ref: ../../../../outside/b.txt\n", ""] {
        let story = with_outside(story());
        put(&story.path(".git/refs/worktree/flagstone/pending"), text.as_bytes());
        let before = outside(&story);
        is_calm(&story.upgrades());
        assert_eq!(outside(&story), before);
        put(&story.path(".git/CHERRY_PICK_HEAD"), text.as_bytes());
        for command in COMMANDS {
            is_calm(&story.runs(command));
        }
        is_calm(&story.runs(&["upgrade", "--abort"]));
    }
}

#[test]
fn programs_of_the_repositorys_own_configuration_do_not_run() {
    for key in [
        "gpg.program",
        "gpg.ssh.program",
        "gpg.x509.program",
        "gpg.ssh.defaultKeyCommand",
        "core.fsmonitor",
        "core.sshCommand",
        "core.hooksPath",
        "core.pager",
        "core.editor",
        "core.askPass",
        "credential.helper",
        "filter.evil.clean",
        "filter.evil.process",
        "merge.evil.driver",
        "diff.evil.textconv",
        "core.alternateRefsCommand",
        "alias.commit",
        "sequence.editor",
        "trailer.x.command",
        "uploadpack.packObjectsHook",
        "remote.origin.vcs",
    ] {
        for format in ["openpgp", "ssh", "x509"] {
            if !key.starts_with("gpg") && format != "ssh" {
                continue;
            }
            let story = story().edits(".gitattributes", "* filter=evil merge=evil diff=evil\n");
            let ran = story.sandbox.folder().join("ran");
            let script = story.sandbox.folder().join("script");
            put(
                &script,
                format!("#!/bin/sh\ntouch {}\necho 'key::ssh-ed25519 AAAA'\ncat\n", ran.display())
                    .as_bytes(),
            );
            fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755))
                .unwrap();
            let hooks = story.sandbox.folder().join("hooks");
            for hook in ["pre-commit", "post-index-change", "reference-transaction", "fsmonitor"] {
                fs::create_dir_all(&hooks).unwrap();
                fs::copy(&script, hooks.join(hook)).unwrap();
            }
            let value = if key == "core.hooksPath" { &hooks } else { &script };
            story.git(&["config", key, value.to_str().unwrap()]);
            story.git(&["config", "commit.gpgSign", "true"]);
            story.git(&["config", "gpg.format", format]);
            if key != "gpg.ssh.defaultKeyCommand" {
                story.git(&["config", "user.signingKey", "key::ssh-ed25519 AAAA"]);
            }
            for command in COMMANDS {
                is_calm(&story.runs(command));
            }
            assert!(!ran.exists(), "{key} {format}");
        }
    }
}

#[test]
fn a_broken_index_ends_every_run_with_words() {
    type Break = fn(&mut Vec<u8>);
    let breaks: [Break; 8] = [
        |it| it.truncate(40),
        |it| it.clear(),
        |it| it[7] = 9,
        |it| it[8..12].copy_from_slice(&[0xff; 4]),
        |it| it.extend([0; 1000]),
        |it| {
            let at = it.len() / 2;
            it[at] ^= 0xff;
        },
        |it| it[72] ^= 0x7f,
        |it| *it = b"DIRC\0\0\0\x04\x7f\xff\xff\xff".to_vec(),
    ];
    for (number, break_it) in breaks.iter().enumerate() {
        let story = story();
        let mut bytes = fs::read(story.path(".git/index")).unwrap();
        break_it(&mut bytes);
        fs::write(story.path(".git/index"), &bytes).unwrap();
        for command in COMMANDS {
            let (exit, said) = within(&story, command);
            assert!([0, 1, 3, 5, 6].contains(&exit), "{number} {command:?} {exit} {said}");
        }
    }
}

#[test]
fn git_folders_that_lead_elsewhere_end_every_run_with_words() {
    for text in [
        "gitdir: ../outside\n",
        "gitdir: /dev\n",
        "gitdir: .\n",
        "gitdir: .git\n",
        "gitdir: \n",
        "gitdir: ../nothing\n",
        "nonsense\n",
        "gitdir: ../outside\ngitdir: ../x\n",
        "",
    ] {
        let story = with_outside(story());
        fs::rename(story.path(".git"), story.sandbox.folder().join("kept-git")).unwrap();
        put(&story.path(".git"), text.as_bytes());
        let before = outside(&story);
        for command in COMMANDS {
            let (exit, said) = within(&story, command);
            assert!([3, 5].contains(&exit), "{text} {command:?} {exit} {said}");
        }
        assert_eq!(outside(&story), before);
    }
    for target in ["pipe", "loop"] {
        let story = story();
        fs::rename(story.path(".git"), story.sandbox.folder().join("kept-git")).unwrap();
        match target {
            "pipe" => assert!(
                std::process::Command::new("mkfifo")
                    .arg(story.path(".git"))
                    .status()
                    .unwrap()
                    .success()
            ),
            _ => symlink(".git", story.path(".git")).unwrap(),
        }
        for command in COMMANDS {
            let (exit, said) = within(&story, command);
            assert!([3, 5].contains(&exit), "{target} {command:?} {exit} {said}");
        }
    }
}

#[test]
fn odd_alternates_and_work_trees_end_with_words_or_are_of_no_effect() {
    for alternate in
        ["/dev/zero", "/proc/self/fd", "../objects", "../../../outside", "\"\\", &"x/".repeat(5000)]
    {
        let story = with_outside(story());
        put(&story.path(".git/objects/info/alternates"), format!("{alternate}\n").as_bytes());
        let before = outside(&story);
        for command in COMMANDS {
            let (exit, said) = within(&story, command);
            assert!([0, 1, 3, 5].contains(&exit), "{alternate} {command:?} {exit} {said}");
        }
        assert_eq!(outside(&story), before);
    }
    for tree in ["../outside", "/", "../../..", "nothing"] {
        let story = with_outside(story());
        let bytes = story.text(".git/config");
        put(
            &story.path(".git/config"),
            format!("{bytes}\n[core]\n\tworktree = {tree}\n").as_bytes(),
        );
        let before = outside(&story);
        for command in COMMANDS {
            let (exit, said) = within(&story, command);
            assert!([3, 5].contains(&exit), "{tree} {command:?} {exit} {said}");
        }
        assert_eq!(outside(&story), before);
    }
}

#[test]
fn a_submodule_where_the_golden_path_writes_is_in_the_way() {
    let story = story();
    let head = story.git(&["rev-parse", "HEAD"]);
    put(
        &story.path(".gitmodules"),
        b"[submodule \"x\"]\n\tpath = d/e\n\turl = --upload-pack=touch x\n\tupdate = !touch ran\n",
    );
    story.git(&["add", ".gitmodules"]);
    story.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{head},d/e")]);
    story.git(&["commit", "--quiet", "--message", "x"]);
    for command in COMMANDS {
        let told = story.runs(command);
        is_calm(&told);
    }
    assert_eq!(story.text("d/e/new.txt"), "(none)");
    assert!(!story.path("ran").exists());
}

/// What a run that may hang comes to: it has twenty seconds.
fn within(story: &Story, command: &[&str]) -> (i32, String) {
    let output = story
        .sandbox
        .command("timeout")
        .arg("20")
        .arg(crate::sandbox::program())
        .args(command)
        .current_dir(story.path(""))
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout) + &text(&output.stderr))
}
