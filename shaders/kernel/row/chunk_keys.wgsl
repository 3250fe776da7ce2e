// out[chunk] = the chunk's largest key
// requires: kernel/row/fold, kernel/row/chunk
@group(0) @binding(4) var<storage, read_write> out: array<u32>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let r = chunk_share(group, lane);
    let key = join_keys(r, fold_keys(r, chunk_start(group)));
    if r.live && r.thread == 0u {
        out[chunk_number(group)] = key;
    }
}
