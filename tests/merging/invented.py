"""Invented names, places of assembly, sentences. Towns and their codes are real. Sorted."""

from __future__ import annotations

from dataclasses import dataclass

from shared.documents import EventType


@dataclass(frozen=True)
class Town:
    code: str
    name: str
    province: str


@dataclass(frozen=True)
class Kind:
    """What is done, what it may be taken for, who does it, and about what."""

    type: EventType
    act: str
    mistaken_for: tuple[EventType, ...]
    organizers: tuple[str, ...]
    topics: tuple[str, ...]


TOWNS = (
    Town("12.71", "Kota Medan", "Sumatera Utara"),
    Town("18.71", "Kota Bandar Lampung", "Lampung"),
    Town("18.72", "Kota Metro", "Lampung"),
    Town("33.74", "Kota Semarang", "Jawa Tengah"),
    Town("35.77", "Kota Madiun", "Jawa Timur"),
    Town("73.71", "Kota Makassar", "Sulawesi Selatan"),
    Town("82.71", "Kota Ternate", "Maluku Utara"),
    Town("91.71", "Kota Jayapura", "Papua"),
)

OPENINGS = (
    "{organizer} menggelar kegiatan tentang {topic} di {venue}, {town}.",
    "Bertempat di {venue}, {organizer} mengangkat {topic} di hadapan para undangan.",
    "Kegiatan bertema {topic} yang digagas {organizer} berlangsung di {venue}.",
    "{town} – {organizer} membahas {topic} bersama berbagai pihak di {venue}.",
)

KINDS = (
    Kind(
        EventType.apel, "Apel Siaga", (EventType.deklarasi, EventType.pelantikan), ("Bawaslu", "Polres"),
        ("pengawasan masa tenang", "pengamanan pemungutan suara", "kesiapsiagaan banjir")
    ),
    Kind(
        EventType.deklarasi, "Deklarasi", (EventType.apel, EventType.penandatanganan), ("Bawaslu", "FKUB", "Kesbangpol"),
        ("pemilu damai tanpa hoaks", "kampung antipolitik uang", "kerukunan umat beragama")
    ),
    Kind(
        EventType.diskusi, "Diskusi", (EventType.sosialisasi, EventType.rapat_koordinasi), ("Bawaslu", "KPU", "AMSI"),
        ("peran pers daerah", "partisipasi pemilih muda", "kerawanan tempat pemungutan suara")
    ),
    Kind(
        EventType.pelatihan, "Pelatihan", (EventType.sosialisasi, EventType.rapat_koordinasi), ("Bawaslu", "KPU", "Dinas Koperasi"),
        ("penyelesaian sengketa proses", "pembukuan usaha mikro", "penggunaan sirekap")
    ),
    Kind(
        EventType.rapat_koordinasi, "Rapat Koordinasi", (EventType.sosialisasi, EventType.diskusi), ("Bawaslu", "KPU", "Bappeda"),
        ("penertiban alat peraga kampanye", "pemutakhiran daftar pemilih", "penanganan tengkes")
    ),
    Kind(
        EventType.sosialisasi, "Sosialisasi", (EventType.rapat_koordinasi, EventType.pelatihan), ("Bawaslu", "KPU", "Satpol PP"),
        ("larangan politik uang", "netralitas pegawai negeri", "cukai rokok ilegal", "pindah memilih")
    ),
)  # fmt: skip

VENUES = (
    "Aula Bhayangkara", "Aula Dharma Wanita", "Aula Gurindam", "Aula Islamic Center", "Balai Desa Sukamaju", "Balai Kartini",
    "Balai Pertemuan Wijaya", "Ballroom Hotel Aston", "Ballroom Hotel Santika", "Gedung Juang", "Gedung Kesenian Rumentang",
    "Gedung Pramuka Cendana", "Gedung Serbaguna Mulia", "GOR Saburai", "Hotel Aidia", "Hotel Batik", "Hotel Grand Skuntum", "Hotel Melati",
    "Kafe Kopi Daun", "Kampus Muhammadiyah", "Lapangan Enggal", "Lapangan Merdeka", "Lapangan Samber", "Pendopo Nuwo Balak",
    "Rumah Makan Padang Indah", "SMA Kartikatama", "Taman Merdeka", "Wisma Atlet", "Wisma Haji",
)  # fmt: skip

GIVEN_NAMES = (
    "Agus", "Ahmad", "Asep", "Badri", "Bambang", "Budi", "Citra", "Damar", "Dedi", "Dewi", "Eka", "Endang", "Fajar", "Farida", "Gunawan",
    "Hadi", "Hendra", "Indah", "Irwan", "Joko", "Kartika", "Lestari", "Mega", "Mulyadi", "Nanang", "Nurul", "Putri", "Rahmat", "Ratna",
    "Rina", "Rosita", "Slamet", "Sri", "Sulastri", "Suparman", "Taufik", "Tuti", "Wahyu", "Wayan", "Yanti", "Yusuf", "Zainal",
)  # fmt: skip

FAMILY_NAMES = (
    "Anggraini", "Arifin", "Basri", "Djojo", "Fatmawati", "Firmansyah", "Ginting", "Halim", "Handoko", "Harahap", "Hasibuan", "Hidayat",
    "Irawan", "Iskandar", "Kurniawan", "Kusuma", "Lubis", "Maharani", "Manurung", "Maulana", "Nasution", "Nugroho", "Pane", "Pohan",
    "Pranoto", "Purnomo", "Ramadhan", "Saputra", "Setiawan", "Siregar", "Sitompul", "Subagyo", "Sudirman", "Susanto", "Syahputra",
    "Tambunan", "Utomo", "Wibowo", "Wijaya", "Yulianto",
)  # fmt: skip

ROLES = (
    "Anggota",
    "Camat",
    "Kapolsek",
    "Kepala Bagian",
    "Kepala Dinas",
    "Ketua",
    "Koordinator",
    "Lurah",
    "Sekretaris",
    "Staf Ahli",
    "Wakil Ketua",
)

UNITS = (
    "aparatur", "guru", "kader", "kelompok", "kepala dusun", "kotak suara", "pelajar", "pengawas desa", "peserta", "relawan", "santri",
    "tempat pemungutan suara", "tokoh adat", "undangan", "wartawan",
)  # fmt: skip

TITLES = (
    "{act} {topic}, Ini Pesan {name}",
    "{name} Ajak Warga Peduli {topic}",
    "{organizer} Gelar {act} {topic}",
    "{organizer} Gelar {act} di {venue}",
    "{organizer} Ingatkan soal {topic}",
    "{topic} Jadi Perhatian {organizer}",
    "Di {venue}, {name} Bicara {topic}",
)

SAYINGS = (
    "Anak muda harus berani bertanya dan tidak menelan kabar mentah",
    "Anggaran tahun depan kita arahkan ke kelurahan yang paling membutuhkan",
    "Aturan ini berlaku untuk semua orang tanpa memandang jabatan",
    "Daftar hadir dan laporan wajib dikirim paling lambat besok sore",
    "Hari ini kita mulai dari lingkungan yang paling kecil yaitu keluarga",
    "Jangan menunggu perintah kalau melihat pelanggaran di depan mata",
    "Jangan sampai hanya karena uang seratus ribu kita menyesal lima tahun",
    "Kalau ada yang ragu silakan datang ke sekretariat kami kapan saja",
    "Kami akan menindak siapa pun yang mencoba merusak suasana",
    "Kami berharap kegiatan semacam ini tidak berhenti di ruangan ini saja",
    "Kami ingin data yang turun ke lapangan sama dengan data di kantor",
    "Kami membuka posko pengaduan selama dua puluh empat jam penuh",
    "Kami tidak punya banyak orang sehingga butuh mata seluruh warga",
    "Kehadiran bapak dan ibu di sini adalah bukti bahwa kota ini peduli",
    "Kerja yang baik tidak akan terlihat kalau tidak dicatat dengan rapi",
    "Kita boleh berbeda pilihan tetapi tetangga tetap tetangga",
    "Kita sudah belajar dari pengalaman lima tahun yang lalu",
    "Kuncinya ada pada komunikasi yang terbuka antara semua pihak",
    "Laporan dari masyarakat sudah kami terima dan sedang dipelajari",
    "Mari kita rawat apa yang sudah dibangun oleh para pendahulu",
    "Pelayanan publik tidak boleh terganggu oleh urusan politik",
    "Pemilih pemula perlu pendampingan bukan sekadar ajakan",
    "Perbedaan angka akan kami cocokkan dalam rapat minggu depan",
    "Petugas di lapangan harus tahu batas kewenangannya masing-masing",
    "Saya minta semua kepala dusun turun langsung mendata warganya",
    "Saya percaya anak-anak kita lebih pintar daripada yang kita kira",
    "Sekecil apa pun temuan di lapangan harus disertai bukti yang cukup",
    "Tidak ada gunanya aturan kalau tidak ada yang berani melapor",
    "Tugas kita menjaga supaya suara yang masuk sama dengan yang dihitung",
    "Yang kami perlukan adalah keberanian untuk berkata tidak",
)

ENDINGS = (
    "agar warga di sini merasa dilayani dengan adil",
    "dan itu sudah kami sepakati bersama para lurah",
    "dan saya sendiri yang akan mengawasi jalannya",
    "karena itu amanat yang diberikan kepada kami",
    "karena waktunya tinggal beberapa pekan lagi",
    "kecuali ada keadaan yang benar-benar memaksa",
    "meskipun cuaca belakangan ini kurang bersahabat",
    "sebab pengalaman mengajarkan kita untuk berhati-hati",
    "sebelum semuanya terlambat dan kita menyesal",
    "seperti yang sudah dilakukan kota tetangga",
    "supaya anak cucu kita tidak malu mengingatnya",
    "supaya tidak ada lagi yang merasa ditinggalkan",
    "tanpa menunggu surat edaran dari pusat",
    "terutama bagi mereka yang tinggal jauh dari kota",
    "walaupun tenaga yang kita miliki terbatas",
)

FILLERS = (
    "Acara berakhir menjelang waktu magrib.",
    "Acara dibuka dengan doa bersama dan menyanyikan lagu kebangsaan.",
    "Beberapa undangan tampak mencatat dengan tekun.",
    "Di akhir acara, panitia membagikan buku saku.",
    "Di luar gedung, petugas mengatur arus kendaraan.",
    "Hadirin diberi kesempatan bertanya selama setengah jam.",
    "Hasil pertemuan akan disampaikan ke tingkat provinsi.",
    "Hujan yang turun sejak pagi tidak mengurangi semangat hadirin.",
    "Kegiatan serupa direncanakan berlangsung lagi bulan depan.",
    "Makanan kecil disiapkan oleh ibu-ibu setempat.",
    "Materi disampaikan secara bergantian oleh dua orang pembicara.",
    "Para pembicara berasal dari kalangan akademisi dan praktisi.",
    "Pertanyaan terbanyak datang dari barisan belakang.",
    "Sebagian besar yang datang berasal dari kelurahan sekitar.",
    "Sejumlah catatan dari tahun lalu turut dibahas.",
    "Sesi foto bersama menutup rangkaian kegiatan.",
    "Suasana ruangan hangat dan penuh tawa.",
    "Tahun lalu kegiatan ini hanya diikuti separuhnya.",
    "Tanya jawab berlangsung hidup dan melebihi waktu yang disediakan.",
    "Usai acara, para tamu berbincang santai di halaman.",
)
