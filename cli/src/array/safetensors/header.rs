//! The header of a .safetensors file: JSON, such as
//! `{"w": {"dtype": "F32", "shape": [3, 4], "data_offsets": [0, 48]}}`.

use std::collections::{HashMap, HashSet};
use std::fmt::{self, Display};

use anyhow::{Result, ensure};
use safetensors::tensor::TensorInfo;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

type Comments = HashMap<String, String>;
type Parsed = (Option<Comments>, Vec<(String, TensorInfo)>);

/// The key of the comments, beside the names of tensors.
pub(super) const COMMENTS: &str = "__metadata__";

/// The comments and the tensors of a header, in its order.
pub(super) fn parse(text: &[u8]) -> Result<Parsed> {
    let mut json = serde_json::Deserializer::from_slice(text);
    let parsed = json.deserialize_map(Entries).and_then(|parsed| json.end().map(|()| parsed));
    let (comments, tensors) = parsed.map_err(clipped)?;
    let mut names = HashSet::new();
    for (name, _) in &tensors {
        ensure!(names.insert(name), "the header lists the name {} twice", quoted(name));
    }
    Ok((comments, tensors))
}

/// Visits the entries one by one: a `HashMap` would hide duplicate names.
struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Parsed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the tensors by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Parsed, A::Error> {
        let (mut comments, mut tensors) = (None, Vec::new());
        while let Some(name) = map.next_key::<String>()? {
            if name != COMMENTS {
                tensors.push((name, map.next_value()?));
            } else if comments.replace(map.next_value()?).is_some() {
                return Err(A::Error::duplicate_field(COMMENTS));
            }
        }
        Ok((comments, tensors))
    }
}

/// A parser's message, shortened and escaped: a hostile header may put anything into it.
pub(super) fn clipped(error: impl Display) -> anyhow::Error {
    let text = error.to_string();
    let short: String = text.chars().take(160).collect();
    let rest = if short.len() < text.len() { " ..." } else { "" };
    anyhow::anyhow!("the header is not valid: {}{rest}", short.escape_debug())
}

/// A name in quotes, escaped and shortened.
pub(super) fn quoted(name: &str) -> String {
    let short: String = name.chars().take(60).collect();
    let rest = if short.len() < name.len() { "..." } else { "" };
    format!("{short:?}{rest}")
}

/// The first names of a file's tensors.
pub(super) fn names(tensors: &[(String, TensorInfo)]) -> String {
    let shown: Vec<String> = tensors.iter().take(6).map(|(name, _)| quoted(name)).collect();
    match tensors.len().checked_sub(shown.len()) {
        _ if tensors.is_empty() => "none".into(),
        Some(0) | None => shown.join(", "),
        Some(more) => format!("{} and {more} more", shown.join(", ")),
    }
}
