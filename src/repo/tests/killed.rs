//! Landings that are killed at any moment.

use std::{process::Stdio, thread::sleep, time::Duration};

use super::*;

const VICTIM: &str = "FLAGSTONE_TEST_VICTIM";

/// Not a test by itself: the others start this program again with the variable set.
#[test]
fn victim() {
    let Ok(folder) = std::env::var(VICTIM) else { return };
    let desk = Desk::new(many(200));
    let target = Path::new(&folder).join("orders");
    desk.land(target.to_str().unwrap()).unwrap();
}

fn command(program: &str, arguments: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).args(["--exact", "repo::tests::killed::victim"]).env(VICTIM, folder);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// What is at the target before; a folder with rights of its own is filled in place.
#[derive(Clone, Copy)]
enum Before {
    Nothing,
    Empty,
    OwnRights,
}

/// Kills a run, looks at what it left, and lands there again.
fn survives(before: Before, kill: impl Fn(&Path)) {
    let desk = Desk::new(many(3));
    let folder = desk.path("here");
    fs::create_dir_all(folder.join("orders")).unwrap();
    let rights = |mode| std::os::unix::fs::PermissionsExt::from_mode(mode);
    match before {
        Before::Nothing => fs::remove_dir(folder.join("orders")).unwrap(),
        Before::Empty => {}
        Before::OwnRights => fs::set_permissions(folder.join("orders"), rights(0o700)).unwrap(),
    }
    kill(&folder);
    if folder.join("orders/.git").exists() {
        let all_but_ours = ["status", "--porcelain", "--", ":!.flagstone-landing"];
        assert_eq!(desk.git("here/orders", &all_but_ours), "");
        assert_eq!(desk.git("here/orders", &["fsck", "--strict", "--no-progress"]), "");
        assert_eq!(desk.git("here/orders", &["rev-list", "--count", "HEAD"]), "1\n");
        return;
    }
    desk.land("here/orders").unwrap();
    assert_eq!(names(&folder), ["orders"]);
    assert_eq!(names(&folder.join("orders")), [".git", "d0", "d1", "d2"]);
    assert_eq!(desk.git("here/orders", &["status", "--porcelain"]), "");
}

#[test]
fn a_run_that_is_killed_at_any_time_leaves_all_or_nothing() {
    let program = std::env::current_exe().unwrap();
    for before in [Before::Nothing, Before::Empty, Before::OwnRights] {
        for round in 0..12 {
            survives(before, |folder| {
                let mut child = command(program.to_str().unwrap(), &[], folder).spawn().unwrap();
                sleep(Duration::from_millis(round * 4));
                let _ = child.kill();
                child.wait().unwrap();
            });
        }
    }
}

#[test]
fn a_run_that_is_killed_at_a_rename_or_a_removal_leaves_all_or_nothing() {
    if !has("strace") {
        return;
    }
    let program = std::env::current_exe().unwrap();
    for before in [Before::Nothing, Before::Empty, Before::OwnRights] {
        for when in [1, 2, 9, 18, 19, 20, 21, 22, 23, 24] {
            survives(before, |folder| {
                let calls = "rename,renameat,renameat2,unlink,unlinkat,rmdir,fsync";
                let inject = format!("inject={calls}:signal=KILL:when={when}");
                let options =
                    ["-f", "-qq", "-o", "/dev/null", "-e", &inject, program.to_str().unwrap()];
                command("strace", &options, folder).status().unwrap();
            });
        }
    }
}
