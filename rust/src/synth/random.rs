//! Random numbers that are the same on every machine.
//!
//! The generator is PCG XSL 128/64 (MCG), whose stream its authors and `rand_pcg` fix. All draws
//! are integers, or products and quotients of f64, which IEEE 754 rounds alike everywhere; `exp`,
//! `log` and `pow`, which it does not, come from the crate `libm`.

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::Rng;
use xxhash_rust::xxh3::xxh3_128;

pub struct Random(Pcg64Mcg);

impl Random {
    /// The stream of this number; streams of one seed have nothing to do with each other.
    pub fn new(seed: u64, stream: u64) -> Random {
        let mut key = [0; 16];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..].copy_from_slice(&stream.to_le_bytes());
        Random(Pcg64Mcg::new(xxh3_128(&key)))
    }

    fn bits(&mut self) -> u32 {
        (self.0.next_u64() >> 32) as u32
    }

    /// A whole number from 0 to `limit` - 1.
    pub fn below(&mut self, limit: u32) -> u32 {
        ((u64::from(self.bits()) * u64::from(limit)) >> 32) as u32
    }

    pub fn choose<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u32) as usize]
    }

    /// In [0, 1).
    pub fn fraction(&mut self) -> f64 {
        f64::from(self.bits()) / 4_294_967_296.0
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.fraction()
    }

    pub fn chance(&mut self, probability: f64) -> bool {
        self.fraction() < probability
    }

    /// The sum of four uniform numbers, brought to mean 0 and deviation 1: normal but for its tails,
    /// which end at 3.5.
    fn normal(&mut self) -> f64 {
        let bits = self.0.next_u64();
        let sum: u64 = (0..4).map(|part| bits >> (16 * part) & 0xffff).sum();
        (sum as f64 / 65_536.0 - 2.0) * 1.732
    }

    /// A number whose logarithm is normal with deviation `sigma`.
    pub fn lognormal(&mut self, median: f64, sigma: f64) -> f64 {
        median * libm::exp(sigma * self.normal())
    }

    pub fn exponential(&mut self, mean: f64) -> f64 {
        -mean * libm::log(1.0 - self.fraction())
    }

    /// A whole number that is `n` or more with probability `n` to the power `-exponent`.
    pub fn power_law(&mut self, exponent: f64, most: u32) -> u32 {
        libm::pow(1.0 - self.fraction(), -1.0 / exponent).min(f64::from(most)) as u32
    }
}

/// Cells of equal probability that the ranks are cut into.
const CELLS: usize = 512;

/// Ranks by the law of Zipf and Mandelbrot: rank r has a probability in proportion to
/// 1 / (r + offset). In a cell all ranks are equally likely, so that a draw costs two look-ups.
pub struct Zipf {
    cells: Vec<(u32, u32)>,
}

impl Zipf {
    pub fn new(ranks: u32, offset: f64) -> Zipf {
        let ratio = (f64::from(ranks) + offset) / offset;
        let bound = |cell: usize| {
            let power = cell as f64 / CELLS as f64;
            (offset * libm::pow(ratio, power) - offset).clamp(0.0, f64::from(ranks)) as u32
        };
        let cell = |at| (bound(at).min(ranks - 1), (bound(at + 1) - bound(at)).max(1));
        Zipf { cells: (0..CELLS).map(cell).collect() }
    }

    pub fn draw(&self, random: &mut Random) -> u32 {
        let (first, width) = *random.choose(&self.cells);
        first + random.below(width)
    }
}
