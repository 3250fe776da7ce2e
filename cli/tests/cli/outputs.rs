//! One rule for every output: nothing is lost, nothing is replaced unasked, nothing is left behind.

use std::fs;

use safetensors::tensor::SafeTensors;

use crate::support::{Sandbox, gpu, sample};

/// The names of a file's tensors.
fn tensors(sandbox: &Sandbox, name: &str) -> Vec<String> {
    let bytes = sandbox.bytes(name);
    let mut names: Vec<_> = SafeTensors::deserialize(&bytes).unwrap().names().into_iter().map(str::to_owned).collect();
    names.sort();
    names
}

const FUNCTIONS: [&str; 8] = ["abs", "elu", "gelu", "mish", "relu", "silu", "square", "tanh"];

#[test]
fn commands_that_write_one_file_at_once() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.write_f4("x.npy", "(60,)", &sample(60));
    // The file is new in the first round; in the second all but one tensor are there.
    for round in 0..2 {
        let start = |name: &&str| {
            let args = format!("run {name} -i x.npy -o m.safetensors:{name} --force");
            sandbox.command(&args).spawn().unwrap()
        };
        let children: Vec<_> = FUNCTIONS.iter().map(start).collect();
        for mut child in children {
            assert!(child.wait().unwrap().success());
        }
        assert_eq!(tensors(&sandbox, "m.safetensors"), FUNCTIONS, "round {round}");
        assert_eq!(sandbox.names(), ["m.safetensors", "x.npy"]);
        sandbox.succeed("run relu -i x.npy -o one.safetensors:elu");
        fs::rename(sandbox.path("one.safetensors"), sandbox.path("m.safetensors")).unwrap();
    }
}

#[test]
fn commands_that_create_one_file_at_once() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.write_f4("x.npy", "(60,)", &sample(60));
    let start = |name: &&str| {
        let args = format!("run {name} -i x.npy -o m.safetensors:{name}");
        sandbox.command(&args).stderr(std::process::Stdio::piped()).spawn().unwrap()
    };
    let children: Vec<_> = FUNCTIONS.iter().map(start).collect();
    let mut written = Vec::new();
    for (child, name) in children.into_iter().zip(FUNCTIONS) {
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        if output.status.success() {
            written.push(name);
        } else {
            assert_eq!(stderr, "error: m.safetensors already exists; use --force to replace it\n");
        }
    }
    assert_eq!((written.len(), tensors(&sandbox, "m.safetensors")), (1, vec![written[0].to_owned()]));
}

#[test]
fn nothing_is_replaced_unasked() {
    let sandbox = Sandbox::new();
    let outputs = [
        ("check relu --json", "kept.json"),
        ("bench relu --json", "kept.json"),
        ("bench relu --csv", "kept.csv"),
        ("bench relu --save", "kept.json"),
        ("bench relu --report", "kept.html"),
        ("bench relu --plot", "kept.svg"),
        ("plot relu -o", "kept.png"),
        ("run relu -i absent.npy -o", "kept.npy"),
        ("run relu -i absent.npy -o", "kept.safetensors:w"),
        ("run prelu -i absent.npy -g absent.npy --backward --param-grad", "weight=kept.npy"),
    ];
    for name in ["kept.json", "kept.csv", "kept.html", "kept.svg", "kept.png", "kept.npy", "kept.safetensors"] {
        sandbox.write(name, "precious");
    }
    for (args, name) in outputs {
        let line = sandbox.fail(&format!("{args} {name}"));
        assert!(line.contains("already exists; use --force to replace it"), "{args} {name}: {line}");
    }
    for name in sandbox.names() {
        assert_eq!(sandbox.bytes(&name), b"precious", "{name}");
    }
}

#[test]
fn outputs_with_other_endings() {
    let sandbox = Sandbox::new();
    for (args, endings) in [
        ("check relu --json r.html", ".json"),
        ("check relu --json r", ".json"),
        ("bench relu --json r.csv", ".json"),
        ("bench relu --csv r.json", ".csv"),
        ("bench relu --save r.csv", ".json"),
        ("bench relu --report r.pdf", ".html or .htm"),
        ("bench relu --plot r.jpg", ".svg or .png"),
        ("plot relu -o r.jpg", ".svg or .png"),
        ("run relu -i absent.npy -o r.pt", ".npy or .safetensors"),
        ("run relu -i absent.npy -o r.txt", ".npy or .safetensors"),
        ("run relu -i absent.npy -o r", ".npy or .safetensors"),
        ("run relu -i absent.npy -o r.safetensor:w", ".npy or .safetensors"),
        ("run prelu -i absent.npy -g absent.npy --backward --param-grad weight=r.bin", ".npy or .safetensors"),
    ] {
        let line = sandbox.fail(args);
        assert!(line.contains(&format!("its name should end in {endings}, or be - for")), "{args}: {line}");
    }
    assert!(sandbox.names().is_empty());
}

#[test]
fn two_outputs_to_one_file() {
    let sandbox = Sandbox::new();
    for (args, place) in [
        ("bench relu --json - --csv -", "-"),
        ("bench relu --report - --plot -", "-"),
        ("run glu -i a.npy -i a.npy -g a.npy --backward -o - -o -", "-"),
        ("run prelu -i a.npy -g a.npy --backward -o - --param-grad weight=-", "-"),
        ("run glu -i a.npy -i a.npy -g a.npy --backward -o d.npy -o ./d.npy", "./d.npy"),
        ("run glu -i a.npy -i a.npy -g a.npy --backward -o d.safetensors:d -o d.safetensors:d", "d.safetensors"),
    ] {
        let line = sandbox.fail(args);
        assert!(line.contains(&format!("two results would go to {place}")), "{args}: {line}");
    }
    assert!(sandbox.names().is_empty());
}

#[test]
fn results_on_standard_output() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    let x = sample(30);
    sandbox.write_f4("x.npy", "(5, 6)", &x);
    sandbox.succeed("run relu -i x.npy -o y.npy");
    let output = sandbox.piped("run relu -i - -o -", &sandbox.bytes("x.npy"));
    assert_eq!((output.stdout, output.stderr), (sandbox.bytes("y.npy"), vec![]));

    // What people read goes elsewhere.
    let output = sandbox.run("check relu --json -");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["results"][0]["function"], "relu");
    assert!(String::from_utf8(output.stderr).unwrap().contains("worst ULP"));
    let output = sandbox.run("bench relu --cpu-only --sizes 4k,8k --repetitions 1 --csv -");
    assert!(output.stdout.starts_with(b"adapter,driver,cpu,"), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(output.stderr.starts_with(b"CPU: "), "{}", String::from_utf8_lossy(&output.stderr));
    let output = sandbox.run("plot relu -o -");
    assert!(output.status.success() && output.stderr.is_empty() && output.stdout.starts_with(b"<svg"));
    assert_eq!(sandbox.names(), ["x.npy", "y.npy"]);
}

#[test]
fn no_gradient_is_lost_unsaid() {
    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    for name in ["a.npy", "b.npy", "dy.npy"] {
        sandbox.write_f4(name, "(2,)", &[2.0, if name == "b.npy" { 3.0 } else { 1.0 }]);
    }
    let run = "run bilinear --backward -i a.npy -i b.npy -g dy.npy";
    let line = sandbox.fail(&format!("{run} -o da.npy"));
    assert!(line.contains("no output for db: give a -o for each, or --only da"), "{line}");
    sandbox.succeed(&format!("{run} --only db -o db.npy"));
    sandbox.succeed(&format!("{run} --only db,da -o b2.npy -o a2.npy"));
    sandbox.succeed(&format!("{run} --only da -o g.safetensors"));
    assert_eq!((sandbox.read_f4("db.npy").1, sandbox.read_f4("b2.npy").1), (vec![4.0, 1.0], vec![4.0, 1.0]));
    assert_eq!(sandbox.read_f4("a2.npy").1, [4.0, 3.0]);
    assert_eq!(tensors(&sandbox, "g.safetensors"), ["da"]);
    for (args, part) in [
        ("--only da,db -o x.npy", "no output for db"),
        ("--only dx -o x.npy", "no gradient \"dx\", only da and db"),
        ("--only da,da -o x.npy -o y.npy", "gradient da is given twice"),
        ("--only da -o x.npy -o y.npy", "2 outputs for 1 result"),
    ] {
        let line = sandbox.fail(&format!("{run} {args}"));
        assert!(line.contains(part), "{args}: {line}");
    }
    for function in ["relu", "softmax", "crelu"] {
        let line = sandbox.fail(&format!("run {function} --backward -i a.npy -g dy.npy --only da -o x.npy"));
        assert!(line.contains("nothing to select with --only"), "{line}");
    }
}

/// A command that is interrupted in the middle of its work.
#[cfg(target_os = "linux")]
#[test]
fn interruptions_leave_nothing() {
    use rustix::process::{Pid, Signal, kill_process};

    if !gpu() {
        return;
    }
    let sandbox = Sandbox::new();
    // So much that it does not end before it is interrupted, however late that is.
    let count: u64 = 1 << 30;
    let head = crate::support::npy("<f4", false, &format!("({count},)"), &[]);
    sandbox.write("x.npy", &head);
    let file = fs::OpenOptions::new().write(true).open(sandbox.path("x.npy")).unwrap();
    file.set_len(head.len() as u64 + count * 4).unwrap();
    for signal in [Signal::INT, Signal::TERM, Signal::HUP, Signal::KILL] {
        for (output, old) in [("y.npy", Some("precious")), ("z.npy", None), ("z.safetensors", None)] {
            old.iter().for_each(|old| sandbox.write(output, old));
            let names = sandbox.names();
            let run = sandbox.command(&format!("run relu -i x.npy -o {output} --force"));
            // Whoever started the tests may have had signals ignored, as nohup does.
            let mut child = std::process::Command::new("env")
                .arg("--default-signal=HUP,INT,TERM")
                .arg(run.get_program())
                .args(run.get_args())
                .current_dir(sandbox.path("."))
                .env_remove("XDG_RUNTIME_DIR")
                .spawn()
                .unwrap();
            // Until some of the result is written, to a file that is not the input.
            let open = format!("/proc/{}/fd", child.id());
            let writes = |entry: fs::DirEntry| {
                let target = fs::read_link(entry.path()).unwrap_or_default();
                let here = fs::canonicalize(sandbox.path(".")).unwrap();
                let len = fs::metadata(entry.path()).map_or(0, |metadata| metadata.len());
                target.starts_with(here) && !target.ends_with("x.npy") && len > 1 << 20
            };
            while !fs::read_dir(&open).unwrap().flatten().any(writes) {
                assert!(child.try_wait().unwrap().is_none(), "{output}: it ended too early");
                std::thread::sleep(std::time::Duration::from_millis(2));
            }
            kill_process(Pid::from_child(&child), signal).unwrap();
            assert!(!child.wait().unwrap().success());
            assert_eq!(sandbox.names(), names, "{signal:?} {output}");
            old.iter().for_each(|old| assert_eq!(sandbox.bytes(output), old.as_bytes()));
        }
    }
}
