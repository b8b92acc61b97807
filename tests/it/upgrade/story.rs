//! A service with a history: made from version 1.0.0, edited by its team, upgraded to 2.0.0.

use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf};

use crate::sandbox::Sandbox;

/// A service `svc` in the sandbox's folder, and the catalog that it was made from.
pub(crate) struct Story {
    pub(crate) sandbox: Sandbox,
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

/// Files by path.
pub(crate) type Files<'a> = &'a [(&'a str, &'a str)];

/// What stands in a manifest beside its head.
pub(crate) const PLAIN: &str =
    "parameters:\n  required: [name]\n  properties:\n    name: {type: string}\n";

impl Story {
    /// A service made from `before`, whose golden path then becomes `after`. Names are output paths.
    pub(crate) fn new(before: Files<'_>, after: Files<'_>) -> Self {
        Self::with((PLAIN, before), (PLAIN, after))
    }

    /// The same, with the rest of both manifests.
    pub(crate) fn with(before: (&str, Files<'_>), after: (&str, Files<'_>)) -> Self {
        let sandbox = Sandbox::new().identity();
        let story = Self { sandbox };
        story.release("1.0.0", before.0, before.1);
        let made = story.sandbox.run([
            "new",
            "svc@1.0.0",
            "svc",
            "--catalog",
            "catalog",
            "--set",
            "name=svc",
            "--defaults",
        ]);
        assert!(made.starts_with("exit: 0"), "{made}");
        story.release("2.0.0", after.0, after.1);
        story
    }

    /// Releases a version into the catalog.
    pub(crate) fn release(&self, version: &str, manifest: &str, files: Files<'_>) {
        let folder = self.sandbox.folder().join("catalog");
        let charter =
            "apiVersion: flagstone/v1\nkind: Catalog\nmetadata: {name: test, owner: test}\n";
        let head = format!(
            "apiVersion: flagstone/v1\nkind: GoldenPath\nmetadata: {{name: svc, version: {version}, title: T, owner: o}}\n"
        );
        put(&folder.join("catalog.yaml"), charter.as_bytes());
        let release = folder.join("svc").join(version);
        put(&release.join("golden-path.yaml"), format!("{head}{manifest}").as_bytes());
        for (path, text) in files {
            put(&release.join("template").join(path), text.as_bytes());
        }
        fs::create_dir_all(release.join("template")).unwrap();
    }

    /// A path in the service.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.sandbox.folder().join("svc").join(path)
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

    /// What `git status` says, a line each.
    pub(crate) fn status(&self) -> Vec<String> {
        let text = self.git(&["status", "--porcelain"]);
        text.lines().map(str::to_owned).collect()
    }

    /// Everything that an abort must bring back: status, index, HEAD, refs, every file's bytes and mode.
    pub(crate) fn state(&self) -> Vec<String> {
        let commands: [&[&str]; 5] = [
            &["status", "--porcelain", "--ignored"],
            &["ls-files", "--stage"],
            &["rev-parse", "HEAD"],
            &["symbolic-ref", "--quiet", "HEAD"],
            &["for-each-ref"],
        ];
        let mut state: Vec<_> = commands.iter().map(|it| self.git_ends(it).1).collect();
        state.push(self.sandbox.tree_of("svc"));
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
