"""Names and defaults: relations, keep rules, the fields of a record, and the options of a pass."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from dedup.errors import OptionError

# Closest first: an article that has several goes by the closest.
RELATIONS = ("exact", "syndicated", "excerpt")
KEEP_RULES = ("earliest", "latest", "longest", "first")

# The usual names of news dumps, most telling first: where a record has several, the first wins.
# `maintext`, `date_publish` are news-please's, `articleBody`, `datePublished` schema.org's,
# `pubDate`, `guid` RSS's. `description` is last: beside a full text it is only the teaser.
TEXT_FIELDS = (
    "text",
    "body",
    "content",
    "maintext",
    "article",
    "article_text",
    "full_text",
    "fulltext",
    "articleBody",
    "article_body",
    "body_text",
    "raw_text",
    "story",
    "description",
)
ID_FIELDS = (
    "id",
    "_id",
    "uuid",
    "guid",
    "article_id",
    "articleId",
    "doc_id",
    "document_id",
    "url",
    "link",
    "uri",
)
DATE_FIELDS = (
    "date",
    "published",
    "publish_date",
    "date_publish",
    "published_at",
    "publishedAt",
    "published_date",
    "pubDate",
    "pub_date",
    "datePublished",
    "date_published",
    "publication_date",
    "created_at",
    "timestamp",
)


@dataclass(frozen=True)
class Fields:
    """The fields a user named; an empty tuple leaves the choice to the defaults above.

    Several text fields are joined with a blank line. The title is never compared: a copy under a
    new headline is a copy.
    """

    text: tuple[str, ...] = ()
    id: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    date: tuple[str, ...] = ()

    @property
    def text_candidates(self) -> tuple[str, ...]:
        return self.text or TEXT_FIELDS

    @property
    def id_candidates(self) -> tuple[str, ...]:
        return self.id or ID_FIELDS

    @property
    def date_candidates(self) -> tuple[str, ...]:
        return self.date or DATE_FIELDS

    @classmethod
    def named(
        cls,
        text: str | Sequence[str] | None = None,
        id: str | None = None,
        title: str | None = None,
        date: str | None = None,
    ) -> "Fields":
        return cls(_names(text), _names(id), _names(title), _names(date))


def _names(value: str | Sequence[str] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


@dataclass(frozen=True)
class Options:
    """How duplicates are found and which of them are dropped.

    `keep` is the rule that picks the article kept; None is `earliest` when any article has a date
    and `longest` otherwise. `drop` are the relations whose duplicates go; the others are only
    reported. `threads` 0 is one for each processor. Raises OptionError.
    """

    keep: str | None = None
    drop: Collection[str] = RELATIONS
    threads: int = 0

    def __post_init__(self) -> None:
        if self.keep is not None and self.keep not in KEEP_RULES:
            raise OptionError(f"keep is {self.keep!r}; choose {_listed(KEEP_RULES)}")
        if isinstance(self.drop, str):
            raise OptionError(f"drop is the string {self.drop!r}; give a collection of relations")
        for relation in self.drop:
            if relation not in RELATIONS:
                raise OptionError(f"drop has {relation!r}; choose from {_listed(RELATIONS)}")
        if self.threads < 0:
            raise OptionError(f"threads is {self.threads}; choose 0 (all processors) or more")

    @property
    def drop_in_order(self) -> list[str]:
        return [relation for relation in RELATIONS if relation in self.drop]


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(values[:-1]) + " or " + values[-1]
