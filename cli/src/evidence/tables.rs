//! Evidence as tables: what ran where, what is beyond its bound, wins and losses beside copies, machine code, and every function on
//! every driver.

use super::file::{Bench, Check, Evidence, Target, matrix, short};

/// How many of the lines that are nearest to their bounds are told.
const NEAREST: usize = 10;
/// What is rounded once reaches this bound, wherever it runs.
const ROUNDED: f64 = 0.5;
/// How often as long a call may take as what it is as good as.
const AS_GOOD: f64 = 1.1;

/// A table with its heading, and a sentence or two before it.
pub(super) struct Table {
    pub(super) heading: String,
    pub(super) note: String,
    /// Titles of columns. With `>` before them they are to the right.
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Vec<Cell>>,
}

#[derive(Clone, Default)]
pub(super) struct Cell {
    pub(super) text: String,
    /// What stands in it where there is room, and what else is known.
    pub(super) more: Option<[String; 2]>,
    /// What is not as it should be.
    pub(super) loss: bool,
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self { text, ..Self::default() }
    }
}

fn cells<const N: usize>(texts: [&str; N]) -> Vec<Cell> {
    texts.map(|text| text.to_owned().into()).to_vec()
}

/// Titles of columns, the last of which are the names of some evidence.
fn head(first: &[&str], all: &[&Evidence]) -> Vec<String> {
    first.iter().map(|title| (*title).to_owned()).chain(all.iter().map(|e| format!(">{}", e.label))).collect()
}

pub(super) fn tables(all: &[Evidence]) -> Vec<Table> {
    let ran: Vec<&Evidence> = all.iter().filter(|e| !e.check.is_empty()).collect();
    let copies = speed(all, "The time of a call, in copies of as much data", "a copy", |b| Some(b.copies()));
    let formulas =
        speed(all, "The same, in calls of the naive formula", "the formula with WGSL's built-ins", Bench::formulas);
    let tables = [Some(drivers(&ran)), compilers(all), beyond(&ran), nearest(&ran), copies, formulas];
    let errors = errors(&ran);
    tables.into_iter().flatten().chain(machine_code(all)).chain([errors]).collect()
}

fn drivers(all: &[&Evidence]) -> Table {
    let row = |e: &&Evidence| {
        let (checks, beyond) = (e.check.len(), e.beyond().count());
        let inputs: u64 = e.check.iter().map(|line| line.inputs).sum();
        let mut row = cells([&e.label, &e.name(), e.adapter("driver"), e.adapter("backend"), &e.date, &e.version]);
        row.extend([checks, checks - beyond].map(|count| Cell::from(count.to_string())));
        row.push(Cell { loss: beyond > 0, ..beyond.to_string().into() });
        row.push(format!("{:.1} M", inputs as f64 / 1e6).into());
        row
    };
    Table {
        heading: "Drivers".into(),
        note: "Every pass of every function, beside the reference in f64.".into(),
        head: head(
            &["", "adapter", "driver", "backend", "day", "version", ">checks", ">within", ">beyond", ">inputs"],
            &[],
        ),
        rows: all.iter().map(row).collect(),
    }
}

/// Compilers that were given texts to compile, where there are some.
fn compilers(all: &[Evidence]) -> Option<Table> {
    let rows: Vec<Vec<Cell>> = all
        .iter()
        .filter_map(|e| {
            let texts = e.texts.as_ref()?;
            let mut row = cells([&e.label, &e.name(), &e.date, &texts.compiled.to_string()]);
            row.push(Cell { loss: !texts.refused.is_empty(), ..texts.refused.len().to_string().into() });
            let warnings = texts.warnings.iter().map(|(code, count)| format!("{code}: {count}"));
            row.push(warnings.collect::<Vec<_>>().join(", ").into());
            Some(row)
        })
        .collect();
    let note = "Kernels that they were given, did not take, and warned of; nothing was run.";
    let head = head(&["", "version", "day", ">kernels", ">refused", "warnings"], &[]);
    (!rows.is_empty()).then(|| Table { heading: "Compilers".into(), note: note.into(), head, rows })
}

fn beyond(all: &[&Evidence]) -> Option<Table> {
    let rows = all.iter().flat_map(|e| e.beyond().map(|line| cells([&e.label, &line.title(), &line.told()])));
    let rows: Vec<_> = rows.collect();
    let note = if rows.is_empty() { "Nothing." } else { "" };
    let head = if rows.is_empty() { Vec::new() } else { head(&["", "pass", "error"], &[]) };
    Some(Table { heading: "Beyond a bound".into(), note: note.into(), head, rows })
}

/// What nearly is beyond; drivers that agree share a row.
fn nearest(all: &[&Evidence]) -> Option<Table> {
    let mut near: Vec<(&Check, [String; 2], Vec<&str>)> = Vec::new();
    for e in all {
        for line in e.check.iter().filter(|line| line.ok && line.bound() > ROUNDED) {
            let told = [line.title(), line.told()];
            match near.iter_mut().find(|(_, known, _)| *known == told) {
                Some((_, _, labels)) => labels.push(&e.label),
                None => near.push((line, told, vec![&e.label])),
            }
        }
    }
    near.sort_by(|(a, ..), (b, ..)| b.share().total_cmp(&a.share()));
    let rows = near.iter().take(NEAREST).map(|(_, [title, told], labels)| cells([title, told, &labels.join("; ")]));
    let rows: Vec<_> = rows.collect();
    let head = head(&["pass", "error", "where"], &[]);
    (!rows.is_empty()).then(|| Table { heading: "Nearest to a bound".into(), note: String::new(), head, rows })
}

/// Ratios of times that some of the evidence has, with what is to be said of those that are as good.
fn speed(all: &[Evidence], heading: &str, than: &str, ratio: fn(&Bench) -> Option<f64>) -> Option<Table> {
    let timed: Vec<&Evidence> = all.iter().filter(|e| e.bench.iter().any(|b| ratio(b).is_some())).collect();
    let mut rows: Vec<([String; 2], Vec<Cell>)> = Vec::new();
    let mut counts = vec![(0, 0); timed.len()];
    for (k, e) in timed.iter().enumerate() {
        for (b, ratio) in e.bench.iter().filter_map(|b| Some((b, ratio(b)?))) {
            let key = [format!("`{}` {}", b.function, b.pass), b.elements.to_string()];
            let place = rows.iter().position(|(of, _)| *of == key).unwrap_or_else(|| {
                rows.push((key, vec![Cell::default(); timed.len()]));
                rows.len() - 1
            });
            let loss = ratio.is_nan() || ratio > AS_GOOD;
            counts[k] = (counts[k].0 + usize::from(!loss), counts[k].1 + 1);
            rows[place].1[k] = Cell { loss, ..format!("{ratio:.2}").into() };
        }
    }
    let wins = timed.iter().zip(counts).map(|(e, (wins, of))| format!("{} {wins} of {of}", e.label));
    let wins = wins.collect::<Vec<_>>().join("; ");
    let note = format!("Medians of the ratios of each repetition. As good as {than}, up to {AS_GOOD}: {wins}.");
    let rows: Vec<_> =
        rows.into_iter().map(|([pass, elements], found)| [cells([&pass, &elements]), found].concat()).collect();
    (!rows.is_empty()).then(|| Table { heading: heading.into(), note, head: head(&["", ">elements"], &timed), rows })
}

/// Busy cycles of GPUs that machine code was asked of, each driver once.
fn machine_code(all: &[Evidence]) -> Vec<Table> {
    let mut targets: Vec<&Target> = Vec::new();
    for target in all.iter().filter_map(|e| e.isa.as_ref()).flat_map(|isa| &isa.targets) {
        if targets.iter().all(|known| (&known.device, &known.driver) != (&target.device, &target.driver)) {
            targets.push(target);
        }
    }
    targets.into_iter().map(cycles).collect()
}

fn cycles(target: &Target) -> Table {
    let known = || target.results.iter().filter(|line| line.per_128.is_some());
    let mut dtypes: Vec<&str> = Vec::new();
    known().for_each(|line| {
        if !dtypes.contains(&&*line.dtype) {
            dtypes.push(&line.dtype);
        }
    });
    let mut rows: Vec<(String, Vec<Cell>)> = Vec::new();
    for line in known() {
        let title = format!("`{}` {}", line.function, line.pass);
        let number = |cycles: Option<f64>| Cell::from(cycles.map_or_else(String::new, |cycles| format!("{cycles:.0}")));
        if rows.last().is_none_or(|(last, _)| *last != title) {
            let beside = [line.copy_per_128, line.naive_per_128].map(number);
            rows.push((title, [beside.to_vec(), vec![Cell::default(); dtypes.len()]].concat()));
        }
        let place = dtypes.iter().position(|&dtype| dtype == line.dtype);
        if let (Some((_, row)), Some(place)) = (rows.last_mut(), place) {
            row[2 + place] = number(line.per_128);
        }
    }
    let mut head = head(&["", ">copy", ">naive formula"], &[]);
    head.extend(dtypes.iter().map(|dtype| format!(">{dtype}")));
    let rows = rows.into_iter().map(|(title, found)| [vec![Cell::from(title)], found].concat());
    Table {
        heading: format!("Machine code for {}, {}", target.device, target.driver),
        note: "Cycles that a SIMD is busy with 128 elements, as the driver estimates; beside them a kernel that only copies, and the \
               formula with WGSL's built-ins, both in f32. Nothing was run."
            .into(),
        head,
        rows: rows.collect(),
    }
}

/// Every function on every driver.
fn errors(all: &[&Evidence]) -> Table {
    let cell = |line: Option<&Check>| {
        let Some(line) = line else { return Cell::default() };
        let ulp = if line.error.is_some() { "error".to_owned() } else { short(line.ulp()) };
        let more = [format!("{ulp} / {}", short(line.bound())), format!("{}: {}", line.title(), line.told())];
        let text = if line.ok { format!("{:.2}", line.share()) } else { short(line.share()) };
        Cell { text, more: Some(more), loss: !line.ok }
    };
    let rows = matrix(all)
        .into_iter()
        .map(|(name, lines)| [vec![Cell::from(format!("`{name}`"))], lines.into_iter().map(cell).collect()].concat());
    Table {
        heading: "The largest error of each function, as a share of its bound".into(),
        note: "index.html has the errors and bounds in ULP, and where each is.".into(),
        head: head(&[""], all),
        rows: rows.collect(),
    }
}
