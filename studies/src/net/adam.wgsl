// One step of Adam (Kingma and Ba, "Adam: A method for stochastic optimization", 2015).

struct Step {
    rate: f32,
    // 1 - beta1^t and 1 - beta2^t after t steps.
    first: f32,
    second: f32,
}

@group(0) @binding(0) var<storage, read> gradient: array<f32>;
@group(0) @binding(1) var<storage, read_write> moments: array<vec2<f32>>;
@group(0) @binding(2) var<storage, read_write> values: array<f32>;
@group(0) @binding(3) var<uniform> step: Step;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.y * groups.x * 64u + id.x;
    if i < arrayLength(&values) {
        let g = gradient[i];
        let m = mix(vec2<f32>(g, g * g), moments[i], vec2<f32>(0.9, 0.999));
        moments[i] = m;
        values[i] -= step.rate * (m.x / step.first) / (sqrt(m.y / step.second) + 1e-8);
    }
}
