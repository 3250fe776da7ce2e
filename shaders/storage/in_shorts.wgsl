// Inputs stored in 16 bits: four in two words.
alias In = vec2<u32>;
const IN_SHIFT = 0u;

fn decode(k: u32, p: In) -> Pack {
    return Pack(widen(p.x), widen(p.x >> 16u), widen(p.y), widen(p.y >> 16u));
}
