//! MinHash signatures in datasketch 2's `affine32` scheme, bit for bit.
//!
//! A shingle hash h is mixed once by the MurmurHash3 finaliser; permutation k maps it to
//! a_k * h + b_k mod 2^32, and the signature keeps the least value of each permutation.

use rand_mt::Mt;

/// Seed of the permutations, datasketch's default.
pub const SEED: u32 = 1;

/// Lanes worked on at a time: two registers of AVX-512, or four of AVX2, stay full while every
/// shingle passes by. 64 lanes were measured to be no faster.
const LANES: usize = 32;

/// The processor's instructions that a signature is computed with. All give the same bits.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Instructions {
    Avx512,
    Avx2,
    Plain,
}

impl Instructions {
    /// What this processor runs, fastest first.
    pub fn available() -> Vec<Instructions> {
        let mut sets = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx512f") {
                sets.push(Instructions::Avx512);
            }
            if is_x86_feature_detected!("avx2") {
                sets.push(Instructions::Avx2);
            }
        }
        sets.push(Instructions::Plain);
        sets
    }

    pub fn name(self) -> &'static str {
        match self {
            Instructions::Avx512 => "avx512",
            Instructions::Avx2 => "avx2",
            Instructions::Plain => "plain",
        }
    }
}

/// The permutations of one seed, drawn as datasketch draws them.
pub struct Permutations {
    multipliers: Vec<u32>,
    increments: Vec<u32>,
    num_perm: usize,
    instructions: Instructions,
}

impl Permutations {
    /// numpy's `RandomState(seed).randint` takes one 32-bit draw for a value below a power of two.
    pub fn new(num_perm: usize, seed: u32, instructions: Instructions) -> Permutations {
        let mut generator = Mt::new(seed);
        let padded = num_perm.next_multiple_of(LANES);
        let mut draw = |of: &dyn Fn(u32) -> u32| {
            let mut values: Vec<u32> = (0..num_perm).map(|_| of(generator.next_u32())).collect();
            values.resize(padded, 0);
            values
        };
        let multipliers = draw(&|value| (value & 0x7fff_ffff) * 2 + 1);
        let increments = draw(&|value| value);
        Permutations { multipliers, increments, num_perm, instructions }
    }

    /// Appends the signature of a shingle set, of which only the low 32 bits of each hash count.
    /// An empty set gives datasketch's empty signature, all ones. `mixed` is scratch.
    pub fn sign(&self, shingles: &[u64], mixed: &mut Vec<u32>, signature: &mut Vec<u32>) {
        match self.instructions {
            // SAFETY: `Instructions::available` offers a set only where the processor has it, and
            // nothing else makes one.
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx512 => unsafe { self.sign_avx512(shingles, mixed, signature) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx2 => unsafe { self.sign_avx2(shingles, mixed, signature) },
            _ => self.sign_plain(shingles, mixed, signature),
        }
    }

    #[inline(always)]
    fn sign_plain(&self, shingles: &[u64], mixed: &mut Vec<u32>, signature: &mut Vec<u32>) {
        mixed.clear();
        mixed.extend(shingles.iter().map(|&hash| finalise(hash as u32)));
        let end = signature.len() + self.num_perm;
        let lanes = self.multipliers.as_chunks().0.iter().zip(self.increments.as_chunks().0);
        for (multipliers, increments) in lanes {
            let least = least_values(mixed, multipliers, increments);
            let wanted = (end - signature.len()).min(LANES);
            signature.extend_from_slice(&least[..wanted]);
        }
    }

    // The same code, compiled for wider registers: more than twice the articles a second of the
    // baseline build, words and shingles included.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f")]
    fn sign_avx512(&self, shingles: &[u64], mixed: &mut Vec<u32>, signature: &mut Vec<u32>) {
        self.sign_plain(shingles, mixed, signature);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn sign_avx2(&self, shingles: &[u64], mixed: &mut Vec<u32>, signature: &mut Vec<u32>) {
        self.sign_plain(shingles, mixed, signature);
    }
}

#[inline(always)]
fn least_values(hashes: &[u32], a: &[u32; LANES], b: &[u32; LANES]) -> [u32; LANES] {
    let mut least = [u32::MAX; LANES];
    for &hash in hashes {
        for lane in 0..LANES {
            let value = a[lane].wrapping_mul(hash).wrapping_add(b[lane]);
            least[lane] = least[lane].min(value);
        }
    }
    least
}

/// The MurmurHash3 finaliser, a bijection on 32 bits.
#[inline(always)]
fn finalise(mut hash: u32) -> u32 {
    hash ^= hash >> 16;
    hash = hash.wrapping_mul(0x85eb_ca6b);
    hash ^= hash >> 13;
    hash = hash.wrapping_mul(0xc2b2_ae35);
    hash ^ hash >> 16
}

/// Number of slots at which two signatures agree.
pub fn agreements(a: &[u32], b: &[u32]) -> usize {
    a.iter().zip(b).map(|(x, y)| (x == y) as u32).sum::<u32>() as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition, one permutation and one shingle at a time.
    fn slow(permutations: &Permutations, shingles: &[u64]) -> Vec<u32> {
        (0..permutations.num_perm)
            .map(|k| {
                let permute = |&hash: &u64| {
                    finalise(hash as u32)
                        .wrapping_mul(permutations.multipliers[k])
                        .wrapping_add(permutations.increments[k])
                };
                shingles.iter().map(permute).min().unwrap_or(u32::MAX)
            })
            .collect()
    }

    proptest! {
        #[test]
        fn every_instruction_set_gives_the_definition(
            shingles in prop::collection::vec(any::<u64>(), 0..50), num_perm in 1usize..300, seed: u32
        ) {
            for instructions in Instructions::available() {
                let permutations = Permutations::new(num_perm, seed, instructions);
                let mut signature = Vec::new();
                permutations.sign(&shingles, &mut Vec::new(), &mut signature);
                prop_assert_eq!(&signature, &slow(&permutations, &shingles));
            }
        }
    }
}
