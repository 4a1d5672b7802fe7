//! Words on processors with AVX-512 VBMI2: an instruction drops what no word needs from 64 bytes.
//! About a quarter of the portable way's time.

use super::Run;

#[cfg(not(target_arch = "x86_64"))]
pub fn push_words(_: &Run, _: &mut Vec<u8>, _: &mut Vec<u32>) -> bool {
    false
}

/// Appends the words of a run as [`super::push_words`] does, or returns false when the
/// processor cannot.
#[cfg(target_arch = "x86_64")]
pub fn push_words(run: &Run, buffer: &mut Vec<u8>, starts: &mut Vec<u32>) -> bool {
    let able = is_x86_feature_detected!("avx512vbmi2")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("bmi2");
    if able {
        // SAFETY: the processor has what the function is compiled for.
        unsafe { x86::push_words(run, buffer, starts) };
    }
    able
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;
    use std::array::from_fn;

    use super::super::Run;
    use super::super::classes::{Classes, LOWER_CASE, words_among};
    use crate::text::words::word::CAPITAL;

    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi2,bmi1,bmi2,popcnt")]
    pub fn push_words(run: &Run, buffer: &mut Vec<u8>, starts: &mut Vec<u32>) {
        let (marked, run) = (run, run.bytes());
        let mut end = buffer.len();
        buffer.resize(end + run.len() + 1 + 64, 0);
        let mut text = load(run, 0);
        let (mut before, mut here) = (Classes::default(), classify(text));
        let mut word_before = 0;
        for at in (0..run.len()).step_by(64) {
            let next = load(run, at + 64);
            let after = classify(next);
            let word = words_among(&before, &here, &after);
            let follows = word << 1 | word_before >> 63;
            let kept = word | follows;
            // Letters beyond ASCII are spelt already.
            let beyond = _mm512_movepi8_mask(text);
            let case = _mm512_set1_epi8(LOWER_CASE as i8);
            let lower = _mm512_or_si512(text, _mm512_maskz_mov_epi8(!beyond, case));
            let spaced = _mm512_mask_set1_epi8(lower, follows & !word, b' ' as i8);
            store(_mm512_maskz_compress_epi8(kept, spaced), &mut buffer[end..end + 64]);
            let capital = !(_mm512_test_epi8_mask(text, case) | beyond) | marked.capitals(at);
            push_starts(_pext_u64(word & !follows, kept), _pext_u64(capital, kept), end, starts);
            end += kept.count_ones() as usize;
            (before, here, word_before, text) = (here, after, word, next);
        }
        if word_before >> 63 == 1 {
            buffer[end] = b' ';
            end += 1;
        }
        buffer.truncate(end);
    }

    /// The 64 bytes from `at` on; past the end there are blanks.
    #[target_feature(enable = "avx512f,avx512bw")]
    fn load(run: &[u8], at: usize) -> __m512i {
        let bytes = &run[at.min(run.len())..];
        let there = if bytes.len() < 64 { (1 << bytes.len()) - 1 } else { u64::MAX };
        let blanks = _mm512_set1_epi8(b' ' as i8);
        // SAFETY: the mask lets only bytes of the slice be read.
        unsafe { _mm512_mask_loadu_epi8(blanks, there, bytes.as_ptr().cast()) }
    }

    #[target_feature(enable = "avx512f")]
    fn store(text: __m512i, out: &mut [u8]) {
        assert_eq!(out.len(), 64);
        // SAFETY: the slice is 64 bytes long.
        unsafe { _mm512_storeu_si512(out.as_mut_ptr().cast(), text) }
    }

    #[target_feature(enable = "avx512f,avx512bw")]
    fn classify(text: __m512i) -> Classes {
        let all = |byte: u8| _mm512_set1_epi8(byte as i8);
        let is = |byte: u8| _mm512_cmpeq_epi8_mask(text, all(byte));
        let lower = _mm512_or_si512(text, all(LOWER_CASE));
        let both = is(b'.') | is(b'\'');
        Classes {
            letters: _mm512_cmplt_epu8_mask(_mm512_sub_epi8(lower, all(b'a')), all(26))
                | _mm512_movepi8_mask(text),
            digits: _mm512_cmplt_epu8_mask(_mm512_sub_epi8(text, all(b'0')), all(10)),
            mid_letters: both | is(b':'),
            mid_numbers: both | is(b',') | is(b';'),
        }
    }

    /// Appends a start for each bit of `begun`, marked where the bit of `capital` is set too.
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi2,bmi2,popcnt")]
    fn push_starts(begun: u64, capital: u64, first: usize, starts: &mut Vec<u32>) {
        // Sixteen at a time, a register of them: only the last branch depends on their number.
        const GROUP: usize = 16;
        const NUMBERS: [u8; 64] = numbers();
        let mut places = [0; 64];
        store(_mm512_maskz_compress_epi8(begun, load(&NUMBERS, 0)), &mut places);
        let capital = _pext_u64(capital, begun);
        let (count, end) = (begun.count_ones() as usize, starts.len());
        let groups = &places.as_chunks::<GROUP>().0[..count.div_ceil(GROUP)];
        for (group, places) in groups.iter().enumerate() {
            let capital = (capital >> (GROUP * group)) as u32;
            starts.extend_from_slice(&from_fn::<u32, GROUP, _>(|lane| {
                let is_capital = capital >> lane & 1;
                (first as u32 + places[lane] as u32) | (is_capital * CAPITAL)
            }));
        }
        starts.truncate(end + count);
    }

    /// 0 to 63.
    const fn numbers() -> [u8; 64] {
        let mut numbers = [0; 64];
        let mut at = 0;
        while at < numbers.len() {
            numbers[at] = at as u8;
            at += 1;
        }
        numbers
    }
}
