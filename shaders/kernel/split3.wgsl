// the halves of out at i = each(i, a[i], b[i], c[i]) for the halves a and b of a tensor
// requires: kernel/halves
@group(0) @binding(2) var<storage, read> a: array<Pack>;
@group(0) @binding(3) var<storage, read> b: array<Pack>;
@group(0) @binding(4) var<storage, read_write> out: array<Pack>;
@group(0) @binding(7) var<storage, read> c: array<Pack>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = index(group, lane);
    if i < args.count {
        let k = place(i);
        let d = each(i, a[args.a + k], b[args.b + k], c[args.c + i]);
        if (args.parts & 1u) != 0u {
            out[args.out + k] = d.first;
        }
        if (args.parts & 2u) != 0u {
            out[args.out2 + k] = d.second;
        }
    }
}
