"""Reports on a few events in versions of every relation, which differ in who may go for whom.

`compare` must say of two of them what an index says that holds many, so no passage may become
furniture: of all versions of a story nearly the whole text is shared, and only one article may hold
an excerpt.
"""
# ruff: noqa: E501 - a sentence to a line

from datetime import datetime, timezone

MILL = """
A fire at the old Harlow mill kept 40 firefighters busy until dawn on Friday, the county brigade said.
Nobody was hurt, and the cause is not known, said Ruth Calder, who led the crews at the scene.
The mill on Canal Street had stood empty since 1998, when the last owner moved its looms to Portugal.
Flames were first seen shortly after midnight by a bus driver, who called the emergency number.
Within an hour the roof had fallen in, and sparks were carried over the river towards the railway station.
Trains between Harlow and Westbridge were stopped for five hours and ran again from six in the morning.
The town had planned to turn the building into flats for 120 families, a project worth 9 million pounds.
Mayor Tom Ellery called it a bitter loss and promised that the plan would go on.
Engineers will look at the walls next week to see what of them can be kept.
Residents of the neighbouring streets were asked to keep their windows closed.
A school in Weaver Lane stayed shut, and its pupils were taught in the library for the day.
Some of the oldest looms in the country had been stored on the ground floor for a museum of weaving.
The brigade had been called to the same place twice last year, when children lit rubbish in the yard.
Its wooden floors, soaked with oil from a century of work, burned so fiercely that no crew could go inside.
Two engines were damaged by falling bricks, and one of them will not be repaired.
Shopkeepers brought tea and bread to the crews, and a hotel on the square opened its kitchen at four.
""".strip().split("\n")

BANK = """
The central bank of Norvania raised its main rate to 4.25 per cent on Tuesday, the third rise in a row.
Governor Elsa Lindqvist said that prices of food and rents were still growing too fast.
Inflation was 5.1 per cent in April, after 5.6 in March, and the bank wants it to be 2.
Most economists had expected a smaller step, or none before the summer.
The crown gained 1.2 per cent against the dollar within minutes, and shares in Oskara fell to a low of 10 weeks.
Builders warned that fewer homes would be begun this year than in any since 2009.
Unions asked the government of Henrik Dahl to help households whose loans have no fixed rate.
The finance minister, Mona Reyes, said that the budget of autumn would have room for that.
Exporters of timber and fish complained that a strong crown made their goods dear abroad.
The bank decides again on the second of July, and Lindqvist would not say which way it leans.
Two of the seven members of the board had voted to leave the rate as it was.
Loans in the capital cost a third more than a year ago, and the queue for rented rooms has doubled.
Pensioners, who mostly own their homes, were glad of the interest that savings bring again.
The last time that the bank went so fast was in the spring when the old mines of the north were closed.
""".strip().split("\n")

MATCH = """
Rovers beat United by 2 goals to 1 in the rain at Ashford Park on Sunday and are 4 points clear at the top.
Danny Okafor headed the first after nine minutes from a corner by Luis Prado.
United drew level through a penalty that Sam Whitlock won and took himself.
The winner came in the last minute, when a shot of Prado went in off the post.
""".strip().split("\n")

MATCH_RETOLD = """
Okafor and Prado put Rovers 4 points clear at the top: they beat United by 2 goals to 1 at a rainy Ashford Park on Sunday.
After nine minutes Luis Prado took a corner and Danny Okafor headed it in.
Sam Whitlock won a penalty, took it himself and drew United level.
In the last minute Prado shot, and off the post the ball went in to win it.
""".strip().split("\n")

ARREST = "Police in Leyton arrested Carl Voss, 34, on suspicion of arson."
PETROL = "Detective Nora Quill said petrol was found."
CORRECTION = "Correction: an earlier version of this report had a wrong number of families."
MORTGAGES = (
    "A day later Sparbank told its 300,000 customers that mortgages would cost 40 crowns more a"
    " month."
)


def edited(sentences: list[str], *changes: tuple[str, str]) -> str:
    """The sentences as one text, with words in place of others."""
    text = " ".join(sentences)
    for words, others in changes:
        assert words in text
        text = text.replace(words, others)
    return text


def retyped(sentences: list[str]) -> str:
    """The same words in a text that is another."""
    return " ".join(sentences).upper().replace(",", " -")


# Any number of articles may have these.
OFTEN = {
    "mill": edited(MILL),
    "mill retyped": retyped(MILL),
    "mill edited": edited(MILL, ("bitter", "sad"), ("shortly after", "just after")),
    "mill, other figures": edited(MILL, ("t 40", "t 60"), ("120", "150"), ("9 mill", "11 mill")),
    "mill, others again": edited(MILL, ("t 40", "t 70"), ("120", "90"), ("9 mill", "14 mill")),
    "mill corrected": edited([CORRECTION, *MILL], ("120", "90")),
    "mill updated": edited([*MILL, ARREST, PETROL]),
    "mill with news inside": edited([*MILL[:2], ARREST, *MILL[2:]]),
    "mill cut": edited(MILL[:14]),
    "mill without its lead": edited(MILL[1:]),
    "bank": edited(BANK),
    "bank retyped": retyped(BANK),
    "bank edited": edited(BANK, ("fewer homes", "fewer flats")),
    "bank, other figures": edited(BANK, ("4.25", "4.5"), ("1.2", "1.9"), ("2009", "2006")),
    "bank updated": edited([*BANK, MORTGAGES]),
    "bank without its lead": edited(BANK[1:]),
    "brief": "Rain is expected in the north tonight.",
    "brief retyped": "RAIN is expected, in the north, tonight!",
}
# One article at a time may have each of these, and has the id.
ONCE = {
    "start": edited(MILL[1:4]),
    "middle": edited(MILL[5:8]),
    "rates": edited(BANK[2:7]),
    "match": edited(MATCH),
    "retold": edited(MATCH_RETOLD),
}
# A midnight is a day of which no time is known.
DATES = (
    None,
    datetime(2026, 3, 1, tzinfo=timezone.utc),
    datetime(2026, 3, 2, tzinfo=timezone.utc),
    datetime(2026, 3, 2, 12, tzinfo=timezone.utc),
    datetime(2026, 3, 9, tzinfo=timezone.utc),
)
