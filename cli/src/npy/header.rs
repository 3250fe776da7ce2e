//! The header of a .npy file: a Python dictionary such as
//! `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.

use std::io;

use anyhow::{Context, Result, bail, ensure};

/// NumPy's own limit.
const MAX_AXES: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Float {
    F2,
    F4,
    F8,
}

impl Float {
    pub(crate) fn size(self) -> usize {
        match self {
            Self::F2 => 2,
            Self::F4 => 4,
            Self::F8 => 8,
        }
    }
}

#[derive(Debug, PartialEq)]
pub(crate) struct Header {
    pub(crate) float: Float,
    pub(crate) big_endian: bool,
    pub(crate) fortran_order: bool,
    pub(crate) shape: Vec<usize>,
    /// The number of elements; that many f64 fit the address space.
    pub(crate) count: usize,
}

impl Header {
    pub(crate) fn parse(text: &str) -> Result<Self> {
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
        ensure!(literal.rest.trim().is_empty(), "the header goes on after its dictionary");
        let (float, big_endian) = descr.context("the header has no key \"descr\"")?;
        let shape = shape.context("the header has no key \"shape\"")?;
        Ok(Self {
            float,
            big_endian,
            fortran_order: fortran_order.context("the header has no key \"fortran_order\"")?,
            count: count(&shape)?,
            shape,
        })
    }
}

/// The number of elements. The axes that are not empty must have a product of their own, so that
/// strides and sizes of parts cannot overflow in an empty array either.
fn count(shape: &[usize]) -> Result<usize> {
    let mut count = 1_usize;
    for &size in shape.iter().filter(|&&size| size > 0) {
        count = count
            .checked_mul(size)
            .filter(|&count| count <= isize::MAX as usize / 8)
            .with_context(|| format!("shape {} is too large", tuple(shape)))?;
    }
    Ok(if shape.contains(&0) { 0 } else { count })
}

/// The part of Python's literals that a header is made of. There is no nesting to descend into.
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
        ensure!(self.eat(token), "the header has {:?} where '{token}' belongs", clip(self.rest));
        Ok(())
    }

    fn string(&mut self) -> Result<&'a str> {
        let quote = if self.eat('"') { '"' } else { '\'' };
        if quote == '\'' {
            self.expect(quote)?;
        }
        let (text, rest) = self.rest.split_once(quote).context("the header has an open string")?;
        self.rest = rest;
        Ok(text)
    }

    fn descr(&mut self) -> Result<(Float, bool)> {
        ensure!(!self.eat('['), "structured arrays are not supported; use f2, f4 or f8");
        let text = self.string()?;
        let (order, float) = text.split_at_checked(1).unwrap_or_default();
        let big_endian = match order {
            "<" => false,
            ">" => true,
            "=" => cfg!(target_endian = "big"),
            _ => bail!("dtype {:?} is not supported; use f2, f4 or f8", clip(text)),
        };
        let float = match float {
            "f2" => Float::F2,
            "f4" => Float::F4,
            "f8" => Float::F8,
            _ => bail!("dtype {:?} is not supported; use f2, f4 or f8", clip(text)),
        };
        Ok((float, big_endian))
    }

    fn boolean(&mut self) -> Result<bool> {
        self.rest = self.rest.trim_start();
        for (word, value) in [("True", true), ("False", false)] {
            if let Some(rest) = self.rest.strip_prefix(word) {
                self.rest = rest;
                return Ok(value);
            }
        }
        bail!("the header has {:?} where True or False belongs", clip(self.rest))
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
        ensure!(!digits.is_empty(), "the shape has {:?} where a size belongs", clip(rest));
        self.rest = rest;
        digits.parse().with_context(|| format!("the shape has a size of {}", clip(digits)))
    }
}

/// Enough of a hostile header for a message.
fn clip(text: &str) -> String {
    text.chars().take(24).collect()
}

/// `shape` as Python writes it: `()`, `(3,)`, `(3, 4)`.
pub(crate) fn tuple(shape: &[usize]) -> String {
    let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
    match sizes.as_slice() {
        [size] => format!("({size},)"),
        sizes => format!("({})", sizes.join(", ")),
    }
}

/// Everything before the data of a little-endian f4 array in C order.
pub(crate) fn encode(shape: &[usize]) -> io::Result<Vec<u8>> {
    let mut text = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {}, }}", tuple(shape));
    // The format asks that the data begin at a multiple of 64 and a line feed come before it.
    let preamble = 10;
    let padding = (64 - (preamble + text.len() + 1) % 64) % 64;
    text.extend(std::iter::repeat_n(' ', padding));
    text.push('\n');
    let len = u16::try_from(text.len()).map_err(io::Error::other)?;
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend(len.to_le_bytes());
    bytes.extend(text.as_bytes());
    Ok(bytes)
}
