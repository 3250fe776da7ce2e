//! The binary as its users meet it: arguments and files in; text, files and an exit status out.

mod adapter;
mod baseline;
mod bench;
mod catalogue;
mod evidence;
mod files;
mod floors;
mod inputs;
mod isa;
mod more;
mod outputs;
mod plot;
mod run;
#[cfg(target_os = "linux")]
mod stream;
mod study;
mod support;
mod tensors;
