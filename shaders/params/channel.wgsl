// Parameter values per channel, all channels of the first parameter first. The tensor is [outer, channels, inner].
fn param(k: u32, channel: u32) -> f32 {
    return bitcast<f32>(read_weights(k * args.channels + channel));
}
