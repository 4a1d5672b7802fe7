//! A story: a topic, a cast and the words it turns on; and sentences that tell of it.

use super::name::Name;
use super::random::{Random, Zipf};
use super::token::{BREAK, CLOSE_QUOTE, COMMA, DASH, GENITIVE, Kind, OPEN_QUOTE, STOP, Token};
use super::vocabulary::{self, Term};
use super::world::World;

/// Shares of the tokens, as in two newspapers of 2020.
const FUNCTION_WORDS: f64 = 0.53;
const NAMES: f64 = 0.058;
pub const FIGURES: f64 = 0.025;
/// Bulletins are mostly figures.
pub const FIGURES_OF_BULLETIN: f64 = 0.09;
const WEEKDAYS: f64 = 0.004;

/// Of the content words those the story turns on, and those of its topic.
const KEYWORDS: f64 = 0.58;
const TOPIC_WORDS: f64 = 0.14;
const KEYWORDS_OF_STORY: usize = 40;

const QUOTED_SENTENCES: f64 = 0.18;
const WORDS_A_SENTENCE: f64 = 18.5;
const SENTENCE_SIGMA: f64 = 0.5;
const SENTENCES_A_PARAGRAPH: f64 = 2.5;

pub struct Story {
    topic: u32,
    cast: Vec<Name>,
    keywords: Vec<u32>,
    /// The weekdays it names: that of the event first.
    weekdays: [Term; 2],
    pub figures: f64,
    ranks: &'static Ranks,
}

struct Ranks {
    cast: Zipf,
    keywords: Zipf,
}

static RANKS: std::sync::LazyLock<Ranks> = std::sync::LazyLock::new(|| Ranks {
    cast: Zipf::new(CAST as u32, 3.0),
    keywords: Zipf::new(KEYWORDS_OF_STORY as u32, 8.0),
});

/// People, places and bodies of a story.
const CAST: usize = 10;

impl Story {
    pub fn new(world: &World, random: &mut Random) -> Story {
        Story::on(world.topic_ranks.draw(random), world, random)
    }

    pub fn on(topic: u32, world: &World, random: &mut Random) -> Story {
        let weekday = random.below(7);
        let mut story = Story {
            topic,
            cast: Vec::with_capacity(CAST),
            keywords: Vec::with_capacity(KEYWORDS_OF_STORY),
            weekdays: [vocabulary::weekday(weekday), vocabulary::weekday(weekday + 6)],
            figures: FIGURES,
            ranks: &RANKS,
        };
        for _ in 0..CAST {
            let name = story.draw_name(world, random);
            story.cast.push(name);
        }
        for _ in 0..KEYWORDS_OF_STORY {
            let word = story.draw_keyword(world, random);
            story.keywords.push(word);
        }
        story
    }

    /// The next to happen in the same matter: such shares of cast and keywords stay.
    pub fn sequel(&self, world: &World, random: &mut Random, cast: f64, keywords: f64) -> Story {
        let mut story = Story::on(self.topic, world, random);
        // Reported a day later as often as not.
        let later = random.below(2);
        story.weekdays = self.weekdays.map(|day| vocabulary::later_weekday(day, later));
        for (new, old) in story.cast.iter_mut().zip(&self.cast) {
            if random.chance(cast) {
                *new = *old;
            }
        }
        for (new, old) in story.keywords.iter_mut().zip(&self.keywords) {
            if random.chance(keywords) {
                *new = *old;
            }
        }
        story
    }

    /// As it was on this day.
    pub fn set_weekday(&mut self, day: u32) {
        self.weekdays = [vocabulary::weekday(day), vocabulary::weekday(day + 6)];
    }

    /// The weekday it names where another telling names this one: none that only the other has.
    pub fn weekday_for(&self, term: Term) -> Term {
        if self.weekdays.contains(&term) { term } else { self.weekdays[0] }
    }

    pub fn topic(&self) -> u32 {
        self.topic
    }

    fn draw_name(&self, world: &World, random: &mut Random) -> Name {
        if random.chance(0.5) {
            return Name::any(&world.vocabulary, random);
        }
        let topic = &world.topics[self.topic as usize];
        *match random.below(10) {
            0..5 => random.choose(&topic.people),
            5..8 => random.choose(&topic.places),
            _ => random.choose(&topic.bodies),
        }
    }

    fn draw_keyword(&self, world: &World, random: &mut Random) -> u32 {
        if random.chance(0.5) {
            self.topic_word(world, random)
        } else {
            world.vocabulary.lemma(random)
        }
    }

    fn topic_word(&self, world: &World, random: &mut Random) -> u32 {
        let rank = world.topic_words.draw(random) as usize;
        world.topics[self.topic as usize].words[rank].into()
    }

    /// A content word, as it stands in the story.
    pub fn draw_word(&self, world: &World, random: &mut Random) -> Token {
        let lemma = match random.fraction() {
            it if it < KEYWORDS => self.keywords[self.ranks.keywords.draw(random) as usize],
            it if it < KEYWORDS + TOPIC_WORDS => self.topic_word(world, random),
            _ => world.vocabulary.lemma(random),
        };
        Token::new(Kind::Word, vocabulary::inflected(lemma, random))
    }

    /// Writes a sentence, in quotation marks or not, and may end the paragraph with it.
    pub fn tell_sentence(&self, world: &World, random: &mut Random, text: &mut Vec<Token>) {
        let length = random.lognormal(WORDS_A_SENTENCE, SENTENCE_SIGMA).clamp(4.0, 60.0) as usize;
        let start = text.len();
        while text.len() < start + length {
            self.tell_next(world, random, text);
        }
        // A sentence that ends in a function word reads as cut off.
        if text[text.len() - 1].kind == Kind::Function {
            text.push(self.draw_word(world, random));
        }
        if random.chance(QUOTED_SENTENCES) {
            text[start].marks |= OPEN_QUOTE;
            end(text, COMMA | CLOSE_QUOTE);
            push_name(self.draw_cast(random), random, text);
            text.push(Token::new(Kind::Function, vocabulary::function("said")));
        }
        end(text, STOP);
        if random.chance(1.0 / SENTENCES_A_PARAGRAPH) {
            end(text, BREAK);
        }
    }

    fn draw_cast(&self, random: &mut Random) -> Name {
        self.cast[self.ranks.cast.draw(random) as usize]
    }

    fn tell_next(&self, world: &World, random: &mut Random, text: &mut Vec<Token>) {
        match random.fraction() {
            it if it < FUNCTION_WORDS => {
                let word = Token::new(Kind::Function, world.vocabulary.function(random));
                if text.last().is_none_or(|last| last.term != word.term) {
                    text.push(word);
                }
                return;
            }
            it if it < FUNCTION_WORDS + NAMES => {
                let passing = random.chance(0.15);
                let name = if passing {
                    Name::any(&world.vocabulary, random)
                } else {
                    self.draw_cast(random)
                };
                push_name(name, random, text);
                if random.chance(0.08) {
                    end(text, GENITIVE);
                }
            }
            it if it < FUNCTION_WORDS + NAMES + self.figures => text.push(draw_figure(random)),
            it if it < FUNCTION_WORDS + NAMES + self.figures + WEEKDAYS => {
                let day = self.weekdays[random.chance(0.3) as usize];
                text.push(Token::new(Kind::Weekday, day));
            }
            _ => text.push(self.draw_word(world, random)),
        }
        match random.below(1_000) {
            0..100 => end(text, COMMA),
            100..104 => end(text, DASH),
            _ => {}
        }
    }
}

/// Marks the last token, on which no other punctuation may stand but the genitive.
fn end(text: &mut [Token], mark: u8) {
    let last = text.last_mut().expect("a token to mark");
    if mark & (STOP | COMMA) != 0 {
        last.marks &= !(COMMA | DASH);
    }
    last.marks |= mark;
}

/// In full, or of a person the family name alone.
fn push_name(name: Name, random: &mut Random, text: &mut Vec<Token>) {
    let short = name.is_person && random.chance(0.6);
    let first = if short { 1 } else { 0 };
    text.extend(
        name.words[first..name.length as usize].iter().map(|&it| Token::new(Kind::Name, it)),
    );
}

/// Newspapers count: most figures are small, some large; then years, shares and sums.
pub fn draw_figure(random: &mut Random) -> Token {
    let lognormal =
        |random: &mut Random, median, sigma| random.lognormal(median, sigma).min(9e8) as u32;
    match random.below(100) {
        0..60 => Token::new(Kind::Count, 2 + lognormal(random, 10.0, 1.1)),
        60..72 => Token::new(Kind::Count, 100 + lognormal(random, 900.0, 1.5)),
        72..80 => Token::new(Kind::Percent, 1 + lognormal(random, 120.0, 1.0)),
        80..86 => Token::new(Kind::Money, 10 + lognormal(random, 400.0, 1.5)),
        86..90 => Token::new(Kind::Tenths, 11 + lognormal(random, 30.0, 1.0)),
        _ => Token::new(Kind::Year, 2021 - lognormal(random, 1.5, 1.0).min(90)),
    }
}
