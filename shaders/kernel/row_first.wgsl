// out = values made of a row's largest key and of the first place where it stands.
// requires: kernel/row_fold, kernel/row_join, kernel/row_places
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
    workgroupBarrier();
    keys[own] = fold_places(r, 0u, s);
    workgroupBarrier();
    for (var left = args.threads; left > 8u; left /= 8u) {
        next_keys(r, left);
        workgroupBarrier();
    }
    write_values(r, 0u, from_place(s, last_keys(r)));
}
