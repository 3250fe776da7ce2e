// The threads that share a channel join their sums in a tree, `slots` threads apart; the first of them has the result. All
// threads of a workgroup must call this together.
// requires: kernel/sum
var<workgroup> sums: array<Sum, WORKGROUP>;

fn joined_sum(sum: Sum, lane: u32, slots: u32) -> Sum {
    sums[lane] = sum;
    workgroupBarrier();
    for (var step = WORKGROUP / 2u; step > 0u; step /= 2u) {
        if step < args.threads && lane / slots < step {
            sums[lane] += sums[lane + step * slots];
        }
        workgroupBarrier();
    }
    return sums[lane];
}
