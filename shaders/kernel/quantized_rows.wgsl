// A workgroup to a row, which is worked out twice: for its largest magnitude, and for its numbers.
// requires: kernel/quantized, kernel/whole_rows
var<workgroup> most: array<u32, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let row = group.y * args.width + group.x;
    let rounds = rounds_of_rows();
    var m = 0u;
    for (var k = 0u; k < rounds; k += 1u) {
        let i = pack_of_row(row, k, lane);
        if i < args.count {
            work(i);
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
        let i = pack_of_row(row, k, lane);
        if i < args.count {
            work(i);
            write_word(i, quantized(kept, m));
        }
    }
    if lane == 0u && row < rows_of_all() {
        write_out2(row, scale_bits(m));
    }
}
