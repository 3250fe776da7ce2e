//! `activations study train`

use anyhow::{Result, ensure};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use wgpu_activations_studies::Init;
use wgpu_activations_studies::train::{Epoch, Setting, Training};

use super::chosen::Chosen;
use super::data;
use super::sheet::{Files, Sheet};
use crate::array::ArrayPath;
use crate::device::DeviceArgs;
use crate::draw::{Axis, Figure, Panel, Scale, Series};
use crate::number;
use crate::text::{Table, progress};

#[derive(Args)]
pub(super) struct TrainArgs {
    /// Functions, as NAME or NAME:PARAM=VALUE,...
    #[arg(default_values = ["relu", "silu", "mish", "gelu", "prelu", "swish", "selu", "tanh"])]
    names: Vec<String>,
    /// What to learn: digits, 1,797 images of 8 x 8 pixels; xor; or rows of numbers in a file: .npy, FILE.npz:NAME or FILE.safetensors:NAME
    #[arg(long, default_value = "digits", value_name = "DATA")]
    data: ArrayPath,
    /// The classes of a file's rows, whole numbers from 0 on
    #[arg(long, value_name = "FILE")]
    labels: Option<ArrayPath>,
    /// Trainings of each function, with other weights, rows to test with and orders
    #[arg(long, default_value_t = 3)]
    seeds: u64,
    /// The first seed, from which all random numbers follow
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Train with one after the other of several depths, strengths of noise, or ways to draw weights
    #[arg(long, value_enum)]
    sweep: Option<Sweep>,
    /// Hidden layers [default: 2; 1 for xor]
    #[arg(long)]
    depth: Option<usize>,
    /// Units of each [default: 64; 1 for xor]
    #[arg(long)]
    width: Option<usize>,
    /// Times that all rows are seen
    #[arg(long, default_value_t = 20)]
    epochs: usize,
    /// Rows to a step
    #[arg(long, default_value_t = 64)]
    batch: usize,
    /// Adam's rate [default: 0.002; 0.02 for xor]
    #[arg(long)]
    rate: Option<f64>,
    /// How weights are drawn: xavier, he, lecun, orthogonal, or matched, with each function's own gain
    #[arg(long, default_value_t = Init::Matched)]
    init: Init,
    /// The standard deviation of noise on the inputs, whose own is 1
    #[arg(long, default_value_t = 0.0)]
    noise: f64,
    /// One seed and 10 epochs
    #[arg(long)]
    quick: bool,
    #[command(flatten)]
    files: Files,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Sweep {
    Depth,
    Noise,
    Init,
}

impl Sweep {
    /// The settings that it goes through, each with its place on an axis.
    fn settings(self, setting: Setting) -> Vec<(f64, Setting)> {
        match self {
            Self::Depth => [1, 2, 4, 8, 16, 24].map(|depth| (depth as f64, Setting { depth, ..setting })).to_vec(),
            Self::Noise => [0.0, 0.5, 1.0, 1.5, 2.0].map(|noise| (noise, Setting { noise, ..setting })).to_vec(),
            Self::Init => {
                Init::ALL.into_iter().zip(1..).map(|(init, k)| (f64::from(k), Setting { init, ..setting })).collect()
            }
        }
    }
}

/// The trainings of a function with one setting.
struct Group<'a> {
    name: &'a str,
    place: f64,
    setting: Setting,
    trainings: Vec<Training>,
}

pub(super) fn train(args: &TrainArgs, device: &DeviceArgs) -> Result<()> {
    let places = args.files.claim()?;
    let seeds = if args.quick { 1 } else { args.seeds };
    ensure!((1..=1000).contains(&seeds), "--seeds is from 1 to 1000, not {seeds}");
    let chosen = args.names.iter().map(|name| Chosen::parse(name)).collect::<Result<Vec<_>>>()?;
    let named = args.data.to_string();
    let xor = named == "xor";
    let data = data::read(&args.data, args.labels.as_ref())?;
    let setting = Setting {
        depth: args.depth.unwrap_or(if xor { 1 } else { 2 }),
        width: args.width.unwrap_or(if xor { 1 } else { 64 }),
        epochs: if args.quick { args.epochs.min(10) } else { args.epochs },
        batch: args.batch,
        rate: args.rate.unwrap_or(if xor { 0.02 } else { 2e-3 }),
        init: args.init,
        noise: args.noise,
        seed: args.seed,
    };
    let gpu = device.open()?;
    let settings = args.sweep.map_or(vec![(0.0, setting)], |sweep| sweep.settings(setting));
    let bar = progress(chosen.len() * settings.len() * seeds as usize * setting.epochs);
    let mut groups = Vec::new();
    for (name, chosen) in args.names.iter().zip(&chosen) {
        for &(place, setting) in &settings {
            bar.set_message(name.clone());
            let of = |seed| {
                let setting = Setting { seed: args.seed.wrapping_add(seed), ..setting };
                Training::of(&gpu, chosen.function, &chosen.params, &data, setting, || bar.inc(1))
            };
            groups.push(Group { name, place, setting, trainings: (0..seeds).map(of).collect::<Result<_, _>>()? });
        }
    }
    bar.finish_and_clear();

    let mut table = Table::new([
        "function",
        ">depth",
        "init",
        ">noise",
        ">accuracy",
        ">spread",
        ">loss",
        ">spread",
        ">dead units",
        "learned",
    ]);
    groups.iter().for_each(|group| table.row(cells(group)));
    let of_setting = json!({
        "data": named,
        "seeds": seeds,
        "width": setting.width,
        "batch": setting.batch,
        "rate": setting.rate,
    });
    Sheet {
        study: "train",
        adapter: Some(gpu.info()),
        seed: Some(args.seed),
        settings: of_setting.as_object().cloned().unwrap_or_default(),
        results: groups.iter().flat_map(rows).collect(),
        head: format!(
            "{}, {} units to a layer, {} epochs, Adam at {}, {seeds} seeds",
            if named == "digits" { "digits of 8 x 8 pixels" } else { &named },
            setting.width,
            setting.epochs,
            setting.rate
        ),
        table,
        notes: "Accuracy and loss are of rows that were not learned from, after the last epoch: mean and standard deviation of \
                the seeds. NaN: the net has diverged.\n"
            .to_owned(),
        figure: figure(&groups, args, &setting),
    }
    .write(&places)
}

/// Mean and standard deviation.
fn spread(values: impl Iterator<Item = f64> + Clone) -> [f64; 2] {
    let count = values.clone().count() as f64;
    let mean = values.clone().sum::<f64>() / count;
    let variance = values.map(|v| (v - mean).powi(2)).sum::<f64>() / (count - 1.0).max(1.0);
    [mean, variance.sqrt()]
}

impl Group<'_> {
    fn last(&self, of: impl Fn(Epoch) -> f64 + Copy) -> [f64; 2] {
        spread(self.trainings.iter().filter_map(Training::last).map(of))
    }
}

fn cells(group: &Group<'_>) -> [String; 10] {
    let [accuracy, loss] = [group.last(|epoch| epoch.accuracy), group.last(|epoch| epoch.loss)];
    let learned = group.trainings.first().map_or(String::new(), |training| {
        let layers = training.learned.iter().map(|params| {
            params.iter().map(|(name, value)| format!("{name}={value:.3}")).collect::<Vec<_>>().join(" ")
        });
        layers.filter(|layer| !layer.is_empty()).take(4).collect::<Vec<_>>().join("; ")
    });
    [
        group.name.to_owned(),
        group.setting.depth.to_string(),
        group.setting.init.to_string(),
        group.setting.noise.to_string(),
        format!("{:.2} %", 100.0 * accuracy[0]),
        format!("{:.2}", 100.0 * accuracy[1]),
        format!("{:.4}", loss[0]),
        format!("{:.4}", loss[1]),
        format!("{:.1} %", 100.0 * group.last(|epoch| epoch.dead)[0]),
        learned,
    ]
}

fn rows(group: &Group<'_>) -> Vec<Value> {
    let row = |training: &Training| {
        let last = |of: fn(Epoch) -> f64| number::json(training.last().map_or(f64::NAN, of));
        let curve = |of: fn(&Epoch) -> f64| training.epochs.iter().map(|e| number::json(of(e))).collect::<Vec<Value>>();
        let layer = |params: &Vec<(&'static str, f32)>| {
            let values = params.iter().map(|(name, value)| ((*name).to_owned(), number::json_f32(*value)));
            Value::Object(values.collect())
        };
        json!({
            "function": group.name,
            "seed": training.seed,
            "depth": group.setting.depth,
            "init": group.setting.init.to_string(),
            "noise": group.setting.noise,
            "epochs": training.epochs.len().saturating_sub(1),
            "accuracy": last(|epoch| epoch.accuracy),
            "loss": last(|epoch| epoch.loss),
            "dead": last(|epoch| epoch.dead),
            "learned": training.learned.iter().map(layer).collect::<Vec<_>>(),
            "accuracies": curve(|epoch| epoch.accuracy),
            "losses": curve(|epoch| epoch.loss),
            "dead_units": curve(|epoch| epoch.dead),
        })
    };
    group.trainings.iter().map(row).collect()
}

fn figure(groups: &[Group<'_>], args: &TrainArgs, setting: &Setting) -> Figure {
    type Of = fn(Epoch) -> f64;
    let panels: [(&str, Of); 4] = [
        ("Accuracy", |epoch| epoch.accuracy),
        ("Loss", |epoch| epoch.loss),
        ("Share of dead units", |epoch| epoch.dead),
        ("Errors", |epoch| 1.0 - epoch.accuracy),
    ];
    let along = match args.sweep {
        None => "over epochs".to_owned(),
        Some(Sweep::Depth) => "over hidden layers".to_owned(),
        Some(Sweep::Noise) => "over noise".to_owned(),
        Some(Sweep::Init) => format!("by init: {}", Init::ALL.map(|init| init.to_string()).join(", ")),
    };
    let end = match args.sweep {
        None => setting.epochs as f64,
        Some(_) => groups.iter().map(|group| group.place).fold(0.0, f64::max),
    };
    let panel = |(title, of): (&str, Of)| {
        let mut names: Vec<&str> = groups.iter().map(|group| group.name).collect();
        names.dedup();
        let curve = |name: &str| {
            let own = groups.iter().filter(|group| group.name == name);
            let points = match args.sweep {
                Some(_) => own.map(|group| [group.place, group.last(of)[0]]).collect(),
                None => own.flat_map(|group| over_epochs(group, of)).collect(),
            };
            Series { label: name.to_owned(), points, dots: Vec::new(), filled: false }
        };
        let series: Vec<Series> = names.into_iter().map(curve).collect();
        let values = series.iter().flat_map(|series| series.points.iter().map(|point| point[1]));
        let most = values.filter(|v| v.is_finite()).fold(0.0, f64::max);
        let start = if args.sweep == Some(Sweep::Depth) || args.sweep == Some(Sweep::Init) { 1.0 } else { 0.0 };
        Panel {
            title: format!("{title}, {along}"),
            x: Axis::new(Scale::Linear, start, end.max(start + 1e-9)),
            y: Axis::new(Scale::Linear, 0.0, most.max(1e-3) * 1.05),
            series,
            limit: None,
            raster: None,
        }
    };
    Figure {
        title: "What nets learn".to_owned(),
        description: "Means over seeds, of rows that were not learned from".to_owned(),
        panels: panels.into_iter().map(panel).collect(),
        height: 190.0,
        legend: true,
    }
}

/// The mean of a group after each epoch.
fn over_epochs(group: &Group<'_>, of: fn(Epoch) -> f64) -> Vec<[f64; 2]> {
    let count = group.trainings.first().map_or(0, |training| training.epochs.len());
    let mean = |epoch: usize| spread(group.trainings.iter().map(|training| of(training.epochs[epoch])))[0];
    (0..count).map(|epoch| [epoch as f64, mean(epoch)]).collect()
}
