//! NumPy's .npz files: zip archives of .npy files, stored or deflated.

use std::fs::File;
use std::io::{Read, Seek};

use anyhow::{Context, Result, bail};
use zip::ZipArchive;
use zip::read::ZipFile;

/// The ending of the files within.
const ENDING: &str = ".npy";
/// Names in a message.
const NAMES: usize = 20;

/// An archive's array of this name, or its only one, as a .npy file.
pub(super) fn member<'a>(archive: &'a mut ZipArchive<File>, name: Option<&str>) -> Result<ZipFile<'a, File>> {
    let names = names(archive);
    let name = match (name, &names[..]) {
        (Some(name), _) if names.iter().any(|known| known == name) => name.to_owned(),
        (Some(name), _) => bail!("it has no array {name:?}; it has {}", listed(&names)),
        (None, [only]) => only.clone(),
        (None, []) => bail!("it has no arrays"),
        (None, _) => bail!("use FILE:NAME to select one of its arrays: {}", listed(&names)),
    };
    archive.by_name(&format!("{name}{ENDING}")).with_context(|| format!("its array {name:?} cannot be unpacked"))
}

pub(super) fn open(file: File) -> Result<ZipArchive<File>> {
    ZipArchive::new(file).context("it is no .npz file")
}

fn names(archive: &ZipArchive<impl Read + Seek>) -> Vec<String> {
    let mut names: Vec<String> =
        archive.file_names().filter_map(|name| name.strip_suffix(ENDING)).map(str::to_owned).collect();
    names.sort_unstable();
    names
}

fn listed(names: &[String]) -> String {
    let mut text = names.iter().take(NAMES).map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
    if names.len() > NAMES {
        text += &format!(" and {} more", names.len() - NAMES);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::SimpleFileOptions;

    use super::super::{Array, ArrayPath, Scalar, read};

    fn archive(arrays: &[(&str, &[u8])]) -> tempfile::NamedTempFile {
        let file = tempfile::Builder::new().suffix(".npz").tempfile().unwrap();
        let mut archive = zip::ZipWriter::new(file.reopen().unwrap());
        for (method, (name, bytes)) in
            [zip::CompressionMethod::Deflated, zip::CompressionMethod::Stored].iter().cycle().zip(arrays)
        {
            archive.start_file(*name, SimpleFileOptions::default().compression_method(*method)).unwrap();
            archive.write_all(bytes).unwrap();
        }
        archive.finish().unwrap();
        file
    }

    fn npy(values: &[f32]) -> Vec<u8> {
        let mut bytes = super::super::npy::encode(&[values.len()], Scalar::F32).unwrap();
        values.iter().for_each(|value| bytes.extend(value.to_le_bytes()));
        bytes
    }

    fn of(file: &tempfile::NamedTempFile, name: &str) -> anyhow::Result<Array> {
        let path = format!("{}{name}", file.path().display());
        read(&ArrayPath::from(&*path), Scalar::F32)
    }

    #[test]
    fn arrays_are_found_by_name() {
        let file = archive(&[("x.npy", &npy(&[1.0, 2.0])), ("y.npy", &npy(&[3.0])), ("readme.txt", b"no array")]);
        assert_eq!(of(&file, ":x").unwrap(), Array { shape: vec![2], data: vec![1.0, 2.0] });
        assert_eq!(of(&file, ":y").unwrap().data, [3.0]);
        let only = archive(&[("arr_0.npy", &npy(&[4.0]))]);
        assert_eq!(of(&only, "").unwrap().data, [4.0]);
        let short = archive(&[("x.npy", &npy(&[1.0, 2.0])[..133])]);
        let not = tempfile::Builder::new().suffix(".npz").tempfile().unwrap();
        for (file, name, named) in [
            (&file, "", "FILE:NAME"),
            (&file, ":z", r#"it has "x", "y""#),
            (&short, ":x", "needs 8 bytes of data"),
            (&not, "", "no .npz file"),
            (&archive(&[]), "", "no arrays"),
        ] {
            let error = format!("{:#}", of(file, name).unwrap_err());
            assert!(error.contains(named), "{error}");
        }
    }
}
