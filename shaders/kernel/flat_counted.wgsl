// An invocation to each pack of a window, of rows that take part: `takes_part` comes with the counts.
@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = index(group, lane);
    if i < args.count && takes_part(i) {
        work(i);
    }
}
