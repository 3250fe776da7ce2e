// out[row] = a value made of the row's largest key
// requires: kernel/row/fold
@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let r = share(group.y * args.width + group.x, lane);
    write_values(r, 0u, from_key(r.row, join_keys(r, fold_keys(r, 0u))));
}
