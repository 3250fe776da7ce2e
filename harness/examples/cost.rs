use wgpu_activations_harness::isa::Compiler;
fn main() {
    let c = Compiler::open().unwrap();
    for f in std::env::args().skip(1) {
        let t = std::fs::read_to_string(&f).unwrap();
        match c.text(&t, "main") {
            Ok(k) => println!(
                "{f}: {} instr, {:?} cycles, {:?} lat, spills {}",
                k.instructions, k.cycles, k.latency, k.spills
            ),
            Err(e) => println!("{f}: {e}"),
        }
    }
}
