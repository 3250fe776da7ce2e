// Parameter values of packs of channels, counted in packs; all channels of the first parameter first.
fn param(k: u32, channels: u32) -> Lanes {
    return unpack(read_weights(k * (args.channels / LANES) + channels));
}
