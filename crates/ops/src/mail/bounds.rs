//! How large a template may be and how much it may do; docs/mail.md names the same numbers. The built-in templates are far from
//! each of them, for the longest order too.

use std::time::Duration;

use domain::Invalid;

/// Names, values and signs between `{{` and `}}`, or `{%` and `%}`: the longest of the built-in templates has 14.
pub(super) const SIGNS: usize = 200;
/// Blocks inside one another, an `elif` counted as one more until its `endif`: the built-in templates have three.
pub(super) const DEPTH: usize = 60;
/// Bytes of a part's source: what 100,000 characters take, the most that can be saved.
pub(super) const SOURCE: usize = 400_000;
/// Steps of one part, and 64 bytes of text each: ten times what the built-in templates need for the longest order with the longest
/// descriptions.
pub(super) const STEPS: u64 = 500_000;
/// Bytes of a part that is made: three times what the largest order needs.
pub(super) const OUTPUT: usize = 5_000_000;
/// Time for one part: a hundred times what the largest order takes.
pub(super) const TIME: Duration = Duration::from_secs(2);
/// How long somebody waits for all parts, or for a check, which makes them three times.
pub(super) const WAIT: Duration = TIME.saturating_mul(3);
/// Bytes of the stack that templates are worked on with: enough for the deepest that the bounds above let through, eight times
/// over, in a build without optimisation.
pub(super) const STACK: usize = 32 * 1024 * 1024;

/// A bound that a template exceeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    Signs,
    Depth,
    Source,
    Steps,
    Output,
    Time,
    /// Nobody waits any longer, whatever it does.
    Wait,
}

impl Bound {
    /// The refusal of a part. Its first number is the bound: screens put it into a sentence of their language.
    pub(super) fn exceeded(self, part: &str, line: Option<usize>) -> Invalid {
        let refusal = |code, message: String| {
            let message = line.map_or_else(|| message.clone(), |line| format!("{message} (line {line})"));
            Invalid::new(part, code, message).on_line(line)
        };
        match self {
            Self::Signs => {
                let what = format!("has more than {SIGNS} names and signs between one pair of braces");
                refusal("template_tag_too_long", what)
            }
            Self::Depth => refusal("template_too_deep", format!("has more than {DEPTH} blocks inside one another")),
            Self::Source => refusal("template_too_long", format!("is longer than {SOURCE} bytes")),
            Self::Steps => refusal("template_too_much", format!("does too much: more than {STEPS} steps")),
            Self::Output => refusal("template_makes_too_much", format!("makes more than {OUTPUT} bytes")),
            Self::Time => refusal("template_too_slow", format!("takes longer than {} seconds", TIME.as_secs())),
            Self::Wait => refusal("template_too_slow", format!("takes longer than {} seconds", WAIT.as_secs())),
        }
    }
}
