// Inputs stored in 16 bits: two in a word.
alias In = u32;
const IN_SHIFT = 0u;

fn decode(k: u32, p: In) -> Pack {
    return Pack(widen(p), widen(p >> 16u));
}
