//! Chance that falls the same way every time: the sample must look the same on every machine and in every release.
//! (`rand`'s generators may change between versions.)

/// Steele, Lea and Flood's `SplitMix64` (<https://doi.org/10.1145/2714064.2660195>).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// From `low` up to and including `high`.
    pub(super) const fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    pub(super) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        let last = (of.len() - 1) as u64;
        of[usize::try_from(self.between(0, last)).unwrap_or(0)]
    }
}
