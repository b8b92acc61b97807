//! What a lock may look like, and what becomes of it.

use super::super::Part;
use super::*;

fn lock(paths: &[&str]) -> Lock {
    let version: Version = "1.0.0".parse().unwrap();
    let part = |name: &str| Part {
        name: name.to_owned(),
        version: version.clone(),
        source: "directory:../my catalog".to_owned(),
        digest: Digest::of(b""),
    };
    let ownerships = [
        Ownership::Managed,
        Ownership::Seeded,
        Ownership::MergedWithKeys(vec!["tool.ruff".to_owned(), "a b".to_owned()]),
    ];
    let file = |(path, ownership): (&&str, &Ownership)| LockedFile {
        path: RepoPath::parse(path).unwrap(),
        mode: Mode::Executable,
        ownership: ownership.clone(),
        blob: BlobId([0x12; 20]),
        source: SourceId { layer: "svc".to_owned(), path: format!("template/{path}\\\".j2") },
    };
    let mut files: Vec<_> = paths.iter().zip(ownerships.iter().cycle()).map(file).collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    let mut lock = Lock {
        flagstone: version.clone(),
        golden_path: part("svc"),
        layers: vec![part("ci")],
        parameters: vec![("name".to_owned(), "no".into()), ("port".to_owned(), 8080.into())],
        tree: TreeId([0; 20]),
        files,
    };
    lock.tree = lock.tree_of_files();
    lock
}

const PATHS: [&str; 8] = ["src/main.rs", "a b {c}.txt", "true", "1e5", "ü", "'", "\"", "a, b"];

fn mistakes(text: &str) -> Vec<String> {
    let found = Lock::parse(&Document::new(FILE, text)).unwrap_err();
    let show = |it: Diagnostic| {
        let help = it.help.map(|help| format!(" ({help})")).unwrap_or_default();
        format!("{} {}{help}", it.place.unwrap().label(), it.message)
    };
    found.into_iter().map(show).collect()
}

#[test]
fn a_written_lock_reads_as_what_it_was_by_either_way() {
    let lock = lock(&PATHS);
    let text = lock.to_text();
    assert_eq!(as_written(&text), Some(lock.clone()));
    // A comment is enough to leave the fast way.
    let edited = text.replace("\nfiles:\n", "\nfiles: # all of them\n");
    assert_eq!(as_written(&edited), None);
    assert_eq!(Lock::parse(&Document::new(FILE, edited)), Ok(lock));
}

#[test]
fn a_lock_without_files_or_layers_is_read() {
    let mut lock = lock(&[]);
    lock.layers.clear();
    assert_eq!(Lock::parse(&Document::new(FILE, lock.to_text())), Ok(lock));
}

#[test]
fn lines_out_of_order_are_read_in_order() {
    let lock = lock(&PATHS);
    let text = lock.to_text();
    let (header, lines) = text.split_at(text.find(FILES).unwrap() + FILES.len());
    let turned: Vec<_> = lines.lines().rev().collect();
    let text = format!("{header}{}\n", turned.join("\n"));
    assert_eq!(Lock::parse(&Document::new(FILE, text)), Ok(lock));
}

#[test]
fn an_edited_line_shows_in_the_tree() {
    let mut lock = lock(&PATHS);
    lock.files[0].blob = BlobId([7; 20]);
    let read = Lock::parse(&Document::new(FILE, lock.to_text())).unwrap();
    assert_ne!(read.tree, read.tree_of_files());
}

#[test]
fn a_hostile_lock_names_no_file_outside_and_none_twice() {
    let text = lock(&["src/main.rs", "README.md"]).to_text();
    let outside = text.replace("src/main.rs, mode", "../main.rs, mode");
    let git = text.replace("src/main.rs, mode", ".git/config, mode");
    let own = text.replace("src/main.rs, mode", "flagstone.lock, mode");
    let twice = text.replace("src/main.rs, mode", "README.md, mode");
    let found: Vec<_> = [outside, git, own, twice].iter().flat_map(|it| mistakes(it)).collect();
    insta::assert_debug_snapshot!(found);
}

#[test]
fn conflicts_and_other_versions_are_said_before_anything_else() {
    let text = lock(&["a"]).to_text();
    let conflict = text.replace("version: 1.0.0\ntree", "<<<<<<< HEAD\nversion: 1.0.0\ntree");
    let newer = text.replace("lockVersion: 1", "lockVersion: 2");
    let none = text.replace("lockVersion: 1\n", "");
    let broken = text.replace("tree: \"", "tree: \"x");
    let disagreeing = text.replace("\nversion: 1.0.0", "\nversion: 1.1.0");
    let found: Vec<_> =
        [conflict, newer, none, broken, disagreeing].iter().flat_map(|it| mistakes(it)).collect();
    insta::assert_debug_snapshot!(found);
}
