//! What arrays come from: pipes, and numbers of every kind.

use safetensors::tensor::{Dtype, TensorView};

use crate::support::{Sandbox, gpu, npy, sample};

#[cfg(unix)]
#[test]
fn pipes() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let x = sample(1000);
    sandbox.write_f4("x.npy", "(1000,)", &x);
    let bytes = sandbox.bytes("x.npy");
    sandbox.succeed("run gelu -i x.npy -o y.npy");
    for input in ["-", "/dev/stdin"] {
        let output = sandbox.piped(&format!("run gelu -i {input} -o z.npy --force"), &bytes);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(sandbox.bytes("z.npy"), sandbox.bytes("y.npy"), "{input}");
    }
    let output = sandbox.piped("run prelu -i x.npy -p weight=@- -o z.npy --force", &npy("<f4", false, "(1,)", &[0; 4]));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(sandbox.read_f4("z.npy").1, x.iter().map(|x| x.max(0.0)).collect::<Vec<_>>());
}

#[cfg(unix)]
#[test]
fn pipes_that_hold_something_else() {
    let sandbox = Sandbox::new();
    let good = npy("<f4", false, "(2,)", &[0; 8]);
    for (bytes, message) in [
        (&good[..good.len() - 1], "needs 8 bytes of data, the file has 7"),
        (&[&good[..], &[0; 5000]].concat(), "needs 8 bytes of data, the file has 9"),
        (&good[..30], "the file ends inside its header"),
        (b"", "ends inside the magic number"),
        (&[0; 1 << 20], "not a .npy file"),
        (&npy("<f4", false, "(1000000000000,)", &[0; 8]), "needs 4000000000000 bytes"),
    ] {
        for input in ["-", "/dev/stdin"] {
            let output = sandbox.piped(&format!("run relu -i {input} -o y.npy"), bytes);
            let stderr = String::from_utf8(output.stderr).unwrap();
            assert!(
                stderr.starts_with(&format!("error: cannot read {input}: ")) && stderr.contains(message),
                "{stderr}"
            );
            assert_eq!((output.status.code(), stderr.lines().count()), (Some(1), 1), "{stderr}");
        }
    }
    let line = sandbox.fail("run glu -i - -i - -o y.npy");
    assert!(line.contains("standard input (-) holds one array, not several"), "{line}");
    let line = sandbox.fail("run prelu -i - -p weight=@- -o y.npy");
    assert!(line.contains("standard input (-) holds one array, not several"), "{line}");
    assert!(sandbox.names().is_empty());
}

#[test]
fn integers_and_bool_are_numbers() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    for (descr, kind, data) in [
        ("|b1", Dtype::BOOL, vec![0, 1, 1]),
        ("|i1", Dtype::I8, vec![0, 1, 1]),
        ("<u2", Dtype::U16, vec![0, 0, 1, 0, 1, 0]),
        ("<i8", Dtype::I64, [0_i64, 1, 1].iter().flat_map(|v| v.to_le_bytes()).collect()),
    ] {
        sandbox.write("x.npy", npy(descr, false, "(3,)", &data));
        let view = TensorView::new(kind, vec![3], &data).unwrap();
        sandbox.write("x.safetensors", safetensors::serialize([("x", view)], None).unwrap());
        for input in ["x.npy", "x.safetensors"] {
            sandbox.succeed(&format!("run linear -p slope=3 -p bias=-1 -i {input} -o y.npy --force"));
            assert_eq!(sandbox.read_f4("y.npy").1, [-1.0, 2.0, 2.0], "{descr}");
        }
    }
}

#[test]
fn what_is_true_in_a_mask_takes_part() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.write_f4("x.npy", "(2, 3)", &[0.0; 6]);
    sandbox.write("bool.npy", npy("|b1", false, "(3,)", &[1, 0, 1]));
    sandbox.write_f4("added.npy", "(3,)", &[0.0, f32::NEG_INFINITY, 0.0]);
    sandbox.write("zero.npy", npy("<i4", false, "(3,)", &[0; 12]));
    for (mask, expected) in [
        ("bool.npy", [0.5, 0.0, 0.5]),
        ("added.npy", [0.5, 0.0, 0.5]),
        // Integers are added as they are.
        ("zero.npy", [1.0_f32 / 3.0; 3]),
    ] {
        for dtype in ["f32", "f16", "bf16"] {
            let run = format!("run masked_softmax -i x.npy -i {mask} --dtype {dtype} -o y.safetensors --force");
            sandbox.succeed(&run);
            sandbox.succeed("run identity -i y.safetensors -o y.npy --force");
            let y = sandbox.read_f4("y.npy").1;
            let near = |(y, e): (&f32, &f32)| (y - e).abs() < 2e-3;
            assert!(y.iter().zip(&expected.repeat(2)).all(near), "{mask} {dtype}: {y:?}");
        }
    }
}

#[test]
fn two_bytes_of_anything_are_bf16_if_said_so() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    // -2 and 1.5
    sandbox.write("x.npy", npy("<V2", false, "(2,)", &[0x00, 0xc0, 0xc0, 0x3f]));
    for dtype in ["f32", "f16"] {
        let line = sandbox.fail(&format!("run relu -i x.npy --dtype {dtype} -o y.npy"));
        assert!(line.contains("x.npy") && line.contains("--dtype bf16 takes them as bf16"), "{line}");
    }
    sandbox.succeed("run prelu -i x.npy -p weight=@x.npy --dtype bf16 -o y.safetensors");
    sandbox.succeed("run identity -i y.safetensors -o y.npy");
    assert_eq!(sandbox.read_f4("y.npy").1, [4.0, 1.5]);
}

#[test]
fn headers_as_long_as_the_format_allows() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let write = |len: usize| {
        let text = r#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#;
        let header = text.to_owned() + &" ".repeat(len - text.len());
        let bytes = [&(len as u64).to_le_bytes()[..], header.as_bytes(), &2_f32.to_le_bytes()].concat();
        sandbox.write("x.safetensors", bytes);
    };
    write(100_000_000);
    sandbox.succeed("run square -i x.safetensors -o y.npy");
    assert_eq!(sandbox.read_f4("y.npy").1, [4.0]);
    write(100_000_001);
    let line = sandbox.fail("run square -i x.safetensors -o z.npy");
    assert!(line.contains("a header of 100000001 bytes; at most 100000000 are read"), "{line}");
}
