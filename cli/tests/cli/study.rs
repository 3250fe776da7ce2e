//! `study`: what people ask of functions.

use serde_json::Value;

use crate::support::Sandbox;

#[test]
fn gains_go_to_a_table_and_to_files() {
    let sandbox = Sandbox::new();
    let text = sandbox.succeed("study gain relu leaky_relu:negative_slope=0.5 selu --json a.json --csv a.csv");
    assert!(text.contains("1.4142") && text.contains("disputed"), "{text}");
    let report: Value = serde_json::from_slice(&sandbox.bytes("a.json")).unwrap();
    assert_eq!(report["study"], "gain");
    let results = report["results"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    let number = |k: usize, name: &str| results[k][name].as_f64().unwrap();
    assert!((number(0, "second_moment") - 0.5).abs() < 1e-9 && (number(1, "second_moment") - 0.625).abs() < 1e-9);
    assert_eq!(results[1]["params"]["negative_slope"], 0.5);
    assert!((results[2]["fixed_points"][0]["variance"].as_f64().unwrap() - 1.0).abs() < 1e-5);
    let csv = String::from_utf8(sandbox.bytes("a.csv")).unwrap();
    assert_eq!(csv.lines().count(), 4, "{csv}");
    let columns = csv.lines().map(|line| line.split(',').count());
    assert!(columns.clone().all(|count| Some(count) == columns.clone().next()), "{csv}");
    // With He's weights the variance stays.
    let text = sandbox.succeed("study gain relu --weights 1.4142135623730951");
    assert!(text.contains("to 1.0000"), "{text}");
}

#[test]
fn what_cannot_be_studied_says_why() {
    let sandbox = Sandbox::new();
    for (args, named) in [
        ("study gain nonesuch", "nonesuch"),
        ("study gain softmax", "one number"),
        ("study gain sqrt", "no value"),
        ("study gain relu --weights=-1", "weights"),
        ("study gain relu --biases=nan", "biases"),
        ("study gain elu:alpha=1,alpha=2", "twice"),
        ("study gain relu --json a.txt", "a.txt"),
    ] {
        let error = sandbox.fail(args);
        assert!(error.contains(named), "{args}: {error}");
    }
    assert!(sandbox.names().is_empty());
}
