// The command line tool's readers, where they look for each other.

#[allow(dead_code, unused_imports)]
#[path = "../../cli/src/array/mod.rs"]
mod array;
#[allow(dead_code, unused_imports)]
#[path = "../../cli/src/output/mod.rs"]
mod output;
