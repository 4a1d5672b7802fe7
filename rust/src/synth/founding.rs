//! The making of the world, whose standing paragraphs are told by stories in it.

use super::name::Name;
use super::random::{Random, Zipf};
use super::story::Story;
use super::token::{BREAK, CLOSE_QUOTE, OPEN_QUOTE, STOP, Token, end_paragraph, sentences};
use super::vocabulary::Vocabulary;
use super::world::{Outlet, Topic, World};
use super::writer::{ASCII, FOREIGN, TYPOGRAPHIC};

/// The world is that of this seed, whatever the seed of the corpus: another corpus tells other
/// stories of the same world.
const SEED: u64 = 0;

const TOPICS: u32 = 400;
const WORDS_OF_TOPIC: u32 = 1_500;
/// The ranks of its words: the commonest belong to no topic, the rarest to a story.
const BAND: std::ops::Range<u32> = 40..30_000;
const OUTLETS: u32 = 300;
/// In feeds that have been cleaned most have none.
const OUTLETS_WITH_STANDING: f64 = 0.15;

impl World {
    pub fn new() -> World {
        let random = &mut Random::new(SEED, 0);
        let mut world = World {
            vocabulary: Vocabulary::new(random),
            topics: Vec::new(),
            outlets: Vec::new(),
            topic_ranks: Zipf::new(TOPICS, 30.0),
            topic_words: Zipf::new(WORDS_OF_TOPIC, 150.0),
            outlet_ranks: Zipf::new(OUTLETS, 10.0),
        };
        let band = Zipf::new(BAND.end - BAND.start, 300.0);
        for _ in 0..TOPICS {
            let topic = Topic::new(&world.vocabulary, &band, random);
            world.topics.push(topic);
        }
        for topic in 0..TOPICS {
            world.topics[topic as usize].background = world.paragraph(random, topic, 30);
        }
        for _ in 0..OUTLETS {
            let outlet = world.found_outlet(random);
            world.outlets.push(outlet);
        }
        world
    }

    /// One paragraph of so many words.
    fn paragraph(&self, random: &mut Random, topic: u32, words: usize) -> Vec<Token> {
        let story = Story::on(topic, self, random);
        let mut text = Vec::new();
        while text.len() < words {
            story.tell_sentence(self, random, &mut text);
        }
        text.truncate(words);
        text.iter_mut().for_each(|token| token.marks &= !(BREAK | OPEN_QUOTE | CLOSE_QUOTE));
        end_paragraph(&mut text);
        text
    }

    fn found_outlet(&self, random: &mut Random) -> Outlet {
        const PAPERS: [&str; 8] =
            ["Times", "Post", "Herald", "Gazette", "Express", "Tribune", "Mail", "News"];
        let vocabulary = &self.vocabulary;
        let mut place = Vec::new();
        vocabulary.write(vocabulary.place(random), &mut place);
        let name = format!("The {} {}", String::from_utf8_lossy(&place), random.choose(&PAPERS));
        let mut standing = Vec::new();
        if random.chance(OUTLETS_WITH_STANDING) {
            let words = 10 + random.below(20) as usize;
            let topic = random.below(TOPICS);
            standing = self.paragraph(random, topic, words);
        }
        let mut around = |words| {
            let topic = random.below(TOPICS);
            self.paragraph(random, topic, words)
        };
        let (header, mut footer) = (around(8), around(20));
        // Links to other articles: a line each.
        let lines: Vec<usize> = sentences(&footer).map(<[Token]>::len).collect();
        let mut end = 0;
        for line in lines {
            end += line;
            footer[end - 1].marks |= BREAK;
            footer[end - 1].marks &= !STOP;
        }
        let typography = match random.fraction() {
            it if it < 0.22 => &ASCII,
            it if it < 0.94 => &TYPOGRAPHIC,
            _ => &FOREIGN,
        };
        Outlet { name, typography, standing, header, footer }
    }
}

impl Topic {
    fn new(vocabulary: &Vocabulary, band: &Zipf, random: &mut Random) -> Topic {
        let words = (0..WORDS_OF_TOPIC).map(|_| (BAND.start + band.draw(random)) as u16).collect();
        let mut names = |count, name: fn(&Vocabulary, &mut Random) -> Name| -> Vec<Name> {
            (0..count).map(|_| name(vocabulary, random)).collect()
        };
        Topic {
            words,
            people: names(60, Name::person),
            places: names(20, Name::place),
            bodies: names(20, Name::body),
            background: Vec::new(),
        }
    }
}
