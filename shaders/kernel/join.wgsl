// out[i] = each(i, a[i], b[i]) for the halves a and b of a tensor
// requires: kernel/halves
@group(0) @binding(2) var<storage, read> a: array<Pack>;
@group(0) @binding(3) var<storage, read> b: array<Pack>;
@group(0) @binding(4) var<storage, read_write> out: array<Pack>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = index(group, lane);
    if i < args.count {
        let k = place(i);
        out[args.out + i] = each(i, a[args.a + k], b[args.b + k]);
    }
}
