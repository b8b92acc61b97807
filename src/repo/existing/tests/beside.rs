//! git's folder on another disk than the work tree.

use super::{conflict::*, *};

/// A service whose git folder is on the memory disk, if there is one that is another.
fn apart() -> Option<(Bench, tempfile::TempDir)> {
    let memory = Path::new("/dev/shm");
    let here = tempfile::tempdir().unwrap();
    let device = |path: &Path| fs::metadata(path).map(|it| it.dev()).ok();
    if device(memory).is_none_or(|it| Some(it) == device(here.path())) {
        eprintln!("SKIPPED: no second disk");
        return None;
    }
    let git = tempfile::tempdir_in(memory).unwrap();
    let bench = service();
    let folder = git.path().join("git");
    let copied = Command::new("cp").arg("-a").args([bench.path(".git"), folder.clone()]).status();
    assert!(copied.unwrap().success());
    fs::remove_dir_all(bench.path(".git")).unwrap();
    fs::write(bench.path(".git"), format!("gitdir: {}\n", folder.display())).unwrap();
    bench.git(&["update-index", "-q", "--refresh"]);
    Some((bench, git))
}

#[test]
fn an_update_lands_and_a_conflict_is_left_and_undone() {
    let Some((bench, _git)) = apart() else { return };
    bench.land(&[("team.txt", Some("2\n")), ("a/b", Some("b\n"))]).unwrap();
    assert_eq!(bench.status(), "");
    assert!(!bench.path(".flagstone-upgrade").exists());
    let before = bench.snapshot();
    Case::of(&bench).leave(&bench).unwrap();
    assert!(!bench.status().contains("flagstone"));
    bench.write("README.md", "half resolved\n");
    let kept = bench.open().begin().unwrap().abort_pending().unwrap();
    assert_eq!(fs::read_to_string(&kept[0].at).unwrap(), "half resolved\n");
    assert_eq!(bench.snapshot(), before);
    assert!(!bench.path(".flagstone-upgrade").exists());
}
