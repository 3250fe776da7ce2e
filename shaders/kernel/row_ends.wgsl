// Rows that begin with their first pack: no other row's elements lie in it.
// requires: kernel/row_args
const EDGE = 0u;

fn head(r: Share) -> u32 {
    return 0u;
}
