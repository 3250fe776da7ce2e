// out = values made of a row's sum
// requires: kernel/row/fold
@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let r = share(group.y * args.width + group.x, lane);
    let none = vec4<f32>(0.0);
    let s = from_terms(r.row, none, join_sums(r, fold_sums(r, 0u, none)), 0u);
    keep_state(r, s);
    write_values(r, 0u, s);
}
