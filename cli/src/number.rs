//! Numbers in text and in JSON.

use serde_json::Value;

/// The nearest f32, which is infinite only if the text says so.
pub(crate) fn parse(text: &str) -> Result<f32, String> {
    let value: f32 = text.trim().parse().map_err(|_| format!("{text:?} is not a number"))?;
    let infinite = text.trim().trim_start_matches(['+', '-']).to_ascii_lowercase().starts_with("inf");
    if value.is_infinite() && !infinite {
        return Err(format!("{text} is beyond the largest f32, 3.4e38"));
    }
    Ok(value)
}

/// A JSON number. JSON has neither infinities nor NaN, so these become strings.
pub(crate) fn json(value: f64) -> Value {
    serde_json::Number::from_f64(value).map_or_else(|| Value::String(value.to_string()), Value::Number)
}

/// The shortest decimal that reads back as the same f32: 0.1, not 0.10000000149011612.
pub(crate) fn json_f32(value: f32) -> Value {
    json(value.to_string().parse().unwrap_or(f64::from(value)))
}

/// The shortest decimal, with an exponent where the plain form would be long.
pub(crate) fn short(value: f32) -> String {
    let size = value.abs();
    if size == 0.0 || !size.is_finite() || (1e-4..1e7).contains(&size) {
        value.to_string()
    } else {
        format!("{value:e}")
    }
}

/// The same with a typographic minus sign, for pictures.
pub(crate) fn signed(value: f32) -> String {
    short(value).replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_numbers_stay_short_and_legal() {
        assert_eq!(json_f32(0.1).to_string(), "0.1");
        assert_eq!(json_f32(f32::MIN_POSITIVE).as_f64().map(|v| v as f32), Some(f32::MIN_POSITIVE));
        assert_eq!(json(f64::INFINITY), "inf");
        assert_eq!(json(f64::NAN), "NaN");
    }

    #[test]
    fn what_overflows_is_no_number() {
        let cases = [("1", 1.0), (" -2.5e3 ", -2500.0), ("inf", f32::INFINITY), ("-Infinity", f32::NEG_INFINITY)];
        for (text, value) in cases {
            assert_eq!(parse(text), Ok(value), "{text}");
        }
        assert_eq!((parse("3.4028235e38"), parse("1e-60")), (Ok(f32::MAX), Ok(0.0)));
        assert!(parse("NaN").unwrap().is_nan());
        for text in ["1e39", "-1e39", "3.5e38", "99999999999999999999999999999999999999999"] {
            assert!(parse(text).unwrap_err().contains("beyond"), "{text}");
        }
        for text in ["", "one", "1,5", "0x10", "infinite"] {
            assert!(parse(text).unwrap_err().contains("not a number"), "{text}");
        }
    }

    #[test]
    fn short_numbers() {
        assert_eq!(short(0.25), "0.25");
        assert_eq!(short(-0.0), "-0");
        assert_eq!(short(f32::NEG_INFINITY), "-inf");
        assert_eq!(short(3.0e38), "3e38");
        assert_eq!(short(-1.5e-20), "-1.5e-20");
    }
}
