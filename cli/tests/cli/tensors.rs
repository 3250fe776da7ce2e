//! `run` on .safetensors files, and on tensors of 16 bits. The files are made and read by the crate that defines the format.

use std::collections::HashMap;

use half::{bf16, f16};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use crate::support::{Sandbox, gpu, npy, sample};

type Tensor<'a> = (&'a str, Dtype, Vec<usize>, Vec<u8>);

fn write(sandbox: &Sandbox, file: &str, tensors: &[Tensor<'_>]) {
    let views =
        tensors.iter().map(|(name, dtype, shape, data)| (*name, TensorView::new(*dtype, shape.clone(), data).unwrap()));
    let comments = HashMap::from([("made".to_owned(), "by hand".to_owned())]);
    sandbox.write(file, safetensors::serialize(views, Some(comments)).unwrap());
}

fn f32s(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

fn f16s(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|&v| f16::from_f32(v).to_le_bytes()).collect()
}

fn bf16s(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|&v| bf16::from_f32(v).to_le_bytes()).collect()
}

/// The dtype, shape and values of a tensor.
#[track_caller]
fn read(sandbox: &Sandbox, file: &str, name: &str) -> (Dtype, Vec<usize>, Vec<f32>) {
    let bytes = sandbox.bytes(file);
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let tensor = tensors.tensor(name).unwrap_or_else(|_| panic!("{:?} are in {file}", tensors.names()));
    let pairs = tensor.data().chunks(2).map(|b| u16::from_le_bytes(b.try_into().unwrap()));
    let values = match tensor.dtype() {
        Dtype::F16 => pairs.map(|bits| f16::from_bits(bits).to_f32()).collect(),
        Dtype::BF16 => pairs.map(|bits| bf16::from_bits(bits).to_f32()).collect(),
        _ => tensor.data().chunks(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect(),
    };
    (tensor.dtype(), tensor.shape().to_vec(), values)
}

fn relu(x: &[f32]) -> Vec<f32> {
    x.iter().map(|x| x.max(0.0)).collect()
}

#[test]
fn tensors_in_and_out() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let x = sample(15);
    // Eighths are exact in every dtype.
    let model = [
        ("a.odd", Dtype::U8, vec![3], vec![1, 2, 3]),
        ("half", Dtype::F16, vec![3, 5], f16s(&x)),
        ("brain", Dtype::BF16, vec![5, 3], bf16s(&x)),
        ("single:1", Dtype::F32, vec![15], f32s(&x)),
        ("double", Dtype::F64, vec![15], x.iter().flat_map(|&v| f64::from(v).to_le_bytes()).collect()),
        ("none", Dtype::F16, vec![0, 3], vec![]),
        ("scalar", Dtype::F32, vec![], f32s(&[-2.0])),
    ];
    write(&sandbox, "m.safetensors", &model);
    for (name, dtype, shape, _) in &model[1..] {
        let count: usize = shape.iter().product();
        let expected = if *name == "scalar" { vec![0.0] } else { relu(&x[..count]) };
        for (option, result) in [("", Dtype::F32), ("--dtype f16", Dtype::F16), ("--dtype=bf16", Dtype::BF16)] {
            sandbox.succeed(&format!("run relu {option} -i m.safetensors:{name} -o y.safetensors --force"));
            assert_eq!(read(&sandbox, "y.safetensors", "y"), (result, shape.clone(), expected.clone()), "{dtype:?}");
        }
    }
    // A file with one tensor needs no name; .npy files go where tensors go.
    write(&sandbox, "one.safetensors", &[("w", Dtype::BF16, vec![3, 5], bf16s(&x))]);
    sandbox.succeed("run relu -i one.safetensors -o y.npy");
    assert_eq!(sandbox.read_f4("y.npy"), ("(3, 5)".into(), relu(&x)));
    sandbox.succeed("run relu -i y.npy -o z.safetensors:z");
    assert_eq!(read(&sandbox, "z.safetensors", "z"), (Dtype::F32, vec![3, 5], relu(&x)));
}

#[test]
fn several_results_in_one_file() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let (a, b, dy) = (sample(12), sample(24)[12..].to_vec(), sample(36)[24..].to_vec());
    let shape = || vec![3, 4];
    let tensors = [("a", f32s(&a)), ("b", f32s(&b)), ("dy", f32s(&dy))];
    write(&sandbox, "m.safetensors", &tensors.map(|(name, data)| (name, Dtype::F32, shape(), data)));
    let product = |u: &[f32], v: &[f32]| u.iter().zip(v).map(|(u, v)| u * v).collect::<Vec<f32>>();
    let inputs = "-i m.safetensors:a -i m.safetensors:b -g m.safetensors:dy";
    sandbox.succeed(&format!("run bilinear --backward {inputs} -o g.safetensors -o g.safetensors"));
    assert_eq!(read(&sandbox, "g.safetensors", "da").2, product(&b, &dy));
    assert_eq!(read(&sandbox, "g.safetensors", "db").2, product(&a, &dy));
    sandbox.succeed(&format!("run bilinear --backward {inputs} -o h.safetensors:db -o h.safetensors:da"));
    assert_eq!(read(&sandbox, "h.safetensors", "da").2, product(&a, &dy));

    // Weights, gradients of x and of the weights: files of any kind, in any part.
    write(&sandbox, "w.safetensors", &[("weight", Dtype::F16, vec![4], f16s(&[0.5, 2.0, -1.0, 0.25]))]);
    sandbox.succeed(
        "run prelu --backward -i m.safetensors:a -g m.safetensors:dy -p weight=@w.safetensors:weight \
         -o p.safetensors --param-grad weight=p.safetensors",
    );
    let slopes = [0.5_f32, 2.0, -1.0, 0.25].repeat(3);
    let slope = |i: usize| if a[i] > 0.0 { 1.0 } else { slopes[i] };
    assert_eq!(read(&sandbox, "p.safetensors", "dx").2, (0..12).map(|i| dy[i] * slope(i)).collect::<Vec<_>>());
    let (dtype, shape, dw) = read(&sandbox, "p.safetensors", "weight");
    assert_eq!((dtype, shape), (Dtype::F32, vec![4]));
    let column = |c: usize| (0..3).map(|r| dy[4 * r + c] * a[4 * r + c].min(0.0)).sum::<f32>();
    assert_eq!(dw, [0, 1, 2, 3].map(column));
    sandbox.succeed("run leaky_relu -i m.safetensors:a -p negative_slope=0.5 -o q.safetensors");
    assert_eq!(sandbox.names().iter().filter(|name| name.starts_with('.')).count(), 0);
}

#[test]
fn an_existing_file_keeps_its_other_tensors() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let x = sample(6);
    let kept = ("kept: a \u{1f980}", Dtype::I64, vec![2], (0..16).collect::<Vec<u8>>());
    let tensors = [kept.clone(), ("x", Dtype::F16, vec![6], f16s(&x)), ("odd", Dtype::U8, vec![3], vec![7, 8, 9])];
    write(&sandbox, "m.safetensors", &tensors);
    let before = sandbox.bytes("m.safetensors");
    for place in ["m.safetensors", "m.safetensors:new", "m.safetensors:x"] {
        let line = sandbox.fail(&format!("run relu -i m.safetensors:x -o {place}"));
        assert!(line.contains("m.safetensors already exists; use --force"), "{line}");
        assert_eq!(sandbox.bytes("m.safetensors"), before);
    }
    // Another tensor, and then one in the place of its input.
    sandbox.succeed("run square -i m.safetensors:x -o m.safetensors:new --force");
    sandbox.succeed("run relu -i m.safetensors:x -o m.safetensors:x --force");
    assert_eq!(read(&sandbox, "m.safetensors", "new").2, x.iter().map(|x| x * x).collect::<Vec<_>>());
    assert_eq!(read(&sandbox, "m.safetensors", "x"), (Dtype::F32, vec![6], relu(&x)));
    let bytes = sandbox.bytes("m.safetensors");
    let found = SafeTensors::deserialize(&bytes).unwrap();
    assert_eq!(found.len(), 4);
    for (name, dtype, shape, data) in [&kept, &tensors[2]] {
        let tensor = found.tensor(name).unwrap();
        assert_eq!((tensor.dtype(), tensor.shape(), tensor.data()), (*dtype, &shape[..], &data[..]), "{name}");
    }
    let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
    assert_eq!(header.metadata().as_ref().unwrap()["made"], "by hand");

    // What cannot be read is not added to.
    sandbox.write("bad.safetensors", "precious");
    let line = sandbox.fail("run relu -i m.safetensors:x -o bad.safetensors:y --force");
    assert!(line.contains("cannot add to bad.safetensors"), "{line}");
    assert_eq!(sandbox.bytes("bad.safetensors"), b"precious");
    assert_eq!(sandbox.names(), ["bad.safetensors", "m.safetensors"]);
}

#[test]
fn storage_of_16_bits() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let x: Vec<f32> = sample(101).iter().map(|x| x / 3.0).collect();
    let dy: Vec<f32> = x.iter().map(|x| 1.0 - x).collect();
    sandbox.write_f4("x.npy", "(101,)", &x);
    sandbox.write_f4("dy.npy", "(101,)", &dy);
    sandbox.write("h.npy", npy("<f2", false, "(101,)", &f16s(&x)));
    let tanh = |x: f32| f64::from(x).tanh();
    let slope = |x: f32| 1.0 - tanh(x) * tanh(x);
    let round = [|v: f64| f16::from_f64(v).to_f32(), |v: f64| bf16::from_f64(v).to_f32()];
    for ((name, dtype), round) in [("f16", Dtype::F16), ("bf16", Dtype::BF16)].into_iter().zip(round) {
        sandbox.succeed(&format!("run tanh --dtype {name} -i x.npy -o {name}.safetensors"));
        let backward = "--backward -i x.npy -g dy.npy --force";
        sandbox.succeed(&format!("run tanh --dtype {name} {backward} -o {name}.safetensors"));
        let x: Vec<f32> = x.iter().map(|&x| round(x.into())).collect();
        let dy: Vec<f32> = dy.iter().map(|&dy| round(dy.into())).collect();
        let y: Vec<f32> = x.iter().map(|&x| round(tanh(x))).collect();
        let dx: Vec<f32> = x.iter().zip(&dy).map(|(&x, &dy)| round(slope(x) * f64::from(dy))).collect();
        assert_eq!(read(&sandbox, &format!("{name}.safetensors"), "y"), (dtype, vec![101], y));
        assert_eq!(read(&sandbox, &format!("{name}.safetensors"), "dx"), (dtype, vec![101], dx));
    }
    // .npy files have f16, and results are f32 unless a dtype is given.
    sandbox.succeed("run relu --dtype f16 -i h.npy -o y.npy");
    let halves: Vec<f32> = x.iter().map(|&x| f16::from_f32(x).to_f32()).collect();
    assert_eq!(sandbox.bytes("y.npy"), {
        let header = sandbox.bytes("y.npy")[..128].to_vec();
        assert!(String::from_utf8_lossy(&header).contains("'descr': '<f2', 'fortran_order': False, 'shape': (101,)"));
        [header, f16s(&relu(&halves))].concat()
    });
    sandbox.succeed("run relu -i h.npy -o y.npy --force");
    assert_eq!(sandbox.read_f4("y.npy").1, relu(&halves));
}

#[test]
fn gates_and_rows_of_16_bits() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let x = sample(30);
    for (name, dtype, data) in [("f16", Dtype::F16, f16s(&x)), ("bf16", Dtype::BF16, bf16s(&x))] {
        write(&sandbox, "x.safetensors", &[("x", dtype, vec![5, 6], data)]);
        let run = |args: &str, shape: &[usize]| {
            sandbox.succeed(&format!("run {args} -i x.safetensors --dtype {name} -o y.safetensors:y --force"));
            let (written, of, y) = read(&sandbox, "y.safetensors", "y");
            assert_eq!((written, &of[..]), (dtype, shape), "{args}");
            y
        };
        // Eighths below 8 have products of at most 12 digits.
        let near = |got: &[f32], expected: Vec<f32>| {
            let unit = if dtype == Dtype::F16 { 2f32.powi(-11) } else { 2f32.powi(-8) };
            let fits = |(got, exact): (&f32, &f32)| (got - exact).abs() <= unit * exact.abs();
            assert!(got.len() == expected.len() && got.iter().zip(&expected).all(fits), "{got:?} for {expected:?}");
        };
        let halves = x.chunks(6).flat_map(|row| (0..3).map(|i| row[i] * row[i + 3]));
        near(&run("bilinear", &[5, 3]), halves.collect());
        near(&run("bilinear -i x.safetensors", &[5, 6]), x.iter().map(|x| x * x).collect());
        assert_eq!(run("maxout -p k=3", &[5, 2]), x.chunks(3).map(|g| g[0].max(g[1]).max(g[2])).collect::<Vec<_>>());
        let doubled =
            x.chunks(6).flat_map(|row| row.iter().map(|x| x.max(0.0)).chain(row.iter().map(|x| (-x).max(0.0))));
        assert_eq!(run("crelu", &[5, 12]), doubled.collect::<Vec<_>>());
        let sum = |row: &[f32]| row.iter().map(|x| x.exp()).sum::<f32>();
        let y = run("softmax", &[5, 6]);
        let expected = x.chunks(6).flat_map(|row| row.iter().map(|x| x.exp() / sum(row)));
        assert!(y.iter().zip(expected).all(|(y, e)| (y - e).abs() <= 0.004 * e), "{y:?}");
    }
}

#[test]
fn mistakes() {
    let sandbox = Sandbox::new();
    let tensors = [("a", Dtype::F32, vec![1], vec![0; 4]), ("b", Dtype::F8_E4M3, vec![1], vec![0; 1])];
    write(&sandbox, "m.safetensors", &tensors);
    sandbox.write_f4("x.npy", "(1,)", &[0.0]);
    sandbox.write("bad.safetensors", [0xff; 64]);
    for (args, message) in [
        ("relu -i m.safetensors -o y.npy", "m.safetensors: use FILE:NAME to select one of its tensors: \"a\", \"b\""),
        ("relu -i m.safetensors:c -o y.npy", "no tensor \"c\"; it has \"a\", \"b\""),
        ("relu -i m.safetensors:b -o y.npy", "tensor \"b\" is of F8_E4M3"),
        ("relu -i bad.safetensors -o y.npy", "bad.safetensors: a header of 18446744073709551615 bytes"),
        ("relu -i absent.safetensors:a -o y.npy", "absent.safetensors"),
        ("relu -i x.npy -o y.safetensors:", "\"\" cannot be a tensor's name"),
        ("relu -i x.npy -o y.safetensors:__metadata__", "cannot be a tensor's name"),
        ("relu -i x.npy -o y.npy --dtype bf16", "a .npy file cannot hold bf16; use a .safetensors file"),
        ("glu -i x.npy -i x.npy --backward -g x.npy -o y.safetensors:d -o y.safetensors:d", "two results would go to"),
        ("prelu -i x.npy -p weight=@m.safetensors -o y.npy", "use FILE:NAME to select"),
        ("prelu -i x.npy -p weight=@m.safetensors:c -o y.npy", "no tensor \"c\""),
    ] {
        let line = sandbox.fail(&format!("run {args}"));
        assert!(line.contains(message), "{args}: {line}");
        assert_eq!(sandbox.names(), ["bad.safetensors", "m.safetensors", "x.npy"], "{args}");
    }
}
