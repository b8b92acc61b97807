//! Updates with conflicts that are undone.

use super::{conflict::*, *};

fn abort(bench: &Bench) -> Vec<Kept> {
    bench.open().begin().unwrap().abort_pending().unwrap()
}

#[test]
fn everything_is_as_before_byte_for_byte() {
    let bench = service();
    bench.write("team.txt", "disjoint edit\n");
    bench.write("untracked.txt", "u\n");
    let (before, index) = (bench.snapshot(), fs::read(bench.path(".git/index")).unwrap());
    Case::of(&bench).leave(&bench).unwrap();
    assert_ne!(bench.snapshot(), before);
    assert_eq!(abort(&bench), []);
    assert_eq!(fs::read(bench.path(".git/index")).unwrap(), index);
    assert_eq!(bench.snapshot(), before);
}

#[test]
fn what_was_begun_to_be_resolved_is_kept_aside() {
    let bench = service();
    let before = bench.snapshot();
    Case::of(&bench).leave(&bench).unwrap();
    bench.write("README.md", "half resolved\n");
    bench.write("app/main.py", "edited after a clean merge\n");
    fs::remove_file(bench.path("new.txt")).unwrap();
    bench.write("new.txt/now", "a folder\n");
    let kept = abort(&bench);
    let kept: Vec<_> = kept.iter().map(|it| (it.path.as_str(), it.at.clone())).collect();
    let names: Vec<_> = kept.iter().map(|(path, _)| *path).collect();
    assert_eq!(names, ["README.md", "app/main.py", "new.txt"]);
    assert_eq!(fs::read_to_string(&kept[0].1).unwrap(), "half resolved\n");
    assert_eq!(fs::read_to_string(&kept[1].1).unwrap(), "edited after a clean merge\n");
    assert_eq!(fs::read_to_string(kept[2].1.join("now")).unwrap(), "a folder\n");
    assert_eq!(bench.snapshot(), before);
}

#[test]
fn work_that_was_staged_since_stays() {
    let bench = service();
    Case::of(&bench).leave(&bench).unwrap();
    bench.write("team.txt", "staged since\n");
    bench.write("own.txt", "own\n");
    bench.git(&["add", "team.txt", "own.txt", "README.md"]);
    abort(&bench);
    assert_eq!(bench.status(), "A  own.txt\nM  team.txt\n");
    assert_eq!(bench.read("README.md"), "ours\n");
}

#[test]
fn a_message_that_was_there_comes_back() {
    let bench = service();
    bench.write(".git/MERGE_MSG", "of before\n");
    Case::of(&bench).leave(&bench).unwrap();
    assert!(bench.read(".git/MERGE_MSG").starts_with("Upgrade to 2.0.0"));
    abort(&bench);
    assert_eq!(bench.read(".git/MERGE_MSG"), "of before\n");
}

#[test]
fn a_head_that_moved_is_not_undone() {
    let bench = service();
    Case::of(&bench).leave(&bench).unwrap();
    bench.git(&["update-ref", "HEAD", "HEAD~1"]);
    let before = bench.snapshot();
    let moved = bench.open().begin().unwrap().abort_pending();
    assert!(matches!(moved, Err(UpdateError::Moved { .. })), "{moved:?}");
    assert_eq!(bench.snapshot(), before);
}

#[test]
fn nothing_to_undo_is_said() {
    let bench = service();
    let nothing = bench.open().begin().unwrap().abort_pending();
    assert!(matches!(nothing, Err(UpdateError::NothingPending)));
}
