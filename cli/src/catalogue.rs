//! What the catalogue says of functions, as several commands need it.

use anyhow::Result;
use wgpu_activations::activation::{Param, RRELU, Range};
use wgpu_activations::gate::{Output, RRELU_TRAIN};
use wgpu_activations::row::RowFunction;
use wgpu_activations::{Op, Pass, Spec, Storage};

/// The functions with these names, each once, or all that have kernels for a storage.
pub(crate) fn functions(names: &[String], storage: Storage) -> Result<Vec<Op>> {
    if names.is_empty() {
        let stored = |&function: &Op| Spec::forward(function).storage(storage).check().is_ok();
        return Ok(Op::all().into_iter().filter(stored).collect());
    }
    let mut functions: Vec<Op> = Vec::new();
    for name in names {
        let function = Op::find(name)?;
        if !functions.iter().any(|known| known.name() == function.name()) {
            functions.push(function);
        }
    }
    Ok(functions)
}

/// The function with this name, of so many inputs.
pub(crate) fn function(name: &str, inputs: usize) -> Result<Op> {
    Ok(match Op::find(name)? {
        // The catalogue does not link a function to its form in training, where random slopes are a second input.
        Op::Activation(a) if a.name == RRELU.name && inputs == 2 => Op::Gate(&RRELU_TRAIN),
        function => function,
    })
}

/// The name of a pass as `list` prints it and `show --kernel` reads it.
pub(crate) fn pass_name(function: &Op, pass: Pass) -> String {
    match pass {
        Pass::ParamGradient(index) => format!("param_gradient:{}", function.params()[index].name),
        _ => pass.to_string(),
    }
}

pub(crate) fn passes(function: &Op) -> Vec<String> {
    function.passes().into_iter().map(|pass| pass_name(function, pass)).collect()
}

/// The error bounds of a function in ULP, by what they bound.
pub(crate) fn bounds(function: &Op) -> Vec<(String, f64)> {
    let own = |name: &str, bound: f64| (name.to_owned(), bound);
    match function {
        Op::Activation(a) => {
            let from_output = a.has_output_derivative().then(|| own("backward_from_output", a.bounds.from_output));
            [own("forward", a.bounds.forward), own("backward", a.bounds.backward)]
                .into_iter()
                .chain(from_output)
                .collect()
        }
        Op::Gate(gate) => {
            let name = |output: Output| if output == Output::Y { "forward".to_owned() } else { output.to_string() };
            Output::ALL.into_iter().map(|output| (name(output), gate.bound(output))).collect()
        }
        Op::RowFunction(row) if function.passes().len() == 1 => vec![own("forward", row.bounds.forward)],
        Op::RowFunction(row) => vec![own("forward", row.bounds.forward), own("backward", row.bounds.backward)],
        _ => vec![own("forward", 0.0), own("backward", 0.0)],
    }
}

/// The range of a parameter for gradients from the output, where that is narrower than its range for all other passes.
pub(crate) fn narrower(function: &Op, param: &Param) -> Option<Range> {
    let from_output = matches!(function, Op::Activation(a) if a.has_output_derivative());
    let has = |[low, high]: &[f64; 2]| param.from_output.intervals.iter().any(|[from, to]| from <= low && high <= to);
    (from_output && !param.range.intervals.iter().all(has)).then_some(param.from_output)
}

/// The parameter that counts the rows of a matrix, after which row numbers begin again.
// The catalogue does not say which parameter this is.
pub(crate) fn row_count(row: &RowFunction) -> Option<&'static str> {
    row.params.iter().map(|param| param.name).find(|&name| name == "queries")
}
