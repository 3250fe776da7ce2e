// out[i] = each(i, a[i], b[i]) for the halves a and b of a tensor, element by element in turn
// requires: kernel/halves, storage/pairs
@group(0) @binding(2) var<storage, read> a: array<Pack>;
@group(0) @binding(4) var<storage, read_write> out: array<Pack>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = index(group, lane);
    if i < args.count {
        let k = args.a + 2u * i;
        let v = apart(a[k], a[k + 1u]);
        out[args.out + i] = each(i, v.first, v.second);
    }
}
