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
