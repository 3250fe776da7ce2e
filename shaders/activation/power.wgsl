// Power: (alpha + beta x)^gamma as exp(gamma ln(alpha + beta x)), where base and logarithm keep some 40 bits: what the exponential
// multiplies by 100 loses none of the result's digits.
// requires: math/domain, math/exp, math/log_wide, math/parts, math/wide

// (ln |b|, rest, b) for the base b; in place of the infinities' and 0's logarithms +-1e30.
fn power_base(x: f32, alpha: f32, beta: f32) -> vec3<f32> {
    let v = finite(x);
    let size = max(abs(alpha), abs(beta * v));
    // Where the parts of products would leave the range all is scaled by 2^64 or 2^-64.
    let low = size < 1e-10;
    let high = size > 1e18;
    let down = select(1.0, 5.42101086e-20, high);
    let scaled = select(alpha * down, lifted(alpha), low);
    let b = wide_add(two_product(beta, select(v * down, lifted(v), low)), vec2<f32>(scaled, 0.0));
    let none = b.x == 0.0;
    let y = select(b.y, -b.y, b.x < 0.0);
    let l = log_wide(vec2<f32>(select(abs(b.x), 1.0, none), y), select(select(0.0, 64.0, high), -64.0, low));
    let infinite = is_infinite(x) && beta != 0.0;
    let ends = none || infinite;
    return vec3<f32>(select(l.x, select(-1e30, 1e30, infinite), ends), select(l.y, 0.0, ends), b.x);
}

// c b^(gamma - less) for less = 0 or 1, with the sign of odd powers; NaN for finite b < 0 unless gamma is a whole number.
fn power_raise(b: vec3<f32>, gamma: f32, less: f32, c: f32) -> f32 {
    let p = two_product(gamma, b.x);
    let z = wide_add(vec2<f32>(p.x, p.y + gamma * b.y), vec2<f32>(-less * b.x, -less * b.y));
    let e = exp_parts(z.x, z.y);
    let y = mul_exp2(c * e.x, e.y);
    let whole = gamma == trunc(gamma);
    let half = 0.5 * (gamma - less);
    let odd = whole && half != trunc(half);
    return undefined_below(select(y, -y, b.z < 0.0 && odd), select(b.z, abs(b.z), whole || b.x == 1e30));
}

fn power(x: f32, alpha: f32, beta: f32, gamma: f32) -> f32 {
    return power_raise(power_base(x, alpha, beta), gamma, 0.0, 1.0);
}

fn power_dx(x: f32, alpha: f32, beta: f32, gamma: f32) -> f32 {
    return power_raise(power_base(x, alpha, beta), gamma, 1.0, beta * gamma);
}
