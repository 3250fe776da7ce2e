// the halves of out at i = each(i, c[i])
// requires: kernel/halves
@group(0) @binding(4) var<storage, read_write> out: array<Pack>;
@group(0) @binding(7) var<storage, read> c: array<Pack>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = index(group, lane);
    if i < args.count {
        let k = place(i);
        let d = each(i, c[args.c + i]);
        if (args.parts & 1u) != 0u {
            out[args.out + k] = d.first;
        }
        if (args.parts & 2u) != 0u {
            out[args.out2 + k] = d.second;
        }
    }
}
