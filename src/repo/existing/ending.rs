//! Line endings between a commit and a work tree, as git's own `convert.c` turns them.
//!
//! **Invariant:** pure. What is given back is what `git add` or `git checkout` would make of the bytes
//! with the same attributes and no filter of the user's.

use std::borrow::Cow;

/// What git does with the line endings of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ending {
    /// Whether the file's bytes are asked if it is a text.
    pub(super) guess: bool,
    /// Whether CRLF becomes LF in a commit.
    pub(super) normalise: bool,
    /// Whether LF becomes CRLF in the work tree.
    pub(super) crlf: bool,
}

/// What the settings `core.autocrlf` and `core.eol` say together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Custom {
    /// `core.autocrlf` is on, or `input`.
    pub(super) convert: bool,
    /// Work trees have CRLF.
    pub(super) crlf: bool,
}

/// An attribute, as far as line endings go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Text {
    /// Nothing is said.
    Unspecified,
    /// `text`
    Yes,
    /// `-text`
    No,
    /// `text=auto`
    Auto,
    /// `crlf=input`, the old way to say `text eol=lf`
    Input,
}

impl Ending {
    /// The bytes as they are.
    pub(super) const NONE: Self = Self { guess: false, normalise: false, crlf: false };

    /// What the attributes `text` and `eol` (whether CRLF) and the settings come to.
    pub(super) fn of(text: Text, eol: Option<bool>, custom: Custom) -> Self {
        let crlf = eol.unwrap_or(custom.crlf);
        match (text, eol) {
            (Text::No, _) => Self::NONE,
            (Text::Input, None) => Self { guess: false, normalise: true, crlf: false },
            (Text::Auto, _) => Self { guess: true, normalise: true, crlf },
            (Text::Unspecified, None) if !custom.convert => Self::NONE,
            (Text::Unspecified, None) => Self { guess: true, normalise: true, crlf },
            (Text::Yes | Text::Input | Text::Unspecified, _) => {
                Self { guess: false, normalise: true, crlf }
            }
        }
    }

    /// The bytes that `git checkout` would write.
    pub(super) fn to_work_tree(self, bytes: &[u8]) -> Cow<'_, [u8]> {
        if !self.crlf || !self.normalise {
            return bytes.into();
        }
        let census = Census::of(bytes);
        let is_kept = self.guess && (census.cr > 0 || census.crlf > 0 || census.is_binary());
        if census.lf == 0 || is_kept {
            return bytes.into();
        }
        let mut converted = Vec::with_capacity(bytes.len() + census.lf);
        let mut before = 0;
        for byte in bytes {
            if *byte == b'\n' && before != b'\r' {
                converted.push(b'\r');
            }
            converted.push(*byte);
            before = *byte;
        }
        converted.into()
    }

    /// The bytes that `git add` would store; `staged` are those of the index, which may hold CRLF on
    /// purpose.
    pub(super) fn to_commit<'a>(
        self,
        bytes: &'a [u8],
        staged: impl FnOnce() -> Option<bool>,
    ) -> Cow<'a, [u8]> {
        if !self.normalise {
            return bytes.into();
        }
        let census = Census::of(bytes);
        if census.crlf == 0 || self.guess && (census.is_binary() || staged().unwrap_or(false)) {
            return bytes.into();
        }
        let mut converted = Vec::with_capacity(bytes.len());
        let mut rest = bytes.iter().peekable();
        while let Some(byte) = rest.next() {
            if *byte != b'\r' || rest.peek() != Some(&&b'\n') {
                converted.push(*byte);
            }
        }
        converted.into()
    }
}

/// Whether a blob of the index is a text with CRLF in it.
pub(super) fn has_crlf(bytes: &[u8]) -> bool {
    let census = Census::of(bytes);
    census.crlf > 0 && !census.is_binary()
}

/// What git counts to tell a text from anything else.
#[derive(Default)]
struct Census {
    cr: usize,
    lf: usize,
    crlf: usize,
    nul: usize,
    printable: usize,
    other: usize,
}

impl Census {
    fn of(bytes: &[u8]) -> Self {
        let mut census = Self::default();
        let mut rest = bytes.iter().peekable();
        while let Some(byte) = rest.next() {
            match byte {
                b'\r' if rest.next_if(|it| **it == b'\n').is_some() => census.crlf += 1,
                b'\r' => census.cr += 1,
                b'\n' => census.lf += 1,
                0x08 | b'\t' | 0x0c | 0x1b => census.printable += 1,
                0 => {
                    census.nul += 1;
                    census.other += 1;
                }
                0x01..0x20 | 0x7f => census.other += 1,
                0x20..0x7f | 0x80.. => census.printable += 1,
            }
        }
        // The end mark of CP/M is no sign of a binary.
        if bytes.last() == Some(&0x1a) {
            census.other -= 1;
        }
        census
    }

    fn is_binary(&self) -> bool {
        self.cr > 0 || self.nul > 0 || self.printable >> 7 < self.other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CRLF: Custom = Custom { convert: true, crlf: true };

    #[test]
    fn a_text_goes_to_crlf_and_back() {
        let ending = Ending::of(Text::Auto, None, CRLF);
        let there = ending.to_work_tree(b"a\nb\n");
        assert_eq!(&*there, b"a\r\nb\r\n");
        assert_eq!(&*ending.to_commit(&there, || None), b"a\nb\n");
    }

    #[test]
    fn what_is_guessed_to_be_no_text_stays() {
        let ending = Ending::of(Text::Unspecified, None, CRLF);
        for bytes in [b"a\0\n".as_slice(), b"a\rb\n", b"\x01\x02\n", b"a\r\nb\n"] {
            assert_eq!(&*ending.to_work_tree(bytes), bytes);
        }
        assert_eq!(&*ending.to_commit(b"a\r\n", || Some(true)), b"a\r\n");
    }

    #[test]
    fn attributes_win_over_settings() {
        assert_eq!(Ending::of(Text::No, None, CRLF), Ending::NONE);
        assert!(!Ending::of(Text::Yes, Some(false), CRLF).crlf);
        let none = Custom::default();
        assert!(Ending::of(Text::Unspecified, Some(true), none).crlf);
        assert_eq!(Ending::of(Text::Unspecified, None, none), Ending::NONE);
        assert!(Ending::of(Text::Yes, None, none).normalise);
    }
}
