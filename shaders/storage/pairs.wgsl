// Four pairs (p.x, p.y), (p.z, p.w), (q.x, ...) as their first and their second elements.
// requires: storage/two

fn apart(p: vec4<u32>, q: vec4<u32>) -> Two {
    return Two(vec4<u32>(p.xz, q.xz), vec4<u32>(p.yw, q.yw));
}
