//! A service that is upgraded, and what is found of it when that is cut off.
//!
//! Commits have a fixed date: the same work gives the same ids.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::{Mutex, PoisonError},
    time::{Duration, UNIX_EPOCH},
};

use walkdir::WalkDir;

use super::strace::Victim;
use crate::{
    sandbox::{Sandbox, program},
    upgrade::{
        manifest::{PLAIN, migrations},
        story::Story,
    },
};

/// What is done to a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Act {
    /// An upgrade that comes to a commit.
    Upgrade,
    /// An upgrade that leaves conflicts.
    Conflicts,
    /// `upgrade --continue`, when they are resolved.
    Continue,
    /// `upgrade --abort`.
    Abort,
    /// `restore` of several files.
    Restore,
}

/// A service of its own, where an act may begin.
pub(super) struct Service {
    act: Act,
    sandbox: Sandbox,
}

/// Seconds and nanoseconds.
type Time = (i64, i64);

/// Everything that is there: the work tree, and git's folder without objects and our mark.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Look {
    /// Files and links with modes, times and bytes; folders with modes.
    files: BTreeMap<String, (u32, Time, Vec<u8>)>,
    git: BTreeMap<String, Vec<u8>>,
}

/// The same, without what differs from one repository to the other: times, and the index's bytes.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Meaning {
    files: BTreeMap<String, (u32, Vec<u8>)>,
    git: BTreeMap<String, Vec<u8>>,
    index: String,
}

/// What an act comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Everything is as before, byte for byte, the index too.
    Before,
    /// Everything is as after a run that nothing disturbs.
    After,
    /// Neither.
    Between,
}

/// Services where the acts may begin, and what each act comes to.
static STORIES: Mutex<BTreeMap<bool, Sandbox>> = Mutex::new(BTreeMap::new());
static AFTER: Mutex<BTreeMap<Act, Meaning>> = Mutex::new(BTreeMap::new());

/// Files that the team has at work, which no run may touch.
const TEAMS: [(&str, &str); 3] = [
    ("team.txt", "edited, not committed\n"),
    ("untracked.txt", "not known to git\n"),
    ("staged.txt", "staged, not committed\n"),
];

const LINES: &str = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";

impl Act {
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Upgrade => "an upgrade",
            Self::Conflicts => "an upgrade with conflicts",
            Self::Continue => "upgrade --continue",
            Self::Abort => "upgrade --abort",
            Self::Restore => "restore",
        }
    }

    /// Whether the team has changed the same line.
    const fn clashes(self) -> bool {
        matches!(self, Self::Conflicts | Self::Continue | Self::Abort)
    }

    /// The commands that end what was cut off, and what they may bring about.
    pub(super) const fn ways_out(self) -> &'static [(&'static [&'static str], &'static [State])] {
        use State::{After, Before};
        const AGAIN: &[&str] = &["upgrade", "--yes", "--to", "2.0.0", "--jobs", "1"];
        const ABORT: &[&str] = &["upgrade", "--abort"];
        match self {
            Self::Upgrade => &[(AGAIN, &[After]), (ABORT, &[Before, After])],
            Self::Conflicts => &[(AGAIN, &[After]), (ABORT, &[Before])],
            Self::Continue => &[(&["upgrade", "--continue"], &[After]), (AGAIN, &[Before, After])],
            Self::Abort => &[(ABORT, &[After]), (&["upgrade", "--continue"], &[Before, After])],
            Self::Restore => &[(RESTORE, &[After]), (ABORT, &[Before, After])],
        }
    }
}

const RESTORE: &[&str] =
    &["restore", "both.txt", "run.sh", "empty", "theirs.txt", "--yes", "--jobs", "1"];

/// A service of version 1.0.0 that its team has changed, and 2.0.0 is there.
fn story(clashes: bool) -> Sandbox {
    let nine = |first: &str, last: &str| {
        LINES.replacen("1\n", &format!("{first}\n"), 1).replace("9\n", &format!("{last}\n"))
    };
    let moves = migrations("2.0.0", &["move: {from: \"here/**\", to: \"there/**\"}"]);
    let (by_team, by_path) = (nine("team", "9"), nine("1", "path"));
    let before = [
        ("both.txt", LINES),
        ("theirs.txt", "old\n"),
        ("here/moved.txt", LINES),
        ("here/deep/moved.txt", "deep\n"),
        ("empty/only.txt", "goes\n"),
        ("gone.txt", "goes too\n"),
        ("run.sh", "#!/bin/sh\n"),
        ("kind", "a file\n"),
    ];
    let after = [
        ("both.txt", by_path.as_str()),
        ("theirs.txt", "new\n"),
        ("there/moved.txt", LINES),
        ("there/deep/moved.txt", "deep, and more\n"),
        ("run.sh", "#!/bin/sh\n"),
        ("added/deep/new.txt", "new\n"),
    ];
    let story = Story::with((PLAIN, &before), (&format!("{PLAIN}{moves}"), &after));
    let template = story.sandbox.folder().join("catalog/svc/2.0.0/template");
    fs::set_permissions(template.join("run.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    symlink("both.txt", template.join("kind")).unwrap();
    let (both, moved) = match clashes {
        true => (nine("1", "team"), LINES.to_owned()),
        false => (by_team.clone(), by_team),
    };
    let story = story.writes("team.txt", "a file of the team\n").writes("both.txt", both);
    let story = story.edits("here/moved.txt", moved);
    let dates = ["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"];
    let dated = |it: Sandbox, name| it.variable(name, "2026-03-01T12:00:00+01:00");
    let story = story.in_sandbox(|it| dates.into_iter().fold(it, dated));
    let age = |story: &Story| {
        let files = WalkDir::new(story.path("")).into_iter().map(Result::unwrap);
        files.filter(|it| it.file_type().is_file()).for_each(|it| make_old(it.path()));
    };
    age(&story);
    story.git(&["update-index", "-q", "--refresh"]);
    let story = TEAMS.iter().fold(story, |story, (path, text)| match *path {
        "staged.txt" if clashes => story,
        path => story.writes(path, text),
    });
    if !clashes {
        story.git(&["add", "staged.txt"]);
    }
    age(&story);
    story.sandbox
}

/// A file as young as the index is read once more, and then the calls would not be the same each time.
fn make_old(file: &Path) {
    let file = fs::File::open(file).unwrap();
    file.set_modified(UNIX_EPOCH + Duration::from_secs(1_700_000_000)).unwrap();
}

impl Service {
    pub(super) fn new(act: Act) -> Self {
        let mut stories = STORIES.lock().unwrap_or_else(PoisonError::into_inner);
        let story = stories.entry(act.clashes()).or_insert_with(|| story(act.clashes()));
        let service = Self { act, sandbox: story.copied() };
        drop(stories);
        service.git(&["update-index", "-q", "--refresh"]);
        match act {
            Act::Upgrade | Act::Conflicts => {}
            Act::Continue | Act::Abort => {
                service.must_end(&["upgrade", "--to", "2.0.0", "--yes"], 6);
            }
            Act::Restore => {
                fs::write(service.path("theirs.txt"), "edited\n").unwrap();
                make_old(&service.path("theirs.txt"));
                fs::remove_dir_all(service.path("empty")).unwrap();
                let rights = fs::Permissions::from_mode(0o755);
                fs::set_permissions(service.path("run.sh"), rights).unwrap();
            }
        }
        if act == Act::Continue {
            fs::write(service.path("both.txt"), "resolved\n").unwrap();
            make_old(&service.path("both.txt"));
            service.git(&["add", "both.txt"]);
        }
        service
    }

    fn path(&self, path: &str) -> PathBuf {
        self.sandbox.folder().join("svc").join(path)
    }

    /// Runs git, which must end well, and gives what it printed.
    fn git(&self, arguments: &[&str]) -> String {
        let mut command = self.command("git");
        let output = command.arg("--no-optional-locks").args(arguments).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text).into_owned();
        assert!(output.status.success(), "git {arguments:?}: {text}");
        text
    }

    pub(super) fn run(&self, arguments: &[&str]) -> Output {
        let mut command = self.command(program().to_str().unwrap());
        command.args(arguments).stdin(Stdio::null()).output().unwrap()
    }

    #[track_caller]
    fn must_end(&self, arguments: &[&str], exit: i32) {
        let output = self.run(arguments);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(exit), "{arguments:?}: {stderr}");
    }

    pub(super) fn look(&self) -> Look {
        let root = self.path("");
        let (mut files, mut git) = (BTreeMap::new(), BTreeMap::new());
        for entry in WalkDir::new(&root).min_depth(1).sort_by_file_name() {
            let entry = entry.unwrap();
            let name = entry.path().strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
            let it = fs::symlink_metadata(entry.path()).unwrap();
            match name.strip_prefix(".git/") {
                Some(name) if is_left_out(name) => {}
                Some(name) if it.is_dir() => drop(git.insert(format!("{name}/"), Vec::new())),
                Some(name) => drop(git.insert(name.to_owned(), bytes(entry.path()))),
                None if name == ".git" => {}
                None if it.is_dir() => drop(files.insert(name, (it.mode(), (0, 0), Vec::new()))),
                None => {
                    let time = (it.mtime(), it.mtime_nsec());
                    files.insert(name, (it.mode(), time, bytes(entry.path())));
                }
            }
        }
        Look { files, git }
    }

    fn meaning(&self, look: &Look) -> Meaning {
        let files = look.files.iter();
        let files = files.map(|(path, (mode, _, bytes))| (path.clone(), (*mode, bytes.clone())));
        let mut git = look.git.clone();
        // They hold times and inodes.
        for name in ["index", "flagstone/pending/index", "flagstone/pending/record"] {
            git.entry(name.to_owned()).and_modify(Vec::clear);
        }
        let index = match git.contains_key("index") {
            true => self.git(&["ls-files", "--stage"]) + &self.git(&["status", "--porcelain"]),
            false => String::new(),
        };
        Meaning { files: files.collect(), git, index }
    }

    /// What an act comes to that nothing disturbs.
    fn after(act: Act) -> Meaning {
        let mut after = AFTER.lock().unwrap_or_else(PoisonError::into_inner);
        let made = || {
            let service = Self::new(act);
            let arguments: Vec<_> = service.arguments();
            service.must_end(&arguments, service.exit());
            service.meaning(&service.look())
        };
        after.entry(act).or_insert_with(made).clone()
    }

    /// What has become of a service that looked like `before`. With `but_traces`, what the next command
    /// tidies up in git's folder is not looked at: our own, git's lock, marks and logs.
    pub(super) fn state(&self, before: &Look, but_traces: bool) -> State {
        let mut look = self.look();
        let mut after = Self::after(self.act);
        if but_traces {
            look.git.retain(|name, _| !is_trace(name));
            after.git.retain(|name, _| !is_trace(name));
        }
        let mut before = before.clone();
        before.git.retain(|name, _| !but_traces || !is_trace(name));
        if look == before {
            State::Before
        } else if self.meaning(&look) == after {
            State::After
        } else {
            State::Between
        }
    }

    /// Says how the service differs from both ends.
    pub(super) fn differences(&self, before: &Look) -> String {
        let (look, after) = (self.look(), Self::after(self.act));
        let now = self.meaning(&look);
        let mut text = String::from("from before:");
        let other = |name: &str, text: &mut String| *text += &format!(" {name}");
        differing(&look.files, &before.files).for_each(|name| other(name, &mut text));
        differing(&look.git, &before.git)
            .for_each(|name| other(&format!(".git/{name}"), &mut text));
        text += "\nfrom after:";
        differing(&now.files, &after.files).for_each(|name| other(name, &mut text));
        differing(&now.git, &after.git).for_each(|name| other(&format!(".git/{name}"), &mut text));
        if now.index != after.index {
            text += &format!("\nthe index is\n{}and not\n{}", now.index, after.index);
        }
        text
    }

    /// Nothing of the team's is lost, whatever git makes of the rest.
    pub(super) fn must_have_lost_nothing(&self) {
        for (path, text) in TEAMS {
            if path != "staged.txt" || !self.act.clashes() {
                assert_eq!(fs::read_to_string(self.path(path)).unwrap(), text, "{path}");
            }
        }
        if !self.act.clashes() {
            assert_ne!(self.git(&["ls-files", "--stage", "staged.txt"]), "");
        }
        assert_eq!(self.git(&["fsck", "--strict", "--no-progress", "--no-dangling"]), "");
        let log = self.git(&["log", "--format=%s"]);
        assert!(log.contains("The team's work\n"), "{log}");
        if self.act == Act::Continue {
            assert_eq!(fs::read_to_string(self.path("both.txt")).unwrap(), "resolved\n");
            let staged = self.git(&["show", ":both.txt"]);
            assert_eq!(staged, "resolved\n");
        }
    }

    /// Files among the objects that git knows nothing of, and does not remove itself.
    pub(super) fn garbage(&self) -> Vec<String> {
        let objects = self.path(".git/objects");
        let entries = WalkDir::new(&objects).into_iter().map(Result::unwrap);
        let is_garbage = |entry: &walkdir::DirEntry| {
            let name = entry.file_name().to_str().unwrap();
            let is_alone = name.ends_with(".pack") && !entry.path().with_extension("idx").exists();
            is_alone || name.starts_with("tmp") && !name.starts_with("tmp_object_")
        };
        entries.filter(is_garbage).map(|it| it.file_name().to_str().unwrap().to_owned()).collect()
    }
}

/// Objects are git's to judge; the mark stays for good.
fn is_left_out(name: &str) -> bool {
    name.starts_with("objects/") || ["flagstone", "flagstone/lock"].contains(&name)
}

fn is_trace(name: &str) -> bool {
    let marks = ["index.lock", "CHERRY_PICK_HEAD", "MERGE_MSG"];
    let folders = ["flagstone/", "refs/worktree/", "logs/"];
    marks.contains(&name) || folders.iter().any(|it| name.starts_with(it))
}

fn bytes(path: &Path) -> Vec<u8> {
    match fs::read_link(path) {
        Ok(target) => target.into_os_string().into_encoded_bytes(),
        Err(_) => fs::read(path).unwrap(),
    }
}

fn differing<'a, T: PartialEq>(
    one: &'a BTreeMap<String, T>,
    other: &'a BTreeMap<String, T>,
) -> impl Iterator<Item = &'a str> {
    let names: std::collections::BTreeSet<_> = one.keys().chain(other.keys()).collect();
    names.into_iter().filter(|name| one.get(*name) != other.get(*name)).map(String::as_str)
}

impl Victim for Service {
    fn command(&self, name: &str) -> Command {
        let mut command = self.sandbox.command(name);
        command.current_dir(self.path(""));
        command
    }

    fn log(&self) -> PathBuf {
        self.sandbox.folder().with_file_name("log")
    }

    fn arguments(&self) -> Vec<&'static str> {
        self.act.ways_out().iter().map(|(arguments, _)| arguments.to_vec()).next().unwrap()
    }

    fn exit(&self) -> i32 {
        if self.act == Act::Conflicts { 6 } else { 0 }
    }
}
