// out[i] = one of the two of each(i, a[i], b[i], c[i]), for devices with four storage buffers
// requires: kernel/args
@group(0) @binding(2) var<storage, read> a: array<Pack>;
@group(0) @binding(3) var<storage, read> b: array<Pack>;
@group(0) @binding(4) var<storage, read_write> out: array<Pack>;
@group(0) @binding(7) var<storage, read> c: array<Pack>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = index(group, lane);
    if i < args.count {
        let k = args.first + i;
        let d = each(k, a[k], b[k], c[k]);
        out[k] = select(d.first, d.second, args.to == 1u);
    }
}
