//! What stays the same from story to story and in every corpus: words, topics with their people,
//! places and standing paragraphs, and the outlets.

use super::name::Name;
use super::random::{Random, Zipf};
use super::token::Token;
use super::vocabulary::Vocabulary;
use super::writer::Typography;

pub struct Topic {
    pub words: Vec<u16>,
    pub people: Vec<Name>,
    pub places: Vec<Name>,
    pub bodies: Vec<Name>,
    /// Background that several stories of the topic end with.
    pub background: Vec<Token>,
}

pub struct Outlet {
    pub name: String,
    pub typography: &'static Typography,
    /// The paragraph that stands below every article of its own; of most outlets it is empty.
    pub standing: Vec<Token>,
    /// What stands around the articles that are copied with their page.
    pub header: Vec<Token>,
    pub footer: Vec<Token>,
}

pub struct World {
    pub vocabulary: Vocabulary,
    pub topics: Vec<Topic>,
    pub outlets: Vec<Outlet>,
    pub topic_ranks: Zipf,
    pub topic_words: Zipf,
    pub outlet_ranks: Zipf,
}

impl World {
    pub fn outlet(&self, random: &mut Random) -> u32 {
        self.outlet_ranks.draw(random)
    }
}
