//! Landings that are killed at any moment.

use std::{process::Stdio, thread::sleep, time::Duration};

use super::*;

const VICTIM: &str = "FLAGSTONE_TEST_VICTIM";

/// Not a test by itself: the next one starts this program again with the variable set.
#[test]
fn victim() {
    let Ok(folder) = std::env::var(VICTIM) else { return };
    let desk = Desk::new(many(400));
    let target = Path::new(&folder).join("orders");
    desk.land(target.to_str().unwrap()).unwrap();
}

fn kill_after(folder: &Path, pause: Duration) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "repo::tests::killed::victim"])
        .env(VICTIM, folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    sleep(pause);
    let _ = child.kill();
    child.wait().unwrap();
}

#[test]
fn a_run_that_is_killed_leaves_all_or_nothing() {
    for in_place in [false, true] {
        for round in 0..24 {
            let desk = Desk::new(many(3));
            let folder = desk.path("here");
            fs::create_dir_all(folder.join("orders")).unwrap();
            if in_place {
                let rights = std::os::unix::fs::PermissionsExt::from_mode(0o700);
                fs::set_permissions(folder.join("orders"), rights).unwrap();
            } else {
                fs::remove_dir(folder.join("orders")).unwrap();
            }
            kill_after(&folder, Duration::from_millis(round * 3));
            if folder.join("orders/.git").exists() {
                assert_eq!(
                    desk.git(
                        "here/orders",
                        &["status", "--porcelain", "--", ":!.flagstone-landing"]
                    ),
                    ""
                );
                assert_eq!(desk.git("here/orders", &["fsck", "--strict", "--no-progress"]), "");
            } else {
                desk.land("here/orders").unwrap();
                assert_eq!(names(&folder), ["orders"]);
                assert!(!folder.join("orders/.flagstone-landing").exists());
            }
        }
    }
}
