//! Stop words and stemmers of the world's main languages, told by the script and the stop words of a
//! text.

use std::borrow::Cow;
use std::sync::LazyLock;

use hashbrown::HashMap;
use snowball_stemmers_rs::{Algorithm, Stemmer};
use unicode_script::Script;
use xxhash_rust::xxh3::xxh3_64;

use crate::text::words::{self, SCRIPTS, Words};

/// ISO 639-1 code of the stop words, and Snowball algorithm where there is one.
const LANGUAGES: [(&str, Option<Algorithm>); 47] = [
    ("ar", Some(Algorithm::Arabic)),
    ("bg", None),
    ("bn", None),
    ("ca", Some(Algorithm::Catalan)),
    ("cs", Some(Algorithm::Czech)),
    ("da", Some(Algorithm::Danish)),
    ("de", Some(Algorithm::German)),
    ("el", Some(Algorithm::Greek)),
    ("en", Some(Algorithm::English)),
    ("eo", Some(Algorithm::Esperanto)),
    ("es", Some(Algorithm::Spanish)),
    ("et", Some(Algorithm::Estonian)),
    ("eu", Some(Algorithm::Basque)),
    ("fa", Some(Algorithm::Persian)),
    ("fi", Some(Algorithm::Finnish)),
    ("fr", Some(Algorithm::French)),
    ("ga", Some(Algorithm::Irish)),
    ("gu", None),
    ("he", None),
    ("hi", Some(Algorithm::Hindi)),
    ("hr", None),
    ("hu", Some(Algorithm::Hungarian)),
    ("hy", Some(Algorithm::Armenian)),
    ("id", Some(Algorithm::Indonesian)),
    ("it", Some(Algorithm::Italian)),
    ("ja", None),
    ("ko", None),
    ("lt", Some(Algorithm::Lithuanian)),
    ("lv", None),
    ("mr", None),
    ("ms", None),
    ("nl", Some(Algorithm::Dutch)),
    ("no", Some(Algorithm::Norwegian)),
    ("pl", Some(Algorithm::Polish)),
    ("pt", Some(Algorithm::Portuguese)),
    ("ro", Some(Algorithm::Romanian)),
    ("ru", Some(Algorithm::Russian)),
    ("sk", None),
    ("sl", None),
    ("sv", Some(Algorithm::Swedish)),
    ("sw", None),
    ("th", None),
    ("tr", Some(Algorithm::Turkish)),
    ("uk", Some(Algorithm::Ukrainian)),
    ("ur", None),
    ("vi", None),
    ("zh", None),
];

/// What each language is written in; Chinese and Japanese are one.
const fn script(code: &str) -> Script {
    match code.as_bytes() {
        b"ar" | b"fa" | b"ur" => Script::Arabic,
        b"bg" | b"ru" | b"uk" => Script::Cyrillic,
        b"bn" => Script::Bengali,
        b"el" => Script::Greek,
        b"gu" => Script::Gujarati,
        b"he" => Script::Hebrew,
        b"hi" | b"mr" => Script::Devanagari,
        b"hy" => Script::Armenian,
        b"ja" | b"zh" => Script::Han,
        b"ko" => Script::Hangul,
        b"th" => Script::Thai,
        _ => Script::Latin,
    }
}

/// The script of each language.
const WRITTEN_IN: [Script; LANGUAGES.len()] = {
    let mut scripts = [Script::Latin; LANGUAGES.len()];
    let mut language = 0;
    while language < LANGUAGES.len() {
        scripts[language] = script(LANGUAGES[language].0);
        language += 1;
    }
    scripts
};

/// A set of languages, a bit each in the order of [`LANGUAGES`].
type Languages = u64;

/// What a word says of the language of its text: the script it is written in, and the languages that
/// have it as a stop word. An index into `StopWords::signs`, of which the first says nothing.
#[derive(Clone, Copy, PartialEq)]
pub struct Sign(u16);

impl Sign {
    pub const NONE: Sign = Sign(0);
}

/// A script, as a place in `SCRIPTS`, and a set of languages.
type ScriptAndLanguages = (u8, Languages);

struct StopWords {
    words: HashMap<Box<[u8]>, Sign>,
    /// Sorted.
    signs: Vec<ScriptAndLanguages>,
    /// What each sign counts for.
    counts: Vec<Counts>,
    /// A bit for the high bits of the XXH3 of each word.
    filter: Vec<u64>,
}

/// A number for each language, and from `FIRST_SCRIPT` on for each script. Bytes, so that a few
/// instructions add them all up.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Counts([u8; 64]);

const FIRST_SCRIPT: usize = 48;
const _: () = assert!(LANGUAGES.len() <= FIRST_SCRIPT && FIRST_SCRIPT + SCRIPTS.len() <= 64);

impl Counts {
    const NONE: Counts = Counts([0; 64]);

    fn of((script, languages): ScriptAndLanguages) -> Counts {
        let mut counts = Counts::NONE;
        counts.0[FIRST_SCRIPT + script as usize] = 1;
        for (language, count) in counts.0[..LANGUAGES.len()].iter_mut().enumerate() {
            *count = (languages >> language & 1) as u8;
        }
        counts
    }

    fn add(&mut self, other: &Counts) {
        self.0.iter_mut().zip(&other.0).for_each(|(count, more)| *count += more);
    }
}

/// The place in `SCRIPTS` of what a normalised word is written in, the first if it has no letters.
fn place_of_script(word: &str) -> u8 {
    if words::is_east_asian(word) {
        return HAN;
    }
    word.chars().map(words::script).find(|&script| script != 0).unwrap_or(0)
}

/// The place of a script in `SCRIPTS`.
const fn place(script: Script) -> u8 {
    let mut place = 0;
    while SCRIPTS[place] as u32 != script as u32 {
        place += 1;
    }
    place as u8
}

const HAN: u8 = place(Script::Han);

impl StopWords {
    fn sign(&self, sign: ScriptAndLanguages) -> Sign {
        Sign(self.signs.binary_search(&sign).expect("all are gathered") as u16)
    }
}

static STOP_WORDS: LazyLock<StopWords> = LazyLock::new(|| {
    let mut found: HashMap<Box<[u8]>, Languages> = HashMap::new();
    let mut words = Words::default();
    for (language, (code, ..)) in LANGUAGES.iter().enumerate() {
        for word in stop_words::lookup(code).unwrap_or_default() {
            words.read(word);
            if words.len() == 1 {
                *found.entry(words.joined().into()).or_default() |= 1 << language;
            }
        }
    }
    let sign = |word: &[u8], languages: Languages| {
        (place_of_script(&String::from_utf8_lossy(word)), languages)
    };
    let no_stop_words = (0..SCRIPTS.len() as u8).map(|script| (script, 0));
    let of_words = found.iter().map(|(word, &languages)| sign(word, languages));
    let mut signs: Vec<ScriptAndLanguages> = of_words.chain(no_stop_words).collect();
    signs.sort_unstable();
    signs.dedup();
    let counts = signs.iter().copied().map(Counts::of).collect();
    let mut filter: Vec<u64> = vec![0; 1 << (FILTER_BITS - 6)];
    for hash in found.keys().map(|word| xxh3_64(word)) {
        filter[place_of_bit(hash).0] |= place_of_bit(hash).1;
    }
    let mut stop_words = StopWords { words: HashMap::new(), signs, counts, filter };
    let signed = found.into_iter().map(|(word, languages)| {
        let sign = stop_words.sign(sign(&word, languages));
        (word, sign)
    });
    let words = signed.collect();
    stop_words.words = words;
    stop_words
});

static STEMMERS: LazyLock<Vec<Option<Stemmer>>> = LazyLock::new(|| {
    LANGUAGES.iter().map(|(_, algorithm)| algorithm.map(Stemmer::create)).collect()
});

/// What a normalised word says of the language. Figures say nothing, though some lists have them.
pub fn sign_of(word: &[u8]) -> Sign {
    if word.iter().any(u8::is_ascii_digit) {
        return Sign::NONE;
    }
    let word = String::from_utf8_lossy(word);
    let found = STOP_WORDS.words.get(shortened(&word).as_bytes()).copied();
    found.unwrap_or_else(|| STOP_WORDS.sign((place_of_script(&word), 0)))
}

/// So many bits of a hash tell a word of a script without spaces from nearly all stop words.
const FILTER_BITS: u32 = 17;

/// A word of the filter, and the bit in it.
fn place_of_bit(hash: u64) -> (usize, u64) {
    let bit = hash >> (u64::BITS - FILTER_BITS);
    (bit as usize / 64, 1 << (bit % 64))
}

/// Whether a word of a script without spaces, of which `hash` is the XXH3, may be a stop word.
pub fn may_be_stop_word(hash: u64) -> bool {
    let (place, bit) = place_of_bit(hash);
    STOP_WORDS.filter[place] & bit != 0
}

/// Whether some language has a normalised word as a stop word.
pub fn is_stop_word(word: &[u8]) -> bool {
    STOP_WORDS.signs[sign_of(word).0 as usize].1 != 0
}

/// Counts the words of a text by script, and in what language they are; 255 words at most.
pub struct Census {
    /// Words of each script, and stop words of each language.
    words: Counts,
    /// Of each language the stretches in which none has more stop words.
    stretches: Counts,
}

impl Default for Census {
    fn default() -> Census {
        Census { words: Counts::NONE, stretches: Counts::NONE }
    }
}

impl Census {
    /// Counts a few words of which most are in one language.
    pub fn add(&mut self, stretch: &[Sign]) {
        let known = &STOP_WORDS.counts;
        let mut found = Counts::NONE;
        stretch.iter().for_each(|word| found.add(&known[word.0 as usize]));
        self.words.add(&found);
        let most = found.0[..FIRST_SCRIPT].iter().copied().fold(1, u8::max);
        self.stretches.add(&Counts(found.0.map(|count| (count == most) as u8)));
    }

    /// Of the languages in the script of most words the one that most of the text is in, of equal
    /// ones the one with more stop words, then the first. Stop words alone would not do: in a notice
    /// they stand closer than in the news, in English closer than elsewhere, in Chinese hardly.
    pub fn language(&self) -> Language {
        let scripts = 1..SCRIPTS.len();
        let most = scripts.rev().max_by_key(|&script| self.words.0[FIRST_SCRIPT + script]);
        let Some(most) = most.map(|script| SCRIPTS[script]) else { return UNKNOWN };
        let is_possible = |&it: &usize| WRITTEN_IN[it] == most && self.stretches.0[it] > 0;
        let possible = (0..LANGUAGES.len()).rev().filter(is_possible);
        let found = possible.max_by_key(|&it| (self.stretches.0[it], self.words.0[it]));
        found.map_or(UNKNOWN, |index| Language(index as u8))
    }
}

/// An index into [`LANGUAGES`], or [`UNKNOWN`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Language(u8);

/// The language of a text without stop words, and of a word not seen in any.
const UNKNOWN: Language = Language(Languages::BITS as u8 - 1);
pub const NONE: Language = Language(u8::MAX);

impl Language {
    /// Whether a word is a stop word of the language.
    pub fn has(self, word: Sign) -> bool {
        word != Sign::NONE && STOP_WORDS.signs[word.0 as usize].1 >> self.0 & 1 == 1
    }

    /// Whether a capital tells names from other words: in German every noun has one.
    pub fn capitals_tell_names(self) -> bool {
        LANGUAGES.get(self.0 as usize).is_none_or(|(code, ..)| *code != "de")
    }

    /// The stemmer for the language's words, and the script that these have.
    fn stemmer(self) -> Option<(&'static Stemmer, Script)> {
        let stemmer = STEMMERS.get(self.0 as usize)?.as_ref()?;
        Some((stemmer, WRITTEN_IN[self.0 as usize]))
    }
}

/// Characters of a word up to which it is stemmed. A stemmer takes the square of a length, and no word of a
/// language is as long.
const LONGEST_WORD: usize = 64;

/// The stem of a normalised word. One in another script than the text's is a foreign word or name,
/// and the language's stemmer is not for it.
pub fn stem(word: &str, language: Language) -> Cow<'_, str> {
    match language.stemmer() {
        Some((stemmer, script))
            if place_of_script(word) == place(script)
                && word.chars().nth(LONGEST_WORD).is_none() =>
        {
            stemmer.stem(word)
        }
        _ => shortened(word).into(),
    }
}

/// Of the three characters that Chinese and Japanese are cut into the first two, which are a word
/// more often; any other word as it is.
fn shortened(word: &str) -> &str {
    if !words::is_east_asian(word) {
        return word;
    }
    word.char_indices().nth(2).map_or(word, |(end, _)| &word[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_of_a_language_is_that_of_its_stop_words() {
        for (language, (code, ..)) in LANGUAGES.iter().enumerate() {
            let own = |sign: &&Sign| STOP_WORDS.signs[sign.0 as usize].1 >> language & 1 == 1;
            let place = SCRIPTS.iter().position(|&it| it == script(code)).unwrap();
            let (mut all, mut in_it) = (0, 0);
            for sign in STOP_WORDS.words.values().filter(own) {
                all += 1;
                in_it += (STOP_WORDS.signs[sign.0 as usize].0 as usize == place) as usize;
            }
            assert!(10 * in_it > 9 * all, "{code}: {in_it} of {all}");
        }
    }

    #[test]
    fn a_stemmer_is_for_words_of_its_script() {
        let of = |wanted: &str| LANGUAGES.iter().position(|(code, ..)| *code == wanted).unwrap();
        let cases = [
            ("en", "running", "run"),
            ("en", "книгами", "книгами"),
            ("en", "中国经", "中国"),
            ("ru", "中国经", "中国"),
            ("zh", "中国经", "中国"),
            ("ja", "running", "running"),
            ("ru", "running", "running"),
            ("ru", "книгами", "книг"),
            ("uk", "running", "running"),
            ("de", "häuser", "haus"),
            ("ar", "running", "running"),
            ("ar", "الكتاب", "كتاب"),
            ("fa", "کتاب\u{647}ا", "کتاب"),
            ("el", "running", "running"),
            ("hi", "running", "running"),
            ("hy", "running", "running"),
            ("en", "والكتاب", "والكتاب"),
            ("en", "コーヒー", "コー"),
        ];
        for (code, word, expected) in cases {
            assert_eq!(stem(word, Language(of(code) as u8)), expected, "{code} {word}");
        }
    }
}
