//! Plans of dispatches, which are made once for a function and a size.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use burn_cubecl::cubecl::client::Client;
use wgpu_activations::{Extent, LaunchPlan, Limits, Spec, Tuning};

use crate::call::Call;
use crate::error::Result;

/// How many plans are kept; programs whose sizes change all the time begin anew after so many.
const KEPT: usize = 1024;

/// A plan whose texts have numbers, so that nobody compares them whole.
#[derive(Debug)]
pub(crate) struct Numbered {
    pub(crate) plan: LaunchPlan,
    /// The number of each launch's text.
    pub(crate) texts: Vec<usize>,
}

/// What tells plans apart; parameters' values by their bits.
type Key = (Spec, Extent, Vec<u32>, Limits);

#[derive(Default)]
struct Plans {
    plans: HashMap<Key, Arc<Numbered>>,
    /// The number of every text there has been.
    texts: HashMap<String, usize>,
}

static PLANS: LazyLock<Mutex<Plans>> = LazyLock::new(Mutex::default);

/// The plan of a kernel with a call's values, for a device of burn's.
pub(crate) fn plan(spec: Spec, call: &Call, extent: Extent, client: &Client) -> Result<Arc<Numbered>> {
    let limits = limits(client);
    let values = call.with().params().iter().map(|value| value.to_bits()).collect();
    let key = (spec, extent, values, limits);
    let mut plans = PLANS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(plan) = plans.plans.get(&key) {
        return Ok(plan.clone());
    }
    let plan =
        if call.weighted() { spec.plan(extent, &limits)? } else { spec.plan_with(call.with(), extent, &limits)? };
    let plan = plan.in_sequence();
    let texts = plan.launches.iter().map(|launch| plans.number(&launch.text)).collect();
    if plans.plans.len() >= KEPT {
        plans.plans.clear();
    }
    let plan = Arc::new(Numbered { plan, texts });
    plans.plans.insert(key, plan.clone());
    Ok(plan)
}

impl Plans {
    fn number(&mut self, text: &str) -> usize {
        let next = self.texts.len();
        *self.texts.entry(text.to_owned()).or_insert(next)
    }
}

/// What a device allows.
fn limits(client: &Client) -> Limits {
    let properties = client.properties();
    // A software adapter is no card.
    let software = properties.identity.physical.is_none();
    Limits {
        binding: properties.memory.max_page_size,
        alignment: properties.memory.alignment,
        groups: properties.hardware.max_cube_count.0.into(),
        buffers: properties.hardware.max_bindings.into(),
        tuning: if software { Tuning::SOFTWARE } else { Tuning::DISCRETE },
    }
}
