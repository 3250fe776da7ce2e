// out[chunk] = the chunk's sum in the present state of its row
// requires: kernel/row/fold, kernel/row/chunk
@group(0) @binding(4) var<storage, read_write> out: array<vec2<f32>>;
@group(0) @binding(10) var<storage, read> states: array<vec4<f32>>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let s = states[chunk_number(group) / args.chunks];
    var r = chunk_share(group, lane);
    // Rows that are settled change no more.
    r.live = r.live && (ROUNDS == 1u || !is_settled(s));
    let sum = join_sums(r, fold_sums(r, chunk_start(group), s));
    if r.live && r.thread == 0u {
        out[chunk_number(group)] = sum.xy;
    }
}
