// out[row] = a value made of the row's largest key
// requires: kernel/row_fold, kernel/row_join
@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let r = share(group.y * args.width + group.x, lane);
    keys[r.slot + r.thread] = fold_keys(r, 0u);
    workgroupBarrier();
    for (var left = args.threads; left > 8u; left /= 8u) {
        next_keys(r, left);
        workgroupBarrier();
    }
    write_values(r, 0u, from_key(last_keys(r)));
}
