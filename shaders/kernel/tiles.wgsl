// Sums along rows and along columns of one tensor [rows, packs], in the pass that writes its gradients: `term(i, channel, row)` writes
// those of a pack, leaves in `kept` what its row gets, and returns what its columns get.
// A tile has `rounds * ROWS` rows, with `rounds` up to ROUNDS, and a pack for each of `threads` threads; a workgroup holds
// WORKGROUP / threads tiles, one below the other. Each thread adds up its columns from top to bottom; of ROWS rows at a time the
// threads of a tile join what these get in a tree. The order is fixed, so results repeat bit for bit.
// requires: kernel/args
const ROWS = 8u;
const ROUNDS = 4u;

var<private> kept: Pack;

fn row_gets(p: Pack) {
    kept = p;
}

var<workgroup> sums: array<f32, ROWS * WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let task = group.y * args.width + group.x;
    let strip = task % args.blocks;
    let thread = lane % args.threads;
    let tile = (task / args.blocks) * (WORKGROUP / args.threads) + lane / args.threads;
    let q = strip * args.threads + thread;
    let live = task < args.count && q < args.len;

    var columns: Sum;
    // Barriers stand in loops of a constant length, which all threads are known to go through together.
    for (var round = 0u; round < ROUNDS; round += 1u) {
        let first = (tile * args.rounds + round) * ROWS;
        for (var k = 0u; k < ROWS; k += 1u) {
            kept = Pack(0u);
            if live && round < args.rounds && first + k < args.live {
                columns += term((first + k) * args.len + q, q / args.inner, first + k);
            }
            sums[k * WORKGROUP + lane] = sum_of(unpack(kept));
        }
        workgroupBarrier();
        for (var step = WORKGROUP / 2u; step > 0u; step /= 2u) {
            if step < args.threads && thread < step {
                for (var k = 0u; k < ROWS; k += 1u) {
                    sums[k * WORKGROUP + lane] += sums[k * WORKGROUP + lane + step];
                }
            }
            workgroupBarrier();
        }
        if task < args.count && round < args.rounds && thread == 0u {
            for (var k = 0u; k < ROWS && first + k < args.live; k += 1u) {
                write_partials(args.term + (first + k) * args.blocks + strip, bitcast<u32>(sums[k * WORKGROUP + lane]));
            }
        }
        workgroupBarrier();
    }
    if live && tile * args.rounds * ROWS < args.live {
        write_columns(q, tile, columns);
    }
}
