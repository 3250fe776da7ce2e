// out = values made of a row's largest key and of a sum that depends on it
// requires: kernel/row/fold
@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let r = share(group.y * args.width + group.x, lane);
    let s = from_key(r.row, join_keys(r, fold_keys(r, 0u)));
    let last = from_terms(r.row, s, join_sums(r, fold_sums(r, 0u, s)), 0u);
    keep_state(r, last);
    write_values(r, 0u, last);
}
