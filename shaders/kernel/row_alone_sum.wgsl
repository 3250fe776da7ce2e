// out = values made of a row's sum, a thread to each row.
// requires: kernel/row_fold
@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let r = share(group.y * args.width + group.x, lane);
    write_values(r, 0u, from_sum(vec4<f32>(0.0), fold_sums(r, 0u, vec4<f32>(0.0)), 0u));
}
