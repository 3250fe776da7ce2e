// out = values made of a row's sum.
// requires: kernel/row_fold, kernel/row_join
@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let r = share(group.y * args.width + group.x, lane);
    sums[r.slot + r.thread] = fold_sums(r, 0u, vec4<f32>(0.0));
    workgroupBarrier();
    for (var left = args.threads; left > 8u; left /= 8u) {
        next_sums(r, left);
        workgroupBarrier();
    }
    write_values(r, 0u, from_sum(vec4<f32>(0.0), last_sums(r), 0u));
}
