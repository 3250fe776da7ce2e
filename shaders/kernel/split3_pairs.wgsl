// the halves of out at i = each(i, a[i], b[i], c[i]) for the halves a and b of a tensor, element by element in turn
// requires: kernel/halves, storage/pairs
@group(0) @binding(2) var<storage, read> a: array<Pack>;
@group(0) @binding(4) var<storage, read_write> out: array<Pack>;
@group(0) @binding(7) var<storage, read> c: array<Pack>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = index(group, lane);
    if i < args.count {
        let k = 2u * i;
        let v = apart(a[args.a + k], a[args.a + k + 1u]);
        let d = each(i, v.first, v.second, c[args.c + i]);
        out[args.out + k] = vec4<u32>(d.first.x, d.second.x, d.first.y, d.second.y);
        out[args.out + k + 1u] = vec4<u32>(d.first.z, d.second.z, d.first.w, d.second.w);
    }
}
