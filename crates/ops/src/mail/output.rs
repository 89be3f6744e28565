//! What a template makes, as long as it is not too much.

use std::io;

use super::bounds::OUTPUT;

/// A text that takes no more than [`OUTPUT`] bytes.
#[derive(Debug, Default)]
pub(super) struct Output {
    bytes: Vec<u8>,
    full: bool,
}

impl Output {
    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    pub(super) fn text(self) -> String {
        // The engine writes text only.
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

impl io::Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.full |= self.bytes.len() + bytes.len() > OUTPUT;
        if self.full {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
