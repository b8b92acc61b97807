//! Updates that leave conflicts, and how they end.

use super::*;

/// A service where the team has changed what the new version changes too.
pub(super) fn service() -> Bench {
    let bench = Bench::new(&[
        ("README.md", "base\n"),
        ("app/main.py", "base\n"),
        ("app/gone.py", "base\n"),
        ("app/moved.py", "moved\n"),
        ("team.txt", "team\n"),
        ("binary", "base\0"),
    ]);
    bench.write("README.md", "ours\n");
    bench.write("app/gone.py", "ours\n");
    bench.write("binary", "ours\0");
    bench.commit("team");
    bench
}

pub(super) struct Case {
    base: Tree,
    theirs: Tree,
    pub(super) changes: Changes,
}

const MARKED: &str = "<<<<<<< ours: orders\nours\n||||||| base: svc 1\nbase\n=======\ntheirs\n>>>>>>> theirs: svc 2\n";

fn tree(files: &[(&str, &str)]) -> Tree {
    files.iter().map(|(name, text)| (path(name), Entry::file(text.as_bytes()))).collect()
}

fn blob(text: &str) -> Option<Blob> {
    Some(Entry::file(text.as_bytes()).blob())
}

impl Case {
    pub(super) fn of(bench: &Bench) -> Self {
        let base = tree(&[
            ("README.md", "base\n"),
            ("app/main.py", "base\n"),
            ("app/gone.py", "base\n"),
            ("app/moved.py", "moved\n"),
            ("binary", "base\0"),
        ]);
        let theirs = tree(&[
            ("README.md", "theirs\n"),
            ("app/main.py", "theirs\n"),
            ("src/moved.py", "moved\n"),
            ("new.txt", "new\n"),
            ("binary", "theirs\0"),
        ]);
        let mut changes = bench.changes(&[
            ("README.md", Some(MARKED)),
            ("app/main.py", Some("theirs\n")),
            ("app/gone.py", Some("ours\n")),
            ("app/moved.py", None),
            ("src/moved.py", Some("moved\n")),
            ("new.txt", Some("new\n")),
            ("binary", Some("ours\0")),
        ]);
        let sides = |base, ours, theirs| Some(Sides { base, ours, theirs });
        let mut set = |path: &str, sides| changes.get_mut(path).unwrap().sides = sides;
        set("README.md", sides(blob("base\n"), blob("ours\n"), blob("theirs\n")));
        set("app/gone.py", sides(blob("base\n"), blob("ours\n"), None));
        set("binary", sides(blob("base\0"), blob("ours\0"), blob("theirs\0")));
        Self { base, theirs, changes }
    }

    pub(super) fn leave(&self, bench: &Bench) -> Result<CommitId, UpdateError> {
        let objects: Vec<Arc<[u8]>> =
            self.base.iter().chain(self.theirs.iter()).map(|(_, it)| it.bytes.clone()).collect();
        let (base, theirs) = (Listing::from(&self.base), Listing::from(&self.theirs));
        let pick = Pick { base: &base, theirs: &theirs, objects: &objects };
        with_update(bench.head(), &self.changes, |update, means| {
            bench.open().begin()?.leave_conflicts(update, &pick, means)
        })
    }
}

fn left() -> Bench {
    let bench = service();
    Case::of(&bench).leave(&bench).unwrap();
    bench
}

pub(super) fn resolve(bench: &Bench) {
    bench.write("README.md", "resolved\n");
    bench.write("binary", "resolved\0");
    bench.git(&["add", "README.md", "binary"]);
    bench.git(&["rm", "-q", "app/gone.py"]);
}

pub(super) fn finish(bench: &Bench) -> Result<CommitId, UpdateError> {
    with_update(bench.head(), &Changes::new(), |update, means| {
        bench.open().begin()?.finish_pending(&update.words, means)
    })
}

/// Nothing of ours is left but the mark.
fn is_tidy(bench: &Bench) {
    let folder = bench.git(&["rev-parse", "--absolute-git-dir"]);
    let folder = Path::new(folder.trim());
    let own: Vec<_> =
        fs::read_dir(folder.join("flagstone")).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(own, ["lock"]);
    for name in ["CHERRY_PICK_HEAD", "MERGE_MSG", "index.lock", "refs/worktree/flagstone/pending"] {
        assert!(!folder.join(name).exists(), "{name}");
    }
}

fn is_done(bench: &Bench) {
    let files = bench.git(&["ls-tree", "-r", "--name-only", "HEAD"]);
    assert_eq!(files, "README.md\napp/main.py\nbinary\nnew.txt\nsrc/moved.py\nteam.txt\n");
    assert_eq!(bench.git(&["show", "HEAD:README.md"]), "resolved\n");
    assert_eq!(bench.git(&["show", "HEAD:app/main.py"]), "theirs\n");
    assert_eq!(bench.status(), "");
    let log = bench.git(&["log", "-1", "--format=%an|%s|%(trailers:key=Golden-Path,valueonly)"]);
    assert_eq!(log, "Ann|Upgrade to 2.0.0|python-service@2.0.0\n\n");
    assert_eq!(bench.git(&["rev-list", "--count", "HEAD"]), "3\n");
}

#[test]
fn git_shows_a_cherry_pick_with_three_right_stages() {
    let bench = left();
    let stages = bench.git(&["ls-files", "-u"]);
    let line = |text: &str, stage: u32, path: &str| {
        format!("100644 {} {stage}\t{path}\n", BlobId::of(text.as_bytes()))
    };
    let expected = [
        line("base\n", 1, "README.md"),
        line("ours\n", 2, "README.md"),
        line("theirs\n", 3, "README.md"),
        line("base\n", 1, "app/gone.py"),
        line("ours\n", 2, "app/gone.py"),
        line("base\0", 1, "binary"),
        line("ours\0", 2, "binary"),
        line("theirs\0", 3, "binary"),
    ];
    assert_eq!(stages, expected.concat());
    assert_eq!(
        bench.status(),
        "UU README.md\nUD app/gone.py\nM  app/main.py\nUU binary\nA  new.txt\nR  app/moved.py -> src/moved.py\n"
    );
    assert!(bench.git(&["status"]).contains("currently cherry-picking"));
    assert_eq!(bench.read("README.md"), MARKED);
    assert_eq!(bench.read("binary"), "ours\0");
    let pending = bench.open().pending().unwrap().unwrap();
    assert_eq!(pending.parent, bench.head());
    let shown =
        bench.git(&["show", "-s", "--format=%an %ae %ad", "--date=raw", "CHERRY_PICK_HEAD"]);
    assert_eq!(shown, "Ann ann@example.org 1800000000 +0100\n");
    let picked = bench.git(&[
        "diff",
        "--name-status",
        "--no-renames",
        "CHERRY_PICK_HEAD^",
        "CHERRY_PICK_HEAD",
    ]);
    assert_eq!(
        picked,
        "M\tREADME.md\nD\tapp/gone.py\nM\tapp/main.py\nD\tapp/moved.py\nM\tbinary\nA\tnew.txt\nA\tsrc/moved.py\n"
    );
    bench.git(&["gc", "-q", "--prune=now"]);
    bench.git(&["rev-parse", "CHERRY_PICK_HEAD^{tree}", "CHERRY_PICK_HEAD^^{tree}"]);
    assert_eq!(bench.git(&["fsck", "--strict", "--no-progress", "--no-dangling"]), "");
}

#[test]
fn git_itself_ends_it_and_the_next_run_sweeps() {
    let ends: [&[&str]; 3] = [
        &["cherry-pick", "--continue"],
        &["commit", "-q", "--no-edit"],
        &["commit", "-q", "-F", ".git/MERGE_MSG"],
    ];
    for end in ends {
        let bench = left();
        resolve(&bench);
        bench.git(end);
        is_done(&bench);
        assert_eq!(bench.open().pending().unwrap(), None);
        let repository = bench.open();
        let run = repository.begin().unwrap();
        assert_eq!(run.recovered().ending, Some(Ending::EndedByGit));
        assert!(matches!(run.abort_pending(), Err(UpdateError::NothingPending)));
        is_tidy(&bench);
        is_done(&bench);
    }
}

#[test]
fn git_itself_aborts_it() {
    let bench = service();
    bench.write("team.txt", "disjoint edit\n");
    let status = bench.status();
    Case::of(&bench).leave(&bench).unwrap();
    bench.git(&["cherry-pick", "--abort"]);
    assert_eq!(bench.status(), status);
    assert_eq!(bench.read("team.txt"), "disjoint edit\n");
    assert_eq!(bench.read("README.md"), "ours\n");
    bench.open().begin().unwrap();
    is_tidy(&bench);
    assert_eq!(bench.status(), status);
}

#[test]
fn a_merge_tool_finds_all_three_versions() {
    let bench = left();
    let tool = "cat \"$BASE\" \"$LOCAL\" \"$REMOTE\" > \"$MERGED\"";
    bench.git(&["config", "mergetool.x.cmd", tool]);
    bench.git(&["config", "mergetool.x.trustExitCode", "true"]);
    bench.git(&["mergetool", "-y", "--tool=x", "README.md"]);
    assert_eq!(bench.git(&["show", ":README.md"]), "base\nours\ntheirs\n");
}

#[test]
fn we_finish_it_when_all_is_resolved() {
    let bench = left();
    let parent = bench.head();
    let unresolved = |result| match result {
        Err(UpdateError::Unresolved(files)) => {
            files.iter().map(ToString::to_string).collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    let open =
        ["`README.md:1` holds a marker", "`app/gone.py` is not staged", "`binary` is not staged"];
    assert_eq!(unresolved(finish(&bench)), open);
    bench.git(&["rm", "-q", "app/gone.py"]);
    bench.git(&["add", "README.md", "binary"]);
    assert_eq!(unresolved(finish(&bench)), ["`README.md:1` holds a marker"]);
    bench.write("README.md", "a\n||||||| base: svc 1\nb\n");
    assert_eq!(unresolved(finish(&bench)), ["`README.md:2` holds a marker"]);
    bench.write("README.md", "resolved\n");
    bench.write("binary", "resolved\0");
    assert_eq!(unresolved(finish(&bench)), ["`README.md` was staged with a marker in it"]);
    bench.git(&["add", "README.md", "binary"]);
    let commit = finish(&bench).unwrap();
    assert_eq!(bench.git(&["rev-parse", "HEAD^"]), format!("{parent}\n"));
    assert_eq!(bench.head(), commit);
    is_done(&bench);
    is_tidy(&bench);
    assert!(matches!(finish(&bench), Err(UpdateError::NothingPending)));
}

#[test]
fn a_second_update_waits_for_the_first() {
    let bench = left();
    let before = bench.snapshot();
    let found = in_the_way(bench.land(&[("other.txt", Some("o\n"))]));
    assert_eq!(found[0], "an upgrade with conflicts is under way");
    let changes = bench.changes(&[("other.txt", Some("o\n"))]);
    let written = with_update(bench.head(), &changes, |_, means| {
        bench.open().begin()?.write_files(&changes, IndexUse::AsItIs, means)
    });
    assert_eq!(in_the_way(written), ["an upgrade with conflicts is under way"]);
    assert_eq!(bench.snapshot(), before);
}

#[test]
fn staged_work_anywhere_is_in_the_way_of_conflicts() {
    let bench = service();
    bench.write("team.txt", "staged\n");
    bench.git(&["add", "team.txt"]);
    let before = bench.snapshot();
    let found = in_the_way(Case::of(&bench).leave(&bench));
    assert_eq!(found, ["`team.txt` has staged changes"]);
    assert_eq!(bench.snapshot(), before);
}

#[test]
fn a_content_that_is_nowhere_leaves_nothing_behind() {
    let bench = service();
    let before = bench.snapshot();
    let mut case = Case::of(&bench);
    let lost = Some(Blob { id: BlobId([7; 20]), ..blob("x").unwrap() });
    case.changes.get_mut("README.md").unwrap().sides =
        Some(Sides { base: lost, ..Sides::default() });
    assert!(matches!(case.leave(&bench), Err(UpdateError::Gone { .. })));
    assert_eq!(bench.snapshot(), before);
    is_tidy(&bench);
}

#[test]
fn it_works_on_a_detached_head_and_in_a_linked_work_tree() {
    let bench = service();
    bench.git(&["checkout", "-q", "--detach"]);
    Case::of(&bench).leave(&bench).unwrap();
    resolve(&bench);
    bench.git(&["cherry-pick", "--continue"]);
    is_done(&bench);
    bench.git(&["worktree", "add", "-q", "-b", "side", "../side", "main"]);
    let side = Bench { folder: bench.folder, name: "side" };
    let before = side.snapshot();
    Case::of(&side).leave(&side).unwrap();
    side.git(&["gc", "-q", "--prune=now"]);
    assert!(side.status().contains("UU README.md"));
    let main = Bench { folder: side.folder, name: "orders" };
    assert_eq!(main.status(), "");
    let side = Bench { folder: main.folder, name: "side" };
    side.open().begin().unwrap().abort_pending().unwrap();
    assert_eq!(side.snapshot(), before);
    is_tidy(&side);
    Case::of(&side).leave(&side).unwrap();
    resolve(&side);
    finish(&side).unwrap();
    is_done(&side);
}

#[test]
fn a_signed_commit_ends_it_too() {
    let bench = left();
    let key = bench.folder.path().join("key");
    let made =
        Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key).status();
    assert!(made.unwrap().success());
    bench.git(&["config", "gpg.format", "ssh"]);
    bench.git(&["config", "user.signingKey", key.to_str().unwrap()]);
    bench.git(&["config", "commit.gpgsign", "true"]);
    resolve(&bench);
    let environment = [("PATH".to_owned(), std::env::var("PATH").unwrap())].into();
    let key = Some(key.to_str().unwrap().to_owned());
    let signer = crate::repo::Signer::new(
        crate::repo::Format::Ssh,
        "ssh-keygen".to_owned(),
        key,
        &environment,
    );
    with_update(bench.head(), &Changes::new(), |update, means| {
        let means = Means { signer: Some(&signer), ..*means };
        bench.open().begin().unwrap().finish_pending(&update.words, &means).unwrap();
    });
    is_done(&bench);
    assert!(
        bench.git(&["cat-file", "commit", "HEAD"]).contains("gpgsig -----BEGIN SSH SIGNATURE-----")
    );
    let bench = left();
    let key = bench.folder.path().join("key");
    Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-f"])
        .arg(&key)
        .status()
        .unwrap();
    bench.git(&["config", "gpg.format", "ssh"]);
    bench.git(&["config", "user.signingKey", key.to_str().unwrap()]);
    bench.git(&["config", "commit.gpgsign", "true"]);
    resolve(&bench);
    bench.git(&["cherry-pick", "--continue"]);
    is_done(&bench);
    assert!(
        bench.git(&["cat-file", "commit", "HEAD"]).contains("gpgsig -----BEGIN SSH SIGNATURE-----")
    );
}
