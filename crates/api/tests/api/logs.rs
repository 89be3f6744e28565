//! What is logged, down to the last detail, by all tests of this process.

use std::io::{self, Write};
use std::sync::{Mutex, Once};

static LOGGED: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOGGED.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// From now on, everything is written down.
pub(crate) fn capture() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| {
        let everything = tracing_subscriber::filter::LevelFilter::TRACE;
        tracing_subscriber::fmt().with_max_level(everything).with_writer(|| Log).init();
    });
}

pub(crate) fn logged() -> Vec<u8> {
    LOGGED.lock().unwrap().clone()
}
