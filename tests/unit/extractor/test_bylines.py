from __future__ import annotations

import pytest

from services.extractor.bylines import take_signed_end, take_signed_lines
from services.extractor.knowledge import Knowledge

END = "Kegiatan berjalan lancar."


@pytest.mark.parametrize(
    ("lines", "kept", "signed"),
    [
        (["Penulis: Dahlan/Tabri"], [], ["writer Dahlan/Tabri"]),
        (["Foto: Sunar"], [], ["photographer Sunar"]),
        (["Penulis: Novi WardaniEditor: Ben Fery"], [], ["writer Novi Wardani", "editor Ben Fery"]),
        (["by Humas Bawaslu Kudus - 23 Oktober 2023"], [], ["writer Humas Bawaslu Kudus"]),
        (["Teks dan foto: Hafi Zulkarnaen"], [], ["writer Hafi Zulkarnaen", "photographer Hafi Zulkarnaen"]),
        (["Reporter Muhamad Ikbal, Editor Dewi"], [], ["writer Muhamad Ikbal", "editor Dewi"]),
        (["Reporter: Ambar | Foto: Istimewa"], [], ["writer Ambar", "photographer Istimewa"]),
        (["Laporan Reporter POS-KABAR.COM, Tomi Mbere"], [], ["writer Tomi Mbere"]),
        (["Red: (AS/IM)"], [], ["initials AS/IM"]),
        (["Suasana deklarasi di Lapas Luwuk. Foto: Riki"], [], ["photographer Riki"]),
        (["Oleh Salman Nasution"], [], ["writer Salman Nasution"]),
        (["Dilaporkan oleh : Redaksi Umum"], [], ["writer Redaksi Umum"]),
        (["Source:", "Bambang Irawan", "Via:", "Tri Wahyudi"], [], ["writer Bambang Irawan", "editor Tri Wahyudi"]),
        (["Foto Ratna Sukarni: (Grandi Zaf-kabar)"], [], ["photographer Grandi Zaf"]),
        (["Tim Peliputan Diskominfo Kudus"], [], ["publisher Tim Peliputan Diskominfo Kudus"]),
        (["Sumber: Pemkab Kudus (omn)"], [], ["initials omn"]),
        (
            ["Oleh karena itu warga diminta tetap waspada terhadap banjir susulan dan longsor."],
            ["Oleh karena itu warga diminta tetap waspada terhadap banjir susulan dan longsor."],
            [],
        ),
        (["Editor: https://iklan.example"], ["Editor: https://iklan.example"], []),
    ],
)
def test_signed_lines(lines: list[str], kept: list[str], signed: list[str], knowledge: Knowledge) -> None:
    left, found = take_signed_lines([*lines, END], knowledge.signatures)
    assert (left, [f"{b.role} {b.name}" for b in found]) == ([*kept, END], signed)


@pytest.mark.parametrize(
    "line", ["(Prokopim)", "KI-4", "Red/Penrem 132", "Prokopim Raja Ampat / rls", "(Humas KPU Serang/foto: Rian/ed: Iis)"]
)
def test_signed_on_a_line_of_its_own_behind_the_last_sentence(line: str, knowledge: Knowledge) -> None:
    left, found = take_signed_lines([END, "Bagikan", line], knowledge.signatures)
    assert left == [END, "Bagikan"]
    assert found
    assert take_signed_lines([line, END], knowledge.signatures)[0][-1] == END


@pytest.mark.parametrize(
    ("line", "kept", "signed"),
    [
        ("Diserahkan semua. (lup/07)", "Diserahkan semua.", ["initials lup/07"]),
        ("Tutur Arka. (bsp17)24081503", "Tutur Arka.", ["initials bsp17"]),
        ("kerja sama ini. (Laporan Reporter POS-KABAR.COM, Gordi Dona).", "kerja sama ini.", ["writer Gordi Dona"]),
        ("Acara ditutup doa. (Red)", "Acara ditutup doa.", ["initials Red"]),
        ("“Semoga damai,” pungkas Hamid. (MG-3/R-1)", "“Semoga damai,” pungkas Hamid.", ["initials MG-3/R-1"]),
        ("tukas Samsu. [HUMAS]", "tukas Samsu.", ["initials HUMAS"]),
        ("opini WTP. (Hupmas KPU Arf/Foto: Iam/ed diR)", "opini WTP.", ["initials Hupmas KPU Arf", "photographer Iam", "editor diR"]),
        ("(Asrul)", None, ["initials Asrul"]),
        ("dihadiri Organisasi Perangkat Daerah (OPD)", "dihadiri Organisasi Perangkat Daerah (OPD)", []),
        ("Harga naik. (12/7/2025)", "Harga naik. (12/7/2025)", []),
        ("Cerita ini belum usai. (Bersambung)", "Cerita ini belum usai. (Bersambung)", []),
    ],
)
def test_signed_end(line: str, kept: str | None, signed: list[str], knowledge: Knowledge) -> None:
    left, found = take_signed_end([END, line], knowledge.signatures)
    assert (left, [f"{b.role} {b.name}" for b in found]) == ([END, *([kept] if kept else [])], signed)
