// The threads that share a row join their results through workgroup memory. Every thread adds up the last eight or fewer itself: on
// drivers that run workgroups on a CPU a barrier costs more than the sums. All threads of a workgroup must call these together.
// requires: kernel/row/fold
const CONSECUTIVE = false;

var<workgroup> keys: array<u32, THREADS>;
var<workgroup> sums: array<Terms, THREADS>;
var<workgroup> busy: u32;

// How many are left when eights have been joined as long as there are more than eight.
fn joined() -> u32 {
    let eighth = select(args.threads, args.threads / 8u, args.threads > 8u);
    return select(eighth, args.threads / 64u, args.threads > 64u);
}

// The largest of the keys that a row's threads have.
fn join_keys(r: Share, key: u32) -> u32 {
    keys[r.slot + r.thread] = key;
    workgroupBarrier();
    for (var left = args.threads; left > 8u; left /= 8u) {
        if r.thread < left / 8u {
            for (var k = 1u; k < 8u; k += 1u) {
                keys[r.slot + r.thread] = max(keys[r.slot + r.thread], keys[r.slot + r.thread + k * (left / 8u)]);
            }
        }
        workgroupBarrier();
    }
    var most = 0u;
    for (var k = 0u; k < joined(); k += 1u) {
        most = max(most, keys[r.slot + k]);
    }
    return most;
}

// The sum of some of them, so many apart.
fn sum_of(first: u32, apart: u32, count: u32) -> Terms {
    var total = vec4<f32>(0.0);
    var third = 0.0;
    for (var k = 0u; k < count; k += 1u) {
        let t = sums[first + k * apart];
        total = total_add(total, t.xy);
        third += t.z;
    }
    return Terms(total_sum(total), third);
}

// The sum of the terms that a row's threads have, in a fixed order.
fn join_sums(r: Share, terms: Terms) -> Terms {
    sums[r.slot + r.thread] = terms;
    workgroupBarrier();
    for (var left = args.threads; left > 8u; left /= 8u) {
        if r.thread < left / 8u {
            sums[r.slot + r.thread] = sum_of(r.slot + r.thread, left / 8u, 8u);
        }
        workgroupBarrier();
    }
    return sum_of(r.slot, 1u, joined());
}

// To be called before the same is joined again.
fn join_again() {
    workgroupBarrier();
}

// Whether all rows of the workgroup are done.
fn join_done(r: Share, done: bool) -> bool {
    keys[r.slot + r.thread] = select(1u, 0u, done);
    workgroupBarrier();
    if r.slot + r.thread == 0u {
        var any = 0u;
        for (var k = 0u; k < THREADS; k += args.threads) {
            any |= keys[k];
        }
        busy = any;
    }
    return workgroupUniformLoad(&busy) == 0u;
}
