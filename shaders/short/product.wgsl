// As math/product, for results of 16 bits: what products lack is none of their digits.
// requires: math/parts

fn product_parts(a: f32, b: f32) -> vec2<f32> {
    return vec2<f32>(a * b, 0.0);
}

fn product(a: f32, b: f32) -> vec2<f32> {
    return vec2<f32>(finite(a) * b, 0.0);
}

fn quotient(a: f32, b: f32) -> vec2<f32> {
    return vec2<f32>(finite(finite(a) / b), 0.0);
}

fn sum2(a: f32, b: f32) -> vec2<f32> {
    return vec2<f32>(finite(a) + b, 0.0);
}
