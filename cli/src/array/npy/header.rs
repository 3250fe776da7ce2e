//! The header of a .npy file: a Python dictionary such as
//! `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.

use anyhow::{Context, Result, bail, ensure};

use crate::array::layout::Layout;
use crate::array::scalar::Scalar;
use crate::array::shape::{MAX_AXES, count, tuple};

/// Parses the header of an array whose data begin at `start`.
pub(super) fn parse(text: &str, start: u64) -> Result<Layout> {
    let (mut descr, mut fortran_order, mut shape) = (None, None, None);
    let mut literal = Literal { rest: text };
    literal.expect('{')?;
    while !literal.eat('}') {
        let key = literal.string()?;
        literal.expect(':')?;
        let again = match key {
            "descr" => descr.replace(literal.descr()?).is_some(),
            "fortran_order" => fortran_order.replace(literal.boolean()?).is_some(),
            "shape" => shape.replace(literal.shape()?).is_some(),
            _ => bail!("the header has an unknown key {:?}", clip(key)),
        };
        ensure!(!again, "the header has the key {key:?} twice");
        if !literal.eat(',') {
            literal.expect('}')?;
            break;
        }
    }
    ensure!(literal.rest.trim().is_empty(), "the header has text after its dictionary");
    let (dtype, big_endian) = descr.context("the header has no key \"descr\"")?;
    let shape = shape.context("the header has no key \"shape\"")?;
    Ok(Layout {
        dtype,
        big_endian,
        fortran_order: fortran_order.context("the header has no key \"fortran_order\"")?,
        count: count(&shape)?,
        shape,
        start,
    })
}

/// A parser of the Python literals that a header consists of. They are not nested, so there is no recursion.
struct Literal<'a> {
    rest: &'a str,
}

impl<'a> Literal<'a> {
    fn eat(&mut self, token: char) -> bool {
        self.rest = self.rest.trim_start();
        let after = self.rest.strip_prefix(token);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    fn expect(&mut self, token: char) -> Result<()> {
        ensure!(self.eat(token), "expected '{token}' in the header, found {:?}", clip(self.rest));
        Ok(())
    }

    fn string(&mut self) -> Result<&'a str> {
        // Python 2 marks Unicode strings with it.
        if !self.eat('u') {
            self.eat('U');
        }
        let quote = if self.eat('"') { '"' } else { '\'' };
        if quote == '\'' {
            self.expect(quote)?;
        }
        let (text, rest) = self.rest.split_once(quote).context("the header has an unterminated string")?;
        self.rest = rest;
        Ok(text)
    }

    fn descr(&mut self) -> Result<(Scalar, bool)> {
        ensure!(!self.eat('['), "structured arrays are not supported; {SUPPORTED}");
        let text = self.string()?;
        dtype(text).with_context(|| format!("dtype {:?} is not supported; {SUPPORTED}", clip(text)))
    }

    fn boolean(&mut self) -> Result<bool> {
        self.rest = self.rest.trim_start();
        for (word, value) in [("True", true), ("False", false)] {
            if let Some(rest) = self.rest.strip_prefix(word) {
                self.rest = rest;
                return Ok(value);
            }
        }
        bail!("expected True or False in the header, found {:?}", clip(self.rest))
    }

    fn shape(&mut self) -> Result<Vec<usize>> {
        let mut shape = Vec::new();
        self.expect('(')?;
        while !self.eat(')') {
            ensure!(shape.len() < MAX_AXES, "the shape has more than {MAX_AXES} axes");
            shape.push(self.size()?);
            if !self.eat(',') {
                self.expect(')')?;
                // `(3)` is a number in Python.
                ensure!(shape.len() > 1, "the shape is not a tuple");
                break;
            }
        }
        Ok(shape)
    }

    fn size(&mut self) -> Result<usize> {
        ensure!(!self.eat('-'), "the shape has a negative size");
        let end = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        ensure!(!digits.is_empty(), "expected a size in the shape, found {:?}", clip(rest));
        // Python 2 marks long integers with it.
        self.rest = rest.strip_prefix('L').unwrap_or(rest);
        digits.parse().with_context(|| format!("the shape has a size of {}", clip(digits)))
    }
}

const SUPPORTED: &str = "floats (f2, f4, f8), integers (i1 to i8, u1 to u8) and bool (b1) are";

/// The type that a NumPy dtype names, and whether it is big-endian.
fn dtype(text: &str) -> Option<(Scalar, bool)> {
    let native = cfg!(target_endian = "big");
    let (big_endian, kind) = match text.split_at_checked(1)? {
        ("<", kind) => (false, kind),
        (">", kind) => (true, kind),
        ("=" | "|", kind) => (native, kind),
        _ => (native, text),
    };
    let scalar = match kind {
        "f2" | "e" | "float16" | "half" => Scalar::F16,
        "f4" | "f" | "float32" | "single" => Scalar::F32,
        "f8" | "d" | "float64" | "double" | "float" => Scalar::F64,
        "b1" | "?" | "bool" => Scalar::Bool,
        "i1" | "b" | "int8" => Scalar::I8,
        "i2" | "h" | "int16" => Scalar::I16,
        "i4" | "i" | "int32" => Scalar::I32,
        "i8" | "q" | "int64" => Scalar::I64,
        "u1" | "B" | "uint8" => Scalar::U8,
        "u2" | "H" | "uint16" => Scalar::U16,
        "u4" | "I" | "uint32" => Scalar::U32,
        "u8" | "Q" | "uint64" => Scalar::U64,
        "V2" => Scalar::Void2,
        _ => return None,
    };
    Some((scalar, big_endian))
}

/// The beginning of a text from a header, short enough for a message.
fn clip(text: &str) -> String {
    text.chars().take(24).collect()
}

/// Everything before the data of a little-endian array in C order. The format has no bf16.
pub(crate) fn encode(shape: &[usize], dtype: Scalar) -> Result<Vec<u8>> {
    let descr = match dtype {
        Scalar::F16 => "<f2",
        Scalar::F32 => "<f4",
        Scalar::F64 => "<f8",
        Scalar::Bf16 => bail!("a .npy file cannot hold bf16; use a .safetensors file"),
        other => bail!("results are floats, not {other:?}"),
    };
    let mut text = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {}, }}", tuple(shape));
    // The format requires a line feed before the data, which begin at a multiple of 64.
    let preamble = 10;
    let padding = (64 - (preamble + text.len() + 1) % 64) % 64;
    text.extend(std::iter::repeat_n(' ', padding));
    text.push('\n');
    let len = u16::try_from(text.len())?;
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend(len.to_le_bytes());
    bytes.extend(text.as_bytes());
    Ok(bytes)
}
