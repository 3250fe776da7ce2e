//! wgpu's errors as ours: scopes round creations on anybody's device, and what a device of our own reports.

use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Error, Result};

/// Runs some creating calls; an error that wgpu raises in them becomes the result instead of a panic, and never reaches
/// the handler of the device's owner.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn guarded<T>(device: &wgpu::Device, what: &str, create: impl FnOnce() -> T) -> Result<T> {
    use wgpu::ErrorFilter::{Internal, OutOfMemory, Validation};
    let scopes = [Validation, OutOfMemory, Internal].map(|filter| device.push_error_scope(filter));
    let made = create();
    let mut errors = scopes.into_iter().rev().map(|scope| pollster::block_on(scope.pop())).collect::<Vec<_>>();
    match errors.drain(..).flatten().next() {
        Some(error) => Err(translate(what, &error)),
        None => Ok(made),
    }
}

/// On the web an error scope cannot be waited for; errors go to the handler of the device's owner.
#[cfg(target_arch = "wasm32")]
pub(crate) fn guarded<T>(_: &wgpu::Device, _: &str, create: impl FnOnce() -> T) -> Result<T> {
    Ok(create())
}

fn translate(what: &str, error: &wgpu::Error) -> Error {
    let message = error.to_string();
    // On a lost device creating succeeds in silence, and what was created (labelled `what`) turns out invalid at its use.
    let lost = message.contains("is lost") || message.contains(&format!("'{what}' label is invalid"));
    match error {
        wgpu::Error::OutOfMemory { .. } => Error::OutOfMemory { what: what.to_owned() },
        _ if lost => Error::DeviceLost { reason: "found while working with it".to_owned() },
        _ => Error::Gpu { what: what.to_owned(), message },
    }
}

/// What a device of our own has reported since the last look.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults(Arc<State>);

#[derive(Debug, Default)]
struct State {
    lost: Mutex<Option<String>>,
    error: Mutex<Option<Error>>,
}

impl Faults {
    /// Listens to a device that has no other listener.
    pub(crate) fn listen(device: &wgpu::Device) -> Self {
        let faults = Self::default();
        let state = faults.0.clone();
        device.set_device_lost_callback(move |reason, message| {
            let text = if message.is_empty() { format!("{reason:?}") } else { message };
            state.lost.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(text);
        });
        let state = faults.0.clone();
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
            let error = translate("the device reports", &error);
            state.error.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        }));
        faults
    }

    /// Fails if the device was lost, or if it has reported an error since the last call.
    pub(crate) fn check(&self) -> Result<()> {
        if let Some(reason) = self.0.lost.lock().unwrap_or_else(PoisonError::into_inner).clone() {
            return Err(Error::DeviceLost { reason });
        }
        match self.0.error.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }
}
