"""A desa's and a kecamatan's codes: looked up within the kabupaten/kota that the event's place is in. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from services.extractor.event.place_choice import Chosen
from services.extractor.gazetteer.region import Region as Row
from services.extractor.gazetteer.regions import Gazetteer
from shared.documents import Region


@dataclass(frozen=True)
class Units:
    """The two smallest levels; `row` is the register's row of the finest that has one."""

    desa: Region | None = None
    kecamatan: Region | None = None
    row: Row | None = None


def resolve_units(chosen: Chosen, kabkota: str | None, named: frozenset[str], gazetteer: Gazetteer) -> Units:
    """Stated units with their codes, null where the register has none. `named`: the codes of every kecamatan named on the page.

    A name without a level counts only where the register knows it there.
    """
    kecamatan = _kecamatan(chosen.kecamatan.name, kabkota, gazetteer) if chosen.kecamatan else None
    if kecamatan is None and chosen.kecamatan is None and kabkota:
        kecamatan = _first_bare(chosen, kabkota, gazetteer)
    desa = _desa(chosen.desa.name, kecamatan.code if kecamatan else kabkota, gazetteer) if chosen.desa else None
    if chosen.desa is None and kecamatan:
        desa = _bare_desa(chosen, kecamatan, gazetteer)
    if desa and kecamatan is None and chosen.kecamatan is None and desa.code[:8] in named:
        kecamatan = gazetteer.regions[desa.code[:8]]
    return Units(
        _region(desa, chosen.desa.name if chosen.desa else None),
        _region(kecamatan, chosen.kecamatan.name if chosen.kecamatan else None),
        desa or kecamatan,
    )


def _kecamatan(name: str, kabkota: str | None, gazetteer: Gazetteer) -> Row | None:
    codes = [code for code in gazetteer.kecamatan(name) if code.startswith(kabkota or "")]
    return gazetteer.regions[codes[0]] if len(codes) == 1 else None


def _desa(name: str, within: str | None, gazetteer: Gazetteer) -> Row | None:
    """The one desa of that name there; of several in a kabupaten none can be told."""
    found = gazetteer.desa.named(name, within) if within else ()
    return found[0] if len(found) == 1 else None


def _first_bare(chosen: Chosen, kabkota: str, gazetteer: Gazetteer) -> Row | None:
    return next((row for part in chosen.bare if (row := _kecamatan(part.name, kabkota, gazetteer))), None)


def _bare_desa(chosen: Chosen, kecamatan: Row, gazetteer: Gazetteer) -> Row | None:
    """A name alone is a desa where its kecamatan is named too and is another."""
    names = (part.name for part in chosen.bare if part.name.casefold() != kecamatan.name.casefold())
    return next((row for name in names if (row := _desa(name, kecamatan.code, gazetteer))), None)


def _region(row: Row | None, name: str | None) -> Region | None:
    if row is not None:
        return Region(code=row.code, name=row.name)
    return Region(name=name) if name else None


def parents_of(chosen: Chosen | None, gazetteer: Gazetteer) -> frozenset[str]:
    """The kabupaten/kota that have a kecamatan of the name the phrase gives; of several, those that have its desa too."""
    if chosen is None or not (chosen.kecamatan or chosen.desa or chosen.bare):
        return frozenset()
    name = chosen.kecamatan or next(iter(chosen.bare), None)
    kecamatan = gazetteer.kecamatan(name.name) if name else ()
    if chosen.desa is None:
        return frozenset(code[:5] for code in kecamatan)
    desa = gazetteer.desa.named(chosen.desa.name)
    both = frozenset(row.code[:5] for row in desa if row.code[:8] in kecamatan)
    return both or frozenset(code[:5] for code in kecamatan) or frozenset(row.code[:5] for row in desa)
