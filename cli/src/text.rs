//! Text for people: tables, single lines, progress.

use std::fmt;
use std::io::{self, Write};

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};

use crate::output::{self, Claims};

/// Writes `text` to stdout.
pub(crate) fn print(text: impl fmt::Display) -> anyhow::Result<()> {
    output::print(text.to_string().as_bytes()).context("cannot write to stdout")
}

/// Where text for people goes: to stderr if a result goes to stdout.
#[derive(Clone, Copy)]
pub(crate) enum Console {
    Stdout,
    Stderr,
}

impl Console {
    pub(crate) fn beside(claims: &Claims) -> Self {
        if claims.have_stdout() { Self::Stderr } else { Self::Stdout }
    }

    pub(crate) fn print(self, text: impl fmt::Display) -> anyhow::Result<()> {
        match self {
            Self::Stdout => print(text),
            Self::Stderr => {
                // If stderr is closed, there is nobody to tell.
                let _ = write!(io::stderr(), "{text}");
                Ok(())
            }
        }
    }
}

/// `text` in one line that cannot steer a terminal.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        for c in word.chars() {
            if c.is_control() {
                line.extend(c.escape_default());
            } else {
                line.push(c);
            }
        }
    }
    line
}

/// A number of things: 1 input, 2 inputs.
pub(crate) fn counted(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// A progress bar on stderr, hidden where stderr is not a terminal.
pub(crate) fn progress(total: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {msg} {eta}");
    ProgressBar::new(total as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Columns of text with headings. A heading that begins with `>` aligns its column right.
pub(crate) struct Table<const N: usize> {
    head: [&'static str; N],
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    pub(crate) fn new(head: [&'static str; N]) -> Self {
        Self { head, rows: Vec::new() }
    }

    pub(crate) fn head(&self) -> &[&'static str; N] {
        &self.head
    }

    pub(crate) fn rows(&self) -> &[[String; N]] {
        &self.rows
    }

    pub(crate) fn row(&mut self, cells: [String; N]) {
        self.rows.push(cells);
    }
}

impl<const N: usize> fmt::Display for Table<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let right = self.head.map(|title| title.starts_with('>'));
        let head = self.head.map(|title| title.trim_start_matches('>').to_string());
        let rule = head.each_ref().map(|title| "-".repeat(title.chars().count()));
        let rows: Vec<_> = [&head, &rule].into_iter().chain(&self.rows).collect();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
        let widths: [usize; N] = std::array::from_fn(|column| width(column).unwrap_or(0));
        for row in rows {
            let mut line = String::new();
            for (column, (cell, &width)) in row.iter().zip(&widths).enumerate() {
                let gap = if column == 0 { "" } else { "  " };
                line += &if right[column] { format!("{gap}{cell:>width$}") } else { format!("{gap}{cell:<width$}") };
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let mut table = Table::new(["name", ">ulp"]);
        table.row(["relu".into(), "0".into()]);
        table.row(["hardswish".into(), "12.5".into()]);
        let expected = "name        ulp\n----        ---\nrelu          0\nhardswish  12.5\n";
        assert_eq!(table.to_string(), expected);
    }

    #[test]
    fn a_message_becomes_one_harmless_line() {
        assert_eq!(one_line("a\n  b\t\u{1b}[31mc"), "a b \\u{1b}[31mc");
    }
}
