//! The names of people, places and bodies.

use super::random::Random;
use super::vocabulary::{self, Term, Vocabulary};

/// A name of one or two words, and whether the second alone may stand for it.
#[derive(Clone, Copy)]
pub struct Name {
    pub words: [Term; 2],
    pub length: u8,
    pub is_person: bool,
}

impl Name {
    pub fn person(vocabulary: &Vocabulary, random: &mut Random) -> Name {
        let words = [vocabulary.given_name(random), vocabulary.family_name(random)];
        Name { words, length: 2, is_person: true }
    }

    pub fn place(vocabulary: &Vocabulary, random: &mut Random) -> Name {
        let place = vocabulary.place(random);
        Name { words: [place, place], length: 1, is_person: false }
    }

    pub fn body(vocabulary: &Vocabulary, random: &mut Random) -> Name {
        let words = [vocabulary.place(random), vocabulary::body(random)];
        Name { words, length: 2, is_person: false }
    }

    pub fn any(vocabulary: &Vocabulary, random: &mut Random) -> Name {
        match random.below(10) {
            0..5 => Name::person(vocabulary, random),
            5..8 => Name::place(vocabulary, random),
            _ => Name::body(vocabulary, random),
        }
    }
}
