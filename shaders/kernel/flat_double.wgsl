// An invocation to each two packs of a window, neighbours; `work` does one.
@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = 2u * index(group, lane);
    if i < args.count {
        work(i);
    }
    if i + 1u < args.count {
        work(i + 1u);
    }
}
