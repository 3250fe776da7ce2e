// Threads of a workgroup, and the number of a thread in a two-dimensional dispatch.
const WORKGROUP = 256u;

fn index(group: vec3<u32>, lane: u32) -> u32 {
    return (group.y * args.width + group.x) * WORKGROUP + lane;
}
