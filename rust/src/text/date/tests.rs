use proptest::prelude::*;

use super::numbers::stamp;
use super::{
    DAY, NO_DATE, Order, Reading, between, format as format_date, is_doubtful, looks_like, parse,
    read,
};

#[test]
fn a_date_without_a_time_covers_its_day() {
    let cases = [
        ("2024-05-02", "2024-05-02", 0),
        ("2024-05-02", "2024-05-02T12:00", 0),
        ("2024-05-02", "2024-05-02T23:59:59", 0),
        ("2024-05-03", "2024-05-02", 0),
        ("2024-05-03T00:00:01", "2024-05-02", 1),
        ("2024-05-04", "2024-05-02", DAY),
        ("2024-05-04T06:00", "2024-05-02", DAY + DAY / 4),
        ("2024-05-03", "2024-05-02T18:00", DAY / 4),
        ("2024-05-03T06:00", "2024-05-02T18:00", DAY / 2),
        ("2024-05-02T18:00", "2024-05-02T18:00", 0),
        ("1969-12-30", "1969-12-28", DAY),
    ];
    for (a, b, expected) in cases {
        let (a, b) = (parse(a).unwrap(), parse(b).unwrap());
        assert_eq!(between(a, b), Some(expected), "{a} {b}");
        assert_eq!(between(b, a), Some(-expected), "{b} {a}");
        assert_eq!(between(a, NO_DATE), None);
        assert_eq!(between(NO_DATE, b), None);
    }
}

/// Dates near each other, at the ends of what there is, and midnights among them.
fn dates() -> impl Strategy<Value = i64> {
    let near = -4 * DAY..4 * DAY;
    let midnight = (-4..4i64).prop_map(|day| day * DAY);
    prop_oneof![near, midnight, any::<i64>(), NO_DATE..NO_DATE + 3, i64::MAX - 3..=i64::MAX]
}

proptest! {
    #[test]
    fn time_between_is_symmetric(a in dates(), b in dates()) {
        prop_assert_eq!(between(a, b), between(b, a).map(|time| -time));
        prop_assert_eq!(between(a, b).is_none(), a == NO_DATE || b == NO_DATE);
    }

    /// Of dates of one sort, days or moments, the later one is no less far after a third, and no
    /// nearer to one before both.
    #[test]
    fn time_between_is_monotone(a in dates(), b in dates(), c in dates()) {
        let (a, b) = (a.min(b), a.max(b));
        prop_assume!(a != NO_DATE && c != NO_DATE);
        if (a % DAY == 0) == (b % DAY == 0) || a >= c {
            prop_assert!(between(a, c) <= between(b, c));
        }
    }

    /// The least distance of any two moments of the two, a day having each of its seconds.
    #[test]
    fn time_between_is_the_least_of_all_moments(a in -9..9i64, b in -9..9i64) {
        let at = |quarter: i64| quarter * DAY / 4;
        let moments = |date: i64| {
            let last = if date % DAY == 0 { date + DAY } else { date };
            (date..=last).step_by(DAY as usize / 4)
        };
        let (a, b) = (at(a), at(b));
        let least = moments(a).flat_map(|x| moments(b).map(move |y| x.abs_diff(y))).min();
        prop_assert_eq!(between(a, b).map(i64::unsigned_abs), least);
    }
}

const NOON: i64 = 1_583_064_000;
const MIDNIGHT: i64 = NOON - DAY / 2;

/// Texts that say the noon of 1 March 2020, UTC.
const NOONS: &str = "
2020-03-01T12:00:00Z | 2020-03-01T12:00Z | 2020-03-01T12Z | 2020-03-01t12:00:00z
2020-03-01 12:00:00 | 2020-03-01T12:00:00 | 2020-03-01 12:00 | 2020-03-01  12:00:00
2020-03-01T12:00:00.999Z | 2020-03-01T12:00:00,5 | 2020-03-01 12:00:00.123456
2020-03-01T13:00:00+01:00 | 2020-03-01T13:00:00+0100 | 2020-03-01T13:00:00+01 | 2020-03-01T13:00+1
2020-03-01T07:00-500 | 2020-03-01 17:30:00+05:30 | 2020-03-01 07:00:00 -0500
2020-03-01 12:00:00 UTC | 2020-03-01 12:00:00 +0000 | 2020-03-01 12:00:00 Z | 2020-03-01 12:00:00Z
2020-03-01 12:00:00.000000+00:00 | 2020-03-01 13:00:00 GMT+1 | 2020-03-01 12:00:00 +0000 UTC
2020-3-1 12:00 | 2020-03-01T12:0:0Z | Last modified on Sun 1 Mar 2020 12.00 GMT | on. 1. mars 2020 12:00 | 2020-03-01T12,0 | 2020-03-01 12.00 | 2020-03-01T13:00:00+01:00:00
20200301T120000Z | 20200301T1200 | 20200301T12 | 20200301 120000 | 20200301-120000 | 20200301120000Z
20200301130000+0100 | 20200301120000.5Z | 20200301T120000.25+0000 | 20200301 12:00
2020-061T12:00 | 2020-W09-7T12:00:00Z | 2020W097T120000Z | 2020061T120000Z
2020-03-01-12.00.00.123456 | 2020-03-01_12:00:00 | 2020-03-01T12-00-00Z | 2020-03-01:12:00:00
2020-03-01T13:00:00+01:00[Europe/Berlin] | 2020/03/01 12:00:00 | 2020.03.01 12:00 | 2020/3/1 12:00 PM
Sun, 01 Mar 2020 12:00:00 GMT | Sun, 1 Mar 2020 12:00:00 +0000 | Mon, 01 Mar 2020 12:00:00 GMT
01 Mar 2020 12:00 UT | Sun, 01 Mar 20 13:00:00 +0100 | Sunday, 01-Mar-20 12:00:00 GMT
Sun, 01 Mar 2020 07:00:00 EST | Sun, 01 Mar 2020 04:00:00 PST | Sun, 01 Mar 2020 13:00:00 CET
Sun, 01 Mar 2020 15:00 MSK | Sun, 01 Mar 2020 17:30 IST | Sun, 01 Mar 2020 21:00 JST
Sun, 01 Mar 2020 13:00:00 +0100 (CET) | 1 mar 2020 12:00:00 Z
Sun Mar  1 12:00:00 2020 | Sun Mar 01 12:00:00 UTC 2020 | Sun Mar 01 07:00:00 EST 2020
Sun Mar 01 12:00:00 +0000 2020 | Sun Mar 1 13:00:00 2020 +0100
Sun Mar 01 2020 13:00:00 GMT+0100 (Central European Standard Time)
Sun, 01 Mar 2020 12:00:00 mar | mar 1 mars 2020 12:00 UT
01/Mar/2020:12:00:00 +0000 | 1-MAR-2020 12:00:00.79 | 01-Mar-20 12:00 | 2020-Mar-01 12:00:00
March 1, 2020 12:00 PM | Mar. 1st, 2020, 12 p.m. | 1 March 2020 at 12:00 | Sunday, March 1, 2020 12:00 p.m.
March 1, 2020 at 7:00 a.m. EST | 12:00, 1 March 2020 (UTC) | March 1, 2020, 7:00 AM ET
Published: March 1, 2020 12:00 | Updated March 1, 2020 - 12:00 | Last updated on 1 March 2020 at 12:00
1st of March 2020, 12:00 | Mar 1 '20 12:00 | Sun Mar 1, 2020 12:00pm | 12:00 PM March 1, 2020
Sonntag, 1. März 2020, 12:00 Uhr | 1. Maerz 2020 um 12 Uhr | So., 01. Mrz. 2020 12.00 Uhr
dimanche 1er mars 2020 à 12h00 | 1er mars 2020 12 h 00 | le 1 mars 2020 à 12h
domingo, 1 de marzo de 2020, 12:00 | 1 de marzo del 2020 a las 12:00 p. m.
1º de março de 2020, às 12h00 | 1 mar 2020 às 12h00min | domenica 1 marzo 2020 alle ore 12:00
mar 1 mar 2020 12:00 | zondag 1 maart 2020 om 12.00 uur | 1 mars 2020 kl. 12.00 | den 1. marts 2020 kl 12:00
1. maaliskuuta 2020 klo 12.00 | 1 marca 2020 r. o 12:00 | 1 marca 2020, godz. 12:00
1. března 2020 v 12:00 | 1 марта 2020 г., 12:00 | 1 марта 2020 года в 12:00 | вс, 1 мар 2020 15:00 мск
1 березня 2020 р. о 12:00 | 1 Mart 2020 Pazar, 12:00 | Minggu, 1 Maret 2020 19:00 WIB
1 martie 2020, 12:00 | 1 Μαρτίου 2020, 12:00 μ.μ. | 2020. március 1., 12:00 | 1. märts 2020 12:00
الأحد، 1 مارس 2020 12:00 | ١ مارس ٢٠٢٠ ١٢:٠٠ | 1 آذار 2020 الساعة 12:00 | 1 آذار/مارس 2020 12:00
۱ مارس ۲۰۲۰ ۱۲:۰۰ | १ मार्च २०२० १२:०० | 1 במרץ 2020 12:00
2020年3月1日 12:00 | 2020年03月01日12:00 | 2020年3月1日（日）12時00分 | 2020年3月1日 星期日 12:00:00
2020年3月1日 下午12:00 | 2020年3月1日午後0時 | 2020年3月1日 21:00 JST
2020년 3월 1일 12:00 | 2020년 3월 1일 (일) 오후 12시 00분 | 2020. 3. 1. 오후 12:00
1 tháng 3 2020 12:00 | ngày 1 tháng 3 năm 2020, 12:00 | Chủ nhật, 1 tháng 3, 2020, 19:00 (GMT+7)
1583064000 | 1583064000.5 | 1.583064e9 | 1583064000000 | 1583064000000000 | 1583064000000000000
1583064000.0 | 2020030112 | 202003011200 | 20200301120000 | 20200301120000.0 | 20200301120000123
20200301120000123456 | 2.02003011200e13
";

/// Texts that say 1 March 2020 and no time, or midnight.
const DAYS: &str = "
2020-03-01 | 20200301 | 2020-3-1 | 2020/03/01 | 2020.03.01 | 2020/3/1 | 2020-061 | 2020061
2020-W09-7 | 2020W097 | 20200301.0 | 2.0200301e7 | 2020-02-29T24:00 | 2020-03-01Z | 2020-03-01+01:00
2020-03-01 UTC | +002020-03-01 | Sun 2020-03-01 | ( 2020-03-01 ) | 2020-03-01T00:00:00+00:00
March 1, 2020 | 1 March 2020 | Mar. 1st, 2020 | MARCH 1 2020 | Sunday, March 1, 2020 | 1st March 2020
Saturday, March 1, 2020 | 1-Mar-2020 | 01-MAR-20 | 1 Mar '20 | 2020 March 1 | 2020-mar-01 | Mar 1 2020
1. März 2020 | 1. Maerz 2020 | 1 de marzo de 2020 | 1º de março de 2020 | 1 de marco de 2020 | 1er mars 2020
1 marzo 2020 | 1 maart 2020 | 1 mrt. 2020 | 1 mars 2020 | 1. marts 2020 | 1. mars 2020 | 1. maaliskuuta 2020
1 marca 2020 | 1 marca 2020 r. | 1. března 2020 | 1. brezna 2020 | 1. marca 2020 | 1 марта 2020
1 марта 2020 г. | 1-го марта 2020 | 1 МАРТА 2020 ГОДА | 1 березня 2020 р. | 1 март 2020 | 1. mart 2020.
1 Mart 2020 | 1 مارس 2020 | 1 آذار 2020 | 1 آذار/مارس 2020 | 1 مارچ 2020 | 1 martie 2020 | 2020. március 1.
1 Μαρτίου 2020 | 1 Μαρ 2020 | 1 Maret 2020 | 1 Mac 2020 | 1 tháng 3 2020 | ngày 1 tháng 3 năm 2020
1 מרץ 2020 | 1 במרץ 2020 | १ मार्च २०२० | 1 मार्च 2020 | ১ মার্চ ২০২০ | 1 de març de 2020 | 1. ožujka 2020.
2020年3月1日 | 2020年03月01日 | ２０２０年３月１日 | 2020 年 3 月 1 日 | 2020年3月1日（日） | 2020年3月1日星期日 | 2020年3月1号
2020년 3월 1일 | 2020년 3월 1일 (일) | 2020년 3월 1일 일요일 | 2020. 3. 1. | 2020. 03. 01.
mar. 1 mar 2020 | Sun Mar 1 mar 2020 | 1 mars 2020 (mar) | 1 Mar 2020 (dimanche) | 1 Mar/mars 2020 | so., 1. märz 2020 | 2020 m. kovo 1 d. | 2020. gada 1. marts
";

/// What is not read: no date, not all of one, one with something behind it, or with two readings.
const UNREAD: &str = "
soon | yesterday | n/a | NaN | - | null | Update 3 | March | 12:30 | 2 days ago | x | ? | 2020-03-01T
0 | 0.0 | 0000-00-00 | 0000-00-00 00:00:00 | 0000-00-00T00:00:00Z | 00000000 | 00000000000000 | 1 | 12 | 123456
2019 | 202003 | 2020-03 | 2020.03 | 03/2020 | March 2020 | March 1 | 2020-W09 | 2020年3月 | 1 March | Sunday
2020-02-30 | 2020-13-01 | 2020-00-01 | 13/13/2020 | 32.01.2020 | 30 February 2020 | 20200230 | 2021-366
2020-W54-1 | 2020-03-01T25:00 | 2020-03-01T12:60 | 2020-03-01T24:01 | 2020-03-01 12:00:61
2020-03-01 foo | foo 2020-03-01 | 2020-03-01, | 2020-03-01 2020-03-02 | 2020-03-01 at | 2020-03-01 12:00 13:00
March 1, 2020 by Ann | March 1, 2020 March 2, 2020 | 1 2 March 2020 | at 1 March 2020 2 | 12020-03-01
2020-03-01-05:00 | 2020-03-01T12.30 | 2020-03-0112:00 | 2020-03-01T12:00:00+25:00 | 2020-03/01 | 2020-03-01T12:00 Europe/Berlin
2020-03-01 12:00 AST | 2020-03-01 12:00 CET EST | 2020-03-01T13:00+01:00 MSK | Mar 1 1980 12:00 ET
1. listopada 2020. | 1 Mar 5 | 20 Mar 1 | 1 Foo 2020 | 99 March 2020 | 1 ramadan 1441 | 1 มีนาคม 2563 | ١٤٤١/٠٧/٠٦
۱۳۹۸/۱۲/۱۱ | 1 March 20201 | 1 March 202 | 2020-03-01 13 AM | 2020-03-01 12:00 pm am
20200301.5 | 20201301 | 12345678 | 99999999 | 99999999999 | -20200301 | -1 | +1583064000 | 1e9999 | 1e-3 | 0x5e5ba140
253402300799 seconds | 2020030112000000 | 99999999999999 | 123456789012345678901 | 1,583,064,000 | 1583064000s
1 Mar 2020 12:00 GEG | Sun, 1 Mar 2020 12:00 GEG | 1 Mar 2020 12:00 SEP | 1 Mar 2020 5월 | 1 paz 2020 12:00 maj | 1 sub 2020 mai
1 Mar 2020 12:00 tháng 5 | Mar Sun 1 mai 2020 | Sun Mar 1 mai 2020 | Mar sub 1 mai 2020 | mar sub 1 2020 | 1 mai 2020 sep
20200301250000 | 01583064000 | 12345678901 | 202099
9999-12-31T24:00 | 9999-12-31T20:00-10:00 | 9999-12-31 23:00 EST | -009999-01-01T00:00:00+01:00
";

/// Texts with a reading for each order, or with one that another order may be meant by.
const OPEN: [(&str, Option<&str>, Option<&str>); 9] = [
    ("01/03/2020", Some("2020-03-01"), Some("2020-01-03")),
    ("1.3.2020", Some("2020-03-01"), Some("2020-01-03")),
    ("1. 3. 2020", Some("2020-03-01"), Some("2020-01-03")),
    ("01-03-2020 12:30", Some("2020-03-01T12:30:00Z"), Some("2020-01-03T12:30:00Z")),
    ("Sun 3/1/2020, 5:04:33 PM", Some("2020-01-03T17:04:33Z"), Some("2020-03-01T17:04:33Z")),
    (
        "Chủ nhật, 1/3/2020, 12:00 (GMT+7)",
        Some("2020-03-01T05:00:00Z"),
        Some("2020-01-03T05:00:00Z"),
    ),
    ("01/03/20", Some("2020-03-01"), Some("2020-01-03")),
    ("25/03/20", Some("2020-03-25"), None),
    ("03/04/05", Some("2005-04-03"), Some("2005-03-04")),
];

/// Texts with one reading by their order.
const ORDERED: [(&str, &str, Option<Order>); 9] = [
    ("13/03/2020", "2020-03-13", Some(Order::DayFirst)),
    ("31.12.1999 23:59", "1999-12-31T23:59:00Z", Some(Order::DayFirst)),
    ("13. 3. 2020", "2020-03-13", Some(Order::DayFirst)),
    ("03/13/2020", "2020-03-13", Some(Order::MonthFirst)),
    ("3-13-2020 5 PM", "2020-03-13T17:00:00Z", Some(Order::MonthFirst)),
    ("31/12/99", "1999-12-31", Some(Order::DayFirst)),
    ("12/31/99", "1999-12-31", Some(Order::MonthFirst)),
    ("99/12/31", "1999-12-31", Some(Order::YearFirst)),
    ("03/03/2020", "2020-03-03", None),
];

/// Other moments.
const OTHERS: [(&str, &str); 14] = [
    ("26-FEB-1987 15:01:01.79", "1987-02-26T15:01:01Z"),
    ("2017-01-14T08:30-500", "2017-01-14T13:30:00Z"),
    ("1995-01-01T00:00:60Z", "1995-01-01T00:00:59Z"),
    ("July 4, 2019 5:04 PM ET", "2019-07-04T21:04:00Z"),
    ("Jul 4, 1999, 5:04 p.m. PT", "1999-07-05T00:04:00Z"),
    ("1 listopada 2020", "2020-11-01"),
    ("1. studenoga 2020.", "2020-11-01"),
    ("12 كانون الثاني 2020", "2020-01-12"),
    ("Sun, 01 Mar 70 00:00 GMT", "1970-03-01"),
    ("Sun, 01 Mar 49 00:00 GMT", "2049-03-01"),
    ("-1583064000", "1919-11-02T12:00:00Z"),
    ("-1583064000.5", "1919-11-02T11:59:59Z"),
    ("-000020-01-01", "-000020-01-01"),
    ("9999-12-31T23:59:59", "9999-12-31T23:59:59Z"),
];

fn cases(table: &str) -> impl Iterator<Item = &str> {
    table.lines().flat_map(|line| line.split(" | ")).filter(|text| !text.is_empty())
}

#[test]
fn reads_what_has_one_reading() {
    for (table, seconds) in [(NOONS, NOON), (DAYS, MIDNIGHT)] {
        for text in cases(table) {
            assert_eq!(read(text), Reading::At(seconds, None), "{text:?}");
            assert_eq!(parse(&format!("  {text}\n")), Some(seconds), "{text:?} between blanks");
            assert!(looks_like(text) || text.len() < 8, "{text:?}");
        }
    }
    for (text, expected) in OTHERS {
        assert_eq!(parse(text).map(format_date).as_deref(), Some(expected), "{text:?}");
    }
    for (text, expected, order) in ORDERED {
        let Reading::At(seconds, proved) = read(text) else { panic!("{text:?}") };
        assert_eq!((&*format_date(seconds), proved), (expected, order), "{text:?}");
    }
}

#[test]
fn reads_nothing_else() {
    for text in cases(UNREAD).chain(["", " "]) {
        assert_eq!(read(text), Reading::Unread, "{text:?}");
        assert!(!looks_like(text), "{text:?}");
    }
}

#[test]
fn leaves_open_what_only_an_order_tells() {
    for (text, day_first, month_first) in OPEN {
        let reading = read(text);
        let by = |order| reading.by(order).map(format_date);
        assert!(matches!(reading, Reading::Open { .. }), "{text:?}");
        assert_eq!(parse(text), None);
        assert_eq!(by(Order::DayFirst).as_deref(), day_first, "{text:?}");
        assert_eq!(by(Order::MonthFirst).as_deref(), month_first, "{text:?}");
    }
}

#[test]
fn no_name_is_of_two_months_but_one() {
    let two = super::words::all().filter(|(_, word)| word.months.count_ones() > 1);
    let names: Vec<&str> = two.map(|(name, _)| name).collect();
    assert!(names.iter().all(|name| name.starts_with("listopad")), "{names:?}");
}

#[test]
fn doubts_what_no_newspaper_had() {
    let now = NOON;
    for (text, doubtful) in [
        ("1599-12-31T23:59:59", true),
        ("1600-01-01", false),
        ("2021-02-28", false),
        ("2021-03-03", true),
        ("9999-12-31", true),
    ] {
        assert_eq!(is_doubtful(parse(text).unwrap(), now), doubtful, "{text}");
    }
}

const DAY_NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTH_NAMES: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

proptest! {
    /// Every form of a moment is read as that moment; the weekday may be any.
    #[test]
    fn a_moment_in_every_form(
        seconds in -11_676_096_000..7_258_118_400i64, weekday in 0..7usize, east in -12..=14i64,
    ) {
        let local = format_date(seconds.div_euclid(60) * 60 + 1 + east * 3600);
        let seconds = seconds.div_euclid(60) * 60 + 1;
        let (date, time) = (&local[..10], &local[11..19]);
        let (year, month, day) = (&date[..4], &date[5..7], &date[8..]);
        let zone = format!("{}{:02}", if east < 0 { '-' } else { '+' }, east.abs());
        let name = MONTH_NAMES[month.parse::<usize>().unwrap() - 1];
        let (short, weekday) = (&name[..3], DAY_NAMES[weekday]);
        let hour: i64 = time[..2].parse().unwrap();
        let noon = format!(
            "{}{} {}", (hour + 11) % 12 + 1, &time[2..], if hour < 12 { "AM" } else { "p.m." }
        );
        let basic = format!("{year}{month}{day}T{}", time.replace(':', ""));
        let forms = [
            format!("{date}T{time}{zone}:00"),
            format!("{date} {time} {zone}00"),
            format!("{date} {time}.123456{zone}"),
            format!("{basic}{zone}00"),
            format!("{weekday}, {day} {short} {year} {time} {zone}00"),
            format!("{weekday} {short} {day} {time} {zone}00 {year}"),
            format!("{weekday} {short} {day} {time} {year} {zone}00"),
            format!("{weekday} {short} {day} {year} {time} GMT{zone}00 (Some Time)"),
            format!("{day}/{short}/{year}:{time} {zone}00"),
            format!("{name} {day}, {year} {noon} UTC{zone}:00"),
            format!("{day} {name} {year} at {time} GMT{zone}"),
            format!("{year}年{month}月{day}日 {time} {zone}:00"),
            format!("{year}/{month}/{day} {noon} {zone}00"),
        ];
        for form in forms {
            prop_assert_eq!(read(&form), Reading::At(seconds, None), "{}", form);
        }
        let mut numbers = vec![format!("{}{}", &basic[..8], &basic[9..])];
        if (100_000_000..10_000_000_000).contains(&seconds.abs()) {
            let of = |digits: usize| numbers_of(seconds, digits);
            numbers.push(of(3));
            numbers.push(of(9));
            numbers.push(format!("{seconds}.0"));
        }
        let first = parse(&numbers[0]).unwrap();
        prop_assert_eq!(first, seconds + east * 3600);
        for number in &numbers[1..] {
            // A stamp goes first, of 10 digits and of 12.
            if stamp(number.trim_end_matches(".0")).is_none() {
                prop_assert_eq!(parse(number), Some(seconds), "{}", number);
            }
        }
        for (form, order) in [
            (format!("{day}/{month}/{year} {time} {zone}00"), Order::DayFirst),
            (format!("{month}-{day}-{year} {time} {zone}00"), Order::MonthFirst),
        ] {
            prop_assert_eq!(read(&form).by(order), Some(seconds), "{}", form);
        }
    }

    /// As it is written, it is read again.
    #[test]
    fn a_date_as_it_is_written(seconds in -377_000_000_000..253_402_300_799i64) {
        prop_assert_eq!(parse(&format_date(seconds)), Some(seconds));
    }

    /// Whatever stands there, and a date with whatever behind it.
    #[test]
    fn any_text(text in "\\PC{0,24}", words in "[0-9TZ:+./ a-z-]{0,24}") {
        for text in [text.clone(), words.clone(), format!("2020-03-01 {words}"), format!("1 Mar {text}")] {
            let _ = read(&text);
            if let Some(seconds) = parse(&text) {
                prop_assert_eq!(parse(&format_date(seconds)), Some(seconds));
            }
        }
    }
}

fn numbers_of(seconds: i64, more_digits: usize) -> String {
    format!("{seconds}{}", "0".repeat(more_digits))
}
