// Rows so long that many workgroups share one: each folds a chunk, a second kernel joins the chunks' results to the row's
// state, and a last one writes the values.
// requires: kernel/row/args

// The chunk of a workgroup among all chunks.
fn chunk_number(group: vec3<u32>) -> u32 {
    return args.to + group.y * args.width + group.x;
}

fn chunk_share(group: vec3<u32>, lane: u32) -> Share {
    return share((group.y * args.width + group.x) / args.chunks, lane);
}

// The chunk's first pack within its row.
fn chunk_start(group: vec3<u32>) -> u32 {
    let chunk = (group.y * args.width + group.x) % args.chunks + args.chunk;
    return chunk * args.rounds * args.threads;
}
