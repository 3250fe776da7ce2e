// Outputs stored in 16 bits: four in two words.
alias Out = vec2<u32>;
const OUT_SHIFT = 0u;

fn encode(k: u32, p: Pack) -> Out {
    return Out(shorten(p.x) | (shorten(p.y) << 16u), shorten(p.z) | (shorten(p.w) << 16u));
}
