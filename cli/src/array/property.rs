//! Properties of the readers that hold for any bytes, for tests and the fuzzer.

use std::io::Cursor;

use anyhow::Result;
use wgpu_activations::half::{bf16, f16};

use super::layout::Layout;
use super::scalar::Number;
use super::source::{Array, Source};
use super::{npy, safetensors};

/// A .npy file is refused in one short line, or is an array that survives being written and read.
pub(crate) fn npy(bytes: &[u8]) {
    let layout = |bytes: &[u8], len| npy::layout(bytes, len);
    let len = bytes.len() as u64;
    if let Some(array) = read::<f32>(bytes, layout(bytes, len)) {
        again(&array);
        again(&read::<f16>(bytes, layout(bytes, len)).expect("what is read as f32 is read as f16"));
        let short = read::<bf16>(bytes, layout(bytes, len)).expect("and as bf16, which such files do not hold");
        assert_eq!(short.data.len(), array.data.len());
    }
    // A file that shrinks after its length was asked for.
    assert!(read::<f32>(bytes, layout(bytes, len + 1)).is_none(), "read more than there is");
}

/// A .safetensors file is refused likewise, or its tensors can be read and are the same once the file is written again.
pub(crate) fn safetensors(bytes: &[u8]) {
    let len = bytes.len() as u64;
    let safetensors::Contents { comments, tensors, .. } = match safetensors::contents(bytes, len) {
        Ok(contents) => contents,
        Err(error) => return brief(&error),
    };
    for (name, info) in tensors.iter().take(8) {
        let layout = safetensors::layout(bytes, len, Some(name));
        if let Ok(layout) = &layout {
            assert_eq!(layout.shape, info.shape);
            assert!(layout.start + (layout.count * layout.dtype.size()) as u64 <= len, "{name} ends behind the file");
            let array = Source::of(Cursor::new(bytes), layout_of(layout)).array::<bf16>().expect("all of it is there");
            assert_eq!(array.data.len(), info.shape.iter().product::<usize>());
        }
        read::<f32>(bytes, layout);
    }
    // Escapes may make a header too long to be written.
    let Ok((head, offsets)) = safetensors::encode(comments.clone(), &tensors) else { return };
    let data: usize = tensors.iter().map(|(_, info)| info.data_offsets.1 - info.data_offsets.0).sum();
    let file = [head, vec![0; data]].concat();
    let written = safetensors::contents(file.as_slice(), file.len() as u64).expect("what was written is read");
    assert_eq!((written.comments, written.tensors.len()), (comments, tensors.len()));
    for ((name, info), offset) in tensors.iter().zip(offsets) {
        let (_, now) = written.tensors.iter().find(|(known, _)| known == name).expect("no tensor is lost");
        assert_eq!((now.dtype, &now.shape), (info.dtype, &info.shape), "{name}");
        assert_eq!(written.start + now.data_offsets.0 as u64, offset, "{name}");
    }
}

/// The array that a layout describes, if there is one.
fn read<T: Number>(bytes: &[u8], layout: Result<Layout>) -> Option<Array<T>> {
    let array = layout.and_then(|layout| Source::of(Cursor::new(bytes), layout).array());
    array.inspect_err(brief).ok()
}

fn layout_of(layout: &Layout) -> Layout {
    Layout { shape: layout.shape.clone(), ..*layout }
}

/// Fails unless an array is the same when it is written and read.
fn again<T: Number>(array: &Array<T>) {
    assert_eq!(array.shape.iter().product::<usize>(), array.data.len(), "{:?}", array.shape);
    let bytes = |array: &Array<T>| {
        let mut bytes = Vec::new();
        array.data.iter().for_each(|value| value.push_le(&mut bytes));
        bytes
    };
    let data = bytes(array);
    let file = [npy::encode(&array.shape, T::DTYPE).expect("there is such a header"), data.clone()].concat();
    let read = read(&file, npy::layout(file.as_slice(), file.len() as u64)).expect("what was written is read");
    assert_eq!(read.shape, array.shape);
    assert!(bytes(&read) == data, "other numbers");
}

fn brief(error: &anyhow::Error) {
    let message = format!("{error:#}");
    assert!(message.len() < 1000 && !message.contains('\n'), "{message}");
}

#[cfg(test)]
#[path = "../../../fuzz/replay.rs"]
mod replay;

#[test]
fn seeds_and_their_mutations() {
    replay::inputs("npy", 20_000).for_each(|bytes| npy(&bytes));
    replay::inputs("safetensors", 20_000).for_each(|bytes| safetensors(&bytes));
}
