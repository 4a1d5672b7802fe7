//! A block of articles: whole stories with all their versions, in the order of publication.
//!
//! Blocks do not depend on each other, so that any number of them is made at the same time.

use std::io::Write;
use std::ops::Range;

use super::calendar::{self, Slice, Time};
use super::random::Random;
use super::story::{FIGURES_OF_BULLETIN, Story};
use super::token::{BREAK, Kind, STOP, Token, end_paragraph};
use super::version::{self, Version};
use super::world::{Outlet, World};

/// Five hours of the news: few enough that a corpus of some thousand articles has stories from
/// their first version to the last, and more than the largest cluster has.
pub const ARTICLES: usize = 1_024;

/// Most stories are told once. Of the others the number of versions is n or more with probability
/// n to the power -1.5.
const STORIES_WITH_VERSIONS: f64 = 0.15;
const VERSIONS_EXPONENT: f64 = 1.5;
const MOST_VERSIONS: u32 = 250;
/// Stories that another article only resembles.
const STORIES_WITH_NEGATIVE: f64 = 0.07;
/// Stories that tell the background of their topic, after the news.
const STORIES_WITH_BACKGROUND: f64 = 0.03;
const WORDS_BEFORE_BACKGROUND: usize = 90;

/// Words of an original, as in two newspapers of 2020.
const WORDS: f64 = 275.0;
const WORDS_SIGMA: f64 = 0.45;

pub struct Block {
    /// The records, a line each, and where each line ends.
    pub bytes: Vec<u8>,
    pub ends: Vec<usize>,
}

/// Makes the block of this number in the corpus of a seed.
pub fn make(world: &World, seed: u64, number: u64) -> Block {
    let random = Random::new(seed, number);
    let written = Vec::with_capacity(ARTICLES * 2_200);
    let mut maker = Maker { world, random, articles: Vec::with_capacity(ARTICLES), written };
    let slice = Slice::new(number, ARTICLES as u64, &mut maker.random);
    while maker.articles.len() < ARTICLES {
        maker.tell_story(&slice);
    }
    maker.articles.truncate(ARTICLES);
    records(world, seed, number * ARTICLES as u64, &maker)
}

struct Maker<'a> {
    world: &'a World,
    random: Random,
    articles: Vec<Article>,
    /// Titles and texts of all articles, as JSON has them.
    written: Vec<u8>,
}

struct Article {
    time: Time,
    outlet: u32,
    version: Version,
    /// The article that it was made from, itself for an original.
    origin: usize,
    title: Range<usize>,
    text: Range<usize>,
}

struct Original {
    number: usize,
    time: Time,
    outlet: u32,
    story: Story,
    title: Vec<Token>,
    body: Vec<Token>,
}

impl<'a> Maker<'a> {
    fn outlet(&self, number: u32) -> &'a Outlet {
        &self.world.outlets[number as usize]
    }

    /// Writes a story and all that follows from it.
    fn tell_story(&mut self, slice: &Slice) {
        let time = slice.draw(&mut self.random);
        let negative = self.random.chance(STORIES_WITH_NEGATIVE);
        let negative = negative.then(|| Version::draw_negative(&mut self.random));
        let original = self.write_original(time, negative == Some(Version::OtherFigures));
        if self.random.chance(STORIES_WITH_VERSIONS) {
            let figures = original.body.iter().filter(|token| token.is_figure()).count();
            for _ in 0..self.random.power_law(VERSIONS_EXPONENT, MOST_VERSIONS) {
                let version = Version::draw(figures, &mut self.random);
                self.write_version(&original, version);
            }
        }
        let can_be =
            |it: &Version| *it != Version::SameLead || version::has_short_lead(&original.body);
        if let Some(version) = negative.filter(can_be) {
            self.write_version(&original, version);
        }
    }

    fn write_original(&mut self, time: Time, bulletin: bool) -> Original {
        let (world, random) = (self.world, &mut self.random);
        let mut story = Story::new(world, random);
        story.set_weekday(calendar::weekday(time));
        if bulletin {
            story.figures = FIGURES_OF_BULLETIN;
        }
        let words = random.lognormal(WORDS, WORDS_SIGMA).clamp(80.0, 3_000.0) as usize;
        let mut body = Vec::with_capacity(words + 40);
        let mut background = random.chance(STORIES_WITH_BACKGROUND);
        while body.len() < words {
            story.tell_sentence(world, random, &mut body);
            if background && body.len() >= WORDS_BEFORE_BACKGROUND {
                end_paragraph(&mut body);
                body.extend_from_slice(&world.topics[story.topic() as usize].background);
                background = false;
            }
        }
        if bulletin {
            fill_in(&mut body, random);
        }
        let outlet = world.outlet(random);
        let title = draw_title(&story, world, random);
        let number = self.articles.len();
        self.write(Version::Original, number, time, outlet, &title, &body, true);
        Original { number, time, outlet, story, title, body }
    }

    fn write_version(&mut self, original: &Original, version: Version) {
        let (world, random) = (self.world, &mut self.random);
        let Original { story, body, .. } = original;
        let mut time = original.time + calendar::delay(random);
        let outlet = match version {
            Version::Exact | Version::Corrected | Version::OtherFigures => original.outlet,
            _ => world.outlet(random),
        };
        let text = match version {
            Version::Original | Version::Exact => body.clone(),
            Version::Edited => version::edit(body, world, random),
            Version::Truncated => version::truncate(body, random),
            Version::Wrapped => version::wrap(body, self.outlet(outlet)),
            Version::Excerpt => version::excerpt(body, random),
            Version::Corrected => version::correct(body, random),
            Version::Rewritten => version::rewrite(body, story, world, random),
            Version::OtherFacts => version::report_again(body, story, world, random),
            Version::SameLead => version::continue_otherwise(body, story, world, random),
            Version::OtherFigures => {
                let days = 1 + random.below(3);
                time = original.time + calendar::days(days);
                version::refill(body, days, random)
            }
        };
        let random = &mut self.random;
        let same_title = version.is_duplicate() && random.chance(0.6);
        let title =
            if same_title { original.title.clone() } else { draw_title(story, world, random) };
        let stands = version != Version::Wrapped;
        self.write(version, original.number, time, outlet, &title, &text, stands);
    }

    /// Writes an article out, with the standing paragraph of its outlet or without.
    #[allow(clippy::too_many_arguments, reason = "the fields of an article")]
    fn write(
        &mut self,
        version: Version,
        origin: usize,
        time: Time,
        outlet: u32,
        title: &[Token],
        body: &[Token],
        stands: bool,
    ) {
        let vocabulary = &self.world.vocabulary;
        let Outlet { typography, standing, .. } = self.outlet(outlet);
        let out = &mut self.written;
        let start = out.len();
        typography.write(vocabulary, title, out);
        let title_end = out.len();
        typography.write(vocabulary, body, out);
        if stands && !standing.is_empty() {
            out.extend_from_slice(b"\\n\\n");
            typography.write(vocabulary, standing, out);
        }
        let (title, text) = (start..title_end, title_end..out.len());
        self.articles.push(Article { time, outlet, version, origin, title, text });
    }
}

/// A bulletin has figures, whatever chance says.
fn fill_in(body: &mut [Token], random: &mut Random) {
    const EVERY: usize = 20;
    for token in body.iter_mut().skip(EVERY / 2).step_by(EVERY) {
        if token.kind == Kind::Word && token.marks == 0 {
            *token = super::story::draw_figure(random);
        }
    }
}

/// Six to ten words.
fn draw_title(story: &Story, world: &World, random: &mut Random) -> Vec<Token> {
    let mut title = Vec::new();
    let words = 6 + random.below(5) as usize;
    while title.len() < words {
        story.tell_sentence(world, random, &mut title);
    }
    title.truncate(words);
    title.iter_mut().for_each(|token| token.marks &= !(STOP | BREAK));
    title
}

/// The articles as lines of JSON, in the order of publication.
fn records(world: &World, seed: u64, first: u64, maker: &Maker) -> Block {
    let articles = &maker.articles;
    let mut order: Vec<usize> = (0..articles.len()).collect();
    // Versions were made after their originals, and are not published before them.
    order.sort_by_key(|&at| (articles[at].time, at));
    let mut places = vec![0; articles.len()];
    for (place, &at) in order.iter().enumerate() {
        places[at] = place as u64;
    }
    let mut block = Block { bytes: Vec::new(), ends: Vec::new() };
    block.bytes.reserve(maker.written.len() + 300 * articles.len());
    let out = &mut block.bytes;
    for &at in &order {
        let article = &articles[at];
        let id = |at: usize, out: &mut Vec<u8>| {
            write!(out, "\"{seed}-{:09}\"", first + places[at]).expect("a buffer takes all");
        };
        out.extend_from_slice(b"{\"id\": ");
        id(at, out);
        out.extend_from_slice(b", \"date\": \"");
        calendar::write(article.time, out);
        out.extend_from_slice(b"\", \"source\": \"");
        out.extend_from_slice(world.outlets[article.outlet as usize].name.as_bytes());
        out.extend_from_slice(b"\", \"title\": \"");
        out.extend_from_slice(&maker.written[article.title.clone()]);
        out.extend_from_slice(b"\", \"text\": \"");
        out.extend_from_slice(&maker.written[article.text.clone()]);
        out.extend_from_slice(b"\", \"cluster\": ");
        id(if article.version.is_duplicate() { article.origin } else { at }, out);
        out.extend_from_slice(b", \"version\": \"");
        out.extend_from_slice(article.version.name().as_bytes());
        out.extend_from_slice(b"\", \"version_of\": ");
        if article.version == Version::Original {
            out.extend_from_slice(b"null");
        } else {
            id(article.origin, out);
        }
        out.extend_from_slice(b"}\n");
        block.ends.push(out.len());
    }
    block
}
