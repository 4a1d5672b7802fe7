//! The words of dates: months and weekdays in some forty languages, by the locales of the C
//! library, what else their news writes, and time zones.

use std::sync::LazyLock;

use hashbrown::HashMap;
use pure_rust_locales::{Locale, locale_match};

use super::plain::{is_letter, plain};

/// Locales whose calendar is the Gregorian one and whose figures count from year 1. The Thai
/// and the Saudi Arabian ones are left out: they count other years.
const LOCALES: [Locale; 48] = [
    Locale::ar_DZ,
    Locale::ar_EG,
    Locale::ar_LB,
    Locale::ar_MA,
    Locale::bg_BG,
    Locale::bn_BD,
    Locale::ca_ES,
    Locale::cs_CZ,
    Locale::da_DK,
    Locale::de_AT,
    Locale::de_DE,
    Locale::el_GR,
    Locale::en_US,
    Locale::es_ES,
    Locale::et_EE,
    Locale::fa_IR,
    Locale::fi_FI,
    Locale::fr_FR,
    Locale::he_IL,
    Locale::hi_IN,
    Locale::hr_HR,
    Locale::hu_HU,
    Locale::id_ID,
    Locale::it_IT,
    Locale::ja_JP,
    Locale::ko_KR,
    Locale::lt_LT,
    Locale::lv_LV,
    Locale::ms_MY,
    Locale::nb_NO,
    Locale::nl_NL,
    Locale::nn_NO,
    Locale::pl_PL,
    Locale::pt_BR,
    Locale::pt_PT,
    Locale::ro_RO,
    Locale::ru_RU,
    Locale::sk_SK,
    Locale::sl_SI,
    Locale::sr_RS,
    Locale::sr_RS_latin,
    Locale::sv_SE,
    Locale::tr_TR,
    Locale::uk_UA,
    Locale::ur_PK,
    Locale::vi_VN,
    Locale::zh_CN,
    Locale::zh_TW,
];

/// Names of months that the locales lack, January first: cases, short forms, other spellings.
const MORE_MONTHS: [&str; 12] = [
    "januára јануара januarja genn",
    "februára фебруара februarja febbr fevr",
    "marta марта marca mart mrz maerz מרס",
    "aprila априла avr",
    "maja маја mája می",
    "juna јуна júna junija giugn يونيه",
    "jula јула júla julija jul juil lugl يوليه جولای",
    "augusta avgusta августа agt agst ags آگوست",
    "septembra септембра sept sett set setiembre सितम्बर",
    "oktobra октобра अक्टूबर",
    "novembra новембра noi नवम्बर",
    "decembra децембра दिसम्बर",
];

/// A low line stands for the sign between two words.
const MORE_WEEKDAYS: &str = "tues weds thur thurs segunda_feira terça_feira quarta_feira \
    quinta_feira sexta_feira sonnabend 周日 周一 周二 周三 周四 周五 周六 周天 星期天 礼拜日 礼拜天 日曜 月曜 \
    火曜 水曜 木曜 金曜 土曜 الإثنين jum'at";

/// Minutes east of Greenwich. Where a name is of several zones, the one that dates of news mean: CST
/// is the Central time of North America and not that of China, IST that of India and not of Israel or
/// Ireland, BST the summer time of Britain, and EST to PDT are those of RFC 822. AST and others that
/// news from several continents use are none.
const ZONES: [(i32, &str); 23] = [
    (0, "utc gmt ut z zulu wet wez"),
    (60, "bst cet mez west wat"),
    (120, "cest mesz eet sast cat"),
    (180, "eest msk мск trt eat"),
    (300, "pkt"),
    (330, "ist"),
    (420, "wib ict"),
    (480, "wita hkt sgt myt pht awst"),
    (540, "jst kst wit"),
    (570, "acst"),
    (600, "aest"),
    (630, "acdt"),
    (660, "aedt"),
    (720, "nzst"),
    (780, "nzdt"),
    (-180, "brt art"),
    (-240, "edt"),
    (-300, "est cdt"),
    (-360, "cst mdt"),
    (-420, "mst pdt"),
    (-480, "pst akdt"),
    (-540, "akst"),
    (-600, "hst"),
];

/// Zones of North America without a word on summer time, by their minutes in winter.
const NORTH_AMERICA: [(i32, &str); 4] = [(-300, "et"), (-360, "ct"), (-420, "mt"), (-480, "pt")];

/// Words that lead over to what must follow.
const CONNECTORS: &str = "at of on the um am den der de del da do a as la las les le il el els \
    alle ore ora om op o w v в во о у kl klo klockan kello saat pukul jam ngay nam luc στισ και ωρα الساعة \
    يوم gada dia ob";

/// Words behind a year, a day or a time that say no more.
const SUFFIXES: &str = "uhr г года год р року r roku rok h hrs hours uur hod godz م m d ч local";

/// Words that may stand before a date.
const LABELS: &str = "published updated posted created modified last first date stand \
    veröffentlicht aktualisiert publié mis jour publicado actualizado atualizado pubblicato \
    aggiornato gepubliceerd bijgewerkt publicerad uppdaterad опубликовано обновлено дата";

const BEFORE_NOON: &str = "am 上午 午前 凌晨 早上 오전 ص πμ";
const AFTER_NOON: &str = "pm 下午 午後 晚上 오후 م μμ";

/// All that a word may be.
#[derive(Clone, Copy, Default, Debug)]
pub struct Word {
    /// A bit for each month that it names, January the lowest.
    pub months: u16,
    pub weekday: bool,
    pub zone: Option<Zone>,
    pub connector: bool,
    pub suffix: bool,
    pub label: bool,
    /// Whether hours are those after noon.
    pub noon: Option<bool>,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Zone {
    /// Seconds east of Greenwich.
    Fixed(i32),
    /// Of North America, with summer time, by the seconds in winter.
    NorthAmerica(i32),
}

pub fn find(word: &str) -> Option<&'static Word> {
    WORDS.get(word)
}

#[cfg(test)]
pub fn all() -> impl Iterator<Item = (&'static str, &'static Word)> {
    WORDS.iter().map(|(name, word)| (&**name, word))
}

/// Bytes of the longest word in Chinese characters that a text begins with.
pub fn length_of_han(text: &str) -> usize {
    let ends = text.char_indices().map(|(start, it)| start + it.len_utf8());
    let ends: Vec<usize> = ends.take(3).collect();
    ends.iter().copied().rev().find(|&end| WORDS.contains_key(&text[..end])).unwrap_or(ends[0])
}

static WORDS: LazyLock<HashMap<Box<str>, Word>> = LazyLock::new(|| {
    let mut words: HashMap<Box<str>, Word> = HashMap::new();
    for locale in LOCALES {
        let alternatives = locale_match!(locale => LC_TIME::ALT_MON);
        let full = [Some(locale_match!(locale => LC_TIME::MON)), alternatives];
        let short = [
            Some(locale_match!(locale => LC_TIME::ABMON)),
            locale_match!(locale => LC_TIME::AB_ALT_MON),
        ];
        // In Croatian three letters are other months than in Polish and in Czech.
        let short = if locale == Locale::hr_HR { [None, None] } else { short };
        for names in full.into_iter().chain(short).flatten() {
            for (month, name) in names.iter().enumerate() {
                add(&mut words, name, |word| word.months |= 1 << month);
                // "In March", and "of March", in one word.
                let more = match locale {
                    Locale::he_IL => format!("ב{name}"),
                    Locale::fi_FI => format!("{name}ta"),
                    _ => continue,
                };
                add(&mut words, &more, |word| word.months |= 1 << month);
            }
        }
        let days = locale_match!(locale => LC_TIME::DAY);
        let short = locale_match!(locale => LC_TIME::ABDAY);
        // A single letter is no name, but in China, Japan and Korea.
        let tells = |name: &&&str| name.trim().chars().nth(1).is_some() || name.len() == 3;
        for name in days.iter().chain(short.iter().filter(tells)) {
            add(&mut words, name, |word| word.weekday = true);
        }
    }
    for (month, names) in MORE_MONTHS.iter().enumerate() {
        add_all(&mut words, names, |word| word.months |= 1 << month);
    }
    for (minutes, names) in ZONES {
        add_all(&mut words, names, |word| word.zone = Some(Zone::Fixed(minutes * 60)));
    }
    for (minutes, names) in NORTH_AMERICA {
        add_all(&mut words, names, |word| word.zone = Some(Zone::NorthAmerica(minutes * 60)));
    }
    add_all(&mut words, BEFORE_NOON, |word| word.noon = Some(false));
    add_all(&mut words, AFTER_NOON, |word| word.noon = Some(true));
    add_all(&mut words, MORE_WEEKDAYS, |word| word.weekday = true);
    add_all(&mut words, CONNECTORS, |word| word.connector = true);
    add_all(&mut words, SUFFIXES, |word| word.suffix = true);
    add_all(&mut words, LABELS, |word| word.label = true);
    words
});

fn add_all(words: &mut HashMap<Box<str>, Word>, names: &str, mark: impl Fn(&mut Word)) {
    names.split_whitespace().for_each(|name| add(words, name, &mark));
}

/// Adds a name of one word or of two, and what it is. One with a number in it needs no name.
fn add(words: &mut HashMap<Box<str>, Word>, name: &str, mark: impl Fn(&mut Word)) {
    let (name, _) = plain(name);
    if name.chars().any(char::is_numeric) {
        return;
    }
    let parts: Vec<&str> = name.split(|it| !is_letter(it)).collect();
    let key = parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ");
    mark(words.entry(key.into()).or_default());
}
