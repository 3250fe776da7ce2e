//! Gates as expressions and, for snippets, as functions.

use crate::function::{Form, Gate, Kind, Output, Param};

/// The functions of a product f(a) b, named as those of other gates are in their files; for snippets.
pub(crate) fn product_functions(gate: &Gate) -> String {
    let Form::Product(f) = &gate.form else { return String::new() };
    // A parameter may be called as an input is, or as the function itself, which it would hide.
    let taken = |p: &Param| if ["a", "b", "dy", f.symbol].contains(&p.name) { "param_" } else { "" };
    let names: Vec<String> = gate.params.iter().map(|p| taken(p).to_owned() + p.name).collect();
    let list: String = names.iter().map(|name| format!(", {name}")).collect();
    let params: String = names.iter().map(|name| format!(", {name}: f32")).collect();
    // What has joined may have a name that is no word of WGSL.
    let name = if f.kind == Kind::Custom { format!("{}_glu", f.stem()) } else { gate.name.to_owned() };
    let of = |(output, ending, dy)| {
        let value = gate_value(gate, output, &list);
        format!("\nfn {name}{ending}(a: f32, b: f32{dy}{params}) -> f32 {{\n    return {value};\n}}\n")
    };
    [(Output::Y, "", ""), (Output::Da, "_da", ", dy: f32"), (Output::Db, "_db", ", dy: f32")].map(of).concat()
}

/// A gate's function or gradient as an expression of a, b, dy and the parameters in the list.
pub(crate) fn gate_value(gate: &Gate, output: Output, list: &str) -> String {
    let name = gate.symbol;
    match (&gate.form, output) {
        (Form::Product(f), Output::Y) => format!("{}(a{list}) * b", f.symbol),
        (Form::Product(f), Output::Da) => format!("gradient2(dy, b, {}_dx(a{list}))", f.stem()),
        (Form::Product(f), Output::Db) => format!("gradient(dy, {}(a{list}))", f.symbol),
        (Form::Own(_), Output::Y) => format!("{name}(a, b{list})"),
        (Form::Own(_), Output::Da) => format!("{name}_da(a, b, dy{list})"),
        (Form::Own(_), Output::Db) => format!("{name}_db(a, b, dy{list})"),
    }
}
