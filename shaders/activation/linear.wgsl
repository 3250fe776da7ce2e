// Linear: slope x + bias, accurate also where the two terms cancel.
// requires: math/product_sum

fn linear(x: f32, slope: f32, bias: f32) -> f32 {
    return product_sum(slope, x, bias, 0.0);
}

fn linear_dx(x: f32, slope: f32, bias: f32) -> f32 {
    return slope;
}

fn linear_dx_from_y(y: f32, slope: f32, bias: f32) -> f32 {
    return slope;
}

fn linear_dslope(x: f32, slope: f32, bias: f32) -> f32 {
    return x;
}

fn linear_dbias(x: f32, slope: f32, bias: f32) -> f32 {
    return 1.0;
}
