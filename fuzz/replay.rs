//! What a fuzzer starts from, again in every test run: the seeds of a target and repeatable mutations of them.

use std::path::Path;

/// A generator with Knuth's constants.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below.max(1)
    }
}

/// The seeds of a target, and so many mutations of them in turn.
pub(crate) fn inputs(target: &str, mutations: usize) -> impl Iterator<Item = Vec<u8>> {
    let seeds = seeds(target);
    let mut dice = Dice(mutations as u64);
    let mutants: Vec<_> = (0..mutations).map(|k| mutant(&mut dice, &seeds, k % seeds.len())).collect();
    seeds.into_iter().chain(mutants)
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [here, &here.join("..")].map(|root| root.join("fuzz/seeds").join(target));
    let folder = folders.iter().find(|folder| folder.is_dir()).expect("there is a folder of seeds");
    let mut paths: Vec<_> = folder.read_dir().expect("it is a folder").map(|e| e.expect("a file").path()).collect();
    paths.sort();
    assert!(paths.len() > 2, "{target} has too few seeds");
    paths.iter().map(|path| std::fs::read(path).expect("it is a file")).collect()
}

/// A seed with one to three changes: bytes replaced, dropped, doubled, swapped or taken from another seed.
fn mutant(dice: &mut Dice, seeds: &[Vec<u8>], k: usize) -> Vec<u8> {
    let mut bytes = seeds[k].clone();
    for _ in 0..=dice.roll(3) * dice.roll(2) {
        let other = &seeds[dice.roll(seeds.len())];
        let start = dice.roll(bytes.len());
        let end = (start + 1 + dice.roll(16)).min(bytes.len());
        let from = dice.roll(other.len());
        let foreign = other[from..(from + 1 + dice.roll(16)).min(other.len())].to_vec();
        match dice.roll(6) {
            _ if bytes.is_empty() => bytes = foreign,
            0 => bytes[start] = dice.roll(256) as u8,
            1 => bytes[start] ^= 1 << dice.roll(8),
            2 => drop(bytes.drain(start..end)),
            3 => {
                let copy = bytes[start..end].to_vec();
                bytes.splice(end..end, copy).for_each(drop);
            }
            4 => bytes.splice(start..start, foreign).for_each(drop),
            _ => bytes.splice(start..end, foreign).for_each(drop),
        }
    }
    bytes
}
