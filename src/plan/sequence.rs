//! Plans for launchers that bind by position.

use super::{Contents, Launch, LaunchAccess, LaunchPlan, Slot};
use crate::wgsl;

/// The variable that holds all constants of a kernel.
const CONSTANTS: &str = "plan_constants";

impl LaunchPlan {
    /// The same for launchers that bind by position and pool their memory, as cubecl does: bindings are numbered from 0 on as they are
    /// listed, those of buffers are all `var<storage, read_write>`, since several may lie in one, and a single uniform comes last, whose
    /// bytes are the arguments followed by the parameters' values.
    ///
    /// ```
    /// use wgpu_activations::{Contents, Limits, Spec, activation::LEAKY_RELU};
    /// let plan = Spec::backward(&LEAKY_RELU).plan(64, &Limits::default())?.in_sequence();
    /// let [x, dy, dx, constants] = &plan.launches[0].bindings[..] else { panic!("three buffers and a uniform") };
    /// assert_eq!([x.binding, dy.binding, dx.binding, constants.binding], [0, 1, 2, 3]);
    /// let Contents::Bytes(bytes) = &constants.contents else { panic!("a uniform has bytes") };
    /// assert!(bytes.ends_with(bytemuck::cast_slice(&[0.01f32, 0.0, 0.0, 0.0])));
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    pub fn in_sequence(mut self) -> Self {
        self.launches.iter_mut().for_each(sequence);
        self
    }
}

fn sequence(launch: &mut Launch) {
    let mut bytes = Vec::new();
    let mut fields = String::new();
    let mut declarations = String::new();
    let mut bindings = Vec::new();
    for mut binding in std::mem::take(&mut launch.bindings) {
        let (start, name) = (format!("@group(0) @binding({}) ", binding.binding), binding.name);
        let Some(line) = launch.text.lines().find(|line| line.starts_with(&start)) else { continue };
        let (line, of) =
            (line.to_owned(), line.split_once(": ").map_or("", |(_, of)| of).trim_end_matches(';').to_owned());
        launch.text = launch.text.replace(&(line + "\n"), "");
        match binding.contents {
            Contents::Bytes(constants) => {
                fields += &format!("    {name}: {of},\n");
                bytes.extend(constants);
            }
            Contents::Buffer { .. } => {
                binding.binding = bindings.len() as u32;
                binding.access = LaunchAccess::ReadWrite;
                declarations +=
                    &format!("@group(0) @binding({}) var<storage, read_write> {name}: {of};\n", binding.binding);
                bindings.push(binding);
            }
        }
    }
    let constants = [Slot::Args, Slot::Params].map(Slot::name);
    let text = wgsl::rename(&launch.text, |word| constants.contains(&word), &format!("{CONSTANTS}."));
    let binding = bindings.len() as u32;
    declarations += &format!(
        "struct PlanConstants {{\n{fields}}}\n\n@group(0) @binding({binding}) var<uniform> {CONSTANTS}: PlanConstants;\n"
    );
    launch.text = format!("{text}\n{declarations}");
    let (access, contents) = (LaunchAccess::Uniform, Contents::Bytes(bytes));
    bindings.push(super::LaunchBinding { binding, name: CONSTANTS, access, contents });
    launch.bindings = bindings;
}
