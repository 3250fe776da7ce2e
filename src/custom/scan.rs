//! The first look at a user's text: lines, words and brackets, before a parser sees them.
//!
//! It bounds what a parser could spend on stack and memory, and it makes sure that texts which are joined line by line
//! mean the same as alone.

use super::Fault;
use crate::wgsl::is_word;

/// Brackets, operators and branches that may stand within each other. A parser without optimisations takes 40 KiB of
/// stack for each, and threads have 2 MiB.
const DEPTH: usize = 40;
/// Functions and constants of one text.
const DECLARATIONS: usize = 64;

/// Words that a function of one number has no use for, each with what stands against it.
const FORBIDDEN: [(&[&str], &str); 4] = [
    (&["for", "while", "loop"], "loops may never end"),
    (&["array"], "arrays may take any amount of memory"),
    (&["ptr"], "functions take and return values"),
    (&["f16", "f64", "i64", "u64"], "numbers have 32 bits"),
];

/// A bracket that is open, and how deep what has been read within it goes.
struct Level {
    bracket: char,
    line: usize,
    /// Operators since the last separator.
    chain: usize,
    /// The deepest bracket since then.
    inner: usize,
    /// The deepest of all that came before.
    deepest: usize,
}

/// The names that a text declares, each with its line.
pub(super) fn declarations(text: &str) -> Result<Vec<(usize, &str)>, Fault> {
    let mut scan = Scan { names: Vec::new(), open: vec![level(' ', 1)], fresh: true, branches: 0 };
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(c) = line.chars().find(|&c| c.is_control() && c != '\t' || matches!(c, '\u{2028}' | '\u{2029}')) {
            return Err(Fault::at(number, format!("the control character {c:?}")));
        }
        let code = line.split("//").next().unwrap_or_default();
        if let Some(c) = code.chars().find(|c| !c.is_ascii()) {
            return Err(Fault::at(number, format!("{c:?} outside a comment")));
        }
        if code.contains("/*") {
            return Err(Fault::at(number, "comments begin with //".to_owned()));
        }
        let mut rest = code;
        while let Some(first) = rest.chars().next() {
            let end = if is_word(first) { rest.find(|c| !is_word(c)).unwrap_or(rest.len()) } else { 1 };
            let (token, tail) = rest.split_at(end);
            if is_word(first) {
                scan.word(token, number, code, rest.len() == code.len())?;
            } else if first != ' ' && first != '\t' {
                scan.sign(first, tail, number)?;
            }
            rest = tail;
        }
    }
    match scan.open.last() {
        Some(level) if level.bracket != ' ' => {
            Err(Fault::at(level.line, format!("this {} is not closed", level.bracket)))
        }
        _ => Ok(scan.names),
    }
}

struct Scan<'a> {
    names: Vec<(usize, &'a str)>,
    open: Vec<Level>,
    /// Whether the next word begins a declaration.
    fresh: bool,
    /// `else`s of the current function.
    branches: usize,
}

fn level(bracket: char, line: usize) -> Level {
    Level { bracket, line, chain: 0, inner: 0, deepest: 0 }
}

impl<'a> Scan<'a> {
    fn word(&mut self, word: &'a str, number: usize, line: &'a str, first: bool) -> Result<(), Fault> {
        if let Some((_, reason)) = FORBIDDEN.iter().find(|(words, _)| words.contains(&word)) {
            return Err(Fault::at(number, format!("{word}: {reason}")));
        }
        self.branches += usize::from(word == "else");
        let declares = ["fn", "const"].contains(&word);
        if !self.fresh {
            return match self.open.get(1) {
                _ if !declares || !first => Ok(()),
                Some(level) if word == "fn" => {
                    Err(Fault::at(level.line, format!("this {} is not closed before line {number}", level.bracket)))
                }
                _ => Err(Fault::at(number, format!("{word} at the start of a line, within other code"))),
            };
        }
        let name = crate::wgsl::declared(line).next().unwrap_or_default();
        if !declares || !first || name.is_empty() {
            return Err(Fault::at(number, format!("{word}: only `fn NAME` and `const NAME` at the start of a line")));
        }
        (self.fresh, self.branches) = (false, 0);
        self.names.push((number, name));
        match self.names.len() > DECLARATIONS {
            true => Err(Fault::at(number, format!("more than {DECLARATIONS} functions and constants"))),
            false => Ok(()),
        }
    }

    fn sign(&mut self, sign: char, tail: &str, line: usize) -> Result<(), Fault> {
        if sign == '@' || self.fresh && !matches!(sign, ';' | ')' | ']' | '}') {
            return Err(Fault::at(line, format!("{sign}: only functions and constants, without attributes")));
        }
        match sign {
            '(' | '[' | '{' => {
                // An index applies to all before it.
                self.operator(sign == '[');
                self.open.push(level(sign, line));
                self.measure(line)?;
            }
            ')' | ']' | '}' => self.close(sign, line)?,
            ',' | ';' => self.separate(line)?,
            // Within a number it is none.
            '.' => self.operator(!tail.starts_with(|c: char| c.is_ascii_digit())),
            _ => self.operator(true),
        }
        if matches!(sign, ';' | '}') && self.open.len() == 1 {
            self.fresh = true;
        }
        Ok(())
    }

    fn operator(&mut self, is: bool) {
        if let Some(level) = self.open.last_mut() {
            level.chain += usize::from(is);
        }
    }

    /// Fails if the innermost bracket with all around it goes too deep.
    fn measure(&self, line: usize) -> Result<(), Fault> {
        let inner = self.open.last().map_or(0, |level| level.chain + level.inner);
        match self.open.len() + inner + self.branches > DEPTH {
            true => Err(Fault::at(line, "too long or too deep an expression: divide it with `let`".to_owned())),
            false => Ok(()),
        }
    }

    fn separate(&mut self, line: usize) -> Result<(), Fault> {
        self.measure(line)?;
        if let Some(level) = self.open.last_mut() {
            level.deepest = level.deepest.max(level.chain + level.inner);
            (level.chain, level.inner) = (0, 0);
        }
        Ok(())
    }

    fn close(&mut self, sign: char, line: usize) -> Result<(), Fault> {
        self.separate(line)?;
        let fits = |level: &Level| matches!((level.bracket, sign), ('(', ')') | ('[', ']') | ('{', '}'));
        let Some(closed) = self.open.pop().filter(fits) else {
            return Err(Fault::at(line, format!("this {sign} closes nothing")));
        };
        if let Some(around) = self.open.last_mut() {
            around.inner = around.inner.max(closed.deepest + 1);
        }
        if sign == '}' { self.separate(line) } else { Ok(()) }
    }
}
