//! Runs that are killed at any system call that changes something.

use std::process::Stdio;

use super::{conflict::*, *};

const VICTIM: &str = "FLAGSTONE_TEST_UPDATE_VICTIM";

/// What is killed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Act {
    Commit,
    Leave,
    Abort,
    Finish,
}

impl Act {
    const ALL: [(&'static str, Self); 4] = [
        ("commit", Self::Commit),
        ("leave", Self::Leave),
        ("abort", Self::Abort),
        ("finish", Self::Finish),
    ];

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, act)| *act == self).unwrap().0
    }

    /// Brings a bench to where the act begins.
    fn prepare(self, bench: &Bench) {
        match self {
            Self::Commit | Self::Leave => {}
            Self::Abort => drop(Case::of(bench).leave(bench).unwrap()),
            Self::Finish => {
                Case::of(bench).leave(bench).unwrap();
                resolve(bench);
            }
        }
    }

    fn run(self, bench: &Bench) {
        match self {
            Self::Commit => {
                let case = Case::of(bench);
                let mut changes = case.changes;
                changes.values_mut().for_each(|change| change.sides = None);
                bench.land_changes(&changes).unwrap();
            }
            Self::Leave => drop(Case::of(bench).leave(bench).unwrap()),
            Self::Abort => drop(bench.open().begin().unwrap().abort_pending().unwrap()),
            Self::Finish => drop(finish(bench).unwrap()),
        }
    }
}

/// Not a test by itself: the others start this program again with the variable set.
#[test]
fn victim() {
    let Ok(wish) = std::env::var(VICTIM) else { return };
    let (act, folder) = wish.split_once(':').unwrap();
    let act = Act::ALL.iter().find(|(name, _)| *name == act).unwrap().1;
    let folder = tempfile::TempDir::new_in(folder).unwrap();
    let around = folder.path().parent().unwrap().to_owned();
    let bench = Bench { folder, name: "../orders" };
    assert!(bench.root().starts_with(around));
    act.run(&bench);
}

/// Runs the act in another process, with an effect on its n-th call of this name. Whether it came to
/// its end.
fn strike(act: Act, bench: &Bench, call: &str, effect: &str, when: usize) -> bool {
    let inject = format!("inject={call}:{effect}:when={when}");
    let program = std::env::current_exe().unwrap();
    let status = Command::new("strace")
        .args(["-f", "-qq", "-o", "/dev/null", "-e", &inject])
        .arg(program)
        .args(["--exact", "repo::existing::tests::killed::victim"])
        .env(VICTIM, format!("{}:{}", act.name(), bench.folder.path().display()))
        .env("TMPDIR", bench.folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.unwrap().success()
}

/// Calls that change something: a sample of them, for all would take a minute. All were tried once,
/// each at every one of its calls, and with them `unlinkat`, `rmdir`, `mkdir`,
/// `fchmod`, `utimensat`, `write` and `copy_file_range`.
const CALLS: [&str; 6] = ["rename", "renameat", "renameat2", "unlink", "linkat", "fsync"];
const STEP: usize = 2;

/// Kills the act at the changes that it makes, and looks at what the next run makes of it.
fn sweep(act: Act) {
    if !crate::repo::tests::has("strace") {
        return;
    }
    let mut endings = [0, 0];
    for call in CALLS {
        let mut when = 1;
        while !is_survived(act, call, when, &mut endings) {
            when += STEP;
        }
    }
    let [before, after] = endings;
    eprintln!("{act:?}: {before} times as before, {after} times as after");
    assert!(before + after > 3);
}

/// Whether the act makes fewer calls of this name, and so comes to its end.
fn is_survived(act: Act, call: &str, when: usize, endings: &mut [usize; 2]) -> bool {
    let name = format!("{act:?} {call} {when}");
    let bench = service();
    bench.write("team.txt", "disjoint edit\n");
    act.prepare(&bench);
    let before = bench.snapshot();
    if strike(act, &bench, call, "signal=KILL", when) {
        return true;
    }
    let repository = bench.open();
    let recovered = repository.begin().unwrap().recovered().clone();
    assert_eq!(recovered.kept, [], "{name}");
    let now = bench.snapshot();
    if now == before {
        endings[0] += 1;
        act.run(&bench);
    } else {
        let is_undone = act != Act::Abort && recovered.ending == Some(Ending::Undone);
        assert!(!is_undone, "{name}\n{now}\n{before}");
        endings[1] += 1;
    }
    check_end(act, &bench, &name);
    assert_eq!(bench.git(&["fsck", "--no-progress", "--no-dangling"]), "", "{name}");
    false
}

/// The act has come to its end, whoever brought it there.
fn check_end(act: Act, bench: &Bench, name: &str) {
    let status = bench.status();
    let count = bench.git(&["rev-list", "--count", "HEAD"]);
    match act {
        Act::Commit => {
            assert_eq!((status.as_str(), count.as_str()), (" M team.txt\n", "3\n"), "{name}");
        }
        Act::Abort => {
            assert_eq!((status.as_str(), count.as_str()), (" M team.txt\n", "2\n"), "{name}");
        }
        Act::Finish => {
            assert_eq!((status.as_str(), count.as_str()), (" M team.txt\n", "3\n"), "{name}");
        }
        Act::Leave => {
            assert!(status.contains("UU README.md\n"), "{name}: {status}");
            bench.open().begin().unwrap().abort_pending().unwrap();
            assert_eq!(bench.status(), " M team.txt\n", "{name}");
            assert_eq!(bench.read("binary"), "ours\0");
        }
    }
}

#[test]
fn a_commit_that_is_killed_is_undone_or_finished_by_the_next_run() {
    sweep(Act::Commit);
}

#[test]
fn a_conflict_that_is_killed_is_undone_or_finished_by_the_next_run() {
    sweep(Act::Leave);
}

#[test]
fn an_abort_that_is_killed_is_finished_by_the_next_run() {
    sweep(Act::Abort);
}

#[test]
fn an_end_that_is_killed_is_undone_or_finished_by_the_next_run() {
    sweep(Act::Finish);
}

#[test]
fn a_move_that_is_refused_anywhere_undoes_all_of_it() {
    if !crate::repo::tests::has("strace") {
        return;
    }
    for act in [Act::Commit, Act::Leave] {
        for call in ["renameat2", "mkdirat"] {
            for when in 1.. {
                let bench = service();
                let before = bench.snapshot();
                if strike(act, &bench, call, "error=EACCES", when) {
                    break;
                }
                assert_eq!(bench.snapshot(), before, "{act:?} {call} {when}");
                let own: Vec<_> = fs::read_dir(bench.path(".git/flagstone")).unwrap().collect();
                assert_eq!(own.len(), 1, "{act:?} {call} {when}");
            }
        }
    }
}
