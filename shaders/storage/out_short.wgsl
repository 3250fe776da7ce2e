// One output stored in the low 16 bits of a word, the last of an odd number: the high bits are kept as they are. A dispatch
// of one invocation does this, so that nobody else writes the word.
alias Out = u32;
const OUT_SHIFT = 1u;

fn encode(k: u32, p: Pack) -> Out {
    return (out[k >> OUT_SHIFT] & 0xffff0000u) | shorten(p);
}
