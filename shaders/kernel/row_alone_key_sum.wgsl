// out = values made of a row's largest key and of a sum that depends on it, a thread to each row. Nothing is shared: where a CPU
// runs the threads, all that comes behind a barrier is slow.
// requires: kernel/row_fold
@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let r = share(group.y * args.width + group.x, lane);
    let s = from_key(fold_keys(r, 0u));
    write_values(r, 0u, from_sum(s, fold_sums(r, 0u, s), 0u));
}
