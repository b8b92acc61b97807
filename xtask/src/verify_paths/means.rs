//! What every case is verified with: the program, the tools, and commands that see nothing of the
//! caller's own settings.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, MutexGuard, PoisonError},
};

use anyhow::{Result, bail};

use super::{judges, options::Options, running};
use crate::{program, workspace};

/// What every case is verified with.
pub(super) struct Means {
    pub(super) flagstone: PathBuf,
    /// What a command needs to find the catalog.
    pub(super) catalog: Vec<OsString>,
    /// Where Rust services are built.
    pub(super) cargo: PathBuf,
    /// What the judges that run services need, or why they cannot.
    pub(super) tools: Result<running::Tools, String>,
    /// What builds images, or why nothing can, if images are judged.
    pub(super) builder: Option<Result<running::Builder, String>>,
    /// Whether each case's image is judged, or that of `defaults`.
    pub(super) every_image: bool,
    /// Whether only they are asked.
    pub(super) only_running: bool,
    /// Whether what an earlier run found good is not built and run again.
    pub(super) resumes: bool,
    /// What was said of the built and running services, for the table.
    ran: Mutex<Vec<judges::Ran>>,
}

impl Means {
    /// What the options ask for: the program is built, the tools are installed.
    pub(super) fn new(options: &Options) -> Result<Self> {
        let flagstone = match &options.program {
            Some(program) => fs::canonicalize(program)?,
            None => build()?,
        };
        Ok(Self {
            tools: running::Tools::install()?,
            builder: options.builds_images().then(running::Builder::prepare).transpose()?,
            every_image: options.images,
            only_running: options.running,
            resumes: options.resume,
            ..Self::bare(flagstone, options.catalog.as_deref())?
        })
    }

    /// Nothing but a program that renders, and the catalog that it finds, where that is not its own.
    pub(super) fn bare(flagstone: PathBuf, catalog: Option<&Path>) -> Result<Self> {
        Ok(Self {
            flagstone,
            catalog: match catalog {
                Some(folder) => vec!["--catalog".into(), fs::canonicalize(folder)?.into()],
                None => Vec::new(),
            },
            cargo: workspace::target().join("verify").join("cargo"),
            tools: Err("there are no tools here".to_string()),
            builder: None,
            every_image: false,
            only_running: false,
            resumes: false,
            ran: Mutex::default(),
        })
    }

    /// Keeps what was said of a service.
    pub(super) fn keep(&self, ran: judges::Ran) {
        self.ran().push(ran);
    }

    /// What was kept.
    pub(super) fn ran(&self) -> MutexGuard<'_, Vec<judges::Ran>> {
        self.ran.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A command that doesn't see the caller's git configuration, shares one folder of Rust builds, and finds
    /// a current Node.js first.
    pub(super) fn isolated(&self, command: Command) -> Result<Command> {
        let path = self.tools.as_ref().ok().map(running::Tools::path).transpose()?;
        let mut command = match &path {
            Some(path) => found(command, path),
            None => command,
        };
        for (name, value) in [
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_AUTHOR_NAME", "Verify"),
            ("GIT_AUTHOR_EMAIL", "verify@localhost"),
            ("GIT_COMMITTER_NAME", "Verify"),
            ("GIT_COMMITTER_EMAIL", "verify@localhost"),
        ] {
            command.env(name, value);
        }
        // What was set for xtask or its caller is not meant for a build of another project.
        for name in ["CARGO", "CARGO_MANIFEST_DIR", "RUSTUP_TOOLCHAIN", "VIRTUAL_ENV"] {
            command.env_remove(name);
        }
        command.envs(path.map(|path| ("PATH", path)));
        command.env("CARGO_TARGET_DIR", &self.cargo);
        Ok(command)
    }
}

/// The same command, its program looked up in `path`: a started program's own `PATH` is not asked.
fn found(command: Command, path: &str) -> Command {
    let name = command.get_program();
    let is_name = !name.to_string_lossy().contains('/');
    let places = env::split_paths(path).map(|folder| folder.join(name));
    match places.into_iter().find(|it| is_name && it.is_file()) {
        Some(program) => Command::new(program),
        None => command,
    }
}

/// Builds the program and says where it lies.
fn build() -> Result<PathBuf> {
    let mut build = Command::new(env!("CARGO"));
    build.current_dir(workspace::root()).args(["build", "--locked", "--package", "flagstone"]);
    if !program::run(&mut build)?.success() {
        bail!("flagstone does not build");
    }
    Ok(workspace::target().join("debug/flagstone"))
}
