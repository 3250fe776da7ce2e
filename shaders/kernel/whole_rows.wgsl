// Workgroups that have a row each, of elements or of a half, whose packs their threads take in turn.
// requires: kernel/index

fn rows_of_all() -> u32 {
    return args.count / (args.channels / LANES);
}

fn rounds_of_rows() -> u32 {
    return (args.channels / LANES + WORKGROUP - 1u) / WORKGROUP;
}

// The pack that a thread takes of a row, args.count or more where there is none.
fn pack_of_row(row: u32, round: u32, lane: u32) -> u32 {
    let packs = args.channels / LANES;
    let q = round * WORKGROUP + lane;
    return select(args.count, row * packs + q, row < args.count / packs && q < packs);
}
