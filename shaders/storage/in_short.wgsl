// Inputs stored in 16 bits, one at a time: two share a word.
alias In = u32;
const IN_SHIFT = 1u;

fn decode(k: u32, p: In) -> Pack {
    return widen(p >> (16u * (k & 1u)));
}
