//! Stop words and stemmers of the world's main languages, told by the stop words of a text.

use std::borrow::Cow;
use std::sync::LazyLock;

use hashbrown::HashMap;
use pure_rust_locales::{Locale, locale_match};
use snowball_stemmers_rs::{Algorithm, Stemmer};

use crate::text::words::{self, Words};

/// ISO 639-1 code of the stop words, Snowball algorithm where there is one, and the locale that
/// knows the weekdays.
const LANGUAGES: [(&str, Option<Algorithm>, Locale); 47] = [
    ("ar", Some(Algorithm::Arabic), Locale::ar_EG),
    ("bg", None, Locale::bg_BG),
    ("bn", None, Locale::bn_BD),
    ("ca", Some(Algorithm::Catalan), Locale::ca_ES),
    ("cs", Some(Algorithm::Czech), Locale::cs_CZ),
    ("da", Some(Algorithm::Danish), Locale::da_DK),
    ("de", Some(Algorithm::German), Locale::de_DE),
    ("el", Some(Algorithm::Greek), Locale::el_GR),
    ("en", Some(Algorithm::English), Locale::en_GB),
    ("eo", Some(Algorithm::Esperanto), Locale::eo),
    ("es", Some(Algorithm::Spanish), Locale::es_ES),
    ("et", Some(Algorithm::Estonian), Locale::et_EE),
    ("eu", Some(Algorithm::Basque), Locale::eu_ES),
    ("fa", Some(Algorithm::Persian), Locale::fa_IR),
    ("fi", Some(Algorithm::Finnish), Locale::fi_FI),
    ("fr", Some(Algorithm::French), Locale::fr_FR),
    ("ga", Some(Algorithm::Irish), Locale::ga_IE),
    ("gu", None, Locale::gu_IN),
    ("he", None, Locale::he_IL),
    ("hi", Some(Algorithm::Hindi), Locale::hi_IN),
    ("hr", None, Locale::hr_HR),
    ("hu", Some(Algorithm::Hungarian), Locale::hu_HU),
    ("hy", Some(Algorithm::Armenian), Locale::hy_AM),
    ("id", Some(Algorithm::Indonesian), Locale::id_ID),
    ("it", Some(Algorithm::Italian), Locale::it_IT),
    ("ja", None, Locale::ja_JP),
    ("ko", None, Locale::ko_KR),
    ("lt", Some(Algorithm::Lithuanian), Locale::lt_LT),
    ("lv", None, Locale::lv_LV),
    ("mr", None, Locale::mr_IN),
    ("ms", None, Locale::ms_MY),
    ("nl", Some(Algorithm::Dutch), Locale::nl_NL),
    ("no", Some(Algorithm::Norwegian), Locale::nb_NO),
    ("pl", Some(Algorithm::Polish), Locale::pl_PL),
    ("pt", Some(Algorithm::Portuguese), Locale::pt_PT),
    ("ro", Some(Algorithm::Romanian), Locale::ro_RO),
    ("ru", Some(Algorithm::Russian), Locale::ru_RU),
    ("sk", None, Locale::sk_SK),
    ("sl", None, Locale::sl_SI),
    ("sv", Some(Algorithm::Swedish), Locale::sv_SE),
    ("sw", None, Locale::sw_KE),
    ("th", None, Locale::th_TH),
    ("tr", Some(Algorithm::Turkish), Locale::tr_TR),
    ("uk", Some(Algorithm::Ukrainian), Locale::uk_UA),
    ("ur", None, Locale::ur_PK),
    ("vi", None, Locale::vi_VN),
    ("zh", None, Locale::zh_CN),
];

/// A set of languages, a bit each in the order of [`LANGUAGES`].
type Languages = u64;

/// Which languages have a word as a stop word, as an index into `StopWords::sets`. The first set is
/// empty.
#[derive(Clone, Copy, PartialEq)]
pub struct StopWordOf(u16);

impl StopWordOf {
    pub const NONE: StopWordOf = StopWordOf(0);
}

struct StopWords {
    words: HashMap<Box<[u8]>, StopWordOf>,
    sets: Vec<Languages>,
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
    let mut sets: Vec<Languages> = found.values().copied().chain([0]).collect();
    sets.sort_unstable();
    sets.dedup();
    let index = |set| StopWordOf(sets.binary_search(&set).expect("gathered above") as u16);
    let words = found.into_iter().map(|(word, set)| (word, index(set))).collect();
    StopWords { words, sets }
});

static STEMMERS: LazyLock<Vec<Option<Stemmer>>> = LazyLock::new(|| {
    LANGUAGES.iter().map(|(_, algorithm, _)| algorithm.map(Stemmer::create)).collect()
});

/// The languages in which a normalised word is a stop word. Figures are none, though some lists
/// have them.
pub fn stop_word_of(word: &[u8]) -> StopWordOf {
    if word.iter().any(u8::is_ascii_digit) {
        return StopWordOf::NONE;
    }
    let word = String::from_utf8_lossy(word);
    STOP_WORDS.words.get(shortened(&word).as_bytes()).copied().unwrap_or(StopWordOf::NONE)
}

/// Counts the stop words of a text by language.
pub struct Census {
    counts: [u32; LANGUAGES.len()],
}

impl Default for Census {
    fn default() -> Census {
        Census { counts: [0; LANGUAGES.len()] }
    }
}

impl Census {
    pub fn add(&mut self, word: StopWordOf) {
        let mut languages = STOP_WORDS.sets[word.0 as usize];
        while languages != 0 {
            self.counts[languages.trailing_zeros() as usize] += 1;
            languages &= languages - 1;
        }
    }

    /// The language with the most stop words; of equal ones the first.
    pub fn language(&self) -> Language {
        let most = self.counts.iter().max().filter(|most| **most > 0);
        let first = most.and_then(|most| self.counts.iter().position(|count| count == most));
        first.map_or(UNKNOWN, |index| Language(index as u8))
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
    pub fn has(self, word: StopWordOf) -> bool {
        word != StopWordOf::NONE && STOP_WORDS.sets[word.0 as usize] >> self.0 & 1 == 1
    }

    /// Whether a capital tells names from other words: in German every noun has one.
    pub fn capitals_tell_names(self) -> bool {
        LANGUAGES.get(self.0 as usize).is_none_or(|(code, ..)| *code != "de")
    }

    fn stemmer(self) -> Option<&'static Stemmer> {
        STEMMERS.get(self.0 as usize)?.as_ref()
    }
}

/// The stem of a normalised word.
pub fn stem(word: &str, language: Language) -> Cow<'_, str> {
    match language.stemmer() {
        Some(stemmer) => stemmer.stem(word),
        None => shortened(word).into(),
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

/// The weekdays, Sunday first: as they stand, and as stems, since case endings change them.
static WEEKDAYS: LazyLock<HashMap<Box<[u8]>, u8>> = LazyLock::new(|| {
    let mut found = HashMap::new();
    let mut words = Words::default();
    for (language, (_, _, locale)) in (0..).zip(LANGUAGES) {
        let names: &[&str] = locale_match!(locale => LC_TIME::DAY);
        for (day, name) in (0..).zip(names) {
            words.read(name);
            if words.len() == 1 {
                let word = String::from_utf8_lossy(words.joined());
                if Language(language).stemmer().is_some() {
                    found.insert(stem(&word, Language(language)).as_bytes().into(), day);
                }
                found.insert(words.joined().into(), day);
            }
        }
    }
    found
});

/// The weekday that a word of this stem names, from Sunday on.
pub fn weekday(word: &str, stem: &str) -> Option<u8> {
    WEEKDAYS.get(word.as_bytes()).or_else(|| WEEKDAYS.get(stem.as_bytes())).copied()
}
