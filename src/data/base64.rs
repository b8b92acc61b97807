//! Base64: bytes as texts of 64 signs.

/// Base64 without padding, of which nothing is left over; `last` are its last two signs.
pub fn base64(text: &str, last: &[u8; 2]) -> Option<Vec<u8>> {
    let (bytes, left) = decoded(text, last)?;
    // One sign alone is no byte, and what is left over must say nothing.
    left.says_nothing().then_some(bytes)
}

/// Base64 as most readers take it: line breaks, padding and what is left over do not count.
pub fn base64_as_read(text: &str) -> Option<Vec<u8>> {
    let signs: String = text.chars().filter(|it| !matches!(it, '\n' | '\r' | ' ')).collect();
    Some(decoded(signs.trim_end_matches('='), b"+/")?.0)
}

/// What is left over behind the last whole byte.
struct Left {
    bits: u32,
    gathered: u32,
}

impl Left {
    const fn says_nothing(&self) -> bool {
        self.bits < 6 && self.gathered == 0
    }
}

fn decoded(text: &str, last: &[u8; 2]) -> Option<(Vec<u8>, Left)> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    let (mut gathered, mut bits) = (0_u32, 0_u32);
    for letter in text.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            _ => 62 + u8::try_from(last.iter().position(|it| *it == letter)?).ok()?,
        };
        gathered = (gathered << 6) | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((gathered >> bits) & 0xff).ok()?);
            gathered &= (1 << bits) - 1;
        }
    }
    Some((bytes, Left { bits, gathered }))
}
