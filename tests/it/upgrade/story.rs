//! A service with a history: made from version 1.0.0, edited by its team, upgraded to 2.0.0.

use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf};

use super::manifest::PLAIN;
use crate::sandbox::Sandbox;

/// A service `svc` in the sandbox's folder, and the catalog that it was made from.
pub(crate) struct Story {
    pub(crate) sandbox: Sandbox,
    /// The repository's folder in the sandbox.
    folder: String,
}

/// What an upgrade came to.
pub(crate) struct Told {
    /// The exit code.
    pub(crate) exit: i64,
    /// A row for each file of which something is said: `kind path reason`, or `kind from -> path reason`.
    pub(crate) rows: Vec<String>,
    /// The whole result.
    pub(crate) json: serde_json::Value,
    /// What people were told.
    pub(crate) stderr: String,
}

/// What a refused run or a look must not change.
pub(crate) type State = Vec<String>;

/// Files by path.
pub(crate) type Files<'a> = &'a [(&'a str, &'a str)];

const CHARTER: &str =
    "apiVersion: flagstone/v1\nkind: Catalog\nmetadata: {name: test, owner: test}\n";

impl Story {
    /// A service made from `before`, whose golden path then becomes `after`. Names are output paths.
    pub(crate) fn new(before: Files<'_>, after: Files<'_>) -> Self {
        Self::with((PLAIN, before), (PLAIN, after))
    }

    /// The same, with the rest of both manifests.
    pub(crate) fn with(before: (&str, Files<'_>), after: (&str, Files<'_>)) -> Self {
        let story = Self::made(before, &[]);
        story.release("2.0.0", after.0, after.1);
        story
    }

    /// A service of version 1.0.0, the only one, made with more arguments for `flagstone new`.
    pub(crate) fn made(first: (&str, Files<'_>), arguments: &[&str]) -> Self {
        let sandbox = Sandbox::new().identity();
        let story = Self::in_folder(sandbox, "svc");
        story.release("1.0.0", first.0, first.1);
        let new = ["new", "svc@1.0.0", "svc", "--catalog", "catalog", "--set", "name=svc"];
        let arguments = new.iter().chain(&["--defaults"]).chain(arguments);
        let made = story.sandbox.run(arguments.copied());
        assert!(made.starts_with("exit: 0"), "{made}");
        story
    }

    /// A service that is there already.
    pub(crate) fn in_folder(sandbox: Sandbox, folder: &str) -> Self {
        Self { sandbox, folder: folder.to_owned() }
    }

    /// The same service in another repository of the sandbox.
    pub(crate) fn at(self, folder: &str) -> Self {
        Self { folder: folder.to_owned(), ..self }
    }

    /// The same with other surroundings.
    pub(crate) fn in_sandbox(self, change: impl FnOnce(Sandbox) -> Sandbox) -> Self {
        Self { sandbox: change(self.sandbox), ..self }
    }

    /// The same with more in the user's git configuration.
    pub(crate) fn configured(self, more: &str) -> Self {
        let config = format!("[user]\n\tname = Ada Lovelace\n\temail = ada@example.com\n{more}");
        self.in_sandbox(|sandbox| sandbox.home_file(".gitconfig", &config))
    }

    /// Releases a version into the catalog.
    pub(crate) fn release(&self, version: &str, manifest: &str, files: Files<'_>) {
        self.release_of(("GoldenPath", "svc", version), manifest, files);
    }

    /// Changes the templates of a version that is there.
    pub(crate) fn release_files(&self, version: &str, files: Files<'_>) {
        let release = self.sandbox.folder().join("catalog/svc").join(version);
        for (path, text) in files {
            put(&release.join("template").join(path), text.as_bytes());
        }
    }

    /// Releases a version of a layer into the catalog.
    pub(crate) fn layer(&self, name: &str, version: &str, manifest: &str, files: Files<'_>) {
        self.release_of(("Layer", name, version), manifest, files);
    }

    fn release_of(&self, what: (&str, &str, &str), manifest: &str, files: Files<'_>) {
        let (kind, name, version) = what;
        let folder = self.sandbox.folder().join("catalog");
        put(&folder.join("catalog.yaml"), CHARTER.as_bytes());
        let head = format!(
            "apiVersion: flagstone/v1\nkind: {kind}\nmetadata: {{name: {name}, version: {version}, title: T, owner: o}}\n"
        );
        let release = folder.join(name).join(version);
        put(&release.join("golden-path.yaml"), format!("{head}{manifest}").as_bytes());
        for (path, text) in files {
            put(&release.join("template").join(path), text.as_bytes());
        }
        fs::create_dir_all(release.join("template")).unwrap();
    }

    /// Takes a version out of the catalog; without one, the whole catalog.
    pub(crate) fn loses_release(self, version: Option<&str>) -> Self {
        let catalog = self.sandbox.folder().join("catalog");
        let gone = version.map_or(catalog.clone(), |version| catalog.join("svc").join(version));
        fs::remove_dir_all(gone).unwrap();
        self
    }

    /// A path in the service.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.sandbox.folder().join(&self.folder).join(path)
    }

    /// Writes a file of the service, without committing it.
    pub(crate) fn writes(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        put(&self.path(path), text.as_ref());
        self
    }

    /// The team writes a file and commits it.
    pub(crate) fn edits(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        self.writes(path, text).commits()
    }

    /// The team deletes a file and commits that.
    pub(crate) fn deletes(self, path: &str) -> Self {
        fs::remove_file(self.path(path)).unwrap();
        self.commits()
    }

    /// The team moves a file or a folder and commits that.
    pub(crate) fn moves(self, from: &str, to: &str) -> Self {
        fs::create_dir_all(self.path(to).parent().unwrap()).unwrap();
        fs::rename(self.path(from), self.path(to)).unwrap();
        self.commits()
    }

    /// The team makes a file executable and commits that.
    pub(crate) fn makes_executable(self, path: &str) -> Self {
        fs::set_permissions(self.path(path), fs::Permissions::from_mode(0o755)).unwrap();
        self.commits()
    }

    /// Commits all that there is.
    pub(crate) fn commits(self) -> Self {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "The team's work"]);
        self
    }

    /// Writes every file anew as git checks it out.
    pub(crate) fn checks_out(&self) {
        for file in self.git(&["ls-files"]).lines() {
            fs::remove_file(self.path(file)).unwrap();
        }
        self.git(&["reset", "--quiet", "--hard"]);
    }

    /// Makes the last commit the first one, and loses everything that only older ones hold.
    pub(crate) fn forgets(&self) {
        self.git(&["checkout", "--quiet", "--orphan", "new"]);
        self.git(&["commit", "--quiet", "--message", "All of it"]);
        self.git(&["branch", "--quiet", "-D", "main"]);
        self.git(&["branch", "--quiet", "-m", "main"]);
        self.git(&["reflog", "expire", "--expire=now", "--all"]);
        self.git(&["gc", "--quiet", "--prune=now"]);
    }

    /// Runs git in the service, which must end well, and gives what it printed.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let (exit, out) = self.git_ends(arguments);
        assert_eq!(exit, 0, "git {arguments:?}: {out}");
        out
    }

    /// Runs git in the service: its exit code and all that it printed.
    pub(crate) fn git_ends(&self, arguments: &[&str]) -> (i32, String) {
        let output = self
            .sandbox
            .command("git")
            .current_dir(self.path(""))
            .env("GIT_EDITOR", "true")
            .args(arguments)
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let out = text(&output.stdout) + &text(&output.stderr);
        (output.status.code().unwrap_or(-1), out.trim_end().to_owned())
    }

    /// Runs the program in the service, for people: its exit code and all that it printed.
    pub(crate) fn says(&self, arguments: &[&str]) -> String {
        self.sandbox.run_in(&self.folder, arguments.iter().copied())
    }

    /// Upgrades to 2.0.0 and agrees to everything.
    pub(crate) fn upgrades(&self) -> Told {
        self.runs(&["upgrade", "--to", "2.0.0", "--yes"])
    }

    /// Runs the program in the service, for a program to read.
    pub(crate) fn runs(&self, arguments: &[&str]) -> Told {
        let output = self
            .sandbox
            .command(crate::sandbox::program())
            .current_dir(self.path(""))
            .args(arguments)
            .args(["--format", "json"])
            .output()
            .unwrap();
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        let json: serde_json::Value = serde_json::from_str(&stdout).unwrap_or_default();
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let row = |file: &serde_json::Value| {
            let from = match &file["from"] {
                serde_json::Value::String(from) => format!("{from} -> "),
                _ => String::new(),
            };
            format!(
                "{} {from}{} {}",
                text(&file["kind"]),
                text(&file["path"]),
                text(&file["reason"])
            )
        };
        let rows = json["files"].as_array().into_iter().flatten().map(row).collect();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let exit = output.status.code().map_or(-1, i64::from);
        Told { exit, rows, json, stderr: self.sandbox.redacted(&stderr) }
    }

    /// The text of a file of the service; `(none)` if it is not there.
    pub(crate) fn text(&self, path: &str) -> String {
        match fs::read(self.path(path)) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(_) => "(none)".to_owned(),
        }
    }

    /// What the spec wishes, below the golden path's name.
    pub(crate) fn wishes(&self) -> String {
        let text = self.text("flagstone.yaml");
        text.split_once("goldenPath: svc\n").unwrap().1.to_owned()
    }

    /// What `git status` says, a line each.
    pub(crate) fn status(&self) -> Vec<String> {
        let text = self.git(&["status", "--porcelain"]);
        text.lines().map(str::to_owned).collect()
    }

    /// Everything that an abort must bring back: status, index, HEAD, refs, every file's bytes and mode.
    pub(crate) fn state(&self) -> State {
        let commands: [&[&str]; 5] = [
            &["status", "--porcelain", "--ignored"],
            &["ls-files", "--stage"],
            &["rev-parse", "HEAD"],
            &["symbolic-ref", "--quiet", "HEAD"],
            &["for-each-ref"],
        ];
        let mut state: Vec<_> = commands.iter().map(|it| self.git_ends(it).1).collect();
        state.push(self.sandbox.tree_of(&self.folder));
        state
    }
}

impl Told {
    /// Nothing is left to resolve, and a commit was made.
    #[track_caller]
    pub(crate) fn is_clean(&self, rows: &[&str]) {
        assert_eq!(
            (self.exit, &self.rows[..]),
            (0, &owned(rows)[..]),
            "{} {}",
            self.json,
            self.stderr
        );
    }

    /// Conflicts are left.
    #[track_caller]
    pub(crate) fn conflicts(&self, rows: &[&str]) {
        assert_eq!(
            (self.exit, &self.rows[..]),
            (6, &owned(rows)[..]),
            "{} {}",
            self.json,
            self.stderr
        );
    }

    /// The codes of what else is said of a file.
    pub(crate) fn notes_of(&self, path: &str) -> Vec<String> {
        let files = self.json["files"].as_array().into_iter().flatten();
        let notes = files.filter(|it| it["path"] == path).map(|it| &it["notes"]);
        let notes = notes.filter_map(|it| it.as_array()).flatten();
        notes.map(|it| it["code"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The run was refused with this code and a mistake that says this.
    #[track_caller]
    pub(crate) fn is_refused(&self, exit: i64, words: &str) {
        assert_eq!(self.exit, exit, "{} {}", self.json, self.stderr);
        let said = self.json.to_string();
        assert!(said.contains(words), "{said}");
    }
}

fn owned(rows: &[&str]) -> Vec<String> {
    rows.iter().map(|row| (*row).to_owned()).collect()
}

pub(crate) fn put(path: &std::path::Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}
