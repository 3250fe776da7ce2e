// SiTU-GLU: situ(a) b' with b' = beta2 tanh(b / beta2), or b for an infinite beta2.
// requires: activation/situ, activation/softcap, math/gradient

fn situ_glu(a: f32, b: f32, beta: f32, beta2: f32) -> f32 {
    return situ(a, beta) * softcap(b, beta2);
}

fn situ_glu_da(a: f32, b: f32, dy: f32, beta: f32, beta2: f32) -> f32 {
    return gradient2(dy, softcap(b, beta2), situ_dx(a, beta));
}

fn situ_glu_db(a: f32, b: f32, dy: f32, beta: f32, beta2: f32) -> f32 {
    return gradient2(dy, softcap_dx(b, beta2), situ(a, beta));
}
