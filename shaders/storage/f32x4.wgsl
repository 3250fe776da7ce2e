// Four f32 to a pack, kept as words: a NaN's bits then survive whatever a driver assumes about floating point.
alias Pack = vec4<u32>;
alias Lanes = vec4<f32>;
alias Wholes = vec4<i32>;
alias Flags = vec4<bool>;
const LANES = 4u;

fn unpack(p: Pack) -> Lanes {
    return bitcast<Lanes>(p);
}

fn pack(v: Lanes) -> Pack {
    return bitcast<Pack>(v);
}

// `result`, but `input` where that is NaN. Comparisons of floats may be folded away, those of words may not.
fn keep_nan(result: Pack, input: Pack) -> Pack {
    return select(result, input, (input & Pack(0x7fffffffu)) > Pack(0x7f800000u));
}
