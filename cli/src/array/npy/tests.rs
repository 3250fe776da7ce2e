use std::io::Cursor;

use half::f16;

use super::*;
use crate::array::path::ArrayPath;
use crate::array::scalar::{CHUNK, Scalar};
use crate::array::source::{Array, Source, read};

/// A file of version `major`, with `header` as it stands.
fn file(major: u8, header: impl AsRef<[u8]>, data: &[u8]) -> Vec<u8> {
    let header = header.as_ref();
    let mut bytes = [MAGIC.as_slice(), &[major, 0]].concat();
    if major == 1 {
        bytes.extend((header.len() as u16).to_le_bytes());
    } else {
        bytes.extend((header.len() as u32).to_le_bytes());
    }
    [&bytes, header, data].concat()
}

fn dict(descr: &str, fortran: &str, shape: &str) -> String {
    format!("{{'descr': {descr}, 'fortran_order': {fortran}, 'shape': {shape}, }}")
}

/// Decodes a file that says to have `len` bytes.
fn decode(bytes: &[u8], len: u64) -> Result<Array> {
    Source::of(Cursor::new(bytes), layout(bytes, len)?).array()
}

fn decode_all(bytes: &[u8]) -> Result<Array> {
    decode(bytes, bytes.len() as u64)
}

/// What is written of an array.
fn write(shape: &[usize], data: &[f32]) -> Vec<u8> {
    [encode(shape, Scalar::F32).unwrap(), f4(data)].concat()
}

#[track_caller]
fn error(bytes: &[u8]) -> String {
    match decode_all(bytes) {
        Ok(array) => panic!("read {array:?}"),
        Err(error) => format!("{error:#}"),
    }
}

fn f4(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

#[test]
fn every_version_order_and_float() {
    let values = [1.5_f32, -2.0, 0.0, f32::INFINITY];
    let cases: [(&str, Vec<u8>); 6] = [
        ("'<f4'", f4(&values)),
        ("'>f4'", values.iter().flat_map(|v| v.to_be_bytes()).collect()),
        ("'<f8'", values.iter().flat_map(|&v| f64::from(v).to_le_bytes()).collect()),
        ("'>f8'", values.iter().flat_map(|&v| f64::from(v).to_be_bytes()).collect()),
        ("'<f2'", values.iter().flat_map(|&v| f16::from_f32(v).to_le_bytes()).collect()),
        ("\">f2\"", values.iter().flat_map(|&v| f16::from_f32(v).to_be_bytes()).collect()),
    ];
    for (descr, data) in cases {
        for major in 1..=3 {
            let bytes = file(major, dict(descr, "False", "(4,)"), &data);
            let array = decode_all(&bytes).unwrap();
            assert_eq!(array, Array { shape: vec![4], data: values.into() }, "{descr} v{major}");
        }
    }
}

#[test]
fn every_name_of_a_dtype() {
    let native = |values: &[f32]| values.iter().flat_map(|v| v.to_ne_bytes()).collect::<Vec<u8>>();
    let cases: [(&str, Vec<u8>); 20] = [
        ("f4", native(&[2.0, 1.0])),
        ("|f4", native(&[2.0, 1.0])),
        ("=f4", native(&[2.0, 1.0])),
        ("float32", native(&[2.0, 1.0])),
        ("f", native(&[2.0, 1.0])),
        ("float64", [2.0_f64, 1.0].iter().flat_map(|v| v.to_ne_bytes()).collect()),
        ("float16", [2.0, 1.0].iter().flat_map(|&v| f16::from_f64(v).to_ne_bytes()).collect()),
        ("|i1", vec![2, 1]),
        ("|u1", vec![2, 1]),
        ("int8", vec![2, 1]),
        ("<i2", vec![2, 0, 1, 0]),
        (">i2", vec![0, 2, 0, 1]),
        ("<u2", vec![2, 0, 1, 0]),
        (">u4", vec![0, 0, 0, 2, 0, 0, 0, 1]),
        ("<i4", vec![2, 0, 0, 0, 1, 0, 0, 0]),
        ("int64", [2_i64, 1].iter().flat_map(|v| v.to_ne_bytes()).collect()),
        ("uint64", [2_u64, 1].iter().flat_map(|v| v.to_ne_bytes()).collect()),
        (">i8", [2_i64, 1].iter().flat_map(|v| v.to_be_bytes()).collect()),
        ("<u8", [2_u64, 1].iter().flat_map(|v| v.to_le_bytes()).collect()),
        ("<V2", vec![0x00, 0x40, 0x80, 0x3f]),
    ];
    for (descr, data) in cases {
        let bytes = file(1, dict(&format!("'{descr}'"), "False", "(2,)"), &data);
        assert_eq!(decode_all(&bytes).unwrap().data, [2.0, 1.0], "{descr}");
    }
    let negative = file(1, dict("'<i2'", "False", "(1,)"), &[0xff, 0xff]);
    assert_eq!(decode_all(&negative).unwrap().data, [-1.0]);
    for descr in ["|b1", "?", "bool"] {
        let bytes = file(1, dict(&format!("'{descr}'"), "False", "(3,)"), &[0, 1, 255]);
        assert_eq!(decode_all(&bytes).unwrap().data, [0.0, 1.0, 1.0], "{descr}");
    }
}

#[test]
fn headers_of_python_2() {
    let header = "{u'descr': u'<f4', u'fortran_order': False, u'shape': (2L, 1L), }";
    assert_eq!(decode_all(&file(1, header, &f4(&[1.0, 2.0]))).unwrap().shape, [2, 1]);
    for shape in ["(2LL,)", "(L,)", "(2l,)"] {
        error(&file(1, dict("'<f4'", "False", shape), &f4(&[1.0, 2.0])));
    }
}

#[test]
fn f8_rounds_to_the_nearest_f32() {
    let values = [0.1_f64, 1e39, -1e-60, f64::NAN];
    let data: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
    let array = decode_all(&file(1, dict("'<f8'", "False", "(4,)"), &data)).unwrap();
    assert_eq!(array.data[..3], [0.1, f32::INFINITY, -0.0]);
    assert!(array.data[3].is_nan());
}

#[test]
fn fortran_order_becomes_c_order() {
    // In Fortran order the first index runs fastest: the data counts up along it.
    let counting: Vec<f32> = (0..24).map(|v| v as f32).collect();
    let array = decode_all(&file(1, dict("'<f4'", "True", "(2, 3, 4)"), &f4(&counting))).unwrap();
    for (i, j, k) in [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 2, 3)] {
        assert_eq!(array.data[(i * 3 + j) * 4 + k], (i + 2 * j + 6 * k) as f32);
    }
    for shape in ["()", "(1,)", "(1, 1)"] {
        let array = decode_all(&file(1, dict("'<f4'", "True", shape), &f4(&[7.0]))).unwrap();
        assert_eq!(array.data, [7.0], "{shape}");
    }
    let empty = decode_all(&file(1, dict("'<f4'", "True", "(3, 0, 2)"), &[])).unwrap();
    assert_eq!(empty, Array { shape: vec![3, 0, 2], data: vec![] });
}

#[test]
fn written_arrays_read_back() {
    let long = [1_usize; 64];
    let shapes: [&[usize]; 7] = [&[], &[1], &[0], &[257], &[2, 3], &[4, 0, 2], &long];
    for shape in shapes {
        let data: Vec<f32> = (0..shape.iter().product()).map(|v| v as f32 - 0.5).collect();
        let bytes = write(shape, &data);
        assert_eq!((bytes.len() - 4 * data.len()) % 64, 0, "{shape:?}");
        assert_eq!(decode_all(&bytes).unwrap(), Array { shape: shape.to_vec(), data });
    }
}

#[test]
fn data_longer_than_a_chunk() {
    let data: Vec<f32> = (0..CHUNK).map(|v| v as f32).collect();
    let bytes = write(&[CHUNK], &data);
    assert_eq!(decode_all(&bytes).unwrap().data, data);
}

#[test]
fn every_truncation_is_an_error() {
    let bytes = file(1, dict("'<f4'", "False", "(2, 2)"), &f4(&[1.0; 4]));
    for len in 0..bytes.len() {
        error(&bytes[..len]);
        // A file that shrinks after its length was asked for.
        assert!(decode(&bytes[..len], bytes.len() as u64).is_err(), "{len}");
    }
}

#[test]
fn wrong_lengths() {
    let header = dict("'<f4'", "False", "(2,)");
    assert!(error(&file(1, &header, &[0; 7])).contains("needs 8 bytes of data, the file has 7"));
    assert!(error(&file(1, &header, &[0; 9])).contains("the file has 9"));
    assert!(error(&file(1, dict("'<f8'", "False", "()"), &[])).contains("shape () needs 8"));
}

#[test]
fn wrong_magic_and_versions() {
    assert!(error(b"PK\x03\x04 and so on, a zip file").contains("not a .npy file"));
    assert!(error(b"").contains("ends inside the magic number"));
    assert!(error(b"\x93NUMPY\x04\x00\x10\x00").contains("version 4.0"));
    assert!(error(b"\x93NUMPY\x01\x01\x10\x00").contains("version 1.1"));
    assert!(error(b"\x93NUMPY\x00\x00\x10\x00").contains("version 0.0"));
}

#[test]
fn huge_headers_are_refused_unread() {
    for len in [MAX_HEADER as u32 + 1, u32::MAX] {
        let bytes = [MAGIC.as_slice(), &[2, 0], &len.to_le_bytes()].concat();
        // Even where the file claims to be long enough.
        let error = layout(bytes.as_slice(), u64::MAX).unwrap_err();
        assert!(format!("{error:#}").contains("at most 65536"), "{error:#}");
    }
    assert!(error(b"\x93NUMPY\x01\x00\xff\xff{}").contains("ends inside its header"));
}

#[test]
fn hostile_shapes() {
    let cases = [
        ("(4294967296, 4294967296)", "too large"),
        ("(2305843009213693952,)", "too large"),
        ("(0, 4294967296, 4294967296)", "too large"),
        ("(1152921504606846975,)", "of data, the file has 0"),
        ("(99999999999999999999,)", "number too large"),
        ("(-1,)", "negative size"),
        ("(- 1, 2)", "negative size"),
        ("(2.5,)", "expected"),
        ("(1e9,)", "expected"),
        ("(,)", "expected a size in the shape"),
        ("(1,,2)", "expected a size in the shape"),
        ("(1", "expected"),
        ("(3)", "not a tuple"),
        ("3", "expected '(' in the header"),
        ("[3]", "expected '(' in the header"),
        ("(None,)", "expected a size in the shape"),
    ];
    for (shape, message) in cases {
        let error = error(&file(1, dict("'<f4'", "False", shape), &[]));
        assert!(error.contains(message), "{shape}: {error}");
        assert!(error.len() < 200, "{error}");
    }
    let axes = format!("({})", "1, ".repeat(65));
    assert!(error(&file(1, dict("'<f4'", "False", &axes), &[0; 4])).contains("more than 64 axes"));
    for open in ["(", "[", "{"] {
        let deep = open.repeat(60_000);
        error(&file(2, dict("'<f4'", "False", &deep), &[]));
        error(&file(2, &deep, &[]));
    }
}

#[test]
fn unsupported_dtypes() {
    let cases = "'<i16' '<f16' '<c8' '|O' '!f4' '<<f4' 'V3' 'S4' 'float128' 'bfloat16' '' 'é4' '<' None 4 \
                 [('a','<f4')] ('<f4',(2,))";
    for descr in cases.split_whitespace() {
        let error = error(&file(1, dict(descr, "False", "()"), &[0; 4]));
        assert!(error.contains("supported; floats (f2, f4, f8)") || error.contains("expected"), "{descr}: {error}");
    }
    let long = format!("'{}'", "x".repeat(60_000));
    assert!(error(&file(2, dict(&long, "False", "()"), &[])).len() < 200);
}

#[test]
fn garbage_headers() {
    let cases: [(&[u8], &str); 14] = [
        (b"", "expected '{' in the header"),
        (b"    \n", "expected '{' in the header"),
        (b"{}", "no key \"descr\""),
        (b"{'descr': '<f4', 'shape': (), }", "no key \"fortran_order\""),
        (b"{'descr': '<f4', 'fortran_order': False}", "no key \"shape\""),
        (b"{'descr': '<f4', 'descr': '<f4'}", "twice"),
        (b"{'descr': '<f4', 'more': 1}", "unknown key \"more\""),
        (b"{'descr': '<f4' 'shape': ()}", "expected '}' in the header"),
        (b"{'descr' '<f4'}", "expected ':' in the header"),
        (b"{'descr': '<f4", "unterminated string"),
        (b"{'fortran_order': 1}", "True or False"),
        (b"{'fortran_order': true}", "True or False"),
        (b"{'descr': '\xff\xfe'}", "not UTF-8"),
        (b"import os; os.abort()", "expected '{' in the header"),
    ];
    for (header, message) in cases {
        for major in 1..=3 {
            let error = error(&file(major, header, &[]));
            assert!(error.contains(message), "{}: {error}", String::from_utf8_lossy(header));
        }
    }
    let trailing = dict("'<f4'", "False", "()") + " + 1";
    assert!(error(&file(1, trailing, &[0; 4])).contains("text after"));
    let padded = dict("'<f4'", "False", "()") + "   \n";
    assert_eq!(decode_all(&file(1, padded, &[0; 4])).unwrap().data, [0.0]);
    let terse = "{'shape':(2,1),'fortran_order':True,'descr':'<f4'}";
    assert_eq!(decode_all(&file(1, terse, &[0; 8])).unwrap().shape, [2, 1]);
}

#[test]
fn only_regular_files_are_opened() {
    let directory = tempfile::tempdir().unwrap();
    for path in [directory.path(), &directory.path().join("absent.npy")] {
        let path = ArrayPath::from(path.as_os_str().to_owned());
        assert!(read::<f32>(&path, Scalar::F32).is_err(), "{path}");
    }
}
