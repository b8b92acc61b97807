//! Where no rule of ours applies, our merge is git's: thousands of generated triples, merged by
//! `git merge-tree` in one process and by us.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt::Write as _,
    fs,
    process::Stdio,
    sync::Arc,
};

use flagstone::{
    lock::LockedFile,
    merge::{Contents, Labels, Request, merge},
    tree::{Blob, BlobId, Listing, Mode, Ownership, RepoPath, SourceId, TreeId},
};

use crate::sandbox::Sandbox;

const TRIPLES: usize = 10_000;

/// Any files, and below the folders that some of them become.
const PATHS: [&str; 10] = ["a", "b", "c", "a/x", "b/x/y", "d/x", "d/y", "e/f/g", "e/f", "odd ü"];

/// A directory in words: mode and text of every file.
type Files = BTreeMap<&'static str, (Mode, String)>;

struct Triple {
    base: Files,
    ours: Files,
    theirs: Files,
}

/// Numbers that look random and are the same in every run (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }

    fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.roll(items.len() as u64) as usize]
    }

    /// A line that is nowhere else: what is new is like nothing that is gone, as git takes a file that
    /// is gone and one that is like it for a rename.
    fn line(&mut self) -> String {
        format!("{:x} {:x}\n", self.roll(u64::MAX), self.roll(u64::MAX))
    }

    fn lines(&mut self) -> String {
        (0..=self.roll(7)).map(|_| self.line()).collect()
    }

    /// A file of its own words. Each text ends in a newline: that is merged apart here, as git does not.
    fn file(&mut self) -> (Mode, String) {
        match self.roll(8) {
            0 => (Mode::Link, self.line().trim_end().to_owned()),
            1 => (Mode::Executable, self.lines()),
            2 => (Mode::File, format!("{}\0{}", self.line(), self.line())),
            _ => (Mode::File, self.lines()),
        }
    }

    fn tree(&mut self) -> Files {
        let mut files = Files::new();
        for _ in 0..self.roll(7) {
            self.add(&mut files);
        }
        files
    }

    /// Adds a file, if its place is free.
    fn add(&mut self, files: &mut Files) {
        let (path, file) = (self.pick(&PATHS), self.file());
        if has_room(files, path) {
            files.insert(path, file);
        }
    }

    /// What one side may do.
    fn edit(&mut self, files: &mut Files) {
        let paths: Vec<&'static str> = files.keys().copied().collect();
        if paths.is_empty() {
            return self.add(files);
        }
        let path = self.pick(&paths);
        match self.roll(10) {
            0 => self.add(files),
            1 => _ = files.remove(path),
            2 => _ = files.insert(path, self.file()),
            // A file becomes a folder, or a folder a file.
            3 => {
                let folder = path.split('/').next().unwrap();
                files.retain(|it, _| it.split('/').next() != Some(folder));
                self.add(files);
            }
            4 => self.change_mode(files.get_mut(path).unwrap()),
            _ => self.change_line(files.get_mut(path).unwrap()),
        }
    }

    fn change_mode(&mut self, (mode, text): &mut (Mode, String)) {
        *mode = match mode {
            Mode::File => Mode::Executable,
            Mode::Executable => Mode::File,
            Mode::Link => Mode::Link,
        };
        if *mode == Mode::Link {
            *text = self.line().trim_end().to_owned();
        }
    }

    fn change_line(&mut self, (mode, text): &mut (Mode, String)) {
        let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        let (at, line) = (self.roll(lines.len() as u64 + 1) as usize, self.line());
        match self.roll(3) {
            _ if *mode == Mode::Link => lines = vec![line.trim_end().to_owned()],
            0 if lines.len() > 1 => _ = lines.remove(at.min(lines.len() - 1)),
            1 if at < lines.len() => lines[at] = line,
            _ => lines.insert(at, line),
        }
        *text = lines.concat();
    }

    fn triple(&mut self) -> Triple {
        let base = self.tree();
        let (mut ours, mut theirs) = (base.clone(), base.clone());
        for _ in 0..=self.roll(4) {
            self.edit(&mut ours);
        }
        for _ in 0..=self.roll(4) {
            self.edit(&mut theirs);
        }
        // Some of what one side did, the other did too.
        for path in PATHS {
            if self.roll(6) == 0 {
                match ours.get(path).cloned() {
                    Some(file) if has_room(&theirs, path) => _ = theirs.insert(path, file),
                    Some(_) => {}
                    None => _ = theirs.remove(path),
                }
            }
        }
        Triple { base, ours, theirs }
    }
}

/// Whether neither a folder is at `path` nor a file where its folders must be.
fn has_room(files: &Files, path: &str) -> bool {
    let is_below = |one: &str, two: &str| one.starts_with(&format!("{two}/"));
    !files.keys().any(|it| is_below(it, path) || is_below(path, it))
}

/// Two files that git may take for one that was renamed: one side has it elsewhere.
fn has_rename(base: &Files, side: &Files) -> bool {
    let texts = |files: &Files, others: &Files| -> BTreeSet<String> {
        let alone = files.iter().filter(|(path, _)| !others.contains_key(*path));
        alone
            .flat_map(|(_, (_, text))| text.lines().map(str::to_owned).collect::<Vec<_>>())
            .collect()
    };
    !texts(base, side).is_disjoint(&texts(side, base))
}

/// Every commit of every triple for `git fast-import`: each base is a root, with the sides upon it.
fn stream(triples: &[Triple]) -> String {
    let mut stream = String::new();
    for (index, triple) in triples.iter().enumerate() {
        let root = 3 * index + 1;
        stream.push_str("reset refs/heads/base\n\n");
        commit(&mut stream, "base", (root, None), &triple.base);
        commit(&mut stream, "ours", (root + 1, Some(root)), &triple.ours);
        commit(&mut stream, "theirs", (root + 2, Some(root)), &triple.theirs);
    }
    stream
}

fn commit(stream: &mut String, branch: &str, (mark, from): (usize, Option<usize>), files: &Files) {
    write!(stream, "commit refs/heads/{branch}\nmark :{mark}\ncommitter a <a> 0 +0000\ndata 0\n\n")
        .unwrap();
    if let Some(from) = from {
        writeln!(stream, "from :{from}").unwrap();
    }
    stream.push_str("deleteall\n");
    for (path, (mode, text)) in files {
        let mode = mode.as_str();
        write!(stream, "M {mode} inline \"{path}\"\ndata {}\n{text}\n", text.len()).unwrap();
    }
    stream.push('\n');
}

/// What git makes of each triple: the tree of a clean merge.
fn verdicts_of_git(triples: &[Triple]) -> Vec<Option<TreeId>> {
    let sandbox = Sandbox::new();
    sandbox.git(["init", "-q", "--bare", "."]);
    let file = |name: &str| sandbox.folder().join(name);
    let git = |arguments: &[&str], input: &str| {
        fs::write(file("input"), input).unwrap();
        let input = fs::File::open(file("input")).unwrap();
        let mut command = sandbox.command("git");
        let output = command.args(arguments).stdin(Stdio::from(input)).output().unwrap();
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    git(&["fast-import", "--quiet", "--force", "--export-marks=marks"], &stream(triples));
    let marks: HashMap<String, String> = fs::read_to_string(file("marks"))
        .unwrap()
        .lines()
        .filter_map(|line| line.strip_prefix(':')?.split_once(' '))
        .map(|(mark, id)| (mark.to_owned(), id.to_owned()))
        .collect();
    let mut pairs = String::new();
    for index in 0..triples.len() {
        let side = |number: usize| &marks[&(3 * index + number).to_string()];
        writeln!(pairs, "{} {}", side(2), side(3)).unwrap();
    }
    let answer =
        git(&["merge-tree", "--write-tree", "--stdin", "--name-only", "--no-messages"], &pairs);
    let answer = String::from_utf8(answer).unwrap();
    let words: Vec<&str> = answer.split(['\0', '\n']).collect();
    // No path is a number, so this pair of words is the head of an answer.
    words
        .windows(2)
        .filter(|pair| matches!(pair[0], "0" | "1"))
        .filter_map(|pair| Some((pair[0], TreeId::parse(pair[1])?)))
        .map(|(verdict, tree)| (verdict == "1").then_some(tree))
        .collect()
}

struct Store(HashMap<BlobId, Arc<[u8]>>);

impl Contents for Store {
    fn bytes(&self, id: BlobId) -> Option<Arc<[u8]>> {
        self.0.get(&id).cloned()
    }
}

/// What we make of a triple: the tree of a clean merge.
fn verdict_of_ours(triple: &Triple) -> Option<TreeId> {
    let blob =
        |(mode, text): &(Mode, String)| Blob { mode: *mode, id: BlobId::of(text.as_bytes()) };
    let locked = |files: &Files| -> Vec<LockedFile> {
        let file = |(path, file): (&&str, &(Mode, String))| LockedFile {
            path: RepoPath::parse(path).unwrap(),
            mode: file.0,
            ownership: Ownership::Merged,
            blob: blob(file).id,
            source: SourceId { layer: "p".to_owned(), path: (*path).to_owned() },
        };
        files.iter().map(file).collect()
    };
    let all = [&triple.base, &triple.ours, &triple.theirs].into_iter().flat_map(|it| it.values());
    let store = Store(all.map(|it| (blob(it).id, it.1.as_bytes().into())).collect());
    let ours = triple.ours.iter().map(|(path, it)| (RepoPath::parse(path).unwrap(), blob(it)));
    let ours = Listing { files: ours.collect(), ..Listing::default() };
    let labels = Labels { base: "b".to_owned(), ours: "o".to_owned(), theirs: "t".to_owned() };
    let merge = merge(&Request {
        base: &locked(&triple.base),
        ours: &ours,
        theirs: &locked(&triple.theirs),
        steps: &[],
        contents: &store,
        labels: &labels,
        follow_renames: true,
    })
    .unwrap();
    let result = merge.result(&ours);
    let files = result.files.iter().map(|(path, blob)| (path, blob.mode, blob.id));
    (!merge.has_conflicts()).then(|| TreeId::of(files))
}

#[test]
fn a_merge_is_gits_where_no_rule_of_ours_applies() {
    let mut dice = Dice(7);
    let mut triples = Vec::new();
    while triples.len() < TRIPLES {
        let triple = dice.triple();
        if !has_rename(&triple.base, &triple.ours) && !has_rename(&triple.base, &triple.theirs) {
            triples.push(triple);
        }
    }
    let verdicts = verdicts_of_git(&triples);
    assert_eq!(verdicts.len(), TRIPLES);
    // Both ends are met often enough for the agreement to mean something.
    let clean = verdicts.iter().flatten().count();
    assert!(clean > TRIPLES / 4 && clean < 3 * TRIPLES / 4, "{clean} of {TRIPLES} are clean");
    for (triple, verdict) in triples.iter().zip(verdicts) {
        let Triple { base, ours, theirs } = triple;
        assert_eq!(verdict_of_ours(triple), verdict, "\n{base:#?}\n{ours:#?}\n{theirs:#?}");
    }
}
