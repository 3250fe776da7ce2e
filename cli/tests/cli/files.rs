//! What happens to files: hostile inputs are refused, outputs are never lost.

use std::fs;

use crate::support::{Sandbox, gpu, npy};

#[test]
fn hostile_inputs() {
    let good = npy("<f4", false, "(2,)", &[0; 8]);
    let header = |shape| npy("<f4", false, shape, &[]);
    let huge = b"\x93NUMPY\x02\x00\xff\xff\xff\xff{'descr'";
    let cases: [(&str, Vec<u8>, &str); 15] = [
        ("empty", vec![], "ends inside the magic number"),
        ("cut in the header", good[..40].into(), "ends inside its header"),
        ("cut in the data", good[..good.len() - 1].into(), "the file has 7"),
        ("data too long", [good.as_slice(), &[0]].concat(), "the file has 9"),
        ("a zip file", b"PK\x03\x04 something else".into(), "not a .npy file"),
        ("a huge header", huge.into(), "a header of 4294967295 bytes"),
        ("a later version", b"\x93NUMPY\x09\x00\x02\x00{}".into(), "version 9.0"),
        ("an overflowing shape", header("(4294967296, 4294967296, 4)"), "too large"),
        ("a shape without data", header("(1000000000000,)"), "needs 4000000000000 bytes"),
        ("a negative size", header("(-2,)"), "negative size"),
        ("deep nesting", header(&"(".repeat(60_000)), "expected"),
        ("complex numbers", npy("<c8", false, "(1,)", &[0; 8]), "dtype \"<c8\""),
        ("objects", npy("|O", false, "(1,)", &[0; 8]), "dtype \"|O\""),
        ("not UTF-8", [b"\x93NUMPY\x01\x00\x04\x00", &[0xff; 4][..]].concat(), "UTF-8"),
        ("terminal escapes", npy("\x1b[2J\n", false, "()", &[]), "dtype"),
    ];
    let sandbox = Sandbox::new();
    sandbox.write("good.npy", &good);
    for (what, bytes, message) in cases {
        sandbox.write("bad.npy", bytes);
        for args in [
            "run prelu -i bad.npy -o y.npy",
            "run prelu -i good.npy -o y.npy --backward -g bad.npy",
            "run prelu -i good.npy -o y.npy -p weight=@bad.npy",
        ] {
            let line = sandbox.fail(args);
            assert!(line.contains("bad.npy") && line.contains(message), "{what}: {line}");
            assert!(!line.contains('\x1b'), "{what}: {line:?}");
            assert_eq!(sandbox.names(), ["bad.npy", "good.npy"], "{what}");
        }
    }
}

#[test]
fn outputs_are_refused_before_the_work() {
    let sandbox = Sandbox::new();
    sandbox.write("kept.npy", "precious");
    fs::create_dir(sandbox.path("directory")).unwrap();
    // The input is absent: an error about the output shows that it was looked at first.
    let cases = [
        ("run relu -i absent -o kept.npy", "kept.npy already exists; use --force to replace it"),
        ("run relu -i absent -o no/y.npy", "there is no directory no"),
        ("run relu -i absent -o directory", "not a regular file"),
        ("run relu -i absent -o directory --force", "not a regular file"),
        ("run relu -i absent -o ..", "not a regular file"),
        ("run relu -i absent -o kept.npy/y.npy", "kept.npy/y.npy"),
        (
            "run prelu -i absent -g absent --backward -o new.npy --param-grad weight=./new.npy",
            "two results would go to ./new.npy",
        ),
        ("run prelu -i absent -g absent --backward --param-grad weight=kept.npy", "kept.npy already exists"),
    ];
    for (args, message) in cases {
        let line = sandbox.fail(args);
        assert!(line.contains(message), "{args}: {line}");
    }
    assert_eq!(sandbox.names(), ["directory", "kept.npy"]);
    assert_eq!(sandbox.bytes("kept.npy"), b"precious");
}

#[test]
fn a_failure_leaves_the_old_output() {
    let sandbox = Sandbox::new();
    sandbox.write("kept.npy", "precious");
    sandbox.write("bad.npy", "bad");
    sandbox.fail("run relu -i bad.npy -o kept.npy --force");
    sandbox.fail("run relu -i kept.npy -o kept.npy --force");
    sandbox.write("kept.json", "precious");
    sandbox.fail("check relu --adapter no-such-adapter --json kept.json --force");
    assert_eq!(sandbox.names(), ["bad.npy", "kept.json", "kept.npy"]);
    assert_eq!(sandbox.bytes("kept.json"), b"precious");
    assert_eq!(sandbox.bytes("kept.npy"), b"precious");
}

#[test]
fn force_replaces_even_the_input() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.write_f4("x.npy", "(3,)", &[-1.0, 0.5, 2.0]);
    sandbox.fail("run relu -i x.npy -o x.npy");
    assert_eq!(sandbox.read_f4("x.npy").1, [-1.0, 0.5, 2.0]);
    sandbox.succeed("run relu -i x.npy -o x.npy --force");
    assert_eq!(sandbox.read_f4("x.npy"), ("(3,)".into(), vec![0.0, 0.5, 2.0]));
    assert_eq!(sandbox.names(), ["x.npy"]);
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.write_f4("x.npy", "(1,)", &[1.0]);
    sandbox.write("target.npy", "old");
    fs::set_permissions(sandbox.path("target.npy"), fs::Permissions::from_mode(0o600)).unwrap();
    symlink("target.npy", sandbox.path("link.npy")).unwrap();
    symlink("nowhere.npy", sandbox.path("dangling.npy")).unwrap();

    sandbox.succeed("run relu -i x.npy -o link.npy --force");
    assert!(fs::symlink_metadata(sandbox.path("link.npy")).unwrap().is_symlink());
    assert_eq!(sandbox.read_f4("target.npy").1, [1.0]);
    let mode = |name| fs::metadata(sandbox.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("target.npy"), 0o600);
    // A new output is as open as a file that any other program creates.
    sandbox.write("other", "");
    sandbox.succeed("run relu -i x.npy -o y.npy");
    assert_eq!(mode("y.npy"), mode("other"));
    sandbox.fail("run relu -i x.npy -o dangling.npy --force");
}

#[test]
fn empty_arrays_have_gradients_of_zero() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.write_f4("x.npy", "(0, 2)", &[]);
    sandbox.write_f4("w.npy", "(2,)", &[0.5, 0.25]);
    let backward = "run prelu --backward -i x.npy -g x.npy --force --param-grad weight=dw.npy";
    for (option, zeros) in [("", vec![0.0]), ("-p weight=@w.npy", vec![0.0; 2])] {
        sandbox.succeed(&format!("{backward} {option}"));
        assert_eq!(sandbox.read_f4("dw.npy").1, zeros, "{option}");
    }
    // Nothing is expanded for it, however long its axes.
    sandbox.write_f4("x.npy", "(0, 3, 1000000000000, 5)", &[]);
    sandbox.write_f4("w.npy", "(3, 1, 5)", &[0.25; 15]);
    sandbox.succeed(&format!("{backward} -p weight=@w.npy"));
    assert_eq!(sandbox.read_f4("dw.npy"), ("(3, 1, 5)".into(), vec![0.0; 15]));
}
