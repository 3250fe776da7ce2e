//! Every elementwise function in a picture of its own, and a page that shows them.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use wgpu_activations::Activation;
use wgpu_activations::activation::ALL;

use super::curves;
use super::interval::Interval;
use super::request::Request;
use crate::device::DeviceArgs;
use crate::draw::Format;
use crate::number;
use crate::output::{Claims, Staged};
use crate::text;

/// Writes all pictures and the page, or nothing.
pub(super) fn gallery(directory: &Path, range: Interval, force: bool, device: &DeviceArgs) -> Result<()> {
    fs::create_dir_all(directory).with_context(|| format!("cannot create {}", directory.display()))?;
    let mut claims = Claims::new(force);
    let mut output = |name: String, ending| claims.claim(&directory.join(name), &[ending]);
    let pictures = ALL.iter().map(|a| output(format!("{}.svg", a.name), "svg")).collect::<Result<Vec<_>>>()?;
    let page = output("README.md".into(), "md")?;
    let gpu = device.open()?;
    let bar = text::progress(ALL.len());
    let mut staged: Vec<Staged> = Vec::new();
    for (a, picture) in ALL.iter().zip(pictures) {
        bar.set_message(a.name);
        let figure = curves::figure(&gpu, &[shown(a)?], range)?;
        let content = Format::Svg.render(&figure)?;
        staged.push(picture.stage(&content)?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    staged.push(page.stage(index(range).as_bytes())?);
    staged.into_iter().try_for_each(Staged::commit)?;
    text::print(format_args!("wrote {} pictures and README.md to {}\n", ALL.len(), directory.display()))
}

/// The function with its defaults, except where these fill the picture with waves.
fn shown(a: &'static Activation) -> Result<Request> {
    let function = a.function();
    Ok(Request::new(a, if a.name == "sine" { function.set("omega", 3.0)? } else { function }))
}

/// The page, family by family.
fn index(range: Interval) -> String {
    let [low, high] = [range.low, range.high].map(number::signed);
    let mut page = format!(
        "# Gallery\n\n\
         Every elementwise function and its derivative from {low} to {high}, with default parameters, as a GPU computed them:\n\
         `activations plot --gallery DIR` made this page. A dot is the value at a jump.\n"
    );
    let mut kinds: Vec<String> = Vec::new();
    for kind in ALL.iter().map(|a| a.kind.to_string()) {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    for kind in kinds {
        let _ = write!(page, "\n## {}\n\n| function | f(x) and f′(x) |\n|---|---|\n", capital(&kind));
        ALL.iter().filter(|a| a.kind.to_string() == kind).for_each(|a| page += &row(a));
    }
    page
}

fn row(a: &Activation) -> String {
    let code = |text: &str| format!("`{}`", text.replace('|', "\\|"));
    let params: Vec<String> =
        a.params.iter().map(|p| code(&format!("{} = {}", p.name, number::signed(p.default as f32)))).collect();
    let facts = [code(a.formula), code(a.derivative), params.join(", ")].into_iter().filter(|fact| !fact.is_empty());
    let facts: Vec<String> = facts.collect();
    let name = a.name;
    format!(
        "| **{name}**<br>{} | <img src=\"{name}.svg\" alt=\"{name} and its derivative\" width=\"560\"> |\n",
        facts.join("<br>")
    )
}

fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map(|first| first.to_ascii_uppercase().to_string() + rest.as_str()).unwrap_or_default()
}
