//! What is in the way.

use std::os::unix::fs::symlink;

use super::*;

fn service() -> Bench {
    Bench::new(&[
        (".gitignore", "*.log\nbuild/\n"),
        ("README.md", "# Orders\n"),
        ("app/main.py", "print(1)\n"),
        ("app/util.py", "util\n"),
        ("team.txt", "team\n"),
    ])
}

fn footprint(written: &[&str], removed: &[&str]) -> Footprint {
    let paths = |names: &[&str]| names.iter().map(|name| path(name)).collect();
    let (written, removed) = (paths(written), paths(removed));
    Footprint { written, removed, ..Footprint::default() }
}

fn found(bench: &Bench, written: &[&str], removed: &[&str]) -> Vec<String> {
    let result = bench.open().preflight(&footprint(written, removed));
    if result.is_ok() { Vec::new() } else { in_the_way(result) }
}

#[test]
fn uncommitted_work_is_in_the_way_only_where_the_update_writes() {
    let bench = service();
    bench.write("README.md", "edited\n");
    bench.write("app/main.py", "staged\n");
    bench.git(&["add", "app/main.py"]);
    fs::remove_file(bench.path("app/util.py")).unwrap();
    bench.write("new.txt", "u\n");
    bench.write("debug.log", "i\n");
    bench.write("build/out", "i\n");
    let all = ["README.md", "app/main.py", "build/out", "debug.log", "new.txt"];
    assert_eq!(
        found(&bench, &all, &["app/util.py"]),
        [
            "`README.md` has changes that are not committed",
            "`app/main.py` has staged changes",
            "`app/util.py` was removed, which is not committed",
            "`build/out` is ignored by git",
            "`debug.log` is ignored by git",
            "`new.txt` is not known to git",
        ]
    );
    assert_eq!(found(&bench, &["team.txt", "other.txt"], &[]), [""; 0]);
    let everywhere = Footprint { has_conflicts: true, ..footprint(&["team.txt"], &[]) };
    let result = bench.open().preflight(&everywhere);
    assert_eq!(in_the_way(result), ["`app/main.py` has staged changes"]);
}

#[test]
fn folders_where_files_must_be_and_the_other_way() {
    let bench = service();
    bench.write("docs/notes.md", "u\n");
    bench.write("out", "u\n");
    fs::create_dir(bench.path("empty")).unwrap();
    symlink("app", bench.path("link")).unwrap();
    git(&bench.root(), &["init", "-q", "nested"]).unwrap();
    assert_eq!(
        found(&bench, &["docs", "out/x", "empty", "link/main.py", "nested/x", "app"], &[]),
        [
            "`app` is a folder where a file must be",
            "`docs/notes.md` is not known to git",
            "`empty` is a folder where a file must be",
            "`link` is a symbolic link where a folder must be",
            "`nested` is another repository",
            "`out` is a file where a folder must be",
        ]
    );
    assert_eq!(found(&bench, &["app"], &["app/main.py", "app/util.py"]), [""; 0]);
    assert_eq!(found(&bench, &["team.txt/x"], &["team.txt"]), [""; 0]);
    bench.write("app/own.txt", "u\n");
    let found = found(&bench, &["app"], &["app/main.py", "app/util.py"]);
    assert_eq!(found, ["`app/own.txt` is not known to git"]);
}

#[test]
fn operations_of_git_are_in_the_way_by_name() {
    for (begin, name) in [
        (["merge", "side"], "a merge"),
        (["rebase", "side"], "a rebase"),
        (["cherry-pick", "side"], "a cherry-pick"),
        (["revert", "HEAD~1"], "a revert"),
    ] {
        let bench = service();
        bench.git(&["checkout", "-q", "-b", "side"]);
        bench.write("README.md", "side\n");
        bench.commit("side");
        bench.git(&["checkout", "-q", "main"]);
        for text in ["one\n", "two\n"] {
            bench.write("README.md", text);
            bench.commit(text);
        }
        git(&bench.root(), &begin).unwrap_err();
        let found = found(&bench, &["team.txt"], &[]);
        let expected = [
            format!("{name} is under way"),
            "`README.md` has a conflict that is not resolved".to_owned(),
        ];
        assert_eq!(found, expected);
    }
}

#[test]
fn a_bisection_is_not_in_the_way() {
    let bench = service();
    bench.git(&["bisect", "start"]);
    assert_eq!(found(&bench, &["team.txt"], &[]), [""; 0]);
}

#[test]
fn nothing_is_written_by_looking() {
    let bench = service();
    bench.write("README.md", "edited\n");
    let index = fs::read(bench.path(".git/index")).unwrap();
    found(&bench, &["README.md"], &[]);
    assert_eq!(fs::read(bench.path(".git/index")).unwrap(), index);
    assert!(!bench.path(".git/flagstone").exists());
}
