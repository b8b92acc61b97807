//! The sample domain: it knows nothing of HTTP.

use thiserror::Error;

/// A name that can be greeted: to hold one is the proof that it was checked.
#[derive(Debug)]
pub struct Name(String);

#[derive(Debug, Error, PartialEq, Eq)]
pub enum NameError {
    #[error("the name is empty")]
    Empty,
    #[error("the name is longer than {} characters", Name::MAX_CHARS)]
    TooLong,
    #[error("the name holds a control character")]
    ControlCharacter,
}

impl Name {
    const MAX_CHARS: usize = 100;

    pub fn parse(text: &str) -> Result<Self, NameError> {
        let name = text.trim();
        if name.is_empty() {
            return Err(NameError::Empty);
        }
        if name.chars().count() > Self::MAX_CHARS {
            return Err(NameError::TooLong);
        }
        if name.chars().any(char::is_control) {
            return Err(NameError::ControlCharacter);
        }
        Ok(Self(name.to_owned()))
    }
}

pub fn greet(Name(name): &Name) -> String {
    format!("Hello, {name}!")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_greeted_without_the_space_around_it() {
        assert_eq!(
            greet(&Name::parse("  Ada Lovelace ").unwrap()),
            "Hello, Ada Lovelace!"
        );
    }

    #[test]
    fn a_blank_name_is_refused() {
        assert_eq!(Name::parse(" \t").unwrap_err(), NameError::Empty);
    }

    #[test]
    fn the_limit_counts_characters_and_not_bytes() {
        assert!(Name::parse(&"é".repeat(100)).is_ok());
        assert_eq!(
            Name::parse(&"é".repeat(101)).unwrap_err(),
            NameError::TooLong
        );
    }

    #[test]
    fn a_line_break_inside_is_refused() {
        assert_eq!(
            Name::parse("Ada\nEve").unwrap_err(),
            NameError::ControlCharacter
        );
    }
}
