// Two f32 to a pack, for tensors of which one holds numbers of 16 bits, two to a word.
alias Pack = vec2<u32>;
alias Lanes = vec2<f32>;
alias Wholes = vec2<i32>;
alias Flags = vec2<bool>;
const LANES = 2u;

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
