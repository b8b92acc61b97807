//! What a text wears around its lines: line endings, a byte-order mark, a final newline.
//!
//! Each is merged apart: where only the golden path changed it, its change is taken; else it stays
//! as the team has it. A text that mixes line endings keeps every byte of them.

/// What one text wears. `None` where a text is too short to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dress {
    has_mark: bool,
    ending: Option<Ending>,
    ends_with_newline: Option<bool>,
}

/// How the lines of a text end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Feed,
    ReturnAndFeed,
    Mixed,
}

/// How three texts are made comparable, and what their merge wears.
#[derive(Debug, Clone, Copy)]
pub(super) struct Undressing {
    worn: Dress,
    keeps_returns: bool,
}

const MARK: &[u8] = b"\xef\xbb\xbf";

impl Dress {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let text = bytes.strip_prefix(MARK).unwrap_or(bytes);
        let feeds = text.iter().filter(|byte| **byte == b'\n').count();
        let pairs = text.windows(2).filter(|pair| pair == b"\r\n").count();
        let ending = match (feeds, pairs) {
            (0, _) => None,
            (_, 0) => Some(Ending::Feed),
            (feeds, pairs) if feeds == pairs => Some(Ending::ReturnAndFeed),
            _ => Some(Ending::Mixed),
        };
        Self {
            has_mark: bytes.starts_with(MARK),
            ending,
            ends_with_newline: text.last().map(|last| *last == b'\n'),
        }
    }
}

impl Undressing {
    /// For base, ours and theirs.
    pub(super) fn of(sides: &[Option<Dress>; 3]) -> Self {
        let [base, ours, theirs] = sides;
        let has = |side: &Option<Dress>| side.map(|it| it.has_mark);
        let ending = |side: &Option<Dress>| side.and_then(|it| it.ending);
        let newline = |side: &Option<Dress>| side.and_then(|it| it.ends_with_newline);
        let worn = Dress {
            has_mark: three_way(has(base), has(ours), has(theirs)).unwrap_or(false),
            ending: three_way(ending(base), ending(ours), ending(theirs)),
            ends_with_newline: three_way(newline(base), newline(ours), newline(theirs)),
        };
        let keeps_returns = sides.iter().any(|side| ending(side) == Some(Ending::Mixed));
        Self { worn, keeps_returns }
    }

    /// A text without what it wears: its last line ends as the others do.
    pub(super) fn take_off(&self, bytes: &[u8]) -> Vec<u8> {
        let text = bytes.strip_prefix(MARK).unwrap_or(bytes);
        let mut text = match self.keeps_returns {
            true => text.to_vec(),
            false if Dress::of(bytes).ending == Some(Ending::ReturnAndFeed) => {
                without_returns(text)
            }
            false => text.to_vec(),
        };
        if text.last().is_some_and(|last| *last != b'\n') {
            text.push(b'\n');
        }
        text
    }

    /// The merged text with what it is to wear. The marker at the end of a conflict keeps its line.
    pub(super) fn put_on(&self, text: Vec<u8>, is_clean: bool) -> Vec<u8> {
        let mut text = text;
        let ends_in_marker =
            !is_clean && text.split(|byte| *byte == b'\n').rev().nth(1).is_some_and(is_last_marker);
        if self.worn.ends_with_newline == Some(false) && !ends_in_marker {
            text.pop();
        }
        if self.worn.ending == Some(Ending::ReturnAndFeed) && !self.keeps_returns {
            text = with_returns(&text);
        }
        let has_mark = self.worn.has_mark && !text.is_empty();
        if has_mark { [MARK, &text].concat() } else { text }
    }
}

/// Theirs where only they changed it, else ours, as far as there is one.
fn three_way<T: PartialEq>(base: Option<T>, ours: Option<T>, theirs: Option<T>) -> Option<T> {
    match (base, ours, theirs) {
        (Some(base), Some(ours), Some(theirs)) if base == ours => Some(theirs),
        (_, Some(ours), _) => Some(ours),
        (_, None, theirs) => theirs,
    }
}

fn is_last_marker(line: &[u8]) -> bool {
    line.starts_with(b">>>>>>>")
}

fn without_returns(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'\r' || rest.peek() != Some(&b'\n') {
            bytes.push(byte);
        }
    }
    bytes
}

fn with_returns(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() + text.len() / 16);
    for byte in text {
        if *byte == b'\n' {
            bytes.push(b'\r');
        }
        bytes.push(*byte);
    }
    bytes
}
