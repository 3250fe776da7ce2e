use wgpu_activations::{Op, Storage};
use wgpu_activations_harness::check::{self, Case};
use wgpu_activations_harness::model::{Deviation, Driver, Model, Use};
fn main() {
    let n = std::env::args().nth(1).unwrap();
    let case = &Case::all(Op::find(&n).unwrap())[0];
    for k in 0..9 {
        let mut d = *Driver::ALL.iter().find(|d| d.name == "metal").unwrap();
        match k {
            0 => d.contract = Use::Never,
            1 => d.factor = Use::Never,
            2 => d.fold = false,
            3 => d.reorder = false,
            4 => d.finite = false,
            5 => d.flush = Use::Never,
            6 => d.division = Deviation::None,
            7 => d.builtin = Deviation::None,
            _ => {}
        }
        let r = check::run(&Model::new(d), &case.clone().thinned(64), Storage::F32).unwrap();
        println!(
            "without {}: {}",
            ["contract", "factor", "fold", "reorder", "finite", "flush", "division", "builtin", "-"][k],
            r[0]
        );
    }
}
