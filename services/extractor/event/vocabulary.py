"""What a language's words may be in names, offices and organisations: a letter for each. Frozen data.

T title before a name, t address ("Bapak"), S title after it; N word people are called, U unknown word with a capital, I initial,
a two or three capitals, A more of them; R office, H part in what happened ("korban"); G organisation, O word of such names, L landmark,
M a landmark's name, X kind of region, P region; 9 numeral; d "dan", o preposition, b "bin", y "selaku", k "kata", v "mengatakan",
p "disampaikan", x other verb, q "yang", w other word; marks stand for themselves, n is a paragraph's end, " any quotation mark.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.extractor.event.alternatives import one_of
from services.extractor.event.phrases import verb_forms
from services.extractor.event.titles import Titles
from services.extractor.event.word_letters import WordLetters

Rows = Mapping[str, Any]
# Of these letters a word has its own only with a capital: "Dinas", not "dinas".
_CAPITAL_ONLY = "GO"
_SHORTEST_PASSIVE = 5
_MARKS = {**{mark: mark for mark in ",.;:!?()/-"}, **dict.fromkeys('"“”„‟«»', '"'), "–": "-", "—": "-", "&": "d"}


@dataclass(frozen=True)
class Vocabulary:
    """What lang/*/{titles,roles,organizations,names,speech}.toml say of words.

    `words` gives the letter of a word by itself, `phrases` that of several together, by their first word; `single` are the listed ones.
    """

    titles: Titles
    single: Mapping[str, str]
    words: WordLetters
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
    given: frozenset[str]
    ambiguous: frozenset[str]
    behind_i: frozenset[str]
    abbreviated: frozenset[str]
    units: frozenset[str]
    named: frozenset[str]
    generic: frozenset[str]
    members: frozenset[str]
    saints: frozenset[str]
    occasions: frozenset[str]
    regional: frozenset[str]
    village: frozenset[str]
    areas: frozenset[str]
    passives: frozenset[str]
    uniting: frozenset[str]
    kinds: Mapping[str, str]

    @classmethod
    def of(cls, rows: Callable[[str], Rows]) -> Vocabulary:
        names, organizations, roles = rows("names.toml"), rows("organizations.toml"), rows("roles.toml")
        titles, words = Titles.of(rows("titles.toml")), organizations["words"]
        letters, exact = _letters(_listed(names, organizations, roles, rows("speech.toml")))
        single = {word: letter for word, letter in letters.items() if " " not in word}
        phrases = _by_first({**dict.fromkeys((*titles.ranks, *titles.prefixes), "T"), **letters})
        slow = {*phrases, *titles.address, *titles.prefixes, *titles.ranks}
        return cls(
            titles=titles,
            single=single,
            words=_word_letters(single, exact, frozenset(slow), names),
            phrases=phrases,
            given=_folded(names["given"]),
            ambiguous=_folded(names["ambiguous"]),
            behind_i=_folded(names["behind_i"]),
            regional=frozenset(roles["region"]),
            village=frozenset(roles["village"]),
            uniting=frozenset({*words["members"], *roles["dwellers"]}),
            passives=_passives(organizations["holding"]["passive"], roles["calling"], letters),
            areas=frozenset({*words["regions"], "kelurahan"}),
            kinds={head.lower(): kind for kind, listed in organizations["kinds"].items() for head in listed["heads"]},
            **{key: frozenset(words[key]) for key in ("abbreviated", "units", "named", "generic", "members", "saints")},
            occasions=frozenset({*words["occasions"], *organizations["holding"]["active"]}),
        )


def _word_letters(single: Mapping[str, str], exact: Mapping[str, str], openers: frozenset[str], names: Rows) -> WordLetters:
    small = {word: letter for word, letter in single.items() if letter not in _CAPITAL_ONLY and word not in openers}
    ending = re.compile(rf"[a-z]{{2,}}(?:{one_of(names['endings'])})$")
    return WordLetters(single, exact, {**_MARKS, **small}, _folded(names["given"]), ending, openers)


def _listed(names: Rows, organizations: Rows, roles: Rows, speech: Rows) -> Iterable[tuple[Iterable[str], str]]:
    """Words with their letters; of a word in several lists the last has it."""
    yield organizations["words"]["common"], "O"
    for kind in organizations["kinds"].values():
        yield kind["heads"], "G"
    yield organizations["words"]["landmarks"], "L"
    yield organizations["words"]["regions"], "X"
    yield roles["human"], "H"
    for key in ("office", "region", "national", "acting"):
        yield roles[key], "R"
    yield names["particles"], "b"
    yield (*names["initials"], *names["phrases"]), "N"
    for key, letter in (("and", "d"), ("prepositions", "o"), ("as", "y")):
        yield roles["joins"][key], letter
    yield from _spoken(speech)
    yield ("yang",), "q"


def _spoken(speech: Rows) -> Iterable[tuple[Iterable[str], str]]:
    """Verbs of saying: "kata", "mengatakan", "dikatakan"."""
    yield speech["verbs"], "k"
    forms = {f"{form}{suffix}" for form in verb_forms(speech["roots"]) for suffix in ("", "kan", "i")} - set(speech["not_reporting"])
    yield (form for form in forms if form.startswith("me")), "v"
    yield (form for form in forms if form.startswith("di")), "p"
    yield speech["reporting"], "v"


def _letters(listed: Iterable[tuple[Iterable[str], str]]) -> tuple[dict[str, str], dict[str, str]]:
    """Letters of words in any case, and of those in capitals, which are matched so."""
    letters, exact = dict[str, str](), dict[str, str]()
    for words, letter in listed:
        for word in words:
            if word.isupper() and " " not in word:
                exact[word] = letter
            else:
                letters[word.lower()] = letter
    return letters, exact


def _by_first(letters: Mapping[str, str]) -> dict[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """The phrases of several words by their first, longest first."""
    out: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for phrase, letter in letters.items():
        words = tuple(phrase.lower().split())
        if len(words) > 1:
            out.setdefault(words[0], []).append((words, letter))
    return {first: tuple(sorted(found, key=lambda row: -len(row[0]))) for first, found in out.items()}


def _passives(*listed: Iterable[str]) -> frozenset[str]:
    """The verbs in "di-" among the words."""
    return frozenset(
        word for words in listed for word in words if word.startswith("di") and word.isalpha() and len(word) > _SHORTEST_PASSIVE
    )


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word.lower() for word in words)
