// out = a b + bias, where a and b are read along any of their axes, so that transposed ones need no copies. Tiles of 16 x 16
// numbers are shared by a workgroup, whose threads have four columns each.

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

var<workgroup> tile_a: array<array<vec4<f32>, 4>, SIDE>;
var<workgroup> tile_b: array<array<vec4<f32>, 4>, SIDE>;

fn of_a(row: u32, term: u32) -> f32 {
    if row < shape.rows && term < shape.terms {
        return a[row * shape.a.x + term * shape.a.y];
    }
    return 0.0;
}

fn of_b(term: u32, column: u32) -> f32 {
    if term < shape.terms && column < shape.columns {
        return b[term * shape.b.x + column * shape.b.y];
    }
    return 0.0;
}

fn write(row: u32, column: u32, sum: f32) {
    if row < shape.rows && column < shape.columns {
        var value = sum;
        if shape.bias != 0u {
            value += bias[column];
        }
        out[row * shape.columns + column] = value;
    }
}

@compute @workgroup_size(4, 16)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
    let row = group.y * SIDE + local.y;
    let column = group.x * SIDE + 4u * local.x;
    var sum = vec4<f32>();
    for (var begin = 0u; begin < shape.terms; begin += SIDE) {
        let ta = begin + 4u * local.x;
        let tb = begin + local.y;
        tile_a[local.y][local.x] = vec4<f32>(of_a(row, ta), of_a(row, ta + 1u), of_a(row, ta + 2u), of_a(row, ta + 3u));
        tile_b[local.y][local.x] =
            vec4<f32>(of_b(tb, column), of_b(tb, column + 1u), of_b(tb, column + 2u), of_b(tb, column + 3u));
        workgroupBarrier();
        for (var k = 0u; k < 4u; k++) {
            let v = tile_a[local.y][k];
            sum += v.x * tile_b[4u * k][local.x];
            sum += v.y * tile_b[4u * k + 1u][local.x];
            sum += v.z * tile_b[4u * k + 2u][local.x];
            sum += v.w * tile_b[4u * k + 3u][local.x];
        }
        workgroupBarrier();
    }
    write(row, column, sum.x);
    write(row, column + 1u, sum.y);
    write(row, column + 2u, sum.z);
    write(row, column + 3u, sum.w);
}
