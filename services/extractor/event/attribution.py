"""What a newspaper puts beside the words it quotes: the verb of saying and the words that name the speaker. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.extractor.event.alternatives import one_of
from services.extractor.event.marks import Quotation
from services.extractor.event.phrases import verb_forms

# An attribution names its speaker within so many characters.
_NAMING = 200
# The clause that leads to a quotation, at most.
_LEADING = 400
# What stands between a closing mark and its verb.
_LINK = r"[\s,.;(–-]{0,5}"
# Between two paragraphs stands no more than this.
_GAP = 6
# Titles, offices and what else stands before a name: capitals, numbers, "salah satu warga,".
_TITLED = r"(?:[A-Z\d(][^\s,]*,?\s*|dan\s+|[Ss]alah\s+(?:satu|seorang)\s+(?:\w+\s+){0,3}\w+,?\s+){0,16}"
# The end of a sentence; not the full stop of "H.", "Dr.", "S.Sos.".
_ABBREVIATED = "".join(
    rf"(?<!\b{word}[.!?])" for word in ("[A-Za-z]", "[A-Za-z][a-z]", "[Dd]r[sagh]", "[Pp]rof", "Pdt", "Kab", "Kec", "Plt")
)
STOP = re.compile(rf"[.!?\n](?:(?<=\n)|{_ABBREVIATED}(?<!\n)[.!?]*(?=\s|[A-Z\"“”]|$))")


@dataclass(frozen=True)
class Sayings:
    """What lang/*/speech.toml says, compiled. Patterns tell small letters from capitals only where the text must."""

    said: re.Pattern[str]
    cut: re.Pattern[str]
    after: re.Pattern[str]
    rare: re.Pattern[str]
    named_first: re.Pattern[str]
    lead: re.Pattern[str]
    introducing: frozenset[str]
    reports: re.Pattern[str]
    reports_next: re.Pattern[str]
    named_after: re.Pattern[str]
    back: re.Pattern[str]
    circumstance: re.Pattern[str]
    spokesman: frozenset[str]
    oblique: re.Pattern[str]
    titled: re.Pattern[str]
    suffers: re.Pattern[str]
    speaks_for: re.Pattern[str]
    pronoun: re.Pattern[str]
    described: re.Pattern[str]
    demonstratives: frozenset[str]
    subject: re.Pattern[str]
    introduced: re.Pattern[str]
    silent: re.Pattern[str]
    documents: re.Pattern[str]
    acting: frozenset[str]
    common: frozenset[str]
    heads: frozenset[str]
    lesser: frozenset[str]
    offices: Mapping[str, tuple[str, ...]]
    term: re.Pattern[str]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Sayings:
        stems, pronouns = one_of(data["verbs"]), one_of(data["pronouns"])
        adverbs = rf"(?:(?i:{one_of(data['adverbs'])})[\s,]+){{0,2}}"
        own, bare = rf"(?i:{stems})[ -]?nn?ya\b", rf"(?i:{stems})"
        verbs = _reporting(data)
        forms, lead = one_of([*verbs, *data["introducing"]]), one_of([*verbs, *data["verbs"], *data["introducing"]])
        passive = one_of(form for form in verbs if form.startswith("di"))
        circumstances = one_of(data["circumstances"])
        core = rf"(?:{own}|{bare}\s+(?=[A-Z]|(?:{pronouns})\b))"
        return cls(
            said=re.compile(rf"{_LINK}{adverbs}{core}"),
            cut=re.compile(rf",\s*{adverbs}{core}|\.\s+(?:{own}|(?:{stems})\s+(?=[A-Z]))"),
            after=re.compile(rf"{_LINK}{adverbs}(?P<verb>{own}|{bare}|(?i:{passive})(?:nya)?)(?![\w-])"),
            rare=re.compile(
                rf"{_LINK}(?!(?i:{one_of(data['not_saying'])})\b)(?P<verb>[A-Za-z]{{3,}}n?ya)(?=\s*[.,(\n]|\s+(?:lagi|pula|{circumstances})\b|\s*$)"
            ),
            named_first=re.compile(rf"[\s,.–-]{{1,5}}{adverbs}(?P<who>[A-Z][^\n.!?\"“”]{{2,100}}?)\s(?P<verb>(?i:{forms}))(?:nya)?\b"),
            lead=re.compile(rf"(?i:\b(?P<verb>{lead})(?:nya)?\b)"),
            introducing=frozenset(data["introducing"]),
            reports=re.compile(rf"(?i:\b(?:{forms})(?:nya)?\b)"),
            reports_next=re.compile(rf"\W*(?:\w+\W+){{0,3}}(?i:{forms})(?:nya)?\b"),
            named_after=re.compile(rf"(?i:\b(?:menurut|{passive}|{stems})\s+(?:langsung\s+)?(?:oleh\s+)?){_TITLED}$"),
            back=re.compile(
                rf"\s*(?i:{one_of(data['back'])})\s+(?:juga\s+|pun\s+|turut\s+)?(?!(?i:{one_of(data['agreeing'])})\b)(?i:{passive})\s+(?:langsung\s+)?(?:oleh\s+)?"
            ),
            circumstance=re.compile(rf"[\s,](?:{circumstances})\b"),
            spokesman=frozenset(data["spokesman"]),
            oblique=re.compile(rf"\b(?i:{one_of(data['oblique'])})\s+(?:[A-Z]\S*\s+|[a-z]+\s+){{0,2}}$"),
            titled=re.compile(rf"{_TITLED}$"),
            suffers=re.compile(
                rf"\W*(?:[A-Z(]\S*\W+)*(?:(?:sempat|sudah|telah|kemudian|langsung)\s+)?(?:di[a-z]{{4,}}|(?P<state>ter[a-z]{{4,}})|(?:{one_of(data['suffering'])})\b)"
            ),
            speaks_for=re.compile(rf"\b(?:{one_of(data['spokesman'])})\s*$"),
            pronoun=re.compile(rf"(?i:{pronouns})\b"),
            described=re.compile(rf"\s*[a-z][^.\n]{{0,120}}\b(?:{one_of(data['demonstratives'])})\b"),
            demonstratives=frozenset(data["demonstratives"]),
            subject=re.compile(rf"\s*(?:[^,]{{0,60}},\s*|(?:\w+\s+){{1,3}})?(?i:{pronouns})\b"),
            introduced=re.compile(rf"\s*(?i:{one_of(data['introduced'])})\b"),
            silent=re.compile(rf"\b(?i:{one_of(data['silent'])})\b"),
            documents=re.compile(rf"\s*(?i:{one_of(data['documents'])})\b"),
            acting=frozenset(data["acting"]),
            common=frozenset(data["common"]),
            heads=frozenset(data["heads"]),
            lesser=frozenset(data["lesser"]),
            offices={short: tuple(full.split()) for short, full in data["offices"].items()},
            term=_terms(data["terms"]),
        )


@dataclass(frozen=True)
class Attribution:
    """The verb as printed, and where the words stand that name the speaker: an empty stretch where only "-nya" does."""

    verb: str | None
    start: int
    end: int
    explicit: bool = True


def attribution_after(body: str, quotation: Quotation, sayings: Sayings) -> Attribution | None:
    """ ",\" ujar Budi saat ditemui": behind the closing mark."""
    match = sayings.after.match(body, quotation.after)
    if match is None:
        return _unusual(body, quotation, sayings)
    if _begins_anew(body, quotation.after, match):
        return None
    own = match["verb"].endswith("nya")
    end = _stop(body, match.end())
    if not own and not body[match.end() : end].strip():
        return None
    return Attribution(match["verb"], match.end(), end, explicit=not own)


def _unusual(body: str, quotation: Quotation, sayings: Sayings) -> Attribution | None:
    """ ",\" selorohnya." and ",\" Budi menegaskan.": taken only behind a comma, for these might begin another sentence."""
    if "," not in body[quotation.end : quotation.after + 1]:
        return None
    rare = sayings.rare.match(body, quotation.after)
    if rare is not None and not _begins_anew(body, quotation.after, rare):
        return Attribution(rare["verb"], rare.end(), _stop(body, rare.end()), explicit=False)
    named = sayings.named_first.match(body, quotation.after)
    if named is None or "\n" in named[0]:
        return None
    return Attribution(named["verb"], named.start("who"), named.end("who"))


def _stop(body: str, offset: int) -> int:
    """Where the sentence of an attribution ends."""
    stop = STOP.search(body, offset, offset + _NAMING)
    return stop.start() if stop else min(len(body), offset + _NAMING)


def attribution_before(body: str, quotation: Quotation, sayings: Sayings) -> Attribution | None:
    """ "Budi menegaskan bahwa \"…": a verb that leads to the opening mark, with nothing between but a comma's worth."""
    start = clause_start(body, quotation.before)
    leads = list(sayings.lead.finditer(body, start, quotation.before))
    if not leads:
        return None
    between = body[leads[-1].end() : quotation.before].strip()
    if between and not between.endswith((",", ":", "bahwa")):
        return None
    introduced = leads[-1]["verb"].lower() in sayings.introducing
    return Attribution(None if introduced else leads[-1][0], start, quotation.before)


def clause_start(body: str, offset: int) -> int:
    """Where the sentence that leads to the offset begins; a paragraph that ends with a colon leads to the next."""
    line = body.rfind("\n", 0, offset) + 1
    if not body[line:offset].strip() and body[max(0, line - _GAP) : line].rstrip().endswith(":"):
        offset = line = len(body[:line].rstrip())
        line = body.rfind("\n", 0, offset) + 1
    earliest = max(line, offset - _LEADING)
    return max((stop.end() for stop in STOP.finditer(body, earliest, offset)), default=earliest)


def naming(body: str, said: Attribution, sayings: Sayings) -> tuple[tuple[int, int], ...]:
    """Where the speaker is named in an attribution: up to the first circumstance; and before it, who speaks for them."""
    cut = sayings.circumstance.search(body, said.start, said.end)
    if cut is None:
        return ((said.start, said.end),)
    first = (said.start, cut.start())
    if cut[0].strip(" ,") not in sayings.spokesman:
        return (first,)
    following = sayings.circumstance.search(body, cut.end(), said.end)
    return ((cut.end(), following.start() if following else said.end), first)


def _begins_anew(body: str, closed: int, match: re.Match[str]) -> bool:
    """A capital in the next paragraph begins another sentence: "Tambah personel …"."""
    return "\n" in body[closed : match.start("verb")] and match["verb"][0].isupper()


def _reporting(data: Mapping[str, Any]) -> list[str]:
    """Every form that reports speech, "menjelaskan" and "dijelaskan" from "jelas"."""
    forms = {form for form in verb_forms(data["roots"]) if form not in data["roots"]}
    suffixed = {f"{form}{suffix}" for form in forms for suffix in ("", "kan", "i")}
    return sorted((suffixed | set(data["reporting"])) - set(data["not_reporting"]))


def _terms(rows: Mapping[str, Any]) -> re.Pattern[str]:
    """What leads to a name between marks, up to the opening mark."""
    far, near, direct = one_of(rows["far"]), one_of(rows["near"]), one_of(rows["direct"])
    link = r"\s*(?:adalah|yakni|yaitu|ialah)?\s*:?\s*"
    return re.compile(rf"(?i:\b(?:(?:{far})\b[^.;!?\"“”\n]{{0,80}}|(?:{near})(?:\s+[\w-]+)?{link}|(?:{direct})\s*))$")
