// One f32 to a pack: for the last elements of a length that four does not divide.
alias Pack = u32;
alias Lanes = f32;
const LANES = 1u;

fn unpack(p: Pack) -> Lanes {
    return bitcast<Lanes>(p);
}

fn pack(v: Lanes) -> Pack {
    return bitcast<Pack>(v);
}

// `result`, but `input` where that is NaN. Comparisons of floats may be folded away, those of words may not.
fn keep_nan(result: Pack, input: Pack) -> Pack {
    return select(result, input, (input & 0x7fffffffu) > 0x7f800000u);
}
