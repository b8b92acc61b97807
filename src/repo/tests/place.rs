//! Where a repository may land, and what is left when it may not.

use std::{
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink},
    sync::{Barrier, atomic::Ordering},
    thread,
    time::{Duration, SystemTime},
};

use super::*;

fn small() -> Tree {
    tree(&[("README.md", "# Orders\n"), ("src/main.rs", "fn main() {}\n"), ("src/lib.rs", "")])
}

fn is_clean(desk: &Desk, name: &str) {
    assert_eq!(desk.git(name, &["status", "--porcelain"]), "");
    assert_eq!(desk.git(name, &["fsck", "--strict", "--no-progress"]), "");
}

#[test]
fn what_is_in_the_way_is_named() {
    let desk = Desk::new(small());
    fs::write(desk.path("file"), "").unwrap();
    fs::create_dir(desk.path("full")).unwrap();
    fs::write(desk.path("full/notes"), "").unwrap();
    symlink("full", desk.path("link")).unwrap();
    symlink("nowhere", desk.path("dangling")).unwrap();
    assert!(matches!(desk.land("file"), Err(LandError::File(_))));
    assert!(matches!(desk.land("link"), Err(LandError::Link(_))));
    assert!(matches!(desk.land("link/"), Err(LandError::Link(_))));
    assert!(matches!(desk.land("dangling"), Err(LandError::Link(_))));
    assert!(
        matches!(desk.land("file/x/y"), Err(LandError::NoFolder(path)) if path.ends_with("file"))
    );
    assert!(matches!(desk.land("dangling/x"), Err(LandError::NoFolder(_))));
    assert!(matches!(desk.land("absent/.."), Err(LandError::NoName(_))));
    let error = desk.land("full").unwrap_err().to_string();
    assert!(error.ends_with("is not empty: it holds `notes`"), "{error}");
    assert_eq!(desk.names(""), ["dangling", "file", "full", "link"]);
}

#[test]
fn a_bad_branch_name_is_refused_first() {
    let mut desk = Desk::new(small());
    for branch in ["", "-x", "a..b", "HEAD", "a b", "x.lock", "a//b", "../x"] {
        desk.branch = branch;
        assert!(matches!(desk.land("orders"), Err(LandError::Branch(_))), "{branch}");
    }
}

#[test]
fn folders_on_the_way_are_made() {
    let desk = Desk::new(small());
    desk.land("teams/a/orders").unwrap();
    is_clean(&desk, "teams/a/orders");
    desk.interrupted.store(true, Ordering::Relaxed);
    assert!(matches!(desk.land("other/a/orders"), Err(LandError::Interrupted)));
    assert_eq!(desk.names(""), ["teams"]);
}

#[test]
fn services_that_land_at_once_share_the_folders_on_the_way() {
    let desk = Desk::new(small());
    let barrier = Barrier::new(8);
    thread::scope(|scope| {
        for at in 0..8 {
            let (desk, barrier) = (&desk, &barrier);
            scope.spawn(move || {
                barrier.wait();
                desk.land(&format!("teams/a/service-{at}")).unwrap();
            });
        }
    });
    assert_eq!(desk.names(""), ["teams"]);
    assert_eq!(desk.names("teams/a").len(), 8);
    is_clean(&desk, "teams/a/service-3");
}

#[test]
fn of_many_landings_at_one_place_one_wins() {
    for prepare in [None, Some(0o755), Some(0o700)] {
        let desk = Desk::new(many(100));
        if let Some(mode) = prepare {
            fs::create_dir(desk.path("orders")).unwrap();
            fs::set_permissions(desk.path("orders"), fs::Permissions::from_mode(mode)).unwrap();
        }
        let barrier = Barrier::new(6);
        let land = || {
            barrier.wait();
            desk.land("orders").is_ok()
        };
        let won = thread::scope(|scope| {
            let runs: Vec<_> = (0..6).map(|_| scope.spawn(land)).collect();
            runs.into_iter().filter_map(|run| run.join().unwrap().then_some(())).count()
        });
        assert_eq!(won, 1, "{prepare:?}");
        assert_eq!(desk.names(""), ["orders"]);
        is_clean(&desk, "orders");
        assert!(!desk.names("orders").contains(&".flagstone-landing".to_owned()));
    }
}

#[test]
fn an_interrupt_midway_leaves_nothing() {
    for empty in [false, true] {
        let desk = Desk::new(many(500));
        if empty {
            fs::create_dir(desk.path("orders")).unwrap();
            fs::set_permissions(desk.path("orders"), fs::Permissions::from_mode(0o700)).unwrap();
        }
        let stop = |_| desk.interrupted.store(true, Ordering::Relaxed);
        assert!(matches!(desk.land_told("orders", &stop), Err(LandError::Interrupted)));
        assert_eq!(desk.names("").len(), usize::from(empty));
        assert!(!empty || desk.names("orders").is_empty());
    }
}

#[test]
fn an_error_midway_leaves_nothing() {
    // A file where a folder must be: no such tree passes `Tree::check`.
    let desk = Desk::new(with(many(500), "d3", Mode::File, "x"));
    let error = desk.land("orders").unwrap_err();
    assert!(matches!(&error, LandError::Write { path, .. } if path == "d3"), "{error}");
    assert_eq!(desk.names(""), Vec::<String>::new());
}

#[test]
fn an_empty_folder_is_taken_and_keeps_its_rights() {
    let desk = Desk::new(small());
    for (name, mode) in [("usual", 0o755), ("own", 0o2700)] {
        fs::create_dir(desk.path(name)).unwrap();
        fs::set_permissions(desk.path(name), fs::Permissions::from_mode(mode)).unwrap();
        desk.land(name).unwrap();
        assert_eq!(fs::metadata(desk.path(name)).unwrap().mode() & 0o7777, mode);
        is_clean(&desk, name);
        assert_eq!(desk.names(name), [".git", "README.md", "src"]);
    }
    assert_eq!(desk.names(""), ["own", "usual"]);
}

#[test]
fn in_place_the_first_status_opens_no_file_either() {
    let desk = Desk::new(small());
    fs::create_dir(desk.path("own")).unwrap();
    fs::set_permissions(desk.path("own"), fs::Permissions::from_mode(0o700)).unwrap();
    desk.land("own").unwrap();
    // `diff-files` compares stat data alone and says what would have to be read.
    assert_eq!(desk.git("own", &["diff-files"]), "");
}

#[test]
fn the_hidden_folder_of_a_dead_run_goes_and_that_of_a_living_one_stays() {
    let desk = Desk::new(small());
    for name in [".orders.flagstone-deadbeef", ".other.flagstone-AliveOne", ".x.flagstone-newborn1"]
    {
        fs::create_dir_all(desk.path(name).join("new/x")).unwrap();
        fs::write(desk.path(name).join("lock"), "").unwrap();
    }
    fs::remove_dir_all(desk.path(".x.flagstone-newborn1")).unwrap();
    fs::create_dir(desk.path(".x.flagstone-newborn1")).unwrap();
    fs::create_dir(desk.path(".notes.flagstone-abcd1234")).unwrap();
    fs::write(desk.path(".notes.flagstone-abcd1234/lock"), "").unwrap();
    fs::write(desk.path(".notes.flagstone-abcd1234/mine"), "").unwrap();
    let lock = fs::File::open(desk.path(".other.flagstone-AliveOne/lock")).unwrap();
    lock.try_lock().unwrap();
    desk.land("orders").unwrap();
    let left = desk.names("");
    assert_eq!(left, [".notes.flagstone-abcd1234", ".other.flagstone-AliveOne", "orders"]);
}

/// A run that was cut off while it moved what it had built into `orders`.
fn cut_off(desk: &Desk) {
    let new = desk.path("orders/.flagstone-landing/new/root");
    fs::create_dir_all(new.join(".git")).unwrap();
    fs::write(new.join("later"), "").unwrap();
    fs::create_dir(desk.path("orders/src")).unwrap();
    for name in ["README.md", "src/old"] {
        fs::write(desk.path("orders").join(name), "old\n").unwrap();
        let file = fs::File::open(desk.path("orders").join(name)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(2)).unwrap();
    }
    let stage = desk.path("orders/.flagstone-landing");
    fs::write(stage.join("lock"), "").unwrap();
    let inode = |name: &str| fs::symlink_metadata(desk.path("orders").join(name)).unwrap().ino();
    let journal =
        format!("{} README.md\n17 later\n{} src\n18 .git\n", inode("README.md"), inode("src"));
    fs::write(stage.join("journal"), journal).unwrap();
}

#[test]
fn a_run_in_place_that_was_cut_off_is_undone() {
    let desk = Desk::new(small());
    cut_off(&desk);
    desk.land("orders").unwrap();
    assert_eq!(desk.names("orders"), [".git", "README.md", "src"]);
    assert_eq!(desk.names("orders/src"), ["lib.rs", "main.rs"]);
    is_clean(&desk, "orders");
}

#[test]
fn what_the_user_changed_after_a_cut_is_never_removed() {
    let desk = Desk::new(small());
    cut_off(&desk);
    let file = fs::File::create(desk.path("orders/src/old")).unwrap();
    file.set_modified(SystemTime::now() + Duration::from_secs(1)).unwrap();
    assert!(matches!(desk.land("orders"), Err(LandError::LeftOver(_))));
    assert!(desk.path("orders/README.md").exists());
    assert!(desk.path("orders/src/old").exists());
}

#[test]
fn a_journal_that_is_not_ours_removes_nothing() {
    let desk = Desk::new(small());
    cut_off(&desk);
    fs::write(desk.path("precious"), "").unwrap();
    let inode = fs::metadata(desk.path("precious")).unwrap().ino();
    let journal = format!("{inode} ../precious\n{inode} README.md\n1 src\nsrc\n{inode} ");
    fs::write(desk.path("orders/.flagstone-landing/journal"), journal).unwrap();
    assert!(matches!(desk.land("orders"), Err(LandError::NotEmpty { .. })));
    assert!(desk.path("precious").exists());
    assert_eq!(desk.names("orders"), ["README.md", "src"]);
}

#[test]
fn another_run_in_the_same_folder_is_respected() {
    let desk = Desk::new(small());
    cut_off(&desk);
    let lock = fs::File::open(desk.path("orders/.flagstone-landing/lock")).unwrap();
    lock.try_lock().unwrap();
    assert!(matches!(desk.land("orders"), Err(LandError::Busy(_))));
}

#[test]
fn a_place_that_takes_no_folder_is_a_clear_error() {
    let desk = Desk::new(small());
    fs::create_dir(desk.path("closed")).unwrap();
    fs::set_permissions(desk.path("closed"), fs::Permissions::from_mode(0o555)).unwrap();
    if rustix::process::geteuid().is_root() {
        // No rights hold root back, but this file system takes no folders.
        if cfg!(target_os = "linux") {
            let error = desk.land("/proc/flagstone-test").unwrap_err();
            assert_eq!(error.to_string(), "failed to make a folder in `/proc`");
        }
        return;
    }
    assert!(matches!(desk.land("closed/orders"), Err(LandError::Stage { .. })));
    assert_eq!(desk.names("closed"), Vec::<String>::new());
}

/// A small file system of its own, unmounted at the end.
struct Mount(PathBuf);

impl Mount {
    fn new(path: PathBuf, size: &str) -> Option<Self> {
        fs::create_dir(&path).unwrap();
        let option = format!("size={size},mode=755");
        let mounted = rustix::process::geteuid().is_root()
            && Command::new("mount")
                .args(["-t", "tmpfs", "-o", &option, "tmpfs"])
                .arg(&path)
                .output()
                .is_ok_and(|it| it.status.success());
        if !mounted {
            skipped("no right to mount");
        }
        mounted.then_some(Self(path))
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_leaves_nothing() {
    let desk = Desk::new(many(500));
    let Some(_mount) = Mount::new(desk.path("disk"), "400k") else { return };
    for target in ["disk/orders", "disk"] {
        let error = desk.land(target).unwrap_err();
        assert!(matches!(error, LandError::Write { .. }), "{error}");
        assert_eq!(desk.names("disk"), Vec::<String>::new());
    }
}

#[test]
fn an_empty_mount_point_is_taken() {
    let desk = Desk::new(small());
    let Some(_mount) = Mount::new(desk.path("disk"), "4m") else { return };
    desk.land("disk").unwrap();
    assert_eq!(desk.names("disk"), [".git", "README.md", "src"]);
    is_clean(&desk, "disk");
}

#[test]
fn a_repository_around_is_found() {
    let desk = Desk::new(small());
    assert_eq!(super::super::enclosing(&desk.path("orders")), None);
    desk.land("orders").unwrap();
    let root = fs::canonicalize(desk.path("orders")).unwrap();
    assert_eq!(super::super::enclosing(&desk.path("orders/src/new/x")), Some(root.clone()));
    symlink("orders/src", desk.path("link")).unwrap();
    assert_eq!(super::super::enclosing(&desk.path("link/x")), Some(root));
    fs::create_dir(desk.path("worktree")).unwrap();
    fs::write(desk.path("worktree/.git"), "gitdir: elsewhere\n").unwrap();
    assert!(super::super::enclosing(&desk.path("worktree/x")).is_some());
    git(&desk.path(""), &["init", "-q", "--bare", "bare"], &[]);
    assert!(super::super::enclosing(&desk.path("bare/x")).is_some());
}
