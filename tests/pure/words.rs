//! Words and specs as text, there and back.

use std::collections::BTreeSet;

use wgpu_activations::{Halves, Op, Pass, Spec, Storage};

#[test]
fn words_are_read_as_they_are_written() {
    for storage in Storage::ALL {
        assert_eq!(storage.to_string().parse(), Ok(storage));
    }
    for halves in Halves::ALL {
        assert_eq!(halves.to_string().parse(), Ok(halves));
    }
    for pass in Op::all().iter().flat_map(Op::passes) {
        assert_eq!(pass.to_string().parse(), Ok(pass));
    }
    for wrong in ["", "F32", "f8", "Forward", "param_gradient", "param_gradient:-1", "split "] {
        assert!(
            wrong.parse::<Storage>().is_err() && wrong.parse::<Pass>().is_err() && wrong.parse::<Halves>().is_err()
        );
    }
}

#[test]
fn specs_are_read_as_they_are_written() {
    let mut texts = BTreeSet::new();
    for spec in crate::common::reach::specs() {
        let text = spec.to_string();
        assert_eq!(text.parse::<Spec>().as_ref(), Ok(&spec), "{text}");
        texts.insert(text);
    }
    assert!(texts.len() > 3000, "{} texts", texts.len());
    for wrong in
        ["", "relu", "relu upward", "relu forward f8", "relu forward f16->", "nothing forward", "relu param_gradient:x"]
    {
        assert!(wrong.parse::<Spec>().is_err(), "{wrong}");
    }
}
