// Each thread has a row to itself, and nothing to join: where a CPU runs the threads, all that comes behind a barrier is slow.
// requires: kernel/row/fold
const CONSECUTIVE = true;

fn join_keys(r: Share, key: u32) -> u32 {
    return key;
}

fn join_sums(r: Share, terms: Terms) -> Terms {
    return terms;
}

fn join_again() {
}

fn join_done(r: Share, done: bool) -> bool {
    return done;
}
