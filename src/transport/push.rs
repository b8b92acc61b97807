//! Sends a repository's branch to another repository.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    path::{Path, PathBuf},
    sync::atomic::AtomicBool,
    time::Duration,
};

use super::{Protocol, RemoteUrl};
use crate::program::{Program, ProgramError};

/// What to send where.
#[derive(Clone, Copy)]
pub struct Push<'a> {
    /// The folder of the repository.
    pub repository: &'a Path,
    /// The branch to send.
    pub branch: &'a str,
    /// Where to: it becomes the remote `origin`.
    pub url: &'a RemoteUrl,
    /// The user's environment.
    pub environment: &'a BTreeMap<String, String>,
    /// Whether `git` may ask the user for a password.
    pub may_ask: bool,
    /// Set from outside when the run shall end.
    pub interrupted: &'a AtomicBool,
}

/// Why nothing was sent. The repository itself stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum PushError {
    /// `git` could not run.
    #[error(transparent)]
    Program(#[from] ProgramError),
    /// `git` would not take the remote.
    #[error("git did not accept `origin`:\n{0}")]
    Remote(String),
    /// `git` could not send.
    #[error("git did not push to `origin`:\n{output}")]
    Refused {
        /// What git says.
        output: String,
        /// The command that tries again.
        later: String,
    },
}

/// A first push over a slow line; a server that hangs must not hang us for ever.
const LIMIT: Duration = Duration::from_secs(600);

/// The variables of git that say how to connect and whom to ask, not where a repository is.
const KEPT: [&str; 16] = [
    "GIT_ASKPASS",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_SSH_VARIANT",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "GIT_SSL_CERT",
    "GIT_SSL_KEY",
    "GIT_SSL_VERSION",
    "GIT_PROXY_SSL_CAINFO",
    "GIT_HTTP_USER_AGENT",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_COUNT",
    "GIT_TERMINAL_PROMPT",
];

/// Makes `url` the remote `origin` of a new repository, and sends its branch there.
///
/// # Errors
/// If `git` is missing or says no. After a refused push the remote stays, so that trying again is one
/// short command.
pub fn push(push: &Push<'_>) -> Result<(), PushError> {
    let added = push.git(["remote", "add", "--", "origin", push.url.as_str()])?;
    added.map_err(PushError::Remote)?;
    let branch = format!("refs/heads/{0}:refs/heads/{0}", push.branch);
    let sent = push.git([
        "push",
        "--quiet",
        "--no-verify",
        "--no-follow-tags",
        "--no-signed",
        "--recurse-submodules=no",
        "--set-upstream",
        "--end-of-options",
        "origin",
        &branch,
    ])?;
    sent.map_err(|output| PushError::Refused { output, later: push.later() })
}

impl Push<'_> {
    /// What git says, if it says no.
    fn git<const N: usize>(&self, command: [&str; N]) -> Result<Result<(), String>, PushError> {
        let folder = self.repository.as_os_str().to_owned();
        let mut arguments: Vec<OsString> = vec!["-C".into(), folder];
        arguments.extend(["-c", "core.hooksPath=/dev/null"].map(OsString::from));
        arguments.extend(command.map(OsString::from));
        let program = Program {
            name: "git",
            arguments,
            environment: self.environment(),
            folder: None::<PathBuf>,
            input: Vec::new(),
            limit: LIMIT,
        };
        let ended = program.run(self.interrupted)?;
        Ok(if ended.success { Ok(()) } else { Err(ended.errors.trim().to_owned()) })
    }

    /// Credential helpers may read anything, so all stays but what would mislead `git`.
    fn environment(&self) -> BTreeMap<String, String> {
        let is_kept = |name: &str| {
            !name.starts_with("GIT_")
                || KEPT.contains(&name)
                || name.starts_with("GIT_CONFIG_KEY_")
                || name.starts_with("GIT_CONFIG_VALUE_")
        };
        let kept = self.environment.iter().filter(|(name, _)| is_kept(name));
        let mut kept: BTreeMap<_, _> =
            kept.map(|(name, value)| (name.clone(), value.clone())).collect();
        let allowed = match self.url.protocol() {
            Protocol::Https | Protocol::Ssh => "https:ssh",
            Protocol::File => "file",
        };
        kept.insert("GIT_ALLOW_PROTOCOL".to_owned(), allowed.to_owned());
        if !self.may_ask {
            kept.insert("GIT_TERMINAL_PROMPT".to_owned(), "0".to_owned());
        }
        kept
    }

    fn later(&self) -> String {
        let folder = self.repository.display();
        format!("git -C '{folder}' push --set-upstream origin {}", self.branch)
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests are the outside")]
mod tests {
    use std::{fs, process::Command};

    use super::*;
    use crate::transport::check_url;

    fn git(folder: &Path, arguments: &[&str]) -> String {
        let command = Command::new("git").args(arguments).current_dir(folder).output().unwrap();
        assert!(command.status.success(), "{}", String::from_utf8_lossy(&command.stderr));
        String::from_utf8(command.stdout).unwrap()
    }

    /// A repository called `orders`, and a bare one beside it.
    fn desk() -> tempfile::TempDir {
        let desk = tempfile::tempdir().unwrap();
        git(desk.path(), &["init", "-q", "--bare", "there"]);
        git(desk.path(), &["init", "-q", "-b", "main", "orders"]);
        let person = ["-c", "user.name=Ann", "-c", "user.email=a@b"];
        let commit = ["commit", "-q", "--allow-empty", "-m", "x"];
        git(&desk.path().join("orders"), &[person.as_slice(), &commit].concat());
        desk
    }

    fn push_to(desk: &Path, url: &str, more: &[(&str, &str)]) -> Result<(), PushError> {
        let variable = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let mut environment: BTreeMap<_, _> = more.iter().map(variable).collect();
        environment.insert("PATH".to_owned(), std::env::var("PATH").unwrap());
        environment.insert("HOME".to_owned(), desk.to_str().unwrap().to_owned());
        push(&Push {
            repository: &desk.join("orders"),
            branch: "main",
            url: &check_url(url, desk).unwrap(),
            environment: &environment,
            may_ask: false,
            interrupted: &AtomicBool::new(false),
        })
    }

    #[test]
    fn a_pushed_branch_arrives_and_is_followed() {
        let desk = desk();
        let elsewhere = [("GIT_DIR", "/nowhere"), ("GIT_INDEX_FILE", "/nowhere")];
        push_to(desk.path(), "there", &elsewhere).unwrap();
        let (here, there) = (desk.path().join("orders"), desk.path().join("there"));
        assert_eq!(git(&there, &["rev-parse", "main"]), git(&here, &["rev-parse", "@{upstream}"]));
        assert_eq!(git(&here, &["rev-parse", "--abbrev-ref", "@{upstream}"]), "origin/main\n");
    }

    #[test]
    fn hooks_do_not_run() {
        let desk = desk();
        let hooks = desk.path().join("hooks");
        fs::create_dir(&hooks).unwrap();
        fs::write(hooks.join("pre-push"), "#!/bin/sh\nexit 1\n").unwrap();
        let runnable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(hooks.join("pre-push"), runnable).unwrap();
        let config = format!("[core]\n hooksPath = {}\n", hooks.display());
        fs::write(desk.path().join(".gitconfig"), config).unwrap();
        push_to(desk.path(), "there", &[]).unwrap();
    }

    #[test]
    fn a_refused_push_says_how_to_try_again() {
        let desk = desk();
        let error = push_to(desk.path(), "absent.git", &[]).unwrap_err();
        let PushError::Refused { output, later } = error else { panic!("{error}") };
        assert!(output.contains("absent.git"), "{output}");
        assert!(later.ends_with("push --set-upstream origin main"), "{later}");
        git(desk.path(), &["init", "-q", "--bare", "absent.git"]);
        git(&desk.path().join("orders"), &["push", "-q", "--set-upstream", "origin", "main"]);
    }

    #[test]
    fn an_address_that_the_users_git_rewrites_into_a_program_is_refused() {
        let desk = desk();
        let config = format!(
            "[url \"ext::sh -c touch% {0}/x \"]\n insteadOf = https://host/\n",
            desk.path().display()
        );
        fs::write(desk.path().join(".gitconfig"), config).unwrap();
        let error = push_to(desk.path(), "https://host/y", &[]).unwrap_err();
        assert!(
            matches!(&error, PushError::Refused { output, .. } if output.contains("ext")),
            "{error}"
        );
        assert!(!desk.path().join("x").exists());
    }
}
