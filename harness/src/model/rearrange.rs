//! What compilers make of sums and products that they may rearrange.

use super::driver::{Driver, mix};
use super::value::{From, Number, One};

/// Terms that a compiler looks at together.
const TERMS: usize = 8;

impl Driver {
    /// (x c) d with constants c and d as x (c d).
    pub(super) fn joined(&self, a: &One, d: &One) -> Option<One> {
        let (From::Product(p, q), Some(_)) = (&a.from, d.value()) else { return None };
        let (x, c) = if q.value().is_some() { (p, q) } else { (q, p) };
        let (c, d) = (c.value()?, d.value()?);
        // Where the constants' product is no normal number no compiler does it.
        (c * d).is_normal().then(|| self.product(x, &Number::constant((c * d).to_bits(), x.bits.len())))
    }

    /// (x + c) d with constants c and d as x d + c d, and (1 + h) d as d + h d, where infinities do not matter.
    pub(super) fn distributed(&self, a: &One, d: &One) -> Option<One> {
        let From::Sum(p, q, false) = &a.from else { return None };
        let (x, c) = if q.value().is_some() { (p, q) } else { (q, p) };
        let c = c.value()?;
        let rest = match d.value() {
            Some(d) => Number::constant((c * d).to_bits(), x.bits.len()),
            None if c == 1.0 => d.clone(),
            None => return None,
        };
        Some(self.contracted(x, d, &rest))
    }

    /// The factors of a product in another order, equal ones first.
    pub(super) fn reordered(&self, a: &One, b: &One, place: u64) -> Option<One> {
        if same(a, b) {
            return None;
        }
        let mut factors: Vec<&One> = Vec::new();
        factors_of(a, &mut factors);
        factors_of(b, &mut factors);
        if !(3..=TERMS).contains(&factors.len()) {
            return None;
        }
        let equal = |one: &One| factors.iter().filter(|other| other.id == one.id).count();
        let mut order: Vec<(bool, u64, usize)> = Vec::new();
        for (k, one) in factors.iter().enumerate() {
            order.push((equal(one) == 1, mix(one.id ^ place ^ self.seed), k));
        }
        order.sort_unstable();
        let mut order = order.into_iter().map(|(.., k)| factors[k]);
        let first = order.next()?.clone();
        Some(order.fold(first, |product, factor| self.product(&product, factor)))
    }

    /// p q + p r as p (q + r), also where p r is the first term of a sum.
    pub(super) fn factored(&self, a: &One, b: &One, minus: bool) -> Option<One> {
        if let (From::Product(..), From::Sum(first, rest, less)) = (&a.from, &b.from)
            && let Some(both) = self.factored_terms(a, first, minus)
        {
            return Some(self.sum(&both, rest, minus != *less));
        }
        self.factored_terms(a, b, minus)
    }

    /// (p q + r) + c with a constant c as (p q + c) + r.
    pub(super) fn regrouped(&self, a: &One, b: &One, minus: bool) -> Option<One> {
        let (sum, constant) = if b.value().is_some() { (a, b) } else { (b, a) };
        let (From::Sum(first, rest, less), Some(_), false) = (&sum.from, constant.value(), minus) else { return None };
        matches!(first.from, From::Product(..)).then(|| {
            let first = self.add(first, constant, false);
            self.sum(&first, rest, *less)
        })
    }

    fn factored_terms(&self, a: &One, b: &One, minus: bool) -> Option<One> {
        let (From::Product(p, q), From::Product(r, s)) = (&a.from, &b.from) else { return None };
        let (common, q, r) = [(p, r, q, s), (p, s, q, r), (q, r, p, s), (q, s, p, r)]
            .into_iter()
            .find(|(x, y, ..)| x.id == y.id)
            .map(|(x, _, q, r)| (x, q, r))?;
        let inner = self.sum(q, r, minus);
        Some(self.product(common, &inner))
    }

    /// A sum whose terms cancel, or with several constants, or in another order.
    pub(super) fn folded(&self, a: &One, b: &One, minus: bool, place: u64) -> Option<One> {
        let mut terms: Vec<(One, bool)> = Vec::new();
        flatten(a, false, &mut terms);
        flatten(b, minus, &mut terms);
        if terms.len() > TERMS {
            return None;
        }
        let before = terms.len();
        let mut k = 0;
        while k < terms.len() {
            let partner = (k + 1..terms.len()).find(|&j| terms[j].0.id == terms[k].0.id && terms[j].1 != terms[k].1);
            match partner {
                Some(j) => {
                    terms.remove(j);
                    terms.remove(k);
                }
                None => k += 1,
            }
        }
        let constant = |(one, minus): &(One, bool)| one.value().map(|v| if *minus { -v } else { v });
        let constants: Vec<f32> = terms.iter().filter_map(constant).collect();
        let mut changed = terms.len() < before;
        if constants.len() > 1 {
            let sum: f32 = constants.iter().sum();
            terms.retain(|term| constant(term).is_none());
            terms.push((Number::constant(sum.to_bits(), a.bits.len()), false));
            changed = true;
        }
        if self.reorder && terms.len() > 2 {
            terms.sort_by_key(|(one, _)| mix(one.id ^ place ^ self.seed));
            changed = true;
        }
        if !changed {
            return None;
        }
        let mut terms = terms.into_iter();
        let Some((first, minus)) = terms.next() else { return Some(Number::constant(0, a.bits.len())) };
        let first = if minus { self.negate(&first) } else { first };
        Some(terms.fold(first, |sum, (term, minus)| self.sum(&sum, &term, minus)))
    }
}

/// Whether two values differ in no more than their sign.
fn same(a: &One, b: &One) -> bool {
    let bare = |one: &One| match &one.from {
        From::Negation(other) => other.id,
        _ => one.id,
    };
    bare(a) == bare(b)
}

/// The factors of a product. Compilers leave alone what is used more than once, as a square's root is.
fn factors_of<'a>(one: &'a One, factors: &mut Vec<&'a One>) {
    match &one.from {
        From::Product(a, b) if same(a, b) => factors.extend([a, b]),
        From::Product(a, b) if factors.len() < TERMS => {
            factors_of(a, factors);
            factors_of(b, factors);
        }
        _ => factors.push(one),
    }
}

/// The terms of a sum, and which of them are subtracted.
fn flatten(one: &One, minus: bool, terms: &mut Vec<(One, bool)>) {
    match &one.from {
        From::Sum(a, b, less) if terms.len() < TERMS => {
            flatten(a, minus, terms);
            flatten(b, minus != *less, terms);
        }
        From::Negation(a) => flatten(a, !minus, terms),
        _ => terms.push((one.clone(), minus)),
    }
}
