//! Files larger than the memory that a run takes.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::process::{Command, Output};

use half::{bf16, f16};
use nix::sys::resource::{UsageWho, getrusage};

use crate::support::{Sandbox, gpu, npy};

/// What a run may take beyond one on a small file: some pieces on either side, and what a software device keeps.
const EXTRA: u64 = 160 << 20;

const ARGUMENTS: &str = "ACTIVATIONS_TEST_ARGUMENTS";

/// What `peak` runs: the program as the only child of a process that takes little itself.
#[test]
fn run_alone() {
    let Some(arguments) = std::env::var_os(ARGUMENTS) else { return };
    let mut command = Command::new(env!("CARGO_BIN_EXE_activations"));
    let status = command.args(arguments.to_str().unwrap().split_whitespace()).status().unwrap();
    assert!(status.success(), "{arguments:?}: {status}");
    println!("\npeak {}", getrusage(UsageWho::RUSAGE_CHILDREN).unwrap().max_rss());
}

/// The most memory that a run had at a time. The kernel counts it, as who looks now and then misses some on a busy machine.
fn peak(sandbox: &Sandbox, args: &str) -> u64 {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "stream::run_alone", "--nocapture"]).env(ARGUMENTS, args).env_remove("XDG_RUNTIME_DIR");
    let Output { status, stdout, stderr } = command.current_dir(sandbox.path(".")).output().unwrap();
    let stdout = String::from_utf8(stdout).unwrap();
    assert!(status.success(), "{args}: {stdout} {}", String::from_utf8_lossy(&stderr));
    let kib = stdout.lines().find_map(|line| line.strip_prefix("peak ")).expect("it is printed");
    kib.parse::<u64>().unwrap() << 10
}

/// Writes a file that is empty but for its head and some numbers behind it, so that it takes no room on the disk.
fn write(sandbox: &Sandbox, name: &str, head: &[u8], bytes: u64, numbers: &[(u64, [u8; 2])]) {
    let mut file = File::create(sandbox.path(name)).unwrap();
    file.write_all(head).unwrap();
    file.set_len(head.len() as u64 + bytes).unwrap();
    for (at, number) in numbers {
        file.seek(SeekFrom::Start(head.len() as u64 + at)).unwrap();
        file.write_all(number).unwrap();
    }
}

/// Fails unless all bytes of a file from `start` on are 0, save these.
fn assert_data(sandbox: &Sandbox, name: &str, start: u64, bytes: u64, numbers: &[(u64, [u8; 2])]) {
    let mut file = File::open(sandbox.path(name)).unwrap();
    assert_eq!(file.metadata().unwrap().len(), start + bytes);
    file.seek(SeekFrom::Start(start)).unwrap();
    let (mut chunk, mut found) = (vec![0; 1 << 20], Vec::new());
    for first in (0..bytes).step_by(1 << 20) {
        let len = (bytes - first).min(1 << 20) as usize;
        file.read_exact(&mut chunk[..len]).unwrap();
        if chunk[..len].iter().any(|&byte| byte != 0) {
            let pairs = (first..).step_by(2).zip(chunk[..len].chunks(2));
            found.extend(pairs.filter(|(_, pair)| **pair != [0, 0]).map(|(at, pair)| (at, [pair[0], pair[1]])));
        }
    }
    assert_eq!(found, numbers);
}

#[test]
fn a_large_array() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let count: u64 = 128 << 20;
    // The upper halves of f32 are bf16.
    let single = |v: f32| bf16::from_f32(v).to_le_bytes();
    let places = [0, 1, (4 << 20) - 1, 4 << 20, (8 << 20) + 3, count - 1];
    let numbers = places.map(|place| (place * 4 + 2, single(-2.0 - place as f32 / 1e6)));
    write(&sandbox, "x.npy", &npy("<f4", false, &format!("({count},)"), &[]), count * 4, &numbers);
    sandbox.write_f4("small.npy", "(4,)", &[0.0; 4]);
    let run = "run leaky_relu -p negative_slope=0.5 --dtype f16";
    let small = peak(&sandbox, &format!("{run} -i small.npy -o z.npy"));
    let large = peak(&sandbox, &format!("{run} -i x.npy -o y.npy"));
    println!("{} MiB for 16 bytes, {} MiB for {} MiB", small >> 20, large >> 20, (count * 4) >> 20);
    assert!(large < small + EXTRA && 4 * EXTRA < count * 6, "{large} bytes beside {small}");
    let halved = |(at, number): (u64, [u8; 2])| {
        let value = f16::from_f32(bf16::from_le_bytes(number).to_f32()).to_f32() / 2.0;
        ((at - 2) / 2, f16::from_f32(value).to_le_bytes())
    };
    assert_data(&sandbox, "y.npy", 128, count * 2, &numbers.map(halved));
}

#[test]
fn gradients_of_large_tensors() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let (channels, inner) = (3, 9 << 20);
    let count: u64 = 2 * channels * inner;
    let tensor = |name: &str, from: u64, count: u64, inner: u64| {
        let shape = format!("[2,{channels},{inner}]");
        format!(r#""{name}":{{"dtype":"BF16","shape":{shape},"data_offsets":[{from},{}]}}"#, from + count * 2)
    };
    let head = |count: u64, inner: u64| {
        let text = format!("{{{},{}}}", tensor("x", 0, count, inner), tensor("dy", count * 2, count, inner));
        [&(text.len() as u64).to_le_bytes(), text.as_bytes()].concat()
    };
    let brain = |v: f32| bf16::from_f32(v).to_le_bytes();
    // One negative element in each channel of each half, whose place in it differs.
    let places: Vec<u64> = (0..6).map(|k| k * inner + k * 1_500_001).collect();
    let x = places.iter().map(|at| (at * 2, brain(-2.0)));
    let dy = places.iter().zip(1..).map(|(at, k)| ((count + at) * 2, brain(k as f32)));
    write(&sandbox, "x.safetensors", &head(count, inner), count * 4, &x.chain(dy).collect::<Vec<_>>());
    write(&sandbox, "small.safetensors", &head(6, 1), 24, &[]);
    sandbox.write_f4("w.npy", "(3,)", &[0.25, 0.5, 4.0]);
    let run = |file: &str, to: &str| {
        let input = format!("-i {file}:x -g {file}:dy -p weight=@w.npy");
        let args =
            format!("run prelu --backward {input} --dtype bf16 -o {to}.safetensors --param-grad weight={to}.w.npy");
        peak(&sandbox, &args)
    };
    let (small, large) = (run("small.safetensors", "z"), run("x.safetensors", "dx"));
    println!("{} MiB for 24 bytes, {} MiB for {} MiB", small >> 20, large >> 20, (count * 6) >> 20);
    assert!(large < small + EXTRA && 2 * EXTRA < count * 6, "{large} bytes beside {small}");
    let gradients = [0.25, 1.0, 12.0, 1.0, 2.5, 24.0].into_iter().map(brain);
    let dx: Vec<_> = places.iter().map(|at| at * 2).zip(gradients).collect();
    let start = fs::metadata(sandbox.path("dx.safetensors")).unwrap().len() - count * 2;
    assert_data(&sandbox, "dx.safetensors", start, count * 2, &dx);
    // -2 (1 + 4), -2 (2 + 5) and -2 (3 + 6)
    assert_eq!(sandbox.read_f4("dx.w.npy").1, [-10.0, -14.0, -18.0]);
}

#[test]
fn gates_of_large_tensors() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let count: u64 = 36 << 20;
    let half = |v: f32| f16::from_f32(v).to_le_bytes();
    let places = [0, (2 << 20) - 1, 2 << 20, count - 1];
    let head = |count: u64| npy("<f2", false, &format!("({count},)"), &[]);
    for (name, number) in [("a", 2.0), ("b", 3.0), ("dy", 0.5)] {
        write(&sandbox, &format!("{name}.npy"), &head(count), count * 2, &places.map(|at| (at * 2, half(number))));
        write(&sandbox, &format!("{name}1.npy"), &head(1), 2, &[(0, half(number))]);
    }
    let run = |n: &str| {
        let inputs = format!("-i a{n}.npy -i b{n}.npy -g dy{n}.npy");
        peak(&sandbox, &format!("run bilinear --backward {inputs} -o da{n}.npy -o db{n}.npy"))
    };
    let (small, large) = (run("1"), run(""));
    println!("{} MiB for 14 bytes, {} MiB for {} MiB", small >> 20, large >> 20, (count * 14) >> 20);
    assert!(large < small + EXTRA && 3 * EXTRA < count * 14, "{large} bytes beside {small}");
    for (name, number) in [("da.npy", 1.5), ("db.npy", 1.0)] {
        // The upper half of an f32 of few digits is all that is not 0.
        let expected = places.map(|at| (at * 4 + 2, bf16::from_f32(number).to_le_bytes()));
        assert_data(&sandbox, name, 128, count * 4, &expected);
    }
}
