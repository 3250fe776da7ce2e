// Scores of experts: their softmax, with m the largest logit and sum that of all exp(x - m).
// requires: math/exp, math/ratio

fn top_k_softmax(x: f32, m: f32, sum: f32) -> f32 {
    return exp_stable(x - m) * inverse(sum);
}

// Of an upstream gradient ds, where `dot` is the sum of all scores times theirs.
fn top_k_softmax_dx(x: f32, m: f32, sum: f32, ds: f32, dot: f32) -> f32 {
    return top_k_softmax(x, m, sum) * (ds - dot);
}
