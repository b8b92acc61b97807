//! The peers: other tools, at fixed versions, in a scratch environment under the target folder.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Result, bail};

use crate::{Outcome, program, workspace};

/// What is installed from the Python registry.
const PYTHON: &[&str] = &["copier==9.19.1", "cookiecutter==2.7.1", "cruft==2.16.0"];

/// The newest cargo-generate that our compiler builds from its own lock file.
const CARGO_GENERATE: &str = "0.23.8";

fn folder() -> PathBuf {
    workspace::target().join("bench-peers")
}

/// Where a peer's program lies, if it is installed.
pub(super) fn find(name: &str) -> Option<PathBuf> {
    ["python/bin", "cargo/bin"]
        .iter()
        .map(|bin| folder().join(bin).join(name))
        .find(|program| program.is_file())
}

/// What a peer says of its version. One that has no option for it is taken at its word to the registry.
pub(super) fn version(program: &Path) -> String {
    let said = program::output(Command::new(program).arg("--version"));
    let said = said.ok().filter(|it| it.status.success());
    let said = said.map(|it| String::from_utf8_lossy(&it.stdout).trim().to_string());
    let said = said.and_then(|it| Some(it.split(" from ").next()?.to_string()));
    said.or_else(|| registered(program)).unwrap_or_default()
}

/// The version that Python has in its books for the package of a program.
fn registered(program: &Path) -> Option<String> {
    let name = program.file_name()?;
    let mut python = Command::new(program.with_file_name("python"));
    python.args(["-c", "import sys, importlib.metadata as m; print(m.version(sys.argv[1]))"]);
    let said = program::must(python.arg(name)).ok()?;
    Some(format!("{} {}", name.display(), String::from_utf8_lossy(&said.stdout).trim()))
}

/// Installs every peer.
pub(super) fn install() -> Result<Outcome> {
    let folder = folder();
    fs::create_dir_all(&folder)?;
    let python = folder.join("python");
    let steps = [
        command("python3", &["-m", "venv"], &[python.as_os_str()]),
        command(&python.join("bin/pip").to_string_lossy(), &["install", "--quiet"], PYTHON),
        cargo_install(&folder),
    ];
    for mut step in steps {
        println!("$ {}", program::shown(&step));
        if !program::run(&mut step)?.success() {
            bail!("`{}` failed", program::shown(&step));
        }
    }
    Ok(Outcome::Good)
}

fn command<T: AsRef<std::ffi::OsStr>>(name: &str, first: &[&str], rest: &[T]) -> Command {
    let mut command = Command::new(name);
    command.args(first).args(rest);
    command
}

fn cargo_install(folder: &Path) -> Command {
    let mut install = Command::new(env!("CARGO"));
    install.args(["install", "cargo-generate", "--locked", "--version", CARGO_GENERATE, "--root"]);
    install.arg(folder.join("cargo")).env("CARGO_TARGET_DIR", folder.join("build"));
    install
}
