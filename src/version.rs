//! Versions and ranges of versions, by the rules of semver and cargo.

use std::{fmt, str::FromStr};

/// One version: `1.2.0`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(semver::Version);

/// A range of versions, as cargo reads them: `^1.2`, `~1.2`, `1.*`, `>=1, <3`, `=1.2.0`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Range(semver::VersionReq);

/// Why a text is no version or range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct VersionError(String);

impl Version {
    /// The range that a new service gets: `^MAJOR.MINOR`, or exactly this pre-release.
    pub fn compatible(&self) -> Range {
        let text = match self.is_prerelease() {
            true => format!("={self}"),
            false => format!("^{}.{}", self.0.major, self.0.minor),
        };
        Range(semver::VersionReq::parse(&text).unwrap_or_default())
    }

    /// The range that holds this version alone.
    pub fn exactly(&self) -> Range {
        Range(semver::VersionReq::parse(&format!("={self}")).unwrap_or_default())
    }

    /// Whether it is a pre-release, which only a range that names one matches.
    pub fn is_prerelease(&self) -> bool {
        !self.0.pre.is_empty()
    }
}

impl Range {
    /// The range that every release is in.
    pub fn any() -> Self {
        Self(semver::VersionReq::STAR)
    }

    /// Whether `version` is in the range.
    pub fn matches(&self, version: &Version) -> bool {
        self.0.matches(&version.0)
    }
}

impl FromStr for Version {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        let plain = text.strip_prefix(['v', 'V']).filter(|it| semver::Version::parse(it).is_ok());
        match plain {
            Some(plain) => Err(VersionError(format!("write `{plain}`, without the `v`"))),
            None => {
                let parsed = semver::Version::parse(text).map(Self);
                parsed.map_err(|error| VersionError(error.to_string()))
            }
        }
    }
}

impl FromStr for Range {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        // semver takes a lone `x` for any version; in a range it is a typing error.
        if !text.contains(|it: char| it.is_ascii_digit() || it == '*') {
            return Err(VersionError("it names no version".to_owned()));
        }
        semver::VersionReq::parse(text).map(Self).map_err(|error| VersionError(error.to_string()))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl fmt::Display for Range {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_service_follows_the_minor_versions_of_its_major() {
        let version: Version = "1.2.3".parse().unwrap();
        let range = version.compatible();
        assert_eq!(range.to_string(), "^1.2");
        assert!(range.matches(&version));
        assert!(range.matches(&"1.9.0".parse().unwrap()));
        assert!(!range.matches(&"2.0.0".parse().unwrap()));
    }

    #[test]
    fn a_pre_release_is_followed_exactly() {
        let version: Version = "2.0.0-rc.1".parse().unwrap();
        assert!(version.compatible().matches(&version));
        assert!(!Range::any().matches(&version));
    }
}
