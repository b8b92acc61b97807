//! Where a repository lands, and what is found there afterwards.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::{Mutex, PoisonError},
};

use walkdir::WalkDir;

use super::strace::Victim;
use crate::sandbox::{Sandbox, program};

/// Where a repository lands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// Nothing is there.
    Free,
    /// An empty folder is there.
    Empty,
    /// An empty folder that someone works in: `new .`.
    Itself,
    /// Not even the folder around it is there.
    MissingParents,
    /// Nothing is there, on a disk of its own.
    OnDisk,
    /// The target is a disk of its own.
    Disk,
    /// As `Free`, with as many threads as the program likes.
    SeveralThreads,
}

/// A sandbox with a small golden path, and one place in it.
pub(super) struct Here {
    place: Place,
    sandbox: Sandbox,
}

/// What is at the place after a run.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) state: State,
    /// Whether a hidden folder is left in or beside the place.
    pub(super) leftover: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// As it was before.
    Nothing,
    /// The whole repository.
    Whole,
    /// In the folder itself only: some of the files, and no repository.
    Loose,
}

/// All files of a work tree.
type Files = BTreeMap<String, (char, Vec<u8>)>;

/// What an undisturbed run makes at each place.
static WHOLE: Mutex<BTreeMap<Place, (Files, String)>> = Mutex::new(BTreeMap::new());

const MANIFEST: &str = "\
apiVersion: flagstone/v1
kind: GoldenPath
metadata: {name: tiny, version: 1.0.0, title: Tiny, description: Few files., owner: test}
parameters:
  required: [name]
  properties:
    name: {type: string, title: Name}
";

impl Place {
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Free => "a free target",
            Self::Empty => "an empty folder",
            Self::Itself => "the folder itself",
            Self::MissingParents => "missing parents",
            Self::OnDisk => "a free target on a disk of its own",
            Self::Disk => "a disk itself",
            Self::SeveralThreads => "several threads",
        }
    }

    const fn target(self) -> &'static str {
        match self {
            Self::Free | Self::Empty | Self::Itself | Self::Disk | Self::SeveralThreads => "orders",
            Self::MissingParents => "team/group/orders",
            Self::OnDisk => "disk/orders",
        }
    }
}

impl Here {
    pub(super) fn new(place: Place) -> Self {
        let sandbox = Sandbox::new().identity().golden_path(
            "tiny",
            "1.0.0",
            &[
                ("golden-path.yaml", MANIFEST),
                ("template/README.md.j2", "# {{ name }}\n"),
                ("template/bin/run", "#!/bin/sh\necho run\n"),
                ("template/config/app.toml", "port = 8080\n"),
            ],
        );
        let template = sandbox.folder().join("catalog/tiny/1.0.0/template");
        fs::set_permissions(template.join("bin/run"), fs::Permissions::from_mode(0o755)).unwrap();
        symlink("README.md", template.join("ABOUT")).unwrap();
        let here = Self { place, sandbox };
        if place == Place::OnDisk {
            fs::create_dir(here.folder()).unwrap();
        }
        if here.is_there_before() {
            fs::create_dir(here.target()).unwrap();
        }
        here
    }

    pub(super) fn target(&self) -> PathBuf {
        self.sandbox.folder().join(self.place.target())
    }

    /// The folder that the new one stands in.
    pub(super) fn folder(&self) -> PathBuf {
        match self.place {
            Place::OnDisk => self.sandbox.folder().join("disk"),
            _ => self.sandbox.folder(),
        }
    }

    /// `text` without what differs between runs.
    pub(super) fn redacted(&self, text: &str) -> String {
        self.sandbox.redacted(text)
    }

    /// Runs the program undisturbed.
    pub(super) fn run(&self) -> Output {
        let mut command = self.command(program().to_str().unwrap());
        command.args(self.arguments()).stdin(Stdio::null()).output().unwrap()
    }

    /// What is there now. Anything but nothing, the whole, and one hidden folder of ours is a fault.
    pub(super) fn look(&self) -> Found {
        let (hidden, seen) = self.names();
        let leftover = match hidden.as_slice() {
            [] => false,
            [_] => true,
            more => panic!("several hidden folders: {more:?}"),
        };
        let target = self.target();
        let state = if target.join(".git").exists() {
            self.must_be_whole();
            State::Whole
        } else if self.is_there_before() && !self.names_in_target().is_empty() {
            // Only a landing in the folder itself moves one file after the other.
            assert_eq!(self.place, Place::Itself, "loose files");
            State::Loose
        } else {
            let before: &[&str] = if self.is_there_before() { &["orders"] } else { &[] };
            assert_eq!(seen, before);
            State::Nothing
        };
        Found { state, leftover }
    }

    /// The next run does its work and leaves nothing beside it.
    pub(super) fn must_recover(&self, found: &Found) {
        if found.state != State::Whole {
            let output = self.run();
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "the next run failed:\n{stderr}");
        } else if found.leftover {
            // A run elsewhere in the same folder; in the folder itself, one that is refused.
            let mut command = self.command(program().to_str().unwrap());
            let mut arguments = self.arguments();
            if self.place != Place::Itself {
                arguments[2] = "second";
            }
            command.args(arguments).stdin(Stdio::null()).output().unwrap();
            let _none = fs::remove_dir_all(self.folder().join("second"));
        } else {
            return;
        }
        let found = self.look();
        assert!(
            matches!(found, Found { state: State::Whole, leftover: false }),
            "after the next run: {found:?}"
        );
    }

    const fn is_there_before(&self) -> bool {
        matches!(self.place, Place::Empty | Place::Itself | Place::Disk)
    }

    /// The hidden folders of ours, and what else is in the sandbox's folder.
    fn names(&self) -> (Vec<String>, Vec<String>) {
        let is_stage = |name: &String| name.starts_with('.') && name.contains(".flagstone-");
        let (mut hidden, seen): (Vec<_>, Vec<_>) =
            names(&self.folder()).into_iter().filter(|name| name != "catalog").partition(is_stage);
        let first = match self.place {
            Place::MissingParents => "team",
            _ => "orders",
        };
        assert!(seen.iter().all(|name| name == first), "{seen:?}");
        if self.target().join(INSIDE).exists() {
            hidden.push(INSIDE.to_owned());
        }
        (hidden, seen)
    }

    fn names_in_target(&self) -> Vec<String> {
        names(&self.target()).into_iter().filter(|name| name != INSIDE).collect()
    }

    fn must_be_whole(&self) {
        let git = |arguments: &[&str]| {
            let mut command = self.sandbox.command("git");
            let output = command.arg("-C").arg(self.target()).args(arguments).output().unwrap();
            [output.stdout, output.stderr].concat().escape_ascii().to_string()
        };
        let fsck = git(&["fsck", "--strict", "--full", "--no-progress"]);
        assert_eq!(fsck, "", "git fsck");
        assert_eq!(git(&["status", "--porcelain"]), "", "git status");
        let log = git(&["log", "--all", "--format=%an %cn %T %P%n%B"]);
        let (files, reference) = self.reference();
        assert_eq!(self.files(), files, "files");
        assert_eq!(log, reference, "git log");
    }

    /// What an undisturbed run makes.
    fn reference(&self) -> (Files, String) {
        let mut whole = WHOLE.lock().unwrap_or_else(PoisonError::into_inner);
        let made = || {
            let here = Self::new(self.place);
            assert!(here.run().status.success());
            let mut command = here.sandbox.command("git");
            command.arg("-C").arg(here.target());
            command.args(["log", "--all", "--format=%an %cn %T %P%n%B"]);
            let log = command.output().unwrap().stdout.escape_ascii().to_string();
            assert!(log.starts_with("Ada Lovelace Ada Lovelace "), "{log}");
            assert!(log.contains("Golden-Path: tiny@1.0.0"), "{log}");
            let files = here.files();
            let names: Vec<_> =
                files.iter().map(|(name, (kind, _))| format!("{kind} {name}")).collect();
            let expected = [
                "l ABOUT",
                "f README.md",
                "x bin/run",
                "f config/app.toml",
                "f flagstone.lock",
                "f flagstone.yaml",
            ];
            assert_eq!(names, expected);
            (files, log)
        };
        whole.entry(self.place).or_insert_with(made).clone()
    }

    fn files(&self) -> Files {
        let target = self.target();
        let is_ours = |it: &walkdir::DirEntry| it.file_name() != ".git" && it.file_name() != INSIDE;
        let entries = WalkDir::new(&target).into_iter().filter_entry(is_ours).map(Result::unwrap);
        let file = |entry: walkdir::DirEntry| {
            let path = entry.path();
            let name = path.strip_prefix(&target).unwrap().to_str().unwrap().to_owned();
            if let Ok(to) = fs::read_link(path) {
                return (name, ('l', to.into_os_string().into_encoded_bytes()));
            }
            let mode = fs::metadata(path).unwrap().permissions().mode();
            let kind = if mode & 0o111 == 0 { 'f' } else { 'x' };
            (name, (kind, fs::read(path).unwrap()))
        };
        entries.filter(|entry| !entry.file_type().is_dir()).map(file).collect()
    }
}

impl Victim for Here {
    fn log(&self) -> PathBuf {
        self.sandbox.folder().with_file_name("log")
    }

    fn command(&self, name: &str) -> Command {
        let mut command = self.sandbox.command(name);
        if self.place == Place::Itself {
            command.current_dir(self.target());
        }
        command
    }

    fn arguments(&self) -> Vec<&'static str> {
        let mut arguments = match self.place {
            Place::Itself => vec!["new", "tiny", ".", "--catalog", "../catalog"],
            place => vec!["new", "tiny", place.target(), "--catalog", "catalog"],
        };
        arguments.push("--yes");
        if self.place != Place::SeveralThreads {
            arguments.extend(["--jobs", "1"]);
        }
        arguments
    }

    fn is_publishing(&self, rename: &str) -> bool {
        match self.place {
            Place::Itself => rename.contains("/orders/.git\""),
            Place::Free
            | Place::Empty
            | Place::MissingParents
            | Place::OnDisk
            | Place::Disk
            | Place::SeveralThreads => true,
        }
    }
}

/// The hidden folder of a landing in the folder itself.
const INSIDE: &str = ".flagstone-landing";

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect()
}
