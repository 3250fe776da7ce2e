//! `run` for functions of two inputs and of rows.

use crate::support::{Sandbox, assert_close, gpu, sample};

fn sigmoid(v: f32) -> f64 {
    1.0 / (1.0 + (-f64::from(v)).exp())
}

fn softmax(row: &[f32]) -> Vec<f64> {
    let sum: f64 = row.iter().map(|&v| f64::from(v).exp()).sum();
    row.iter().map(|&v| f64::from(v).exp() / sum).collect()
}

#[test]
fn gates_of_two_inputs() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let (a, b, dy) = (sample(12), sample(24)[12..].to_vec(), sample(36)[24..].to_vec());
    for (name, data) in [("a.npy", &a), ("b.npy", &b), ("dy.npy", &dy)] {
        sandbox.write_f4(name, "(3, 4)", data);
    }
    sandbox.succeed("run glu -i a.npy -i b.npy -o y.npy");
    let (shape, y) = sandbox.read_f4("y.npy");
    assert_eq!(shape, "(3, 4)");
    let expected: Vec<f64> = a.iter().zip(&b).map(|(&a, &b)| f64::from(a) * sigmoid(b)).collect();
    assert_close(&y, &expected);

    sandbox.succeed("run glu --backward -i a.npy -i b.npy -g dy.npy -o da.npy -o db.npy");
    let da: Vec<f64> = b.iter().zip(&dy).map(|(&b, &dy)| f64::from(dy) * sigmoid(b)).collect();
    let slope = |b: f32| sigmoid(b) * sigmoid(-b);
    let db: Vec<f64> = (0..12).map(|i| f64::from(dy[i]) * f64::from(a[i]) * slope(b[i])).collect();
    assert_close(&sandbox.read_f4("da.npy").1, &da);
    assert_close(&sandbox.read_f4("db.npy").1, &db);

    // Any activation makes a gate, and random slopes are a second input.
    sandbox.succeed("run relu_glu -i a.npy -i b.npy -o y.npy --force");
    let expected: Vec<f64> = a.iter().zip(&b).map(|(&a, &b)| f64::from(a.max(0.0)) * f64::from(b)).collect();
    assert_close(&sandbox.read_f4("y.npy").1, &expected);
    sandbox.succeed("run rrelu -i a.npy -i b.npy -o y.npy --force");
    let leaky = |(&a, &b): (&f32, &f32)| f64::from(a) * if a > 0.0 { 1.0 } else { f64::from(b) };
    assert_close(&sandbox.read_f4("y.npy").1, &a.iter().zip(&b).map(leaky).collect::<Vec<_>>());
}

#[test]
fn gates_of_halves() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let x = sample(24);
    sandbox.write_f4("x.npy", "(3, 4, 2)", &x);
    let at = |o: usize, c: usize, i: usize| x[(o * 4 + c) * 2 + i];
    for (option, pairs) in [("", [[0, 2], [1, 3]]), ("--interleaved", [[0, 1], [2, 3]])] {
        sandbox.succeed(&format!("run bilinear -i x.npy --axis 1 {option} -o y.npy --force"));
        let (shape, y) = sandbox.read_f4("y.npy");
        assert_eq!(shape, "(3, 2, 2)");
        let mut expected = Vec::new();
        for o in 0..3 {
            for [a, b] in pairs {
                expected.extend((0..2).map(|i| f64::from(at(o, a, i)) * f64::from(at(o, b, i))));
            }
        }
        assert_close(&y, &expected);
        // With dy = 1, the gradient of either half is the other.
        sandbox.write_f4("dy.npy", "(3, 2, 2)", &[1.0; 12]);
        sandbox.succeed(&format!("run bilinear --backward -i x.npy -g dy.npy --axis 1 {option} -o dx.npy --force"));
        let (shape, dx) = sandbox.read_f4("dx.npy");
        assert_eq!(shape, "(3, 4, 2)");
        for o in 0..3 {
            for [a, b] in pairs {
                assert!((0..2).all(|i| dx[(o * 4 + a) * 2 + i] == at(o, b, i)), "{option} a of {o}");
                assert!((0..2).all(|i| dx[(o * 4 + b) * 2 + i] == at(o, a, i)), "{option} b of {o}");
            }
        }
    }
}

#[test]
fn gates_with_values_of_channels_and_the_value_first() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let (a, b, slopes) = (sample(12), sample(24), [0.5f32, 2.0, -1.5]);
    sandbox.write_f4("a.npy", "(2, 3, 2)", &a);
    sandbox.write_f4("b.npy", "(2, 3, 2)", &b[12..]);
    sandbox.write_f4("w.npy", "(3,)", &slopes);
    sandbox.succeed("run prelu_glu -i a.npy -i b.npy -p weight=@w.npy -o y.npy");
    let prelu = |x: f32, channel: usize| f64::from(if x > 0.0 { x } else { slopes[channel] * x });
    let expected: Vec<f64> = (0..12).map(|i| prelu(a[i], i / 2 % 3) * f64::from(b[12 + i])).collect();
    assert_close(&sandbox.read_f4("y.npy").1, &expected);

    // Halves along axis 1, the gate in the second one: channels lie along it.
    sandbox.write_f4("x.npy", "(2, 6, 2)", &b);
    let at = |o: usize, c: usize, i: usize| b[(o * 6 + c) * 2 + i];
    for (option, step, second) in [("", 1, 3), ("--interleaved", 2, 1)] {
        sandbox.succeed(&format!(
            "run prelu_glu -i x.npy --axis 1 {option} --value-first -p weight=@w.npy -o y.npy --force"
        ));
        let (shape, y) = sandbox.read_f4("y.npy");
        assert_eq!(shape, "(2, 3, 2)");
        let mut expected = Vec::new();
        for (o, c, i) in (0..12).map(|k| (k / 6, k / 2 % 3, k % 2)) {
            expected.push(prelu(at(o, step * c + second, i), c) * f64::from(at(o, step * c, i)));
        }
        assert_close(&y, &expected);
    }
    // Of GLU the value is first anyway.
    sandbox.succeed("run glu -i x.npy --axis 1 -o p.npy");
    sandbox.succeed("run glu -i x.npy --axis 1 --value-first -o q.npy");
    assert_eq!(sandbox.read_f4("p.npy"), sandbox.read_f4("q.npy"));
}

#[test]
fn crelu_doubles_an_axis() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.write_f4("x.npy", "(2, 2)", &[1.0, -2.0, -3.0, 4.0]);
    sandbox.succeed("run crelu -i x.npy -o y.npy");
    assert_eq!(sandbox.read_f4("y.npy"), ("(2, 4)".into(), vec![1.0, 0.0, 0.0, 2.0, 0.0, 4.0, 3.0, 0.0]));
    sandbox.succeed("run crelu -i x.npy --axis 0 -o y.npy --force");
    assert_eq!(sandbox.read_f4("y.npy"), ("(4, 2)".into(), vec![1.0, 0.0, 0.0, 4.0, 0.0, 2.0, 3.0, 0.0]));
    sandbox.write_f4("dy.npy", "(2, 4)", &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
    sandbox.succeed("run crelu --backward -i x.npy -g dy.npy -o dx.npy");
    assert_eq!(sandbox.read_f4("dx.npy"), ("(2, 2)".into(), vec![1.0, -4.0, -7.0, 6.0]));
}

#[test]
fn rows_along_any_axis() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let (x, dy) = (sample(24), sample(48)[24..].to_vec());
    sandbox.write_f4("x.npy", "(2, 3, 4)", &x);
    sandbox.write_f4("dy.npy", "(2, 3, 4)", &dy);
    for (axis, length, stride) in [("", 4, 1), ("--axis 1", 3, 4), ("--axis -3", 2, 12)] {
        sandbox.succeed(&format!("run softmax -i x.npy {axis} -o y.npy --force"));
        sandbox.succeed(&format!("run softmax --backward -i x.npy -g dy.npy {axis} -o dx.npy --force"));
        let (y, dx) = (sandbox.read_f4("y.npy").1, sandbox.read_f4("dx.npy").1);
        for first in (0..24).filter(|i| i / stride % length == 0) {
            let places: Vec<usize> = (0..length).map(|k| first + k * stride).collect();
            let of = |values: &[f32]| places.iter().map(|&p| values[p]).collect::<Vec<f32>>();
            let expected = softmax(&of(&x));
            assert_close(&of(&y), &expected);
            let dot: f64 = expected.iter().zip(of(&dy)).map(|(y, d)| y * f64::from(d)).sum();
            let gradient: Vec<f64> = expected.iter().zip(of(&dy)).map(|(y, d)| y * (f64::from(d) - dot)).collect();
            // Differences of upstream gradients of up to 6.
            let near = |(&got, &exact): (&f32, &f64)| (f64::from(got) - exact).abs() < 3e-6;
            assert!(of(&dx).iter().zip(&gradient).all(near), "{:?} for {gradient:?}", of(&dx));
        }
    }
}

#[test]
fn masks_causality_and_groups() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let x = sample(18);
    sandbox.write_f4("x.npy", "(2, 3, 3)", &x);
    let hidden = f32::NEG_INFINITY;
    // The same mask for every row, given as a row; for every column, as a column.
    sandbox.write_f4("row.npy", "(3,)", &[0.0, hidden, 0.0]);
    sandbox.write_f4("full.npy", "(1, 3, 3)", &[0.0, hidden, 0.0].repeat(3));
    sandbox.succeed("run masked_softmax -i x.npy -i row.npy -p scale=0.5 -o y.npy");
    sandbox.succeed("run masked_softmax -i x.npy -i full.npy -p scale=0.5 -o z.npy");
    let (y, z) = (sandbox.read_f4("y.npy").1, sandbox.read_f4("z.npy").1);
    assert_eq!(y, z);
    for (row, y) in x.chunks(3).zip(y.chunks(3)) {
        let expected = softmax(&[0.5 * row[0], 0.5 * row[2]]);
        assert_close(y, &[expected[0], 0.0, expected[1]]);
    }
    // A mask with a gap in its axes is expanded.
    sandbox.write_f4("gap.npy", "(2, 1, 3)", &[0.0, hidden, 0.0, 0.0, 0.0, hidden]);
    sandbox.succeed("run masked_softmax -i x.npy -i gap.npy -o y.npy --force");
    let y = sandbox.read_f4("y.npy").1;
    assert!((0..9).all(|i| (y[i] == 0.0) == (i % 3 == 1)) && (9..18).all(|i| (y[i] == 0.0) == (i % 3 == 2)), "{y:?}");

    sandbox.succeed("run causal_softmax -i x.npy -o y.npy --force");
    let y = sandbox.read_f4("y.npy").1;
    for (k, (row, y)) in x.chunks(3).zip(y.chunks(3)).enumerate() {
        let mut expected = softmax(&row[..=k % 3]);
        expected.resize(3, 0.0);
        assert_close(y, &expected);
    }

    sandbox.write_f4("m.npy", "(4, 2)", &[1.0, 8.0, 3.0, 2.0, 5.0, 6.0, 7.0, 4.0]);
    sandbox.succeed("run maxout -p k=2 --axis 0 -i m.npy -o y.npy --force");
    assert_eq!(sandbox.read_f4("y.npy"), ("(2, 2)".into(), vec![3.0, 8.0, 7.0, 6.0]));
    sandbox.succeed("run maxout -i m.npy -o y.npy --force");
    assert_eq!(sandbox.read_f4("y.npy"), ("(4, 1)".into(), vec![8.0, 3.0, 6.0, 7.0]));
    // Whatever reduces rows takes groups, and a gradient of the shape of their results.
    sandbox.succeed("run logsumexp -p k=2 --axis 0 -i m.npy -o y.npy --force");
    let log_sum = |a: f64, b: f64| (a.exp() + b.exp()).ln();
    let (shape, y) = sandbox.read_f4("y.npy");
    assert_eq!(shape, "(2, 2)");
    assert_close(&y, &[log_sum(1.0, 3.0), log_sum(8.0, 2.0), log_sum(5.0, 7.0), log_sum(6.0, 4.0)]);
    sandbox.write_f4("dy.npy", "(2, 2)", &[1.0, 2.0, 3.0, 4.0]);
    sandbox.succeed("run maxout -p k=2 --axis 0 --backward -i m.npy -g dy.npy -o dx.npy");
    assert_eq!(sandbox.read_f4("dx.npy"), ("(4, 2)".into(), vec![0.0, 2.0, 1.0, 0.0, 0.0, 4.0, 3.0, 0.0]));
    let line = sandbox.fail("run softmax -p k=3 -i m.npy -o softmax.npy");
    assert!(line.contains("softmax has no parameter \"k\""), "{line}");
}

#[test]
fn mistakes() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.write_f4("x.npy", "(2, 3)", &sample(6));
    sandbox.write_f4("t.npy", "(3, 2)", &sample(6));
    sandbox.write_f4("row.npy", "(3,)", &sample(3));
    sandbox.write_f4("b.npy", "(4, 5, 1)", &sample(20));
    for (args, parts) in [
        ("relu -i x.npy -i x.npy", &["relu", "1", "2"][..]),
        ("glu -i x.npy -i x.npy -i x.npy", &["glu", "3"]),
        ("glu -i x.npy -i t.npy", &["(2, 3)", "(3, 2)"]),
        ("glu -i x.npy", &["glu: axis 1 of shape (2, 3) has 3 elements", "even"]),
        ("glu -i b.npy --axis 1", &["axis 1 of shape (4, 5, 1) has 5 elements", "even"]),
        ("glu -i b.npy --axis 1 --backward -g b.npy", &["axis 1 of shape (4, 5, 1) has 5 elements", "even"]),
        ("glu -i x.npy -i x.npy --axis 0", &["glu", "axis", "parameters from files"]),
        ("glu -i x.npy -i x.npy --interleaved", &["two inputs", "halves", "--interleaved"]),
        ("glu -i x.npy -i x.npy --value-first", &["two inputs", "halves", "--value-first"]),
        ("relu -i x.npy --interleaved", &["relu", "halves", "--interleaved"]),
        ("relu -i x.npy --value-first", &["relu", "halves", "--value-first"]),
        ("softmax -i x.npy --value-first", &["softmax", "halves", "--value-first"]),
        ("prelu_glu -i x.npy -i x.npy -p weight=@t.npy", &["weight", "(3, 2)", "(2, 3)"]),
        ("prelu_glu -i t.npy -p weight=@row.npy", &["weight", "3 values for 1 channels"]),
        ("swish_glu -i t.npy -p beta=1e7", &["swish_glu", "beta", "[-1e6, -1e-6] or 0 or [1e-6, 1e6]"]),
        ("causal_softmax -i x.npy -p queries=2.5", &["causal_softmax", "queries", "whole numbers"]),
        ("causal_softmax -i x.npy -p queries=-1", &["causal_softmax", "queries", "-1"]),
        ("causal_softmax -i x.npy -p queries=nan", &["causal_softmax", "queries", "NaN"]),
        ("swiglu_oai -i x.npy -i x.npy -p slope=1", &["swiglu_oai", "slope", "alpha", "limit"]),
        ("crelu -i x.npy -p k=1", &["crelu has no parameter"]),
        ("softmax -i x.npy -i x.npy", &["softmax", "1", "2"]),
        ("softmax -i x.npy --axis 2", &["shape (2, 3) has no axis 2"]),
        ("softmax -i x.npy -p scale=1", &["softmax", "scale"]),
        ("softmax -i x.npy --backward -g t.npy", &["(3, 2)", "(2, 3)"]),
        ("softmax2d -i x.npy", &["shape (2, 3) has no axis -3"]),
        ("masked_softmax -i x.npy", &["masked_softmax", "2"]),
        ("masked_softmax -i x.npy -i t.npy", &["mask", "(3, 2)", "(2, 3)"]),
        ("scaled_softmax -i x.npy -p scale=@row.npy", &["scale", "one number"]),
        ("hardmax -i x.npy --backward -g x.npy", &["hardmax", "no gradient"]),
        ("maxout -i x.npy -p k=2", &["axis 1 of shape (2, 3) has 3 elements, which do not divide into groups of 2"]),
        ("maxout -i x.npy -p k=0.5", &["k is"]),
        ("maxout -i x.npy -p k=1e30", &["groups of 1e30"]),
        ("maxout -i x.npy -p k=NaN", &["k is"]),
        ("maxout -i x.npy -p k=inf", &["k is"]),
        ("maxout -i x.npy -p k=1 -p k=1", &["parameter k is given twice"]),
        ("crelu -i x.npy --axis 5", &["shape (2, 3) has no axis 5"]),
        ("glu -i x.npy -i x.npy --backward -g x.npy --kinks jax", &["kinks"]),
    ] {
        let line = sandbox.fail(&format!("run {args} -o y.npy"));
        for part in parts {
            assert!(line.contains(part), "{args}: no {part:?} in {line}");
        }
        assert!(!sandbox.names().contains(&"y.npy".to_owned()), "{args} left a file");
    }
}
