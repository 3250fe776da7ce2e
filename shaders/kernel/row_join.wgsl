// Joins what the threads of a row have folded. Every thread of the last eight or fewer does so alone: on drivers that run
// workgroups on a CPU a barrier costs more than the sums.
// requires: kernel/row_args, math/total
var<workgroup> keys: array<u32, THREADS>;
var<workgroup> sums: array<vec2<f32>, THREADS>;

// How many are left when eights have been joined as long as there are more than eight.
fn joined() -> u32 {
    let eighth = select(args.threads, args.threads / 8u, args.threads > 8u);
    return select(eighth, args.threads / 64u, args.threads > 64u);
}

fn next_keys(r: Share, left: u32) {
    if r.thread < left / 8u {
        for (var k = 1u; k < 8u; k += 1u) {
            keys[r.slot + r.thread] = max(keys[r.slot + r.thread], keys[r.slot + r.thread + k * (left / 8u)]);
        }
    }
}

fn last_keys(r: Share) -> u32 {
    var key = 0u;
    for (var k = 0u; k < joined(); k += 1u) {
        key = max(key, keys[r.slot + k]);
    }
    return key;
}

// The sum of some of them, so many apart.
fn sum_of(first: u32, apart: u32, count: u32) -> vec2<f32> {
    var total = vec4<f32>(0.0);
    for (var k = 0u; k < count; k += 1u) {
        total = total_add(total, sums[first + k * apart]);
    }
    return total_sum(total);
}

fn next_sums(r: Share, left: u32) {
    if r.thread < left / 8u {
        sums[r.slot + r.thread] = sum_of(r.slot + r.thread, left / 8u, 8u);
    }
}

fn last_sums(r: Share) -> vec2<f32> {
    return sum_of(r.slot, 1u, joined());
}
