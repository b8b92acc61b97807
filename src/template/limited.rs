//! What a template renders to, up to a limit.

use std::io::{self, Write};

/// The most that one template may render to, in bytes.
const MAX_RENDERED: usize = 16 << 20;

/// Bytes up to a limit.
#[derive(Debug)]
pub(super) struct Limited(pub(super) Vec<u8>);

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len().saturating_add(bytes.len()) > MAX_RENDERED {
            return Err(io::Error::other("the output limit is reached"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
