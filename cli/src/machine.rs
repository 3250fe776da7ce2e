//! What figures belong to: the machine, the day, the command.

use std::time::{SystemTime, UNIX_EPOCH};

/// The processor's name, where the system tells it, and the threads that are used.
pub(crate) fn cpu() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    let name = model.map_or(std::env::consts::ARCH, |(_, name)| name.trim());
    format!("{name}, {} threads", rayon::current_num_threads())
}

/// The day, as UTC has it: 2026-11-22.
pub(crate) fn date() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    day(seconds / 86_400)
}

/// The date of a day since 1970-01-01. Years are counted from March, so that leap days come last.
fn day(since: u64) -> String {
    let shifted = since + 719_468; // days since 0000-03-01
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month + 2) / 5 + 1;
    let (year, month) = (400 * era + year + u64::from(month >= 10), if month < 10 { month + 3 } else { month - 9 });
    format!("{year:04}-{month:02}-{date:02}")
}

/// The command line, the program by its name alone.
pub(crate) fn command() -> String {
    let arguments = std::env::args().skip(1).map(|word| match word.contains(char::is_whitespace) {
        true => format!("'{word}'"),
        false => word,
    });
    std::iter::once("activations".to_owned()).chain(arguments).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn days() {
        let cases = [(0, "1970-01-01"), (59, "1970-03-01"), (11_016, "2000-02-29"), (11_017, "2000-03-01")];
        for (since, date) in cases.into_iter().chain([(20_453, "2025-12-31"), (20_454, "2026-01-01")]) {
            assert_eq!(day(since), date, "{since}");
        }
    }
}
