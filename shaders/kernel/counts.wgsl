// Turns a count that lies on the GPU into what the dispatches of a call take: their arguments and their workgroups.

struct Call {
    part: vec4<u32>,    // its first element, how many there are, how many to what it counts, to what larger packs take
    group: u32,         // how many a workgroup takes of what it counts
    widest: u32,        // workgroups along an axis
    first: u32,         // the first element's place among the channels
    span: u32,          // elements of all channels
    at: array<u32, 8>,  // where its part begins in each binding, in what it counts
    moving: u32,        // a bit for each of these that moves with the first element
    args: u32,          // where its arguments begin
    most: u32,          // what the count may be
    per: u32,           // elements to what is counted
    width: u32,         // workgroups of this kernel along x
    calls: u32,         // how many calls there are
    unused: vec2<u32>,
}

@group(0) @binding(0) var<storage, read> counts: array<u32>;
@group(0) @binding(1) var<storage, read> calls: array<Call>;
@group(0) @binding(2) var<storage, read_write> args: array<u32>;
@group(0) @binding(3) var<storage, read_write> sizes: array<u32>;

// A workgroup to a call, of which there are few.
@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) group: vec3<u32>) {
    let k = group.y * calls[0].width + group.x;
    if k >= calls[0].calls {
        return;
    }
    let c = calls[k];
    let len = min(counts[0], c.most) * c.per;
    let there = min(len - min(len, c.part.x), c.part.y);
    var done = 0u;
    if c.part.w > 0u {
        done = there / c.part.w * c.part.w;
        args[c.args + 10u] = (c.first + done) % c.span;
        for (var slot = 0u; slot < 8u; slot += 1u) {
            let moves = ((c.moving >> slot) & 1u) == 1u;
            args[c.args + slot] = calls[k].at[slot] + select(0u, done / c.part.z, moves);
        }
    }
    let count = (there - done) / c.part.z;
    let groups = (count + c.group - 1u) / c.group;
    let width = clamp(groups, 1u, c.widest);
    args[c.args + 8u] = count;
    args[c.args + 9u] = width;
    sizes[3u * k] = width;
    sizes[3u * k + 1u] = (groups + width - 1u) / width;
    sizes[3u * k + 2u] = 1u;
}
