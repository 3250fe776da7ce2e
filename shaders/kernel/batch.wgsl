// A workgroup to each part of many tensors; `work` does a pack of it, and writes no more than `count` elements.
// requires: kernel/index
struct Args {
    offset: Offsets,
    count: u32,  // elements of the part, at most one pack for each invocation
    width: u32,  // workgroups in a row of the two-dimensional dispatch
}
@group(0) @binding(11) var<storage, read> tasks: array<Args>;

// As the uniform of other kernels.
var<private> args: Args;

struct Grid {
    offset: Offsets,
    tasks: u32,
    width: u32,
}
@group(0) @binding(0) var<uniform> grid: Grid;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let task = group.y * grid.width + group.x;
    if task < grid.tasks {
        args = tasks[task];
        if lane * LANES < args.count {
            work(lane);
        }
    }
}
