// out = values made of a row's largest key and of a sum that depends on it.
// requires: kernel/row_fold, kernel/row_join
@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let r = share(group.y * args.width + group.x, lane);
    let own = r.slot + r.thread;
    keys[own] = fold_keys(r, 0u);
    workgroupBarrier();
    for (var left = args.threads; left > 8u; left /= 8u) {
        next_keys(r, left);
        workgroupBarrier();
    }
    let s = from_key(last_keys(r));
    sums[own] = fold_sums(r, 0u, s);
    workgroupBarrier();
    for (var left = args.threads; left > 8u; left /= 8u) {
        next_sums(r, left);
        workgroupBarrier();
    }
    write_values(r, 0u, from_sum(s, last_sums(r), 0u));
}
