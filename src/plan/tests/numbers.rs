//! Numbers that make up a case: of a generator, the same in every run, or of a fuzzer.

/// First the fuzzer's bytes, three at a time, then Numerical Recipes' generator.
pub(in crate::plan) struct Numbers<'a> {
    state: u32,
    bytes: &'a [u8],
}

impl<'a> Numbers<'a> {
    #[cfg(test)]
    pub(in crate::plan) fn seeded(state: u32) -> Self {
        Self { state, bytes: &[] }
    }

    #[cfg(fuzzing)]
    pub(in crate::plan) fn of(bytes: &'a [u8]) -> Self {
        Self { state: 1, bytes }
    }

    fn next(&mut self) -> u64 {
        if let Some((&[a, b, c], rest)) = self.bytes.split_first_chunk() {
            self.bytes = rest;
            return u64::from(u32::from_le_bytes([a, b, c, 0]));
        }
        self.state = self.state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        u64::from(self.state >> 8)
    }

    pub(in crate::plan) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    pub(in crate::plan) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }

    /// A number of any size up to that of `bits`.
    pub(in crate::plan) fn of_any_size(&mut self, bits: u64) -> u64 {
        let wide = self.next() << 24 | self.next();
        wide >> (48 - self.below(bits.min(48)) - 1)
    }
}
