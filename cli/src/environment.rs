//! The environment variables that drivers expect.

/// Restarts the program where `XDG_RUNTIME_DIR` is missing, as it is in containers and in jobs of a scheduler: Wayland's
/// library, which Vulkan and OpenGL drivers ask for a display, would write two lines about it to stderr. A process cannot
/// safely change its own environment, and the lines come from a library that has no other switch. The directory does not
/// exist, so nobody can put the socket of a display there; no display is needed.
#[cfg(target_os = "linux")]
pub(crate) fn complete() {
    use std::ffi::OsStr;
    use std::os::unix::process::CommandExt;
    use std::path::Path;
    use std::process::Command;

    const NAME: &str = "XDG_RUNTIME_DIR";
    if std::env::var_os(NAME).is_some_and(|value| Path::new(&value).is_absolute()) {
        return;
    }
    let mut args = std::env::args_os();
    let name = args.next();
    let mut command = Command::new("/proc/self/exe");
    command.arg0(name.as_deref().unwrap_or(OsStr::new("activations"))).args(args).env(NAME, "/nonexistent");
    // It returns only where it failed, and then the lines are all that is lost.
    let _ = command.exec();
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn complete() {}
