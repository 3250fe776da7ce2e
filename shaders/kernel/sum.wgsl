// [to + channel, block] of the result = the sum of term(i) over one block of a channel of the [outer, channels, inner] tensor. What is counted are
// terms: elements, packs in a channel or, where these SPREAD, packs of channels. `row_of` is the row of a channel's term.
// A workgroup holds WORKGROUP / threads channels; neighbouring threads hold neighbouring channels. Every thread adds
// `rounds` terms one after the other, then the threads of a channel join theirs: the order is fixed, so results repeat bit
// for bit.
// requires: kernel/args

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let slots = WORKGROUP / args.threads;
    let thread = lane / slots;
    let task = group.y * args.width + group.x;
    let block = task % args.blocks;
    let local = (task / args.blocks) * slots + lane % slots;
    let live = task < args.count && local < args.live;
    let c = args.channel + local;

    var sum: Sum;
    for (var round = 0u; round < args.rounds; round += 1u) {
        let j = (block * args.rounds + round) * args.threads + thread;
        let k = args.term + j;
        // Counted from the start of the span that holds the window's first element.
        let row = row_of(k);
        let at = (row * (args.channels / SPREAD) + c) * args.inner + (k - row * args.inner);
        if live && j < args.terms && at >= args.start && at - args.start < args.len {
            sum += term(at - args.start, c, row);
        }
    }
    sum = joined_sum(sum, lane, slots);
    if live && thread == 0u {
        write_sum(c, block, sum);
    }
}
