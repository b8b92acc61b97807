//! Who makes a commit, and when.
//!
//! **Invariant:** a name or an address holds no character that would break a commit's header.

use std::fmt;

/// A point in time with the distance of the local clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Seconds since 1970, UTC.
    pub seconds: i64,
    /// Minutes that the local clock is ahead of UTC.
    pub offset: i32,
}

/// The author or the committer of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    name: String,
    email: String,
    moment: Moment,
}

/// Name and address of commits where nobody has told git theirs.
pub const FALLBACK: (&str, &str) = ("flagstone", "flagstone@localhost");

impl Author {
    /// Cleans name and address as git does; `None` if nothing is left of the name.
    pub fn new(name: &str, email: &str, moment: Moment) -> Option<Self> {
        let author = Self { name: clean(name), email: clean(email), moment };
        Some(author).filter(|author| !author.name.is_empty())
    }

    /// The author of commits where nobody has told git who they are.
    pub fn fallback(moment: Moment) -> Self {
        let (name, email) = FALLBACK;
        Self { name: name.to_owned(), email: email.to_owned(), moment }
    }

    /// The name, cleaned.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The address, cleaned.
    pub fn email(&self) -> &str {
        &self.email
    }

    /// When.
    pub fn moment(&self) -> Moment {
        self.moment
    }

    /// `Name <address>`, by which a key is looked up.
    pub(super) fn mailbox(&self) -> String {
        format!("{} <{}>", self.name, self.email)
    }
}

/// As git's `strbuf_addstr_without_crud`.
fn clean(text: &str) -> String {
    let is_crud = |it: char| it <= ' ' || ".,:;<>\"\\'".contains(it);
    text.trim_matches(is_crud).replace(['\n', '\0', '<', '>'], "")
}

impl fmt::Display for Author {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.mailbox(), self.moment)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.offset < 0 { '-' } else { '+' };
        let minutes = self.offset.unsigned_abs();
        // A commit can't name a time before 1970.
        write!(formatter, "{} {sign}{:02}{:02}", self.seconds.max(0), minutes / 60, minutes % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cleaned_as_git_does() {
        let moment = Moment { seconds: 7, offset: -570 };
        let author = Author::new(" .A\n<b> O'Neill;", "<a@b>", moment).unwrap();
        assert_eq!(author.to_string(), "Ab O'Neill <a@b> 7 -0930");
        assert_eq!(Author::new("<.>", "a@b", moment), None);
    }
}
