// out[i] = each(i, a[i])
// requires: kernel/args
@group(0) @binding(2) var<storage, read> a: array<In>;
@group(0) @binding(4) var<storage, read_write> out: array<Out>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = index(group, lane);
    if i < args.count {
        let k = args.first + i;
        out[k >> OUT_SHIFT] = encode(k, each(k, decode(k, a[k >> IN_SHIFT])));
    }
}
