// out = values made of a row's largest key and of sums for at most ROUNDS rounds, each in a state made of the last one; the
// workgroup stops when all its rows are settled.
// requires: kernel/row_fold, kernel/row_join
var<workgroup> busy: u32;

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
    var s = from_key(last_keys(r));
    for (var round = 0u; round < ROUNDS; round += 1u) {
        sums[own] = fold_sums(r, 0u, s);
        workgroupBarrier();
        for (var left = args.threads; left > 8u; left /= 8u) {
            next_sums(r, left);
            workgroupBarrier();
        }
        let next = from_sum(s, last_sums(r), round);
        keys[own] = select(1u, 0u, !r.live || is_settled(next));
        s = next;
        workgroupBarrier();
        if lane == 0u {
            var any = 0u;
            for (var k = 0u; k < THREADS; k += args.threads) {
                any |= keys[k];
            }
            busy = any;
        }
        if workgroupUniformLoad(&busy) == 0u {
            break;
        }
    }
    write_values(r, 0u, s);
}
