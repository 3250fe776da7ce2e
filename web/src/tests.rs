//! Questions as JavaScript asks them.

use serde_json::{Value, json};

use super::answer;

fn ask(question: &Value) -> Result<Value, String> {
    answer(question.to_string().as_bytes(), &[]).map(|answer| answer.value)
}

#[test]
fn plans_are_those_of_the_library() {
    let plan = ask(
        &json!({ "ask": "plan", "spec": "leaky_relu forward f16", "shape": [1000], "params": { "negative_slope": 0.25 } }),
    );
    let plan = plan.unwrap();
    assert_eq!(plan["buffers"][0]["name"], "x");
    assert_eq!(plan["buffers"][0]["bytes"], 2000);
    let bindings = plan["launches"][0]["bindings"].as_array().unwrap();
    let params = bindings.iter().find(|binding| binding["name"] == "params").unwrap();
    assert_eq!(params["contents"]["bytes"], json!(bytemuck::bytes_of(&[0.25f32, 0.0, 0.0, 0.0])));
    let rows = ask(&json!({ "ask": "plan", "spec": "softmax backward", "shape": [4, 100], "shared": true })).unwrap();
    assert!(!rows["launches"][0]["text"].as_str().unwrap().contains("var<uniform>"));
}

#[test]
fn functions_and_snippets() {
    let functions = ask(&json!({ "ask": "functions" })).unwrap();
    let functions = functions.as_array().unwrap();
    assert!(functions.len() > 100 && functions.iter().all(|f| !f["formula"].as_str().unwrap().is_empty()));
    let text = ask(&json!({ "ask": "snippet", "functions": ["gelu", "SwiGLU"], "prefix": "nn_" })).unwrap();
    assert!(text.as_str().unwrap().contains("fn nn_gelu(x: f32) -> f32"));
}

#[test]
fn references_come_as_bytes() {
    let question = json!({ "ask": "reference", "spec": "reglu backward", "shape": [2] }).to_string();
    let inputs = [-1.0f32, 2.0, 3.0, 4.0, 1.0, 1.0];
    let told = answer(question.as_bytes(), bytemuck::bytes_of(&inputs)).unwrap();
    assert_eq!(bytemuck::pod_collect_to_vec::<u8, f64>(&told.bytes), [0.0, 4.0, 0.0, 2.0]);
    // What joins rows has an upstream gradient for each; other lengths are told.
    let rows = json!({ "ask": "reference", "spec": "logsumexp backward", "shape": [1, 2] }).to_string();
    let told = answer(rows.as_bytes(), bytemuck::bytes_of(&[1.0f32, 1.0, 3.0])).unwrap();
    assert_eq!(bytemuck::pod_collect_to_vec::<u8, f64>(&told.bytes), [1.5, 1.5]);
    assert!(answer(question.as_bytes(), bytemuck::bytes_of(&[1.0f32; 5])).is_err());
    assert!(answer(question.as_bytes(), bytemuck::bytes_of(&[1.0f32; 3])).unwrap_err().contains("2 tensor(s) of 2"));
}

#[test]
fn errors_are_counted_as_checks_count() {
    let errors = |spec: &str, length: usize, numbers: &[f32]| {
        let question = json!({ "ask": "errors", "spec": spec, "shape": [length] }).to_string();
        answer(question.as_bytes(), bytemuck::cast_slice(numbers))
            .map(|answer| bytemuck::pod_collect_to_vec::<u8, f64>(&answer.bytes))
    };
    assert_eq!(errors("relu forward", 2, &[1.0, 2.0, 1f32.next_up(), 2.0]), Ok(vec![1.0, 0.0]));
    assert_eq!(errors("relu forward", 1, &[1e-40, 0.0]), Ok(vec![0.0]), "a device may take it for 0");
    assert_eq!(errors("reglu forward", 1, &[1.0, 3.0, 3f32.next_down()]), Ok(vec![1.0]));
    assert!(errors("relu forward", 3, &[1.0, 2.0, 3.0, 1.0]).unwrap_err().contains("1 tensor(s) of 3"));
    assert!(errors("relu backward", 1, &[1.0, 1.0]).unwrap_err().contains("of values"));
    assert!(errors("softmax forward", 1, &[1.0, 1.0]).unwrap_err().contains("activations and gates"));
}

/// Steps are asked until there are lines, with answers that are wrong on purpose: zeros.
#[test]
fn checks_go_by_steps() {
    for (function, steps) in [("relu", 1), ("softmax", 10)] {
        let mut runs: Vec<Vec<usize>> = Vec::new();
        let lines = loop {
            let question =
                json!({ "ask": "check", "function": function, "dtype": "f32", "thin": 512, "case": 0, "runs": runs });
            let zeros = vec![0; runs.iter().flatten().sum()];
            let value = answer(question.to_string().as_bytes(), &zeros).unwrap().value;
            if value.get("lines").is_some() {
                break value["lines"].clone();
            }
            let buffers = value["plan"]["buffers"].as_array().unwrap();
            runs.push(buffers.iter().map(|buffer| buffer["bytes"].as_u64().unwrap() as usize).collect());
        };
        assert!(runs.len() >= steps, "{function}: {} plans", runs.len());
        assert_eq!((lines[0]["function"].as_str(), lines[0]["ok"].as_bool()), (Some(function), Some(false)), "{lines}");
    }
    let done = ask(&json!({ "ask": "check", "function": "relu", "dtype": "f32", "thin": 512, "case": 99 })).unwrap();
    assert_eq!(done["done"], true);
}

#[test]
fn what_is_wrong_is_one_line() {
    for (question, word) in [
        (json!({ "ask": "plan", "spec": "gelo forward", "shape": [8] }), "gelu"),
        (json!({ "ask": "plan", "spec": "gelu sideways", "shape": [8] }), "sideways"),
        (json!({ "ask": "plan", "spec": "elu forward", "shape": [8], "params": { "beta": 1.0 } }), "alpha"),
        (json!({ "ask": "plan", "spec": "softmax forward", "shape": [8, 8], "axis": 7 }), "axis"),
        (json!({ "ask": "reference", "spec": "swiglu forward", "shape": [8] }), ""),
        (json!({ "ask": "snippet", "functions": ["gelu"], "prefix": "1" }), "1"),
        (json!({ "ask": "nothing" }), "nothing"),
        (json!({ "ask": "check", "function": "relu", "dtype": "f8", "thin": 1, "case": 0 }), "f8"),
    ] {
        match ask(&question) {
            Err(line) => assert!(line.contains(word) && line.lines().count() == 1, "{question}: {line}"),
            Ok(value) => assert!(word.is_empty(), "{question}: {value}"),
        }
    }
}
