// The same where a thread has a row to itself: it keeps the best so far in their order.
// requires: kernel/router/experts
@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let r = share(group.y * args.width + group.x, lane);
    let z = normalizer(r);
    var keys: array<u32, TOP>;
    var chosen: array<u32, TOP>;
    if r.live {
        for (var at = 0u; at < args.length; at += 1u) {
            let key = choice(r, z, at);
            // Of equals the first stays before.
            var j = TOP;
            while j > 0u && keys[j - 1u] < key {
                j -= 1u;
                if j + 1u < TOP {
                    keys[j + 1u] = keys[j];
                    chosen[j + 1u] = chosen[j];
                }
                keys[j] = key;
                chosen[j] = at;
            }
        }
        write_chosen(r, z, chosen);
    }
}
