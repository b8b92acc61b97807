//! What the user has told git about themself: who they are, how they sign, what a branch is called.

use std::{collections::BTreeMap, path::Path};

use super::{
    author::{Author, Moment},
    config::{Config, ConfigError},
    date,
    sign::{Format, Signer},
};

/// The user's own git settings, as git would use them for a new repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitSettings {
    /// The author of a commit made now; `None` if git knows no name or no address.
    pub author: Option<Author>,
    /// The committer of a commit made now.
    pub committer: Option<Author>,
    /// When it is, on the user's clock; for who is not known to git.
    pub now: Moment,
    /// The name of a first branch.
    pub branch: String,
    /// Who signs, if the user wants commits to be signed.
    pub signer: Option<Signer>,
}

/// Why the user's git settings can't be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A file of git's configuration, or a value in it.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A date that git would refuse too.
    #[error("`{variable}` is `{value}`, which is no date with a time")]
    Date {
        /// The environment variable.
        variable: String,
        /// Its value.
        value: String,
    },
    /// A command that chooses a key is not run.
    #[error("git's setting `gpg.ssh.defaultKeyCommand` is not supported; set `user.signingKey`")]
    KeyCommand,
    /// `init.defaultBranch` is no name.
    #[error("git's setting `init.defaultBranch` is `{0}`, which is not a name for a branch")]
    Branch(String),
}

impl GitSettings {
    /// Reads git's settings for a new repository at `folder`, as they are `now` (seconds since 1970).
    /// Repositories around it are not asked.
    ///
    /// # Errors
    /// Where git itself would stop.
    pub fn read(
        environment: &BTreeMap<String, String>,
        folder: &Path,
        now: i64,
    ) -> Result<Self, SettingsError> {
        Self::of(Config::read(environment, folder)?, environment, now)
    }

    /// Reads git's settings for the repository with the work tree `root` and the folder `git_folder`,
    /// as they are `now`. Of the repository's own settings only those count that say who commits and
    /// whether it is signed.
    ///
    /// # Errors
    /// Where git itself would stop.
    pub fn read_in(
        environment: &BTreeMap<String, String>,
        root: &Path,
        git_folder: &Path,
        now: i64,
    ) -> Result<Self, SettingsError> {
        Self::of(Config::read_in(environment, root, git_folder)?, environment, now)
    }

    fn of(
        config: Config<'_>,
        environment: &BTreeMap<String, String>,
        now: i64,
    ) -> Result<Self, SettingsError> {
        let now = Moment { seconds: now, offset: local_offset() };
        let reading = Reading { environment, config, now };
        Ok(Self {
            author: reading.person("author")?,
            committer: reading.person("committer")?,
            now,
            branch: reading.branch()?,
            signer: reading.signer()?,
        })
    }
}

struct Reading<'a> {
    environment: &'a BTreeMap<String, String>,
    config: Config<'a>,
    now: Moment,
}

impl Reading<'_> {
    /// `GIT_AUTHOR_NAME` before `author.name` before `user.name`; `EMAIL` last.
    fn person(&self, role: &str) -> Result<Option<Author>, SettingsError> {
        let moment = self.moment(role)?;
        let name = self.part(role, "name");
        let email = match self.part(role, "email") {
            None if !self.config.is_on("user.useconfigonly")? => self.variable("EMAIL"),
            email => email,
        };
        Ok(name.zip(email).and_then(|(name, email)| Author::new(name, email, moment)))
    }

    fn part(&self, role: &str, part: &str) -> Option<&str> {
        let variable = format!("GIT_{}_{}", role.to_uppercase(), part.to_uppercase());
        self.variable(&variable)
            .or_else(|| self.config.get(&format!("{role}.{part}")))
            .or_else(|| self.config.get(&format!("user.{part}")))
    }

    fn moment(&self, role: &str) -> Result<Moment, SettingsError> {
        let variable = format!("GIT_{}_DATE", role.to_uppercase());
        let Some(value) = self.variable(&variable) else { return Ok(self.now) };
        date::parse(value, self.now.offset).ok_or_else(|| {
            let value = value.to_owned();
            SettingsError::Date { variable, value }
        })
    }

    fn branch(&self) -> Result<String, SettingsError> {
        let name = self.config.get("init.defaultbranch").unwrap_or("main");
        match git2::Branch::name_is_valid(name) {
            Ok(true) => Ok(name.to_owned()),
            Ok(false) | Err(_) => Err(SettingsError::Branch(name.to_owned())),
        }
    }

    fn signer(&self) -> Result<Option<Signer>, SettingsError> {
        if !self.config.is_on("commit.gpgsign")? {
            return Ok(None);
        }
        let format = self.format()?;
        let key = self.config.get("user.signingkey").map(str::to_owned);
        let commanded = self.config.get("gpg.ssh.defaultkeycommand").is_some();
        if format == Format::Ssh && key.is_none() && commanded {
            return Err(SettingsError::KeyCommand);
        }
        Ok(Some(Signer::new(format, self.program(format), key, self.environment)))
    }

    fn format(&self) -> Result<Format, SettingsError> {
        let value = self.config.get("gpg.format").unwrap_or("openpgp");
        Format::parse(value).ok_or_else(|| {
            let (key, value) = ("gpg.format".to_owned(), value.to_owned());
            ConfigError::Value { key, value, wanted: "format of a signature" }.into()
        })
    }

    fn program(&self, format: Format) -> String {
        let named = match format {
            Format::OpenPgp => {
                self.config.get("gpg.openpgp.program").or_else(|| self.config.get("gpg.program"))
            }
            Format::X509 => self.config.get("gpg.x509.program"),
            Format::Ssh => self.config.get("gpg.ssh.program"),
        };
        named.unwrap_or(format.default_program()).to_owned()
    }

    fn variable(&self, name: &str) -> Option<&str> {
        self.environment.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// The distance of the local clock from UTC, as git would write it now.
fn local_offset() -> i32 {
    git2::Signature::now("x", "x").map_or(0, |it| it.when().offset_minutes())
}
