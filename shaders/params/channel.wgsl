// Parameter values per channel, all channels of the first parameter first. The tensor is [outer, channels, inner].
// requires: kernel/args
@group(0) @binding(5) var<storage, read> weights: array<f32>;

fn param(k: u32, channel: u32) -> f32 {
    return weights[k * args.channels + channel];
}

fn channel(element: u32) -> u32 {
    return ((args.start + element) / args.inner) % args.channels;
}
