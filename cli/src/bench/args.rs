//! What the command line asks for.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;

use super::network::Model;
use super::size::Size;
use crate::dtype::Dtype;

/// A fair race: the same numbers for the GPU and for all cores of the CPU, in turn, after a warm-up. Medians are printed, and half the
/// distance of the quartiles; wrong answers fail.
#[derive(Args)]
#[command(
    after_help = "Exit status: 0 if all went well, 1 after an error, 2 for a command line that is none, 3 if a row is slower \
    than its --baseline."
)]
pub(crate) struct BenchArgs {
    /// Names of functions [default: all]
    pub(super) names: Vec<String>,
    /// What tensors hold; the CPU takes part in f32 only
    #[arg(long, value_enum, default_value_t)]
    pub(super) dtype: Dtype,
    /// Numbers of elements; k, M and G are powers of 1024 [default: 1M; functions that the CPU
    /// computes as well also 4k, 32k, 256k and 16M]
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub(super) sizes: Vec<Size>,
    /// Lengths of rows, for functions of rows [default: of 1024 and 50257 those that fit]
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub(super) rows: Vec<Size>,
    /// Repetitions that the medians are taken of [default: 3 to 15, as time allows]; --save and --baseline add to noisy
    /// rows of at least 7
    #[arg(long, value_name = "N")]
    pub(super) repetitions: Option<NonZeroUsize>,
    /// About how long it may take
    #[arg(long, value_name = "N", default_value = "140", conflicts_with = "repetitions")]
    pub(super) seconds: u64,
    /// Only functions that the CPU computes as well, up to 1M elements, in less than 30 seconds
    #[arg(long, conflicts_with_all = ["sizes", "seconds"])]
    pub(super) quick: bool,
    /// Measure what the activations of a network's forward pass take, instead of functions by name
    #[arg(long, value_enum, conflicts_with_all = ["names", "sizes", "rows", "quick", "cpu_only"])]
    pub(super) model: Option<Model>,
    /// Have each call take other tensors, so many that no cache holds them; the CPU takes no part
    #[arg(long, conflicts_with_all = ["cpu_only", "quick", "model"])]
    pub(super) cold: bool,
    /// Measure the CPU alone
    #[arg(long, conflicts_with = "dtype")]
    pub(super) cpu_only: bool,
    /// Also write the results to a JSON file; one FILE may be -, standard output, and then tables go
    /// to standard error
    #[arg(long, value_name = "FILE")]
    pub(super) json: Option<PathBuf>,
    /// Also write the results to a CSV file
    #[arg(long, value_name = "FILE")]
    pub(super) csv: Option<PathBuf>,
    /// Also write a page with pictures and all figures
    #[arg(long, value_name = "FILE.html")]
    pub(super) report: Option<PathBuf>,
    /// Also draw throughput over size, as .svg or .png
    #[arg(long, value_name = "FILE")]
    pub(super) plot: Option<PathBuf>,
    /// Also write the raw samples of every repetition to a JSON file, for --baseline
    #[arg(long, value_name = "FILE.json")]
    pub(super) save: Option<PathBuf>,
    /// Compare each row with that of an earlier --save of the same adapter and driver, as slower, faster, same or undecided
    #[arg(long, value_name = "FILE.json", conflicts_with = "cpu_only")]
    pub(super) baseline: Option<PathBuf>,
    /// Replace existing files
    #[arg(long)]
    pub(super) force: bool,
}
