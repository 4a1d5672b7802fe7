//! The words of the synthetic language: English function words, and pseudo-words that can be
//! pronounced, told apart and inflected.

use hashbrown::HashSet;

use super::function_words::FUNCTION_WORDS;
use super::random::{Random, Zipf};
use crate::text::story::language;

/// Content words, as many as a year of newspapers uses more than a few times.
pub const LEMMAS: u32 = 60_000;
const GIVEN_NAMES: u32 = 1_500;
const FAMILY_NAMES: u32 = 14_000;
const PLACES: u32 = 4_000;
const WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
/// Kinds of organisation: the second word of their names.
const BODIES: [&str; 16] = [
    "Party",
    "Court",
    "Police",
    "Ministry",
    "Board",
    "University",
    "Bank",
    "Commission",
    "Council",
    "Hospital",
    "Corporation",
    "Union",
    "Authority",
    "Institute",
    "League",
    "Federation",
];

/// What a content word may end in: the endings that a stemmer takes off again.
const ENDINGS: [&str; FORMS as usize] = ["", "s", "ed", "ing"];
const FORMS: u32 = 4;

/// Bytes of a word, and behind them its length: a word is one line of the cache.
#[repr(align(16))]
struct Slot([u8; SLOT]);

const SLOT: usize = 16;
const LONGEST: usize = SLOT - 1;

/// A word in one of its forms: its place in the vocabulary, and in the last two bits the ending.
pub type Term = u32;

const FUNCTIONS: u32 = FUNCTION_WORDS.len() as u32;
const FIRST_GIVEN: u32 = FUNCTIONS + LEMMAS;
const FIRST_FAMILY: u32 = FIRST_GIVEN + GIVEN_NAMES;
const FIRST_PLACE: u32 = FIRST_FAMILY + FAMILY_NAMES;
const FIRST_WEEKDAY: u32 = FIRST_PLACE + PLACES;
const FIRST_BODY: u32 = FIRST_WEEKDAY + 7;

pub struct Vocabulary {
    slots: Vec<Slot>,
    /// Function words as often as they are used.
    functions: Vec<u8>,
    lemmas: Zipf,
    given: Zipf,
    family: Zipf,
    places: Zipf,
}

impl Vocabulary {
    pub fn new(random: &mut Random) -> Vocabulary {
        let mut coined = Coined { random, seen: HashSet::new() };
        let mut built = Vocabulary {
            slots: Vec::new(),
            functions: Vec::new(),
            // The commonest content word of newspapers is 2 to 3 in 1,000 words.
            lemmas: Zipf::new(LEMMAS, 6.0),
            given: Zipf::new(GIVEN_NAMES, 30.0),
            family: Zipf::new(FAMILY_NAMES, 60.0),
            places: Zipf::new(PLACES, 20.0),
        };
        for (at, (word, frequency)) in (0..).zip(FUNCTION_WORDS) {
            built.add(word);
            built.functions.extend(std::iter::repeat_n(at, frequency.div_ceil(10) as usize));
        }
        for rank in 0..LEMMAS {
            let word = coined.word(if rank < 3_000 { 2 } else { 2 + rank % 2 });
            built.add(&word);
        }
        for _ in 0..GIVEN_NAMES + FAMILY_NAMES + PLACES {
            built.add(&capitalised(&coined.word(2)));
        }
        WEEKDAYS.iter().chain(&BODIES).for_each(|word| built.add(word));
        built
    }

    fn add(&mut self, word: &str) {
        let mut slot = [0; SLOT];
        slot[..word.len()].copy_from_slice(word.as_bytes());
        slot[LONGEST] = word.len() as u8;
        self.slots.push(Slot(slot));
    }

    /// Appends a word. A copy of fixed length is a move or two, one of any other a call.
    pub fn write(&self, term: Term, out: &mut Vec<u8>) {
        let slot = &self.slots[(term / FORMS) as usize];
        out.extend_from_slice(&slot.0);
        out.truncate(out.len() - SLOT + slot.0[LONGEST] as usize);
        let ending = (term % FORMS) as usize;
        if ending != 0 {
            out.extend_from_slice(ENDINGS[ending].as_bytes());
        }
    }

    pub fn function(&self, random: &mut Random) -> Term {
        u32::from(*random.choose(&self.functions)) * FORMS
    }

    /// A content word of the language at large.
    pub fn lemma(&self, random: &mut Random) -> u32 {
        self.lemmas.draw(random)
    }

    pub fn given_name(&self, random: &mut Random) -> Term {
        (FIRST_GIVEN + self.given.draw(random)) * FORMS
    }

    pub fn family_name(&self, random: &mut Random) -> Term {
        (FIRST_FAMILY + self.family.draw(random)) * FORMS
    }

    pub fn place(&self, random: &mut Random) -> Term {
        (FIRST_PLACE + self.places.draw(random)) * FORMS
    }
}

/// The function word; it must be one.
pub fn function(word: &str) -> Term {
    let at = FUNCTION_WORDS.iter().position(|(it, _)| *it == word);
    at.expect("a word of the table") as u32 * FORMS
}

/// Days count from Monday.
pub fn weekday(day: u32) -> Term {
    (FIRST_WEEKDAY + day % 7) * FORMS
}

/// The weekday so many days after another.
pub fn later_weekday(term: Term, days: u32) -> Term {
    weekday(term / FORMS - FIRST_WEEKDAY + days)
}

pub fn body(random: &mut Random) -> Term {
    (FIRST_BODY + random.below(BODIES.len() as u32)) * FORMS
}

/// A form of a content word, as often as newspapers inflect: most are plain.
pub fn inflected(lemma: u32, random: &mut Random) -> Term {
    const BY_FREQUENCY: [u32; 16] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 3];
    (FUNCTIONS + lemma) * FORMS + random.choose(&BY_FREQUENCY)
}

/// Another form of the word, or the same.
pub fn reinflected(term: Term, random: &mut Random) -> Term {
    inflected(term / FORMS - FUNCTIONS, random)
}

/// Each four neighbours in frequency mean the same. LEMMAS is a multiple of four.
pub fn synonym(term: Term, random: &mut Random) -> Term {
    inflected((term / FORMS - FUNCTIONS) ^ (1 + random.below(3)), random)
}

fn capitalised(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

/// Invents words, each one once.
struct Coined<'a> {
    random: &'a mut Random,
    seen: HashSet<String>,
}

impl Coined<'_> {
    /// A word that ends in a consonant, as all endings can follow it, and is no stop word.
    fn word(&mut self, syllables: u32) -> String {
        const ONSETS: [&str; 28] = [
            "b", "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "t", "v", "w", "k", "b",
            "c", "d", "f", "l", "m", "p", "r", "s", "t", "st", "tr",
        ];
        const VOWELS: [&str; 12] = ["a", "e", "i", "o", "u", "a", "e", "i", "o", "a", "e", "ou"];
        const CODAS: [&str; 12] = ["n", "r", "t", "l", "m", "n", "r", "t", "nd", "p", "ck", "g"];
        loop {
            let mut word = String::new();
            for syllable in 1..=syllables {
                word.push_str(self.random.choose::<&str>(&ONSETS));
                word.push_str(self.random.choose::<&str>(&VOWELS));
                if syllable == syllables || self.random.chance(0.2) {
                    word.push_str(self.random.choose::<&str>(&CODAS));
                }
            }
            let is_free = !language::is_stop_word(word.as_bytes());
            if word.len() <= LONGEST && is_free && self.seen.insert(word.clone()) {
                return word;
            }
        }
    }
}
