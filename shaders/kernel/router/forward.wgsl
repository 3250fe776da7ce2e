// out = the weights of the TOP experts of each row whose score and bias are largest, out2 = which these are; of equals the first.
// Threads share a row, and keep the choices of EACH experts in registers.
// requires: kernel/router/experts
@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let r = share(group.y * args.width + group.x, lane);
    let z = normalizer(r);
    var keys: array<u32, EACH>;
    for (var k = 0u; k < EACH; k += 1u) {
        let at = expert(r, k);
        if r.live && at < args.length {
            keys[k] = choice(r, z, at);
        }
    }

    var chosen: array<u32, TOP>;
    var last = 0xffffffffu;
    var place = 0u;
    for (var j = 0u; j < TOP; j += 1u) {
        // What stands behind the last one in the order of falling keys, then of places.
        var key = 0u;
        for (var k = 0u; k < EACH; k += 1u) {
            let behind = keys[k] < last || (keys[k] == last && expert(r, k) > place);
            key = max(key, select(0u, keys[k], behind));
        }
        let most = join_keys(r, key);
        join_again();
        var first = 0u;
        for (var k = 0u; k < EACH; k += 1u) {
            let at = expert(r, k);
            let behind = keys[k] < last || (keys[k] == last && at > place);
            first = max(first, select(0u, ~at, keys[k] == most && behind));
        }
        place = min(~join_keys(r, first), args.length - 1u);
        join_again();
        last = most;
        chosen[j] = place;
    }
    if r.live && r.thread == 0u {
        write_chosen(r, z, chosen);
    }
}
