"""Daily bulletins on one template: alike but for figures, dates and places, so two stories each."""

WEATHER = (
    "{day} weather for {place}. The day starts {sky} with a low of {low} degrees before "
    "temperatures climb to a high of {high} degrees by the middle of the afternoon. Winds come "
    "from the {wind} at {speed} kilometres an hour, with gusts of up to {gust} on the coast. The "
    "chance of rain stands at {rain} percent and up to {mm} millimetres may fall before midnight. "
    "Sunrise is at {rise} and sunset at {set}. The water temperature at the harbour beach was "
    "{water} degrees this morning. The outlook for the week remains changeable, and the weather "
    "service asks boat owners to check the marine forecast before they set out."
)
MARKET = (
    "{place} shares closed {move} on {day}, with the main index {verb} {points} points, or {pct} "
    "percent, to {level}. Volume was {volume} million shares, against an average of {average} "
    "million over the past thirty sessions. Advancers stood at {up} and decliners at {down}. Among "
    "the banks, {bank} ended at {price} and in energy {oil} finished at {oilprice}. The currency "
    "traded at {fx} to the dollar, compared with {fxold} the day before. Brent crude for delivery "
    "next month changed hands at {brent} dollars a barrel, and spot gold at {gold} dollars an "
    "ounce. Yields on the benchmark government bond ended at {yld} percent."
)
HEALTH = (
    "The health department of {place} reported {cases} new cases of the virus on {day}, which "
    "brings the total since the outbreak began to {total}. Another {deaths} people have died, for "
    "a total of {alldeaths} deaths. The number of patients in hospital stands at {hospital}, of "
    "whom {icu} are in intensive care and {vent} on a ventilator. Over the past day {tests} tests "
    "were carried out, and {rate} percent of them came back positive. Some {vaccinated} residents "
    "have had at least one dose of a vaccine. Officials asked residents to wear masks indoors, to "
    "keep their distance and to stay at home when they feel unwell."
)

PAIRS = {
    "weather, two days": (
        WEATHER.format(
            day="Monday",
            place="Ardmouth",
            sky="cloudy",
            low=9,
            high=17,
            wind="west",
            speed=22,
            gust=48,
            rain=60,
            mm="4.5",
            rise="6:12",
            set="20:41",
            water=13,
        ),
        WEATHER.format(
            day="Thursday",
            place="Ardmouth",
            sky="clear",
            low=11,
            high=24,
            wind="south",
            speed=8,
            gust=19,
            rain=5,
            mm="0.2",
            rise="6:17",
            set="20:35",
            water=14,
        ),
    ),
    "weather, two places": (
        WEATHER.format(
            day="Friday",
            place="Ardmouth",
            sky="misty",
            low=8,
            high=15,
            wind="north",
            speed=12,
            gust=30,
            rain=35,
            mm="1.5",
            rise="6:19",
            set="20:32",
            water=12,
        ),
        WEATHER.format(
            day="Friday",
            place="Kelvinport",
            sky="bright",
            low=13,
            high=21,
            wind="east",
            speed=27,
            gust=55,
            rain=10,
            mm="0.4",
            rise="6:02",
            set="20:14",
            water=16,
        ),
    ),
    "market, two days": (
        MARKET.format(
            place="Ostrava",
            move="higher",
            day="Tuesday",
            verb="up",
            points="31.4",
            pct="0.42",
            level="7,512.8",
            volume="412",
            average="388",
            up=214,
            down=131,
            bank="Harbour Bank",
            price="41.20",
            oil="Norsea",
            oilprice="18.05",
            fx="1.0832",
            fxold="1.0811",
            brent="84.11",
            gold="1,934",
            yld="2.71",
        ),
        MARKET.format(
            place="Ostrava",
            move="lower",
            day="Wednesday",
            verb="down",
            points="58.9",
            pct="0.78",
            level="7,453.9",
            volume="455",
            average="391",
            up=98,
            down=247,
            bank="Harbour Bank",
            price="40.15",
            oil="Norsea",
            oilprice="17.60",
            fx="1.0790",
            fxold="1.0832",
            brent="82.47",
            gold="1,921",
            yld="2.78",
        ),
    ),
    "health, two days": (
        HEALTH.format(
            place="Weston County",
            cases=112,
            day="March 3",
            total="18,420",
            deaths=3,
            alldeaths=311,
            hospital=87,
            icu=19,
            vent=8,
            tests="2,140",
            rate="5.2",
            vaccinated="61,200",
        ),
        HEALTH.format(
            place="Weston County",
            cases=148,
            day="March 4",
            total="18,568",
            deaths=1,
            alldeaths=312,
            hospital=91,
            icu=21,
            vent=9,
            tests="2,415",
            rate="6.1",
            vaccinated="62,050",
        ),
    ),
    "health, two places": (
        HEALTH.format(
            place="Weston County",
            cases=97,
            day="April 9",
            total="20,115",
            deaths=2,
            alldeaths=330,
            hospital=75,
            icu=15,
            vent=7,
            tests="1,980",
            rate="4.9",
            vaccinated="80,300",
        ),
        HEALTH.format(
            place="Marlow Valley",
            cases=41,
            day="April 9",
            total="9,874",
            deaths=0,
            alldeaths=150,
            hospital=28,
            icu=4,
            vent=2,
            tests="1,020",
            rate="4.0",
            vaccinated="33,700",
        ),
    ),
}
