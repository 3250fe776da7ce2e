// Where an element lies in the [outer, channels, inner] tensor, from the first row of the window on: its channel, how many elements
// of that are before it, its row. The first position costs two divisions, the ones after it none.
fn position(element: u32) -> vec3<u32> {
    let e = args.start + element;
    let before = e / args.inner;
    let row = before / args.channels;
    return vec3<u32>(before - row * args.channels, e - before * args.inner, row);
}

fn after(p: vec3<u32>) -> vec3<u32> {
    let inside = p.y + 1u;
    let ends = inside == args.inner;
    let channel = p.x + select(0u, 1u, ends);
    let wraps = channel == args.channels;
    return vec3<u32>(select(channel, 0u, wraps), select(inside, 0u, ends), p.z + select(0u, 1u, wraps));
}

// The same of a pack of neighbouring channels, of which there are whole packs: counted in these.
fn position_of_channels(pack: u32) -> vec3<u32> {
    let p = args.start / LANES + pack;
    let row = p / (args.channels / LANES);
    return vec3<u32>(p - row * (args.channels / LANES), 0u, row);
}

// The same of a pack in a channel.
fn position_in_channel(pack: u32) -> vec3<u32> {
    let before = (args.start / LANES + pack) / (args.inner / LANES);
    let row = before / args.channels;
    return vec3<u32>(before - row * args.channels, 0u, row);
}
