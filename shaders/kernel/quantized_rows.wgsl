// A workgroup to a row, which is worked out twice: for its largest magnitude, and for its numbers.
// requires: kernel/quantized
var<workgroup> most: array<u32, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let packs = args.channels / LANES;
    let row = group.y * args.width + group.x;
    let live = row < args.count / packs;
    let rounds = (packs + WORKGROUP - 1u) / WORKGROUP;
    var m = 0u;
    for (var k = 0u; k < rounds; k += 1u) {
        let q = k * WORKGROUP + lane;
        if live && q < packs {
            work(row * packs + q);
            m = max(m, magnitude(kept));
        }
    }
    most[lane] = m;
    workgroupBarrier();
    for (var step = WORKGROUP / 2u; step > 0u; step /= 2u) {
        if lane < step {
            most[lane] = max(most[lane], most[lane + step]);
        }
        workgroupBarrier();
    }
    m = most[0];
    for (var k = 0u; k < rounds; k += 1u) {
        let q = k * WORKGROUP + lane;
        if live && q < packs {
            work(row * packs + q);
            write_word(row * packs + q, quantized(kept, m));
        }
    }
    if live && lane == 0u {
        write_out2(row, scale_bits(m));
    }
}
