//! What has landed.

use std::{
    os::unix::fs::MetadataExt as _,
    sync::atomic::{AtomicUsize, Ordering},
};

use super::*;

fn varied() -> Tree {
    let long = format!("{}/x", "long-".repeat(40));
    let deep = format!("{}file", "a/b/c/".repeat(20));
    let files = tree(&[
        ("README.md", "# Orders\n"),
        (".gitignore", "ignored\n"),
        (".gitattributes", "* text=auto\n*.bat eol=crlf\n"),
        ("ignored", "committed all the same\n"),
        ("empty", ""),
        ("twin", "# Orders\n"),
        ("src.d/a", "1"),
        ("src/a", "2"),
        ("src-a", "3"),
        ("docs/größe ü \u{65e5}\u{672c}.md", "names\n"),
        (&long, "4"),
        (&deep, "5"),
    ]);
    let files = with(files, "run.sh", Mode::Executable, "#!/bin/sh\n");
    let files = with(files, "docs/link", Mode::Link, "../README.md");
    with(files, "dangling", Mode::Link, "nowhere")
}

#[test]
fn git_has_nothing_to_say_about_a_fresh_repository() {
    let desk = Desk::new(varied());
    let landed = desk.land("orders").unwrap();
    assert_eq!(desk.git("orders", &["status", "--porcelain", "--ignored"]), "");
    let fsck = desk.git("orders", &["fsck", "--strict", "--full", "--no-progress"]);
    assert_eq!(fsck, "");
    let tree = desk.git("orders", &["rev-parse", "HEAD^{tree}"]);
    assert_eq!(tree.trim(), desk.tree.id().to_string());
    assert_eq!(landed.tree, desk.tree.id());
    assert_eq!(desk.git("orders", &["rev-parse", "HEAD"]).trim(), landed.commit.to_string());
    assert_eq!(desk.git("orders", &["write-tree"]), tree);
    assert_eq!(desk.names(""), ["orders"]);
}

#[test]
fn the_history_says_who_when_and_why() {
    let mut desk = Desk::new(varied());
    desk.branch = "team/trunk";
    desk.land("orders").unwrap();
    let log = desk.git("orders", &["log", "--format=%an|%ae|%ad|%cn|%B", "--date=raw"]);
    assert_eq!(log, "Ann|ann@example.org|1700000000 +0100|Ann|Create orders\n\nBody.\n\n");
    assert_eq!(desk.git("orders", &["branch", "--show-current"]), "team/trunk\n");
    let reflog = desk.git("orders", &["reflog", "show", "--format=%gs", "team/trunk"]);
    assert_eq!(reflog, "commit (initial): Create orders\n");
    assert_eq!(desk.git("orders", &["reflog", "--format=%gs"]), reflog);
}

#[test]
fn files_have_the_rights_that_the_umask_leaves() {
    let desk = Desk::new(varied());
    desk.land("orders").unwrap();
    fs::write(desk.path("plain"), "").unwrap();
    fs::create_dir(desk.path("folder")).unwrap();
    let mode = |name: &str| fs::symlink_metadata(desk.path(name)).unwrap().mode();
    assert_eq!(mode("orders/README.md"), mode("plain"));
    assert_eq!(mode("orders"), mode("folder"));
    assert_eq!(mode("orders/.git"), mode("folder"));
    assert_eq!(mode("orders/run.sh") & 0o111, mode("folder") & 0o111);
    assert_eq!(fs::read_link(desk.path("orders/docs/link")).unwrap(), Path::new("../README.md"));
}

#[test]
fn the_users_git_configuration_changes_nothing() {
    let desk = Desk::new(with(varied(), "dos.txt", Mode::File, "a\r\nb\r\n"));
    let landed = desk.land("orders").unwrap();
    let template = desk.path("template/hooks");
    fs::create_dir_all(&template).unwrap();
    let template = desk.path("template");
    let hostile = format!(
        "[core]\n autocrlf = true\n eol = crlf\n symlinks = false\n fileMode = false\n safecrlf = true\n\
         [init]\n defaultObjectFormat = sha256\n templateDir = {}\n",
        template.display()
    );
    fs::write(desk.path(".gitconfig"), hostile).unwrap();
    // A file with a new time is read and compared.
    for name in ["README.md", "dos.txt", "run.sh"] {
        let file = fs::File::open(desk.path("orders").join(name)).unwrap();
        file.set_modified(std::time::SystemTime::now()).unwrap();
    }
    assert_eq!(desk.git("orders", &["status", "--porcelain"]), "");
    assert!(!desk.path("orders/.git/hooks").exists());
    assert_eq!(desk.land("again").unwrap(), landed);
}

#[test]
fn a_checkout_gives_the_bytes_that_we_wrote() {
    let desk = Desk::new(varied());
    desk.land("orders").unwrap();
    fs::write(desk.path(".gitconfig"), "[core]\n autocrlf = true\n eol = crlf\n").unwrap();
    fs::remove_file(desk.path("orders/README.md")).unwrap();
    desk.git("orders", &["checkout", "--", "README.md"]);
    assert_eq!(fs::read(desk.path("orders/README.md")).unwrap(), b"# Orders\n");
}

#[test]
fn the_first_status_opens_no_file() {
    let desk = Desk::new(many(300));
    desk.land("orders").unwrap();
    if !has("strace") {
        return;
    }
    let log = desk.path("log");
    let traced = Command::new("strace")
        .args(["-f", "-e", "trace=openat,open", "-o"])
        .arg(&log)
        .args(["git", "status", "--porcelain"])
        .current_dir(desk.path("orders"))
        .output()
        .unwrap();
    if !traced.status.success() {
        skipped("`strace` may not trace");
        return;
    }
    let log = fs::read_to_string(log).unwrap();
    assert!(log.contains(".git/index"), "{log}");
    let opened: Vec<_> = log.lines().filter(|line| line.contains(".txt\"")).collect();
    assert_eq!(opened, Vec::<&str>::new());
}

#[test]
fn an_edit_of_the_same_size_right_after_is_seen() {
    let desk = Desk::new(tree(&[("a", "one\n")]));
    desk.land("orders").unwrap();
    fs::write(desk.path("orders/a"), "two\n").unwrap();
    assert_eq!(desk.git("orders", &["status", "--porcelain"]), " M a\n");
}

#[test]
fn a_tree_without_files_lands_too() {
    let desk = Desk::new(Tree::new());
    desk.land("orders").unwrap();
    assert_eq!(desk.git("orders", &["status", "--porcelain"]), "");
    assert_eq!(desk.git("orders", &["fsck", "--strict", "--no-progress"]), "");
    assert_eq!(desk.names("orders"), [".git"]);
}

#[test]
fn ten_thousand_files_land() {
    let desk = Desk::new(many(10_000));
    let told = AtomicUsize::new(0);
    desk.land_told("orders", &|more| {
        told.fetch_add(more, Ordering::Relaxed);
    })
    .unwrap();
    assert_eq!(told.into_inner(), 10_000);
    assert_eq!(desk.git("orders", &["status", "--porcelain"]), "");
    assert_eq!(desk.git("orders", &["fsck", "--strict", "--no-progress"]), "");
}

#[test]
fn a_large_file_that_does_not_shrink_lands() {
    let mut state = 1_u64;
    let noise = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    });
    let noise: Vec<u8> = noise.take(20_000_000).collect();
    let path = RepoPath::parse("noise").unwrap();
    let desk = Desk::new([(path, Entry::file(noise))].into_iter().collect());
    desk.land("orders").unwrap();
    assert_eq!(desk.git("orders", &["fsck", "--strict", "--no-progress"]), "");
}

#[test]
fn the_same_tree_gives_the_same_pack_whatever_the_threads() {
    let desk = Desk::new(many(200));
    desk.land("a").unwrap();
    desk.land("b").unwrap();
    let packs = desk.names("a/.git/objects/pack");
    assert_eq!(packs, desk.names("b/.git/objects/pack"));
    assert_eq!(packs.len(), 2);
}

#[test]
fn the_configuration_says_what_the_file_system_can_do() {
    let desk = Desk::new(varied());
    desk.land("orders").unwrap();
    let config = fs::read_to_string(desk.path("orders/.git/config")).unwrap();
    assert!(config.contains("filemode = true"), "{config}");
    assert!(!config.contains("ignorecase"), "{config}");
}
