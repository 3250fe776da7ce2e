//! Paths of arrays: `x.npy`, `table.npz:x`, or `model.safetensors:layer.weight`.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use crate::output;

/// A file, and the name of a tensor in it where the file may hold several.
#[derive(Clone, Debug)]
pub(crate) struct ArrayPath {
    pub(crate) path: PathBuf,
    pub(crate) tensor: Option<String>,
}

const ENDING: &str = ".safetensors";
const ARCHIVE: &str = ".npz";

impl From<OsString> for ArrayPath {
    fn from(text: OsString) -> Self {
        let named = text.to_str().and_then(|text| {
            let lower = text.to_ascii_lowercase();
            let ends = [ENDING, ARCHIVE].map(|ending| Some(lower.find(&format!("{ending}:"))? + ending.len()));
            let end = ends.into_iter().flatten().min()?;
            Some(Self { path: text[..end].into(), tensor: Some(text[end + 1..].to_owned()) })
        });
        named.unwrap_or_else(|| Self { path: text.into(), tensor: None })
    }
}

impl From<&str> for ArrayPath {
    fn from(text: &str) -> Self {
        OsString::from(text).into()
    }
}

impl ArrayPath {
    /// Whether it is a .safetensors file; all others but [archives](Self::is_npz) are .npy files.
    pub(crate) fn is_safetensors(&self) -> bool {
        output::ending(&self.path).is_some_and(|ending| ENDING[1..] == ending)
    }

    /// Whether it is a .npz file, an archive of .npy files.
    pub(crate) fn is_npz(&self) -> bool {
        output::ending(&self.path).is_some_and(|ending| ARCHIVE[1..] == ending)
    }

    /// Whether it is standard input or output.
    pub(crate) fn is_stdio(&self) -> bool {
        output::is_stdio(&self.path)
    }
}

impl fmt::Display for ArrayPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path.display().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_ending() {
        let cases = [
            ("x.npy", "x.npy", None),
            ("a:b.npy", "a:b.npy", None),
            ("m.safetensors", "m.safetensors", None),
            ("d/m.safetensors:layer.0:w", "d/m.safetensors", Some("layer.0:w")),
            (r"C:\m.safetensors:w", r"C:\m.safetensors", Some("w")),
            ("M.SafeTensors:W", "M.SafeTensors", Some("W")),
            ("t.npz:x", "t.npz", Some("x")),
            ("m.safetensors:", "m.safetensors", Some("")),
            ("m.safetensors:a.safetensors:b", "m.safetensors", Some("a.safetensors:b")),
        ];
        for (text, file, tensor) in cases {
            let path = ArrayPath::from(text);
            assert_eq!((path.path.to_str(), path.tensor.as_deref()), (Some(file), tensor), "{text}");
            assert_eq!(path.is_safetensors(), text.to_lowercase().contains("safetensors"), "{text}");
        }
    }
}
