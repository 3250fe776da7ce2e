// out[chunk] = the first place in the chunk where its row's largest key stands
// requires: kernel/row/fold, kernel/row/chunk
@group(0) @binding(4) var<storage, read_write> out: array<u32>;
@group(0) @binding(10) var<storage, read> states: array<vec4<f32>>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let r = chunk_share(group, lane);
    let s = states[chunk_number(group) / args.chunks];
    let place = join_keys(r, fold_places(r, chunk_start(group), 0u, args.rounds, s));
    if r.live && r.thread == 0u {
        out[chunk_number(group)] = place;
    }
}
