// The threads that share a row join their results through workgroup memory. Every thread adds up the last eight or fewer itself: on
// drivers that run workgroups on a CPU a barrier costs more than the sums. All threads of a workgroup must call these together.
// How many barriers there are depends on no argument.
// requires: kernel/row/fold
const CONSECUTIVE = false;

var<workgroup> keys: array<u32, THREADS>;
var<workgroup> sums: array<Terms, THREADS>;
var<workgroup> busy: u32;

// How often eights are joined until at most eight are left, of as many as a row can have.
const JOINS = select(select(0u, 1u, THREADS > 8u), 2u, THREADS > 64u);

// How many are left when these are joined, if there are more than eight.
fn joined(left: u32) -> u32 {
    return select(left, left / 8u, left > 8u);
}

// The largest of the keys that a row's threads have.
fn join_keys(r: Share, key: u32) -> u32 {
    keys[r.slot + r.thread] = key;
    workgroupBarrier();
    var left = args.threads;
    for (var round = 0u; round < JOINS; round += 1u) {
        if left > 8u && r.thread < left / 8u {
            for (var k = 1u; k < 8u; k += 1u) {
                keys[r.slot + r.thread] = max(keys[r.slot + r.thread], keys[r.slot + r.thread + k * (left / 8u)]);
            }
        }
        left = joined(left);
        workgroupBarrier();
    }
    var most = 0u;
    for (var k = 0u; k < left; k += 1u) {
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
    var left = args.threads;
    for (var round = 0u; round < JOINS; round += 1u) {
        if left > 8u && r.thread < left / 8u {
            sums[r.slot + r.thread] = sum_of(r.slot + r.thread, left / 8u, 8u);
        }
        left = joined(left);
        workgroupBarrier();
    }
    return sum_of(r.slot, 1u, left);
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
