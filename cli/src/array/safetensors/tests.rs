use std::io::Cursor;

use wgpu_activations::half::{bf16, f16};

use super::*;
use crate::array::scalar::Number;
use crate::array::source::{Array, Source};

/// A file with this header as it stands.
fn file(header: impl AsRef<[u8]>, data: &[u8]) -> Vec<u8> {
    let header = header.as_ref();
    [&(header.len() as u64).to_le_bytes(), header, data].concat()
}

/// A tensor's entry in a header.
fn entry(name: &str, dtype: &str, shape: &str, offsets: &str) -> String {
    format!(r#""{name}":{{"dtype":"{dtype}","shape":{shape},"data_offsets":{offsets}}}"#)
}

/// A file of one tensor, `w`.
fn one(dtype: &str, shape: &str, offsets: &str, data: &[u8]) -> Vec<u8> {
    file(format!("{{{}}}", entry("w", dtype, shape, offsets)), data)
}

fn decode<T: Number>(bytes: &[u8], len: u64, name: Option<&str>) -> Result<Array<T>> {
    Source::of(Cursor::new(bytes), layout(bytes, len, name)?).array()
}

fn decode_all(bytes: &[u8]) -> Result<Array> {
    decode(bytes, bytes.len() as u64, None)
}

#[track_caller]
fn error_of(bytes: &[u8], name: Option<&str>) -> String {
    match decode::<f32>(bytes, bytes.len() as u64, name) {
        Ok(array) => panic!("read {array:?}"),
        Err(error) => format!("{error:#}"),
    }
}

#[track_caller]
fn error(bytes: &[u8]) -> String {
    error_of(bytes, None)
}

fn f32s(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

#[test]
fn every_float() {
    let values = [1.5_f32, -2.0, 0.0, f32::INFINITY];
    let cases: [(&str, Vec<u8>); 4] = [
        ("F32", f32s(&values)),
        ("F64", values.iter().flat_map(|&v| f64::from(v).to_le_bytes()).collect()),
        ("F16", values.iter().flat_map(|&v| f16::from_f32(v).to_le_bytes()).collect()),
        ("BF16", values.iter().flat_map(|&v| bf16::from_f32(v).to_le_bytes()).collect()),
    ];
    for (dtype, data) in cases {
        let bytes = one(dtype, "[2,2]", &format!("[0,{}]", data.len()), &data);
        assert_eq!(decode_all(&bytes).unwrap(), Array { shape: vec![2, 2], data: values.into() }, "{dtype}");
        let len = bytes.len() as u64;
        let halves = decode::<f16>(&bytes, len, Some("w")).unwrap().data;
        assert_eq!(halves, values.map(f16::from_f32), "{dtype}");
        assert_eq!(decode::<bf16>(&bytes, len, None).unwrap().data, values.map(bf16::from_f32), "{dtype}");
    }
}

#[test]
fn bits_of_the_same_type_stay() {
    let every: Vec<u8> = (0..=u16::MAX).flat_map(u16::to_le_bytes).collect();
    let offsets = format!("[0,{}]", every.len());
    let bytes = one("F16", "[65536]", &offsets, &every);
    let values = decode::<f16>(&bytes, bytes.len() as u64, None).unwrap().data;
    assert!(values.iter().zip(0..).all(|(value, bits)| value.to_bits() == bits));
    let bytes = one("BF16", "[65536]", &offsets, &every);
    let values = decode::<bf16>(&bytes, bytes.len() as u64, None).unwrap().data;
    assert!(values.iter().zip(0..).all(|(value, bits)| value.to_bits() == bits));
}

#[test]
fn tensors_at_any_offset_and_in_any_order() {
    // A byte before it leaves w at an odd offset; the header's order is not that of the data.
    let entries = [
        entry("w", "F32", "[2]", "[1,9]"),
        entry("empty", "F32", "[3,0]", "[9,9]"),
        entry("b", "U8", "[1]", "[0,1]"),
        entry("scalar", "F16", "[]", "[9,11]"),
    ];
    let header = format!(r#" {{"__metadata__":{{"format":"pt"}},{}}}   "#, entries.join(",\n"));
    let bytes = file(header, &[&[7][..], &f32s(&[0.5, -3.0]), &f16::ONE.to_le_bytes()].concat());
    let read = |name| decode::<f32>(&bytes, bytes.len() as u64, Some(name)).unwrap();
    assert_eq!(read("w"), Array { shape: vec![2], data: vec![0.5, -3.0] });
    assert_eq!(read("empty"), Array { shape: vec![3, 0], data: vec![] });
    assert_eq!(read("scalar"), Array { shape: vec![], data: vec![1.0] });
    assert_eq!(read("b"), Array { shape: vec![1], data: vec![7.0] });
    let absent = error_of(&bytes, Some("x\u{1b}[2J"));
    assert!(absent.contains(r#"no tensor "x\u{1b}[2J"; it has "b", "w""#), "{absent}");
    assert!(error(&bytes).contains(r#"use FILE:NAME to select one of its tensors: "b", "w", "#));
}

#[test]
fn written_files_read_back() {
    let tensors: [(String, TensorInfo); 4] = [
        ("half".into(), tensor(&[3], Scalar::F16)),
        ("w".into(), tensor(&[2, 1], Scalar::F32)),
        ("none".into(), tensor(&[0, 5], Scalar::F32)),
        ("a \"name\"\u{7}".into(), tensor(&[], Scalar::Bf16)),
    ];
    let comments = HashMap::from([("key".to_owned(), "value".to_owned())]);
    let (head, offsets) = encode(Some(comments.clone()), &tensors).unwrap();
    let data = [3 * 2, 2 * 4, 0, 2];
    let bytes = [head.clone(), vec![0; data.iter().sum()]].concat();
    let found = contents(&bytes[..], bytes.len() as u64).unwrap();
    assert_eq!((found.start, found.start % 8), (head.len() as u64, 0));
    assert_eq!(found.comments, Some(comments));
    for (((name, info), offset), len) in tensors.iter().zip(offsets).zip(data) {
        let (_, read) = found.tensors.iter().find(|(known, _)| known == name).unwrap();
        assert_eq!((read.dtype, &read.shape), (info.dtype, &info.shape), "{name}");
        assert_eq!(found.start + read.data_offsets.0 as u64, offset, "{name}");
        assert_eq!(read.data_offsets.1 - read.data_offsets.0, len, "{name}");
        assert_eq!(offset % (info.dtype.bitsize() as u64 / 8), 0, "{name} is not aligned");
    }
    // The crate that defines the format takes it, too.
    let theirs = ::safetensors::SafeTensors::deserialize(&bytes).unwrap();
    assert_eq!(theirs.len(), 4);
    assert_eq!(theirs.tensor("w").unwrap().shape(), [2, 1]);
}

#[test]
fn every_truncation_is_an_error() {
    let bytes = one("F32", "[2,2]", "[0,16]", &f32s(&[1.0; 4]));
    for len in 0..bytes.len() {
        error(&bytes[..len]);
        // A file that shrinks after its length was asked for.
        assert!(decode::<f32>(&bytes[..len], bytes.len() as u64, None).is_err(), "{len}");
    }
}

#[test]
fn huge_headers_are_refused_unread() {
    for len in [MAX_HEADER + 1, u64::MAX, u64::MAX - 7] {
        // Even where the file claims to be long enough.
        let error = contents(&len.to_le_bytes()[..], u64::MAX).unwrap_err();
        assert!(format!("{error:#}").contains("at most 100000000"), "{error:#}");
    }
    assert!(error(&file("", &[])[..7]).contains("ends inside the header's length"));
    assert!(error(&[&200_u64.to_le_bytes()[..], b"{}"].concat()).contains("ends inside its header"));
}

#[test]
fn shapes_and_offsets_that_do_not_fit() {
    let cases = [
        ("F32", "[2]", "[0,7]", 7, "invalid shape, data type, or offset"),
        ("F32", "[2]", "[0,8]", 7, "need 8 bytes of data, the file has 7"),
        ("F32", "[2]", "[0,8]", 9, "need 8 bytes of data, the file has 9"),
        ("F32", "[2]", "[1,9]", 9, "invalid offset"),
        ("F32", "[2]", "[8,0]", 8, "invalid offset"),
        ("F32", "[]", "[0,0]", 0, "invalid shape, data type, or offset"),
        ("F32", "[4294967296,4294967296]", "[0,0]", 0, "overflow"),
        ("F32", "[0,4294967296,4294967296,4294967296]", "[0,0]", 0, "too large"),
        ("F32", "[0,9223372036854775807]", "[0,0]", 0, "too large"),
        ("F32", "[1000000000000]", "[0,4000000000000]", 8, "need 4000000000000 bytes"),
        ("F32", "[-1]", "[0,4]", 4, "invalid value"),
        ("F32", "[1.5]", "[0,6]", 6, "invalid type"),
        ("F32", "[99999999999999999999]", "[0,4]", 4, "invalid"),
        ("F32", "3", "[0,12]", 12, "invalid type"),
        ("F32", "[1]", "[0,4,8]", 4, "trailing"),
        ("F32", "[1]", "[0]", 4, "invalid length"),
        ("F32", "[1]", "[0,-4]", 4, "invalid value"),
        ("F4", "[1]", "[0,1]", 1, "byte boundary"),
        ("C64", "[1]", "[0,8]", 8, r#"tensor "w" is of C64; use F16, BF16, F32, F64, BOOL or integers"#),
        ("F8_E4M3", "[1]", "[0,1]", 1, "is of F8_E4M3"),
        ("float32", "[1]", "[0,4]", 4, "unknown variant"),
    ];
    for (dtype, shape, offsets, data, message) in cases {
        let error = error(&one(dtype, shape, offsets, &vec![0; data]));
        assert!(error.contains(message), "{dtype} {shape} {offsets}: {error}");
        assert!(error.len() < 300, "{error}");
    }
    let axes = format!("[{}1]", "1,".repeat(64));
    assert!(error(&one("F32", &axes, "[0,4]", &[0; 4])).contains("more than 64 axes"));
}

#[test]
fn tensors_that_overlap_or_leave_gaps() {
    let pair = |first: &str, second: &str| {
        let entries = [entry("a", "F32", "[2]", first), entry("b", "F32", "[2]", second)];
        file(format!("{{{}}}", entries.join(",")), &[0; 16])
    };
    for (first, second) in [("[0,8]", "[0,8]"), ("[0,8]", "[4,12]"), ("[0,8]", "[9,17]"), ("[8,16]", "[8,16]")] {
        let error = error_of(&pair(first, second), Some("a"));
        assert!(error.contains("invalid offset"), "{first} {second}: {error}");
    }
    let good = pair("[8,16]", "[0,8]");
    assert_eq!(decode::<f32>(&good, good.len() as u64, Some("a")).unwrap().data, [0.0; 2]);
}

#[test]
fn names_that_come_twice() {
    let empty = entry("w", "F32", "[0]", "[0,0]");
    let cases = [
        format!("{{{empty},{empty}}}"),
        r#"{"__metadata__":{},"__metadata__":{}}"#.into(),
        r#"{"w":{"dtype":"F32","shape":[0],"shape":[0],"data_offsets":[0,0]}}"#.into(),
    ];
    for header in cases {
        let error = error_of(&file(&header, &[]), Some("w"));
        assert!(error.contains("twice") || error.contains("duplicate"), "{header}: {error}");
    }
}

#[test]
fn garbage_headers() {
    let cases: [(&[u8], &str); 12] = [
        (b"", "EOF"),
        (b"{}", "it has no tensors"),
        (b"   ", "EOF"),
        (b"[]", "tensors by name"),
        (b"null", "tensors by name"),
        (b"{\"w\":1}", "invalid type"),
        (b"{\"w\":{}}", "missing field"),
        (b"{\"__metadata__\":{\"a\":1}}", "invalid type"),
        (b"{} {}", "trailing"),
        (b"{}\0", "trailing"),
        (b"{\"\xff\":1}", "unicode"),
        (b"{'w': 1}", "key must be a string"),
    ];
    for (header, message) in cases {
        let error = error(&file(header, &[]));
        assert!(error.contains(message), "{}: {error}", String::from_utf8_lossy(header));
    }
    for open in ["[", "{\"w\":"] {
        let deep = format!("{{\"w\":{}", open.repeat(1_000_000));
        assert!(error(&file(&deep, &[])).len() < 300);
    }
    // What a message repeats is escaped and cut.
    let name = "\\u001b[31m\\u202e".repeat(100_000);
    let shown = error_of(&file(format!("{{{}}}", entry(&name, "F32", "[2]", "[0,7]")), &[]), Some("w"));
    assert!(!shown.contains(['\u{1b}', '\u{202e}']) && shown.len() < 1000, "{shown}");
    let shown = error_of(&file(format!("{{{}}}", entry(&name, "F32", "[0]", "[1,1]")), &[]), Some("w"));
    assert!(!shown.contains(['\u{1b}', '\u{202e}']) && shown.len() < 1000, "{shown}");
    let shown = error_of(&file(format!("{{{}}}", entry(&name, "F32", "[0]", "[0,0]")), &[]), Some("w"));
    assert!(!shown.contains(['\u{1b}', '\u{202e}']) && shown.len() < 1000, "{shown}");
}

#[test]
fn no_bytes_make_it_panic() {
    // A small generator: the point is many different headers, the same ones in every run.
    let mut state = 1_u64;
    let mut next = move |bound: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize % bound
    };
    let entries = [entry("w", "F32", "[2,1]", "[0,8]"), entry("b", "BF16", "[2]", "[8,12]")];
    let good = file(format!(r#"{{"__metadata__":{{"a":"b"}},{}}}"#, entries.join(",")), &[0; 12]);
    let mut read = 0;
    for _ in 0..20_000 {
        let mut bytes = good.clone();
        for _ in 0..=next(4) {
            let at = next(bytes.len());
            match next(3) {
                0 => bytes[at] = next(256) as u8,
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, b"{}[],:\"-0 9\\u"[next(13)]),
            }
            let header = bytes.len().saturating_sub(20) as u64;
            if next(2) == 0 && bytes.len() > 8 {
                bytes[..8].copy_from_slice(&header.to_le_bytes());
            }
        }
        read += usize::from(decode::<bf16>(&bytes, bytes.len() as u64, Some("b")).is_ok());
    }
    assert!((1..20_000).contains(&read), "{read} of the files were read");
}
