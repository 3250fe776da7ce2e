// out[chunk] = the first place in the chunk where its row's largest key stands
// requires: kernel/row_places, kernel/row_join, kernel/row_chunk
@group(0) @binding(4) var<storage, read_write> out: array<u32>;
@group(0) @binding(10) var<storage, read> states: array<vec4<f32>>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let r = chunk_share(group, lane);
    keys[lane] = fold_places(r, chunk_start(group), states[chunk_number(group) / args.chunks]);
    workgroupBarrier();
    for (var left = args.threads; left > 8u; left /= 8u) {
        next_keys(r, left);
        workgroupBarrier();
    }
    if r.live && lane == 0u {
        out[chunk_number(group)] = last_keys(r);
    }
}
