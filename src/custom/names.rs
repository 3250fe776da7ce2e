//! Names that mean something already.

use naga::keywords::wgsl::{BUILTIN_IDENTIFIERS, RESERVED};

use crate::wgsl;

/// Whether WGSL gives a name a meaning: keywords, predeclared types and built-in functions.
pub(super) fn keyword(name: &str) -> bool {
    // The short names of types (vec2f, mat3x4h ...) follow a pattern; naga's list leaves them out.
    let stem = name.strip_suffix(['f', 'h', 'i', 'u']).unwrap_or(name);
    let short = ["vec", "mat"].iter().any(|t| stem.starts_with(t)) && BUILTIN_IDENTIFIERS.contains(&stem);
    short || BUILTIN_IDENTIFIERS.contains(&name) || RESERVED.contains(&name)
}

/// Names of three letters and more that kernels are glued with, and that no file has.
const GLUE: &[&str] = &[
    "PlanConstants",
    "Word",
    "dy1",
    "half_out",
    "half_out2",
    "op_da",
    "op_da_one",
    "op_db",
    "op_db_one",
    "op_first",
    "op_one",
    "op_second",
    "op_y",
    "op_y_one",
    "plan_constants",
    "read_biases",
    "read_scales",
    "run_of",
    "sum_out",
    "sum_out2",
    "write_partials",
    "whole_keys",
    "whole_terms",
];

/// Whether a name means something in kernels, or is declared by a function of the catalogue.
pub(super) fn reserved(name: &str) -> bool {
    GLUE.contains(&name) || wgsl::names().any(|word| word == name)
}
