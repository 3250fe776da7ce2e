//! Numbers of elements as people write them: 64k, 1M.

use std::fmt;
use std::str::FromStr;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Size(pub(super) u64);

const UNITS: [(char, u64); 3] = [('k', 1 << 10), ('M', 1 << 20), ('G', 1 << 30)];

impl FromStr for Size {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unit = text.chars().last().and_then(|last| UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(&last)));
        let (digits, unit) = unit.map_or((text, 1), |&(_, unit)| (&text[..text.len() - 1], unit));
        let count: Option<u64> = digits.replace('_', "").parse().ok();
        count
            .and_then(|count| count.checked_mul(unit))
            .filter(|&count| count > 0)
            .map(Self)
            .ok_or("a number such as 1_000_000, 64k or 16M belongs here")
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match UNITS.iter().rev().find(|(_, unit)| self.0.is_multiple_of(*unit)) {
            Some((name, unit)) => write!(f, "{}{name}", self.0 / unit),
            None => write!(f, "{}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        let cases = [
            ("1", Some(1)),
            ("1_000_000", Some(1_000_000)),
            ("64k", Some(65_536)),
            ("1M", Some(1 << 20)),
            ("2G", Some(2 << 30)),
            ("0", None),
            ("", None),
            ("M", None),
            ("-1", None),
            ("1.5M", None),
            ("99999999999999999999", None),
            ("99999999999999999G", None),
            ("1é", None),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse().ok(), expected.map(Size), "{text:?}");
        }
    }

    #[test]
    fn sizes_are_written_as_they_are_read() {
        for text in ["1", "1023", "4k", "1M", "1025k", "2G"] {
            assert_eq!(text.parse::<Size>().unwrap().to_string(), text);
        }
    }
}
