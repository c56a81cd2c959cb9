from __future__ import annotations

from datetime import date

import pytest

from services.extractor.event.kind import event_type
from services.extractor.event.text import Text
from services.extractor.knowledge import Knowledge


@pytest.mark.parametrize(
    ("title", "body", "kind"),
    [
        ("Bupati Kudus Lantik 14 Camat", "Bupati melantik 14 camat di pendopo, Senin (3/2/2025).", "pelantikan"),
        ("Pjs Bupati Pimpin Apel Siaga", "Apel siaga pengawasan digelar di alun-alun.", "apel"),
        ("KPU dan Kejari Teken MoU", "KPU menandatangani nota kesepahaman dengan kejaksaan.", "penandatanganan"),
        ("Banjir Bandang Terjang Dua Desa", "Banjir bandang merendam ratusan rumah.", "bencana"),
        ("Truk Tabrak Motor, Satu Tewas", "Kecelakaan maut terjadi di jalan Pantura.", "kecelakaan"),
        ("Polisi Ringkus Pencuri Motor", "Pelaku ditangkap di rumahnya.", "kriminal"),
        ("Satpol PP Tertibkan Reklame", "Petugas menertibkan baliho liar dalam operasi gabungan.", "penertiban"),
        ("DPRD Gelar Rapat Paripurna", "DPRD menggelar rapat paripurna pembahasan raperda.", "sidang"),
        ("Bawaslu Gelar Bimtek Saksi", "Bimbingan teknis diikuti 60 peserta.", "pelatihan"),
        ("Festival Kopi Dibuka", "Gubernur membuka festival kopi.", "lomba_festival"),
        ("Baznas Salurkan Bantuan ke Korban Banjir", "Baznas menyerahkan bantuan sembako kepada warga.", "bantuan"),
        ("Komisi II Kunjungan Kerja ke Kudus", "Rombongan diterima sekda.", "kunjungan"),
        ("Resep Lentog Tanjung Khas Kudus", "Kuliner khas ini memakai bumbu sederhana.", None),
        ("Cek Fakta: Surat Undangan Sosialisasi", "Hasil periksa fakta menunjukkan surat sosialisasi itu palsu.", None),
        ("Prakiraan Cuaca Lampung Hari Ini", "Prakiraan cerah berawan, berpotensi hujan.", None),
        ("Mengenal Gunung Muria", "Gunung ini menjulang di utara Jawa.", None),
    ],
)
def test_types(title: str, body: str, kind: str | None, knowledge: Knowledge) -> None:
    assert event_type(Text(title, body, None, date(2025, 1, 1)), knowledge.event.kinds) == kind
