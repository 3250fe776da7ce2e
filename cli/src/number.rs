//! Numbers as people and as JSON read them.

use serde_json::Value;

/// A JSON number; JSON has no infinities and no NaN, so these become text.
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

/// The same for pictures, with a minus sign as wide as other signs.
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
    fn short_numbers() {
        assert_eq!(short(0.25), "0.25");
        assert_eq!(short(-0.0), "-0");
        assert_eq!(short(f32::NEG_INFINITY), "-inf");
        assert_eq!(short(3.0e38), "3e38");
        assert_eq!(short(-1.5e-20), "-1.5e-20");
    }
}
