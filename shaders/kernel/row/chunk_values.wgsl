// out = the values of a chunk in the last state of its row
// requires: kernel/row/chunk
@group(0) @binding(10) var<storage, read> states: array<vec4<f32>>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    write_values(chunk_share(group, lane), chunk_start(group), states[chunk_number(group) / args.chunks]);
}
