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

/// Runs the act in another process, and kills it at its n-th change. Whether it lived to the end.
fn kill(act: Act, bench: &Bench, when: usize) -> bool {
    let calls = "rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat,link,linkat,symlinkat,chmod,fchmodat,fsync,utimensat";
    let inject = format!("inject={calls}:signal=KILL:when={when}");
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

/// Kills the act at every change that it makes, and looks at what the next run makes of it.
fn sweep(act: Act, step: usize) {
    if !crate::repo::tests::has("strace") {
        return;
    }
    let mut endings = [0, 0];
    for when in (1..).step_by(step) {
        let bench = service();
        bench.write("team.txt", "disjoint edit\n");
        act.prepare(&bench);
        let before = bench.snapshot();
        let lived = kill(act, &bench, when);
        let repository = bench.open();
        let recovered = repository.begin().unwrap().recovered().clone();
        assert_eq!(recovered.kept, [], "{act:?} {when}");
        let now = bench.snapshot();
        if now == before {
            endings[0] += 1;
            act.run(&bench);
        } else {
            endings[1] += 1;
        }
        check_end(act, &bench, when);
        assert_eq!(bench.git(&["fsck", "--no-progress", "--no-dangling"]), "", "{act:?} {when}");
        if lived {
            eprintln!(
                "{act:?}: killed up to {when}: {} undone, {} finished",
                endings[0], endings[1]
            );
            return;
        }
    }
}

/// The act has come to its end, whoever brought it there.
fn check_end(act: Act, bench: &Bench, when: usize) {
    let status = bench.status();
    let count = bench.git(&["rev-list", "--count", "HEAD"]);
    match act {
        Act::Commit => {
            assert_eq!((status.as_str(), count.as_str()), (" M team.txt\n", "3\n"), "{when}")
        }
        Act::Abort => {
            assert_eq!((status.as_str(), count.as_str()), (" M team.txt\n", "2\n"), "{when}")
        }
        Act::Finish => {
            assert_eq!((status.as_str(), count.as_str()), (" M team.txt\n", "3\n"), "{when}")
        }
        Act::Leave => {
            assert!(status.contains("UU README.md\n"), "{when}: {status}");
            bench.open().begin().unwrap().abort_pending().unwrap();
            assert_eq!(bench.status(), " M team.txt\n", "{when}");
            assert_eq!(bench.read("binary"), "ours\0");
        }
    }
}

#[test]
fn a_commit_that_is_killed_is_undone_or_finished_by_the_next_run() {
    sweep(Act::Commit, STEP);
}

#[test]
fn a_conflict_that_is_killed_is_undone_or_finished_by_the_next_run() {
    sweep(Act::Leave, STEP);
}

#[test]
fn an_abort_that_is_killed_is_finished_by_the_next_run() {
    sweep(Act::Abort, STEP);
}

#[test]
fn an_end_that_is_killed_is_undone_or_finished_by_the_next_run() {
    sweep(Act::Finish, STEP);
}

/// A sample; all of them were tried once.
const STEP: usize = 1;
