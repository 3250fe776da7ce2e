// Inputs stored as f32 are packs.
alias In = Pack;
const IN_SHIFT = 0u;

fn decode(k: u32, p: In) -> Pack {
    return p;
}
