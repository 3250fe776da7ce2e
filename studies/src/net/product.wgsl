// out = a b + bias, where a and b are read along any of their axes, so that transposed ones need no copies. Tiles of 16 x 16
// numbers are shared by a workgroup.

struct Shape {
    rows: u32,
    columns: u32,
    terms: u32,
    // From a row, and from a column, to the next.
    a: vec2<u32>,
    b: vec2<u32>,
    // 1 for a bias to each column.
    bias: u32,
}

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;
@group(0) @binding(4) var<uniform> shape: Shape;

const SIDE: u32 = 16u;

var<workgroup> tile_a: array<array<f32, SIDE>, SIDE>;
var<workgroup> tile_b: array<array<f32, SIDE>, SIDE>;

@compute @workgroup_size(16, 16)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
    let row = group.y * SIDE + local.y;
    let column = group.x * SIDE + local.x;
    var sum = 0.0;
    for (var begin = 0u; begin < shape.terms; begin += SIDE) {
        let term_a = begin + local.x;
        let term_b = begin + local.y;
        var value_a = 0.0;
        if row < shape.rows && term_a < shape.terms {
            value_a = a[row * shape.a.x + term_a * shape.a.y];
        }
        var value_b = 0.0;
        if term_b < shape.terms && column < shape.columns {
            value_b = b[term_b * shape.b.x + column * shape.b.y];
        }
        tile_a[local.y][local.x] = value_a;
        tile_b[local.y][local.x] = value_b;
        workgroupBarrier();
        for (var k = 0u; k < SIDE; k++) {
            sum += tile_a[local.y][k] * tile_b[k][local.x];
        }
        workgroupBarrier();
    }
    if row < shape.rows && column < shape.columns {
        if shape.bias != 0u {
            sum += bias[column];
        }
        out[row * shape.columns + column] = sum;
    }
}
