// A mask that repeats over the axes before its own.
// requires: kernel/row/args

// Where the mask of a row begins.
fn mask_of(outer: u32, inner: u32) -> u32 {
    return args.second + ((args.outer + outer) % args.repeat) * args.span + inner;
}
