// A workgroup to a row: `work` writes the gradients of its elements, and leaves in `kept` what the row's scale gets of a pack, dy times
// the value; these are added up in a fixed order. `write_row` comes with the tensor.
// requires: kernel/whole_rows

var<private> kept: Pack;

fn row_gets(v: Pack) {
    kept = v;
}

var<workgroup> sums: array<f32, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let row = group.y * args.width + group.x;
    let rounds = rounds_of_rows();
    var sum = 0.0;
    for (var k = 0u; k < rounds; k += 1u) {
        let i = pack_of_row(row, k, lane);
        if i < args.count {
            work(i);
            let v = bitcast<vec4<f32>>(kept);
            sum += (v.x + v.y) + (v.z + v.w);
        }
    }
    sums[lane] = sum;
    workgroupBarrier();
    for (var step = WORKGROUP / 2u; step > 0u; step /= 2u) {
        if lane < step {
            sums[lane] += sums[lane + step];
        }
        workgroupBarrier();
    }
    if lane == 0u && row < rows_of_all() {
        write_row(row, sums[0]);
    }
}
