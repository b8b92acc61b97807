//! A place of its own for one run of the program: an empty home, no environment, no terminal.

use std::{
    ffi::OsStr,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use portable_pty::CommandBuilder;
use walkdir::WalkDir;

use crate::terminal::Terminal;

/// A folder to work in and an empty home beside it, both gone when it is dropped.
pub(crate) struct Sandbox {
    root: tempfile::TempDir,
    variables: Vec<(&'static str, String)>,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        let root = tempfile::Builder::new().prefix("flagstone-").tempdir().unwrap();
        let sandbox = Self { root, variables: Vec::new() };
        fs::create_dir(sandbox.home()).unwrap();
        fs::create_dir(sandbox.folder()).unwrap();
        sandbox
    }

    /// Gives git someone to commit as.
    pub(crate) fn identity(self) -> Self {
        let config = "[user]\n\tname = Ada Lovelace\n\temail = ada@example.com\n";
        fs::write(self.home().join(".gitconfig"), config).unwrap();
        self
    }

    /// The same once more, elsewhere.
    pub(crate) fn copied(&self) -> Self {
        let root = tempfile::Builder::new().prefix("flagstone-").tempdir().unwrap();
        let mut command = Command::new("cp");
        command.arg("-a").arg(self.root.path().join(".")).arg(root.path());
        assert!(command.status().unwrap().success());
        Self { root, variables: self.variables.clone() }
    }

    /// Takes away whom git could commit as.
    pub(crate) fn without_identity(self) -> Self {
        fs::remove_file(self.home().join(".gitconfig")).unwrap();
        self
    }

    /// Sets a variable of the environment.
    pub(crate) fn variable(mut self, name: &'static str, value: &str) -> Self {
        self.variables.push((name, value.to_owned()));
        self
    }

    /// Writes a file into the home.
    pub(crate) fn home_file(self, path: &str, text: &str) -> Self {
        write(&self.home().join(path), text);
        self
    }

    /// Makes an empty folder.
    pub(crate) fn folder_at(self, path: &str) -> Self {
        fs::create_dir_all(self.folder().join(path)).unwrap();
        self
    }

    /// Writes a file.
    pub(crate) fn file(self, path: &str, text: &str) -> Self {
        write(&self.folder().join(path), text);
        self
    }

    /// Writes a version of a golden path into the folder `catalog`, a directory catalog.
    pub(crate) fn golden_path(self, name: &str, version: &str, files: &[(&str, &str)]) -> Self {
        let catalog = self.folder().join("catalog");
        let charter =
            "apiVersion: flagstone/v1\nkind: Catalog\nmetadata: {name: test, owner: test}\n";
        write(&catalog.join("catalog.yaml"), charter);
        for (path, text) in files {
            write(&catalog.join(name).join(version).join(path), text);
        }
        self
    }

    /// Makes an empty folder of the home that nobody else may look into.
    pub(crate) fn home_folder(self, path: &str) -> Self {
        let folder = self.home().join(path);
        fs::create_dir_all(&folder).unwrap();
        fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        self
    }

    /// Puts a script in the place of the user's program `name`.
    pub(crate) fn program(mut self, name: &str, script: &str) -> Self {
        let folder = self.root.path().join("bin");
        let file = folder.join(name);
        write(&file, script);
        fs::set_permissions(file, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let path = std::env::var("PATH").unwrap();
        self.variables.push(("PATH", format!("{}:{path}", folder.display())));
        self
    }

    /// Runs another program of the user, and gives what it printed.
    pub(crate) fn program_output<'a>(
        &self,
        program: &str,
        arguments: impl IntoIterator<Item = &'a str>,
    ) -> String {
        let output = self.command(program).args(arguments).stdin(Stdio::null()).output().unwrap();
        self.shown(&output)
    }

    /// Runs git, and gives what it printed.
    pub(crate) fn git<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> String {
        let output = self.command("git").args(arguments).stdin(Stdio::null()).output().unwrap();
        self.shown(&output)
    }

    /// Runs the program without input: its exit code, and all that it printed.
    pub(crate) fn run<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> String {
        self.run_with_input("", arguments)
    }

    /// Runs the program in a folder of the sandbox.
    pub(crate) fn run_in<'a>(
        &self,
        folder: &str,
        arguments: impl IntoIterator<Item = &'a str>,
    ) -> String {
        let mut command = self.command(env!("CARGO_BIN_EXE_flagstone"));
        command.current_dir(self.folder().join(folder)).args(arguments).stdin(Stdio::null());
        self.shown(&command.output().unwrap())
    }

    /// Runs the program with `input` on its standard input.
    pub(crate) fn run_with_input<'a>(
        &self,
        input: &str,
        arguments: impl IntoIterator<Item = &'a str>,
    ) -> String {
        let pipe = Stdio::piped;
        let mut command = self.command(program());
        command.args(arguments).stdin(pipe()).stdout(pipe()).stderr(pipe());
        let mut child = command.spawn().unwrap();
        // A program that doesn't read its input may be gone before all of it is written.
        let _gone = child.stdin.take().unwrap().write_all(input.as_bytes());
        self.shown(&child.wait_with_output().unwrap())
    }

    /// Runs the program at a terminal.
    pub(crate) fn terminal<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Terminal {
        self.terminal_in(".", arguments)
    }

    /// Runs the program at a terminal, in a folder of the sandbox.
    pub(crate) fn terminal_in<'a>(
        &self,
        folder: &str,
        arguments: impl IntoIterator<Item = &'a str>,
    ) -> Terminal {
        self.terminal_with(program(), folder, arguments)
    }

    /// Runs another program of the user at a terminal.
    pub(crate) fn terminal_of<'a>(
        &self,
        program: &str,
        arguments: impl IntoIterator<Item = &'a str>,
    ) -> Terminal {
        self.terminal_with(program, ".", arguments)
    }

    fn terminal_with<'a>(
        &self,
        program: impl AsRef<OsStr>,
        folder: &str,
        arguments: impl IntoIterator<Item = &'a str>,
    ) -> Terminal {
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env_clear();
        command.cwd(self.folder().join(folder));
        self.environment().into_iter().for_each(|(name, value)| command.env(name, value));
        command.env("TERM", "xterm-256color");
        Terminal::start(command)
    }

    /// Every file with its content, without the inside of git repositories.
    pub(crate) fn tree(&self) -> String {
        self.tree_of(".")
    }

    /// Every file of a folder with its content; nothing if there is no such folder.
    pub(crate) fn tree_of(&self, folder: &str) -> String {
        let folder = self.folder().join(folder);
        if !folder.exists() {
            return String::new();
        }
        let is_git = |entry: &walkdir::DirEntry| entry.file_name() == ".git";
        let entries = WalkDir::new(folder).sort_by_file_name().into_iter();
        let files = entries
            .filter_entry(|entry| !is_git(entry))
            .map(Result::unwrap)
            .filter(|entry| !entry.file_type().is_dir());
        let text: String = files.map(|entry| self.shown_file(entry.path())).collect();
        self.redacted(text.trim_end())
    }

    /// The folder that everything runs in.
    pub(crate) fn folder(&self) -> PathBuf {
        self.root.path().join("work")
    }

    /// `text` with what differs between runs replaced: the sandbox's path and ids of commits.
    pub(crate) fn redacted(&self, text: &str) -> String {
        let folder = self.folder();
        let real = fs::canonicalize(&folder).unwrap();
        let text = text.replace(real.to_str().unwrap(), "<sandbox>");
        let text = text.replace(folder.to_str().unwrap(), "<sandbox>");
        let text = text.replace(self.home().to_str().unwrap(), "<home>");
        self.commits().iter().fold(text, |text, id| {
            let short = id.get(..7).unwrap();
            text.replace(id, "<commit>").replace(short, "<commit>")
        })
    }

    fn home(&self) -> PathBuf {
        self.root.path().join("home")
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        let mut environment = vec![
            ("HOME", self.home().to_str().unwrap().to_owned()),
            ("GIT_CONFIG_NOSYSTEM", "1".to_owned()),
            ("LANG", "C.UTF-8".to_owned()),
        ];
        environment.extend(std::env::var("PATH").map(|path| ("PATH", path)));
        environment.extend(self.variables.iter().cloned());
        environment
    }

    /// A program that is started here, with our environment alone.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear().envs(self.environment()).current_dir(self.folder());
        command
    }

    fn shown(&self, output: &Output) -> String {
        let text = |bytes: &[u8]| self.redacted(String::from_utf8_lossy(bytes).trim_end());
        let code = output.status.code().map_or("killed".to_owned(), |code| code.to_string());
        let part = |name: &str, bytes: &[u8]| match text(bytes) {
            empty if empty.is_empty() => format!("\n--- {name}"),
            text => format!("\n--- {name}\n{text}"),
        };
        let (out, err) = (part("stdout", &output.stdout), part("stderr", &output.stderr));
        format!("exit: {code}{out}{err}")
    }

    fn shown_file(&self, path: &Path) -> String {
        let name = path.strip_prefix(self.folder()).unwrap().display();
        match fs::read_link(path) {
            Ok(target) => format!("== {name} -> {}\n", target.display()),
            Err(_) => {
                let bytes = fs::read(path).unwrap();
                format!("== {name}{}\n{}", mark(path), String::from_utf8_lossy(&bytes))
            }
        }
    }

    fn commits(&self) -> Vec<String> {
        let entries = WalkDir::new(self.folder()).into_iter().map(Result::unwrap);
        entries
            .filter(|entry| entry.file_name() == ".git")
            .flat_map(|entry| {
                let mut command = self.command("git");
                command.arg("--git-dir").arg(entry.path()).args(["rev-list", "--all"]);
                let ids = command.output().unwrap().stdout;
                String::from_utf8(ids).unwrap().lines().map(str::to_owned).collect::<Vec<_>>()
            })
            .collect()
    }
}

/// The program under test: the one that was built with the tests, or the one that a variable names.
pub(crate) fn program() -> PathBuf {
    let named = std::env::var_os("FLAGSTONE_TEST_PROGRAM");
    named.map_or_else(|| env!("CARGO_BIN_EXE_flagstone").into(), PathBuf::from)
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[cfg(unix)]
fn mark(path: &Path) -> &'static str {
    use std::os::unix::fs::PermissionsExt as _;
    match fs::metadata(path).unwrap().permissions().mode() & 0o111 {
        0 => "",
        _ => "*",
    }
}

#[cfg(not(unix))]
fn mark(_path: &Path) -> &'static str {
    ""
}

#[test]
fn a_sandbox_shows_files_and_hides_what_differs_between_runs() {
    let sandbox = Sandbox::new().identity().file("spec.yaml", "kind: Service\n").golden_path(
        "rust-service",
        "1.0.0",
        &[("golden-path.yaml", "kind: GoldenPath\n"), ("template/README.md", "# Hello\n")],
    );
    sandbox.git(["init", "--quiet", "repo"]);
    sandbox.git(["-C", "repo", "commit", "--quiet", "--allow-empty", "--message", "First"]);
    insta::assert_snapshot!(sandbox.git(["-C", "repo", "log", "--oneline"]), @"
    exit: 0
    --- stdout
    <commit> First
    --- stderr
    ");
    insta::assert_snapshot!(sandbox.git(["-C", "repo", "rev-parse", "--show-toplevel", "HEAD"]), @"
    exit: 0
    --- stdout
    <sandbox>/repo
    <commit>
    --- stderr
    ");
    insta::assert_snapshot!(sandbox.git(["status"]), @"
    exit: 128
    --- stdout
    --- stderr
    fatal: not a git repository (or any of the parent directories): .git
    ");
    insta::assert_snapshot!(sandbox.tree(), @"
    == catalog/catalog.yaml
    apiVersion: flagstone/v1
    kind: Catalog
    metadata: {name: test, owner: test}
    == catalog/rust-service/1.0.0/golden-path.yaml
    kind: GoldenPath
    == catalog/rust-service/1.0.0/template/README.md
    # Hello
    == spec.yaml
    kind: Service
    ");
}

#[test]
fn a_run_shows_how_it_ended_and_all_that_it_printed() {
    insta::assert_snapshot!(Sandbox::new().run(["--version"]), @"
    exit: 0
    --- stdout
    flagstone 0.1.0
    --- stderr
    ");
}
