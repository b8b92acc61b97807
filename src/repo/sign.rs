//! Signatures over commits, made by the programs that git itself would start.
//!
//! **Invariant:** arguments are fixed but for the key; the environment is what agents and passphrase
//! prompts need, and nothing else.

use std::{
    collections::BTreeMap, ffi::OsString, fs, io, path::PathBuf, sync::atomic::AtomicBool,
    time::Duration,
};

use super::author::Author;
use crate::program::{Ended, Program, ProgramError};

/// The kind of a signature: git's `gpg.format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `openpgp`, by `gpg`.
    OpenPgp,
    /// `x509`, by `gpgsm`.
    X509,
    /// `ssh`, by `ssh-keygen`.
    Ssh,
}

/// Who signs commits, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    /// The kind of the signature.
    pub format: Format,
    /// The program that makes it.
    pub program: String,
    /// The key; `gpg` and `gpgsm` find the committer's own if there is none.
    pub key: Option<String>,
    environment: BTreeMap<String, String>,
}

/// Why there is no signature.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// An SSH signature needs a key.
    #[error("git's setting `user.signingKey` names no key")]
    NoKey,
    /// The program did not come to its end.
    #[error(transparent)]
    Program(#[from] ProgramError),
    /// The program says no.
    #[error("`{program}` made no signature:\n{output}")]
    Refused {
        /// The program.
        program: String,
        /// What it says.
        output: String,
    },
    /// What is to be signed can't be handed over.
    #[error("failed to write the text to sign to a temporary folder")]
    Folder(#[source] io::Error),
}

/// Long enough to look for a token and to type a passphrase.
const LIMIT: Duration = Duration::from_secs(600);

/// What the programs and their agents read.
const KEPT: [&str; 23] = [
    "HOME",
    "PATH",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LANGUAGE",
    "TERM",
    "TZ",
    "TMPDIR",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "DBUS_SESSION_BUS_ADDRESS",
    "SSH_AUTH_SOCK",
    "SSH_AGENT_PID",
    "SSH_ASKPASS",
    "SSH_ASKPASS_REQUIRE",
    "SSH_SK_PROVIDER",
    "GNUPGHOME",
    "GPG_TTY",
    "GPG_AGENT_INFO",
    "PINENTRY_USER_DATA",
];

impl Format {
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "openpgp" => Some(Self::OpenPgp),
            "x509" => Some(Self::X509),
            "ssh" => Some(Self::Ssh),
            _ => None,
        }
    }

    pub(super) fn default_program(self) -> &'static str {
        match self {
            Self::OpenPgp => "gpg",
            Self::X509 => "gpgsm",
            Self::Ssh => "ssh-keygen",
        }
    }
}

impl Signer {
    /// A signer that sees no more of `environment` than it needs.
    pub fn new(
        format: Format,
        program: String,
        key: Option<String>,
        environment: &BTreeMap<String, String>,
    ) -> Self {
        let is_kept = |name: &str| {
            KEPT.contains(&name) || name.starts_with("LC_") || name.starts_with("XDG_")
        };
        let environment = environment
            .iter()
            .filter(|(name, _)| is_kept(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        Self { format, program, key, environment }
    }

    /// Signs a commit's text.
    pub(super) fn sign(
        &self,
        text: &str,
        committer: &Author,
        interrupted: &AtomicBool,
    ) -> Result<String, SignError> {
        match self.format {
            Format::OpenPgp | Format::X509 => self.sign_gpg(text, committer, interrupted),
            Format::Ssh => self.sign_ssh(text, interrupted),
        }
    }

    fn sign_gpg(
        &self,
        text: &str,
        committer: &Author,
        interrupted: &AtomicBool,
    ) -> Result<String, SignError> {
        let key = self.key.clone().unwrap_or_else(|| committer.mailbox());
        let arguments = ["--status-fd=2".into(), "-bsau".into(), key.into()];
        let program = Program { input: text.into(), ..self.program(arguments.into()) };
        let ended = program.run(interrupted)?;
        let created = |line: &str| line.starts_with("[GNUPG:] SIG_CREATED ");
        if ended.success && ended.errors.lines().any(created) {
            return Ok(String::from_utf8_lossy(&ended.output).into_owned());
        }
        Err(self.refused(&ended))
    }

    /// With files, as git does it: programs that stand in for `ssh-keygen` know no other way.
    fn sign_ssh(&self, text: &str, interrupted: &AtomicBool) -> Result<String, SignError> {
        let key = self.key.as_deref().ok_or(SignError::NoKey)?;
        let folder = tempfile::tempdir().map_err(SignError::Folder)?;
        let commit = folder.path().join("commit");
        fs::write(&commit, text).map_err(SignError::Folder)?;
        let mut arguments: Vec<OsString> = ["-Y", "sign", "-n", "git", "-f"].map(Into::into).into();
        match literal(key) {
            Some(public) => {
                let file = folder.path().join("key");
                fs::write(&file, format!("{public}\n")).map_err(SignError::Folder)?;
                arguments.extend([file.into(), "-U".into()]);
            }
            None => arguments.push(self.expand(key).into()),
        }
        arguments.push(commit.clone().into());
        let ended = self.program(arguments).run(interrupted)?;
        if !ended.success {
            return Err(self.refused(&ended));
        }
        fs::read_to_string(commit.with_extension("sig")).map_err(|_| self.refused(&ended))
    }

    fn program(&self, arguments: Vec<OsString>) -> Program<'_> {
        Program {
            name: &self.program,
            arguments,
            environment: self.environment.clone(),
            folder: None,
            input: Vec::new(),
            limit: LIMIT,
        }
    }

    /// `~/` is the user's home, as in every path of git's configuration.
    fn expand(&self, path: &str) -> PathBuf {
        match (path.strip_prefix("~/"), self.environment.get("HOME")) {
            (Some(rest), Some(home)) => PathBuf::from(home).join(rest),
            _ => PathBuf::from(path),
        }
    }

    fn refused(&self, ended: &Ended) -> SignError {
        let is_status = |line: &&str| !line.starts_with("[GNUPG:]");
        let output: Vec<_> = ended.errors.trim().lines().filter(is_status).collect();
        SignError::Refused { program: self.program.clone(), output: output.join("\n") }
    }
}

/// A public key itself in place of a file, whose private half the agent has.
fn literal(key: &str) -> Option<&str> {
    key.strip_prefix("key::").or_else(|| Some(key).filter(|key| key.starts_with("ssh-")))
}
