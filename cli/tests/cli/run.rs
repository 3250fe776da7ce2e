//! `run`: numbers, shapes and parameters, against formulas in f64.

use half::f16;

use crate::support::{Sandbox, assert_close, gpu, npy, sample};

fn silu(x: f64) -> f64 {
    x / (1.0 + (-x).exp())
}

fn silu_dx(x: f64) -> f64 {
    let s = 1.0 / (1.0 + (-x).exp());
    s * (1.0 + x * (1.0 - s))
}

fn widen(values: &[f32]) -> impl Iterator<Item = f64> {
    values.iter().map(|&value| f64::from(value))
}

#[test]
fn every_kind_of_file() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    for (shape, count) in [("()", 1), ("(0,)", 0), ("(3, 0, 2)", 0), ("(1,)", 1), ("(257,)", 257), ("(2, 3, 5)", 30)] {
        // Eighths: exact in every dtype.
        let x = sample(count);
        let dy: Vec<f32> = x.iter().map(|x| 1.0 - x).collect();
        let y: Vec<f64> = widen(&x).map(silu).collect();
        let dx: Vec<f64> = widen(&x).zip(widen(&dy)).map(|(x, dy)| silu_dx(x) * dy).collect();
        sandbox.write_f4("dy.npy", shape, &dy);
        for descr in ["<f4", ">f4", "<f8", ">f8", "<f2", ">f2"] {
            let bytes = x.iter().flat_map(|&v| match descr {
                "<f4" => v.to_le_bytes().to_vec(),
                ">f4" => v.to_be_bytes().to_vec(),
                "<f8" => f64::from(v).to_le_bytes().to_vec(),
                ">f8" => f64::from(v).to_be_bytes().to_vec(),
                "<f2" => f16::from_f32(v).to_le_bytes().to_vec(),
                _ => f16::from_f32(v).to_be_bytes().to_vec(),
            });
            sandbox.write("x.npy", npy(descr, false, shape, &bytes.collect::<Vec<_>>()));
            sandbox.succeed("run silu -i x.npy -o y.npy --force");
            sandbox.succeed("run silu --backward -i x.npy -g dy.npy -o dx.npy --force");
            for (name, expected) in [("y.npy", &y), ("dx.npy", &dx)] {
                let (out_shape, out) = sandbox.read_f4(name);
                assert_eq!(out_shape, shape, "{descr}");
                assert_close(&out, expected);
            }
        }
    }
}

#[test]
fn fortran_order() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let x = sample(24);
    let bytes: Vec<u8> = x.iter().flat_map(|v| v.to_be_bytes()).collect();
    sandbox.write("x.npy", npy(">f4", true, "(2, 3, 4)", &bytes));
    sandbox.succeed("run relu -i x.npy -o y.npy");
    let (shape, y) = sandbox.read_f4("y.npy");
    assert_eq!(shape, "(2, 3, 4)");
    for (i, y) in y.iter().enumerate() {
        let (a, b, c) = (i / 12, i / 4 % 3, i % 4);
        assert_eq!(*y, x[a + 2 * b + 6 * c].max(0.0));
    }
}

type Formula = fn(f64) -> f64;

#[test]
fn scalar_parameters() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let x = sample(9);
    sandbox.write_f4("x.npy", "(3, 3)", &x);
    sandbox.write_f4("one.npy", "(1,)", &[0.5]);
    let cases: [(&str, Formula); 4] = [
        ("leaky_relu -p negative_slope=0.5", |x| if x > 0.0 { x } else { 0.5 * x }),
        ("leaky_relu -p negative_slope=@one.npy", |x| if x > 0.0 { x } else { 0.5 * x }),
        ("linear -p slope=-2 -p bias=1.5", |x| -2.0 * x + 1.5),
        ("hardtanh --param min_val=-2", |x| x.clamp(-2.0, 1.0)),
    ];
    for (args, f) in cases {
        sandbox.succeed(&format!("run {args} -i x.npy -o y.npy --force"));
        assert_close(&sandbox.read_f4("y.npy").1, &widen(&x).map(f).collect::<Vec<_>>());
    }
}

/// Where element `i` of an array of shape (2, 3, 4) lies along `axis`.
fn channel(i: usize, axis: isize) -> usize {
    match axis {
        0 | -3 => i / 12,
        1 | -2 => i / 4 % 3,
        _ => i % 4,
    }
}

#[test]
fn parameters_per_channel() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let (x, dy) = (sample(24), sample(48)[24..].to_vec());
    sandbox.write_f4("x.npy", "(2, 3, 4)", &x);
    sandbox.write_f4("dy.npy", "(2, 3, 4)", &dy);
    let weights = [0.125_f32, -0.5, 2.0, 0.75];
    for (option, axis, channels) in [
        ("", 1, 3),
        ("--axis 0", 0, 2),
        ("--axis 1", 1, 3),
        ("--axis 2", 2, 4),
        ("--axis -1", -1, 4),
        ("--axis=-3", -3, 2),
    ] {
        sandbox.write_f4("w.npy", &format!("({channels},)"), &weights[..channels]);
        let common = format!("-i x.npy -p weight=@w.npy {option} --force");
        sandbox.succeed(&format!("run prelu {common} -o y.npy"));
        sandbox.succeed(&format!("run prelu --backward {common} -g dy.npy -o dx.npy --param-grad weight=dw.npy"));
        let (mut y, mut dx, mut dw) = (vec![], vec![], vec![0.0; channels]);
        for (i, (x, dy)) in widen(&x).zip(widen(&dy)).enumerate() {
            let c = channel(i, axis);
            let slope = if x > 0.0 { 1.0 } else { f64::from(weights[c]) };
            y.push(slope * x);
            dx.push(slope * dy);
            dw[c] += dy * x.min(0.0);
        }
        assert_close(&sandbox.read_f4("y.npy").1, &y);
        assert_close(&sandbox.read_f4("dx.npy").1, &dx);
        let (shape, gradient) = sandbox.read_f4("dw.npy");
        assert_eq!(shape, format!("({channels},)"), "{option}");
        assert_close(&gradient, &dw);
    }
}

#[test]
fn parameters_broadcast_as_in_onnx() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let (x, dy) = (sample(60), sample(120)[60..].to_vec());
    sandbox.write_f4("x.npy", "(3, 4, 5)", &x);
    sandbox.write_f4("dy.npy", "(3, 4, 5)", &dy);
    // The shape of the weights, their number, and the steps between those along x's axes.
    for (shape, count, [a, b, c]) in [
        ("(5,)", 5, [0, 0, 1]),
        ("(4,)", 4, [0, 1, 0]), // The size of the channel axis, as in PyTorch.
        ("(4, 5)", 20, [0, 5, 1]),
        ("(3, 4, 5)", 60, [20, 5, 1]),
        ("(4, 1)", 4, [0, 1, 0]),
        ("(3, 1, 1)", 3, [1, 0, 0]),
        ("(3, 1, 5)", 15, [5, 0, 1]),
        ("(1, 1)", 1, [0, 0, 0]),
    ] {
        let weights: Vec<f32> = (0..count).map(|k| k as f32 / 8.0 - 1.0).collect();
        sandbox.write_f4("w.npy", shape, &weights);
        let common = "-i x.npy -p weight=@w.npy --force";
        sandbox.succeed(&format!("run prelu {common} -o y.npy"));
        sandbox.succeed(&format!("run prelu --backward {common} -g dy.npy -o dx.npy --param-grad weight=dw.npy"));
        let (mut y, mut dx, mut dw) = (vec![], vec![], vec![0.0; count]);
        for (i, (x, dy)) in widen(&x).zip(widen(&dy)).enumerate() {
            let w = i / 20 * a + i / 5 % 4 * b + i % 5 * c;
            let slope = if x > 0.0 { 1.0 } else { f64::from(weights[w]) };
            y.push(slope * x);
            dx.push(slope * dy);
            dw[w] += dy * x.min(0.0);
        }
        assert_close(&sandbox.read_f4("y.npy").1, &y);
        assert_close(&sandbox.read_f4("dx.npy").1, &dx);
        let (dw_shape, gradient) = sandbox.read_f4("dw.npy");
        assert_eq!(dw_shape, shape);
        assert_close(&gradient, &dw);
    }
}

#[test]
fn parameters_of_several_shapes_meet() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let (x, dy) = ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [1.0, 10.0, 100.0, 1e3, 1e4, 1e5]);
    sandbox.write_f4("x.npy", "(2, 1, 3)", &x);
    sandbox.write_f4("dy.npy", "(2, 1, 3)", &dy);
    sandbox.write_f4("slope.npy", "(2, 1, 1)", &[2.0, -1.0]);
    sandbox.write_f4("bias.npy", "(3,)", &[10.0, 20.0, 30.0]);
    let common = "run linear -i x.npy -p slope=@slope.npy -p bias=@bias.npy";
    sandbox.succeed(&format!("{common} -o y.npy"));
    assert_eq!(sandbox.read_f4("y.npy").1, [12.0, 24.0, 36.0, 6.0, 15.0, 24.0]);
    sandbox.succeed(&format!("{common} --backward -g dy.npy --param-grad slope=ds.npy --param-grad bias=db.npy"));
    assert_eq!(sandbox.read_f4("ds.npy"), ("(2, 1, 1)".into(), vec![321.0, 654e3]));
    assert_eq!(sandbox.read_f4("db.npy"), ("(3,)".into(), vec![1001.0, 10_010.0, 100_100.0]));
}

#[test]
fn one_axis_is_the_channel_axis() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.write_f4("x.npy", "(3,)", &[-1.0, -1.0, -1.0]);
    sandbox.write_f4("w.npy", "(3,)", &[1.0, 2.0, 3.0]);
    sandbox.succeed("run prelu -i x.npy -o y.npy -p weight=@w.npy");
    assert_eq!(sandbox.read_f4("y.npy").1, [-1.0, -2.0, -3.0]);
}

#[test]
fn gradients_take_the_form_of_their_parameter() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let (x, dy) = (sample(6), [0.5, -1.0, 2.0, 0.25, 1.0, 3.0]);
    sandbox.write_f4("x.npy", "(3, 2)", &x);
    sandbox.write_f4("dy.npy", "(3, 2)", &dy);
    sandbox.write_f4("slope.npy", "(2,)", &[0.5, 0.25]);
    let backward = "run linear --backward -i x.npy -g dy.npy --force \
                    --param-grad slope=dslope.npy --param-grad bias=dbias.npy";
    let dslope: Vec<f64> = widen(&x).zip(widen(&dy)).map(|(x, dy)| x * dy).collect();
    let dbias = widen(&dy).sum::<f64>();
    let column = |c: usize| dslope.iter().skip(c).step_by(2).sum::<f64>();

    sandbox.succeed(backward);
    let (shape, gradient) = sandbox.read_f4("dslope.npy");
    assert_eq!(shape, "(1,)");
    assert_close(&gradient, &[column(0) + column(1)]);

    sandbox.succeed(&format!("{backward} -p slope=@slope.npy"));
    let (shape, gradient) = sandbox.read_f4("dslope.npy");
    assert_eq!(shape, "(2,)");
    assert_close(&gradient, &[column(0), column(1)]);
    let (shape, gradient) = sandbox.read_f4("dbias.npy");
    assert_eq!(shape, "(1,)");
    assert_close(&gradient, &[dbias]);
    assert_eq!(sandbox.names(), ["dbias.npy", "dslope.npy", "dy.npy", "slope.npy", "x.npy"]);
}

#[test]
fn mistakes() {
    let sandbox = Sandbox::new();
    sandbox.write_f4("x.npy", "(2, 3)", &[0.0; 6]);
    sandbox.write_f4("t.npy", "(3, 2)", &[0.0; 6]);
    sandbox.write_f4("r.npy", "(1, 2, 3)", &[0.0; 6]);
    sandbox.write_f4("s.npy", "()", &[0.0]);
    sandbox.write_f4("w.npy", "(4,)", &[0.0; 4]);
    let backward = "--backward -i x.npy -g x.npy";
    let cases = [
        ("silu --backward -i x.npy -g t.npy".into(), "dy has shape (3, 2), y has shape (2, 3)"),
        ("relu -i x.npy -p slope=1".into(), "relu has no parameter"),
        ("prelu -i x.npy -p slope=1".into(), "it has weight"),
        ("prelu -i x.npy -p weight=1 -p weight=2".into(), "given twice"),
        (
            "prelu -i x.npy -p weight=@w.npy".into(),
            "weight: its shape (4,) neither matches the 3 channels of shape (2, 3)",
        ),
        ("prelu -i x.npy -p weight=@t.npy".into(), "its shape (3, 2) neither matches"),
        ("prelu -i x.npy -p weight=@r.npy".into(), "its shape (1, 2, 3) neither matches"),
        ("prelu -i x.npy -p weight=@w.npy --axis 1".into(), "weight: it has 4 values for 3 channels of shape (2, 3)"),
        ("prelu -i x.npy -p weight=@x.npy --axis 1".into(), "it has 6 values for 3 channels"),
        ("prelu -i x.npy -p weight=@w.npy --axis 2".into(), "shape (2, 3) has no axis 2"),
        ("prelu -i x.npy --axis -3".into(), "prelu uses --axis only for parameters from files"),
        ("relu -i x.npy --axis 0".into(), "relu uses --axis only for parameters from files"),
        ("swiglu_oai -i x.npy -p alpha=1 -p alpha=2".into(), "parameter alpha is given twice"),
        ("scaled_softmax -i x.npy -p scale=1 -p scale=2".into(), "parameter scale is given twice"),
        (format!("prelu {backward} --param-grad weight=g.npy --param-grad weight=h.npy"), "weight is given twice"),
        ("prelu -i s.npy -p weight=@w.npy".into(), "its shape (4,) neither matches the 1 channels of shape ()"),
        ("prelu -i x.npy -p weight=@absent.npy".into(), "absent.npy"),
        (format!("prelu {backward} --param-grad slope=g.npy"), "it has weight"),
        (format!("hardtanh {backward} --param-grad min_val=g.npy"), "hardtanh has no gradient along min_val"),
    ];
    for (args, message) in cases {
        let line = sandbox.fail(&format!("run {args} -o y.npy"));
        assert!(line.contains(message), "{args}: {line}");
        assert_eq!(sandbox.names(), ["r.npy", "s.npy", "t.npy", "w.npy", "x.npy"], "{args}");
    }
}
