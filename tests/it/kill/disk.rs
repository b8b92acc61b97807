//! Disks that are full or read-only, limits on files, streams that are full or closed.

use std::{
    env, fs,
    path::Path,
    process::{Command, Output, Stdio},
};

use super::{
    place::{Found, Here, Place, State},
    strace::{self, Victim as _, skipped},
};
use crate::sandbox::program;

const ALONE: &str = "FLAGSTONE_TEST_OWN_DISKS";

/// How one may get disks of one's own: as root, as root of a namespace, or by leave.
const NAMESPACES: [&[&str]; 3] = [
    &["unshare", "--mount"],
    &["unshare", "--map-root-user", "--mount"],
    &["sudo", "--non-interactive", "--preserve-env", "unshare", "--mount"],
];

/// Runs a test once more where disks can be made that no one else sees.
fn with_own_disks(name: &str, test: fn()) {
    if env::var_os(ALONE).is_some() {
        return test();
    }
    let may_mount = |namespace: &&&[&str]| {
        let (program, options) = namespace.split_first().unwrap();
        let mut command = Command::new(program);
        command.args(options.iter()).args(["mount", "-t", "tmpfs", "none", "/mnt"]);
        command.output().is_ok_and(|it| it.status.success())
    };
    let Some((program, options)) =
        NAMESPACES.iter().find(may_mount).and_then(|it| it.split_first())
    else {
        skipped("no disk can be made here");
        return;
    };
    let mut command = Command::new(program);
    command.args(options.iter()).arg(env::current_exe().unwrap());
    command.args(["--exact", &format!("kill::disk::{name}"), "--nocapture"]).env(ALONE, "1");
    let Output { status, stdout, stderr } = command.output().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(status.success() && stdout.contains("1 passed"), "{stdout}{stderr}");
    stdout.lines().filter(|it| it.starts_with("kill-points: ")).for_each(|it| println!("{it}"));
}

fn mount(options: &str, folder: &Path) {
    let mut command = Command::new("mount");
    let output = command.args(["-t", "tmpfs", "-o", options, "none"]).arg(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A place on a disk that only this test has; it goes with the namespace.
struct OwnDisk {
    here: Here,
    place: Place,
}

impl OwnDisk {
    fn new(place: Place, options: &str) -> Self {
        let own = Self { here: Here::new(place), place };
        mount(options, &own.root());
        own
    }

    fn root(&self) -> std::path::PathBuf {
        match self.place {
            Place::Disk => self.here.target(),
            _ => self.here.folder(),
        }
    }

    /// The disk gets space, and may be written.
    fn mend(&self) {
        mount("remount,rw,size=16m,nr_inodes=1000", &self.root());
    }
}

impl Drop for OwnDisk {
    fn drop(&mut self) {
        let _gone_with_us = Command::new("umount").arg(self.root()).output();
    }
}

/// A run that failed has said so and left nothing, and the next one does its work.
fn must_be_all_or_nothing(here: &Here, output: &Output, label: &str) -> State {
    let stderr = String::from_utf8_lossy(&output.stderr);
    strace::explained(&format!("{label}\n{stderr}"), || {
        let Found { state, leftover } = here.look();
        match state {
            State::Whole => assert_eq!(output.status.code(), Some(0)),
            State::Nothing => {
                assert_eq!(output.status.code(), Some(5));
                assert!(stderr.starts_with("error: "));
            }
            State::Loose => panic!("loose files"),
        }
        assert!(!leftover, "a leftover");
        state
    })
    .expect("it is all or nothing")
}

fn on_disks(what: &str, options: impl Iterator<Item = String>) {
    let (mut nothing, mut whole) = (0, 0);
    for options in options {
        for place in [Place::OnDisk, Place::Disk] {
            let disk = OwnDisk::new(place, &options);
            let label = format!("{place:?} with {options}");
            match must_be_all_or_nothing(&disk.here, &disk.here.run(), &label) {
                State::Whole => whole += 1,
                State::Nothing | State::Loose => {
                    nothing += 1;
                    disk.mend();
                    let found = disk.here.look();
                    strace::explained(&label, || disk.here.must_recover(&found))
                        .expect("it recovers");
                }
            }
        }
    }
    assert!(nothing > 0, "{what}: no disk was too small");
    println!("kill-points: {what}: {nothing} left nothing, {whole} the whole");
}

#[test]
fn a_full_disk() {
    with_own_disks("a_full_disk", || {
        let sizes = (1..=32).map(|pages| format!("size={}k", pages * 4));
        on_disks("a full disk", sizes);
        on_disks(
            "a disk without inodes",
            (1..=48).map(|inodes| format!("size=1m,nr_inodes={inodes}")),
        );
    });
}

#[test]
fn a_read_only_folder() {
    with_own_disks("a_read_only_folder", || {
        on_disks("a read-only disk", ["size=1m,ro".to_owned()].into_iter());
        let disk = OwnDisk::new(Place::OnDisk, "size=1m,ro");
        insta::assert_snapshot!(shown(&disk.here, &disk.here.run()), @"
        exit: 5
        --- stdout

        --- stderr
        error: failed to make a folder in `<sandbox>/disk`

        Caused by:
            Read-only file system (os error 30)

        help: see to free space and permissions there; nothing was left behind
        ");
    });
}

/// A limit on the size of files ends a program that does not know better by a signal.
#[test]
fn a_limit_on_the_size_of_files() {
    let mut least = 0;
    for limit in (0..4096).step_by(256) {
        for place in [Place::Free, Place::Itself] {
            let here = Here::new(place);
            let mut command = here.command("prlimit");
            command.arg(format!("--fsize={limit}")).arg(program()).args(here.arguments());
            let output = command.stdin(Stdio::null()).output().unwrap();
            let label = format!("{place:?} with files up to {limit} bytes");
            match must_be_all_or_nothing(&here, &output, &label) {
                State::Whole => {}
                State::Nothing | State::Loose => least = limit,
            }
        }
    }
    assert!((1024..4096).contains(&least), "{least}");
}

fn shown(here: &Here, output: &Output) -> String {
    let text = |bytes: &[u8]| here.redacted(String::from_utf8_lossy(bytes).trim_end());
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    format!("exit: {}\n--- stdout\n{out}\n--- stderr\n{err}", output.status.code().unwrap())
}

/// Runs the program through a shell that redirects its streams.
fn redirected(here: &Here, redirection: &str, more: &[&str]) -> Output {
    let mut command = here.command("sh");
    command.args(["-c", &format!("exec \"$@\" {redirection}"), "sh"]).arg(program());
    command.args(here.arguments()).args(more).stdin(Stdio::null()).output().unwrap()
}

#[test]
fn a_result_that_cannot_be_written_says_that_the_repository_was_made() {
    let here = Here::new(Place::Free);
    let output = redirected(&here, "> /dev/full", &["--format", "json"]);
    insta::assert_snapshot!(shown(&here, &output), @"
    exit: 5
    --- stdout

    --- stderr
    error: failed to write to the standard output

    Caused by:
        No space left on device (os error 28)

    help: the repository is complete in `orders`
    ");
    assert!(matches!(here.look(), Found { state: State::Whole, leftover: false }));
}

#[test]
fn a_mistake_that_cannot_be_written_as_json_is_told_to_people() {
    let here = Here::new(Place::Free);
    fs::write(here.target(), "").unwrap();
    let output = redirected(&here, "> /dev/full", &["--format", "json"]);
    insta::assert_snapshot!(shown(&here, &output), @"
    exit: 3
    --- stdout

    --- stderr
    error: `<sandbox>/orders` is a file

    help: name a folder that is empty or does not exist yet; nothing was written
    ");
}

#[test]
fn streams_that_nobody_reads_change_nothing() {
    for redirection in [">&-", "2>&-", ">&- 2>&-", "2> /dev/full", "> /dev/full 2> /dev/full"] {
        let here = Here::new(Place::Free);
        let output = redirected(&here, redirection, &[]);
        assert!(output.status.success(), "{redirection}");
        assert!(matches!(here.look(), Found { state: State::Whole, leftover: false }));
    }
}

#[test]
fn the_first_git_status_opens_no_file_of_the_work_tree() {
    if !strace::is_here() {
        return;
    }
    for place in [Place::Free, Place::Empty, Place::Itself, Place::SeveralThreads] {
        let here = Here::new(place);
        assert!(here.run().status.success());
        let mut command = here.command("strace");
        command.args(["-f", "-qq", "-e", "trace=?open,openat,openat2", "-o"]).arg(here.log());
        command.args(["git", "-C"]).arg(here.target()).args(["status", "--porcelain"]);
        let output = command.output().unwrap();
        assert!(output.status.success() && output.stdout.is_empty());
        let log = fs::read_to_string(here.log()).unwrap();
        assert!(log.contains(".git/index\""), "{log}");
        let files =
            ["ABOUT", "README.md", "bin/run", "app.toml", "flagstone.lock", "flagstone.yaml"];
        let opened =
            log.lines().find(|line| files.iter().any(|it| line.contains(&format!("{it}\""))));
        assert_eq!(opened, None, "{place:?}");
    }
}
