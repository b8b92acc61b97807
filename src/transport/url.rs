//! Addresses of repositories that may be handed to `git`.

use std::{fmt, path::Path};

/// How a repository is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// `https://…`.
    Https,
    /// `ssh://…` or `user@host:path`.
    Ssh,
    /// `file://…` or a path.
    File,
}

/// The address of a repository; holding one is the proof that `git` may be given it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteUrl {
    url: String,
    protocol: Protocol,
}

/// Why an address is refused. No message repeats the address: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Nothing, or white space, or a character that no address has.
    #[error("the address is empty or holds a space or a control character")]
    Characters,
    /// A program would take it for an option.
    #[error("the address, its user or its host begins with `-`")]
    Dash,
    /// `ext::…` and the like start programs.
    #[error("addresses of the form `{0}::…` are not allowed: they start a program")]
    Helper(String),
    /// Only some ways are safe.
    #[error("`{0}` is not allowed; use `https`, `ssh` or a path")]
    Protocol(String),
    /// It would end up in the repository's configuration and in process lists.
    #[error("the address holds a password or a token; let git's credential helper supply it")]
    Credentials,
    /// Nothing to connect to.
    #[error("the address names no host")]
    Host,
}

/// What tokens of the large hosts begin with, where people put them in place of a user.
const TOKENS: [&str; 9] = [
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "x-access-token",
    "x-token-auth",
];

impl RemoteUrl {
    /// The address as `git` is given it.
    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// How the repository is reached.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }
}

impl fmt::Display for RemoteUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.url)
    }
}

/// Checks an address before anything is written; a relative path is taken from `folder`.
///
/// # Errors
/// The first reason against it.
pub fn check_url(url: &str, folder: &Path) -> Result<RemoteUrl, UrlError> {
    if url.is_empty() || url.chars().any(|it| it.is_control()) {
        return Err(UrlError::Characters);
    }
    if url.starts_with('-') {
        return Err(UrlError::Dash);
    }
    if let Some((helper, _)) = url.split_once("::").filter(|(helper, _)| is_scheme(helper)) {
        return Err(UrlError::Helper(helper.to_owned()));
    }
    let (url, protocol) = match url.split_once("://") {
        Some((scheme, rest)) if is_scheme(scheme) => (url.to_owned(), check_full(scheme, rest)?),
        _ => check_short(url, folder)?,
    };
    Ok(RemoteUrl { url, protocol })
}

fn check_full(scheme: &str, rest: &str) -> Result<Protocol, UrlError> {
    let protocol = match scheme {
        "https" => Protocol::Https,
        "ssh" => Protocol::Ssh,
        "file" => return Ok(Protocol::File),
        other => return Err(UrlError::Protocol(other.to_owned())),
    };
    if rest.contains(char::is_whitespace) {
        return Err(UrlError::Characters);
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    check_authority(authority)?;
    Ok(protocol)
}

/// As git does: a colon before the first slash makes it a host, everything else is a path.
fn check_short(url: &str, folder: &Path) -> Result<(String, Protocol), UrlError> {
    match url.split_once(':') {
        Some((authority, path)) if !authority.contains('/') => {
            if path.starts_with('-') {
                return Err(UrlError::Dash);
            }
            if authority.contains(char::is_whitespace) {
                return Err(UrlError::Characters);
            }
            check_authority(authority)?;
            Ok((url.to_owned(), Protocol::Ssh))
        }
        _ => Ok((folder.join(url).to_string_lossy().into_owned(), Protocol::File)),
    }
}

fn check_authority(authority: &str) -> Result<(), UrlError> {
    let (user, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (user, host),
        None => ("", authority),
    };
    if user.contains(':') || TOKENS.iter().any(|token| user.starts_with(token)) || user.len() >= 36
    {
        return Err(UrlError::Credentials);
    }
    if user.starts_with('-') || host.starts_with('-') {
        return Err(UrlError::Dash);
    }
    if host.is_empty() || host.starts_with(':') {
        return Err(UrlError::Host);
    }
    Ok(())
}

fn is_scheme(text: &str) -> bool {
    let allowed = |it: char| it.is_ascii_alphanumeric() || matches!(it, '+' | '-' | '.' | '_');
    !text.is_empty() && text.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str) -> Result<(String, Protocol), UrlError> {
        check_url(url, Path::new("/here")).map(|it| (it.url, it.protocol))
    }

    #[test]
    fn the_ways_that_people_use_are_allowed() {
        for (url, protocol) in [
            ("https://github.com/acme/orders.git", Protocol::Https),
            ("https://alice@dev.azure.com/acme/_git/orders", Protocol::Https),
            ("ssh://git@host:2222/acme/orders", Protocol::Ssh),
            ("git@github.com:acme/orders.git", Protocol::Ssh),
            ("file:///srv/git/a b.git", Protocol::File),
            ("/srv/git/orders.git", Protocol::File),
        ] {
            assert_eq!(check(url), Ok((url.to_owned(), protocol)));
        }
        assert_eq!(check("../a:b.git"), Ok(("/here/../a:b.git".to_owned(), Protocol::File)));
    }

    #[test]
    fn what_starts_programs_or_carries_secrets_is_refused() {
        for (url, error) in [
            ("", UrlError::Characters),
            ("https://host/a\nb", UrlError::Characters),
            ("https://host/a b", UrlError::Characters),
            ("--upload-pack=touch x", UrlError::Dash),
            ("ssh://-oProxyCommand=x/y", UrlError::Dash),
            ("git@-oProxyCommand=x:y", UrlError::Dash),
            ("-oProxyCommand=x:y", UrlError::Dash),
            ("host:-x", UrlError::Dash),
            ("ext::sh -c x", UrlError::Helper("ext".to_owned())),
            ("fd::17", UrlError::Helper("fd".to_owned())),
            ("http://host/x", UrlError::Protocol("http".to_owned())),
            ("git://host/x", UrlError::Protocol("git".to_owned())),
            ("https://alice:secret@host/x", UrlError::Credentials),
            ("https://ghp_abc@github.com/x", UrlError::Credentials),
            ("ssh://git:secret@host/x", UrlError::Credentials),
            ("https:///x", UrlError::Host),
            ("https://user@/x", UrlError::Host),
            (":x", UrlError::Host),
        ] {
            assert_eq!(check(url), Err(error), "{url}");
        }
    }

    #[test]
    fn no_message_repeats_a_secret() {
        let error = check("https://alice:hunter2@host/x").unwrap_err();
        assert!(!error.to_string().contains("hunter2"));
    }
}
