//! The deployer's output: lines for a log, each with the time since the start.

use std::io::Write as _;
use std::sync::OnceLock;
use std::time::Instant;

static STARTED: OnceLock<Instant> = OnceLock::new();

/// Prints one message, of one line or several. A closed output does not end a deployment.
pub(crate) fn report(text: &str) {
    let elapsed = STARTED.get_or_init(Instant::now).elapsed().as_secs();
    let mut output = std::io::stdout().lock();
    for (number, line) in text.lines().enumerate() {
        let _ = match number {
            0 => writeln!(output, "[{:02}:{:02}] {line}", elapsed / 60, elapsed % 60),
            _ => writeln!(output, "        {line}"),
        };
    }
    let _ = output.flush();
}
