// Outputs stored in 16 bits: two in a word.
alias Out = u32;
const OUT_SHIFT = 0u;

fn encode(k: u32, p: Pack) -> Out {
    return shorten(p.x) | (shorten(p.y) << 16u);
}
