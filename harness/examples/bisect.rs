use wgpu_activations::{Op, Pass, Storage};
use wgpu_activations_harness::check::{self, Case};
use wgpu_activations_harness::model::{Driver, Model, Use};
fn main() {
    let names: Vec<String> = std::env::args().skip(1).collect();
    for n in names {
        for case in Case::all(Op::find(&n).unwrap()) {
            let mut line = format!("{n} {:?} {:?}", case.pass, case.params);
            for k in 0..8 {
                let mut d = Driver::STRICT;
                d.seed = 4;
                match k {
                    0 => d.contract = Use::Always,
                    1 => d.factor = Use::Always,
                    2 => d.fold = true,
                    3 => {
                        d.fold = true;
                        d.reorder = true
                    }
                    4 => d.finite = true,
                    5 => d.flush = Use::Always,
                    6 => d.unfused = true,
                    _ => {
                        d = *Driver::ALL.iter().find(|d| d.name == "metal").unwrap();
                        d.finite = false;
                    }
                }
                let r = check::run(
                    &Model::new(d),
                    &case.clone().thinned(std::env::var("THIN").map_or(256, |v| v.parse().unwrap())),
                    Storage::F32,
                )
                .unwrap();
                line += &format!(
                    " {}:{:.1}@{:?}",
                    ["contract", "factor", "fold", "reorder", "finite", "flush", "unfused", "metal-finite"][k],
                    r[0].max_ulp,
                    r[0].at
                );
            }
            println!("{line}");
            let _ = Pass::Forward;
        }
    }
}
