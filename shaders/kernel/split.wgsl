// the halves of out at i = each(i, c[i])
// requires: kernel/halves
@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = index(group, lane);
    if i < args.count {
        let k = place(i);
        let d = each(i, read_c(i));
        if (args.parts & 1u) != 0u {
            write_out(k, d.first);
        }
        if (args.parts & 2u) != 0u {
            write_out(args.second + k, d.second);
        }
    }
}
