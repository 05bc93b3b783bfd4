"""Which language a text is in, and when barq says that it cannot tell."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import detectors
from pipeline.cleaning import language_of
from pipeline.detectors import NO_VOTE, canonical, vote_of
from pipeline.language import UNDETERMINED, detect

SENTENCES = {
    "ar": "أعلنت وزارة الداخلية أن الجسر الجديد سيفتح أمام السيارات يوم الأحد المقبل.",
    "en": "The interior ministry said that the new bridge would open to cars next Sunday.",
    "fr": "Le ministère de l'Intérieur a annoncé que le nouveau pont ouvrira dimanche.",
    "tr": "İçişleri Bakanlığı yeni köprünün pazar günü trafiğe açılacağını duyurdu.",
    "az": "Daxili İşlər Nazirliyi yeni körpünün bazar günü açılacağını bildirib.",
    "fa": "وزارت کشور اعلام کرد که پل جدید روز یکشنبه به روی خودروها باز می‌شود.",
    "ur": "وزارت داخلہ نے کہا ہے کہ نیا پل اتوار کو گاڑیوں کے لیے کھول دیا جائے گا۔",
    "ps": "د کورنیو چارو وزارت وايي چې نوی پل به د یکشنبې په ورځ پرانیستل شي.",
    "ckb": "وەزارەتی ناوخۆ ڕایگەیاند کە پردە نوێیەکە ڕۆژی یەکشەممە بۆ ئۆتۆمبێل دەکرێتەوە.",
    "ku": "Wezareta navxweyî da zanîn ku pira nû dê roja yekşemê ji bo otomobîlan li bajêr vebe.",
    "ug": "ئىچكى ئىشلار مىنىستىرلىقى يېڭى كۆۋرۈك يەكشەنبە كۈنى ئېچىلىدۇ دەپ ئۇقتۇردى.",
    "sd": "گهرو وزارت چيو آهي ته نئين پل آچر جي ڏينهن گاڏين لاءِ کوليو ويندو.",
    "he": "משרד הפנים הודיע כי הגשר החדש ייפתח לתנועת כלי רכב ביום ראשון הקרוב.",
    "yi": "די רעגירונג האָט געזאָגט אַז די נייע בריק וועט זיך עפֿענען זונטיק פֿאַר אַלע.",
    "ru": "Министерство внутренних дел сообщило, что новый мост откроют в воскресенье.",
    "uk": "Міністерство внутрішніх справ повідомило, що новий міст відкриють у неділю.",
    "bg": "Министерството на вътрешните работи съобщи, че новият мост ще бъде отворен в неделя.",
    "sr": "Министарство унутрашњих послова саопштило је да ће нови мост бити отворен у недељу.",
    "mk": "Министерството за внатрешни работи соопшти дека новиот мост ќе се отвори в недела.",
    "kk": "Ішкі істер министрлігі жаңа көпір жексенбі күні көліктерге ашылатынын хабарлады.",
    "hi": "गृह मंत्रालय ने कहा कि नया पुल अगले रविवार को गाड़ियों के लिए खोल दिया जाएगा।",
    "mr": "गृह मंत्रालयाने सांगितले की नवीन पूल पुढील रविवारी वाहनांसाठी खुला केला जाईल.",
    "zh": "内政部表示，新桥将于下周日向车辆开放。",
    "ja": "内務省は、新しい橋が来週の日曜日に開通すると発表した。",
    "ko": "내무부는 새 다리가 다음 주 일요일에 개통된다고 밝혔다.",
    "id": "Kementerian Dalam Negeri mengatakan bahwa jembatan baru itu akan dibuka hari Minggu.",
    "nb": "Innenriksdepartementet opplyser at den nye broen åpner for biler neste søndag.",
    "nn": "Innanriksdepartementet seier at den nye brua ikkje opnar for bilar før neste søndag.",
    "sw": "Wizara ya Mambo ya Ndani ilisema daraja jipya litafunguliwa kwa magari Jumapili ijayo.",
    "so": "Wasaaradda arrimaha gudaha ayaa sheegtay in buundada cusub loo furi doono baabuurta.",
    "vi": "Bộ Nội vụ cho biết cây cầu mới sẽ mở cửa cho ô tô vào Chủ nhật tới.",
    "am": "የአገር ውስጥ ጉዳይ ሚኒስቴር አዲሱ ድልድይ በሚቀጥለው እሁድ ለመኪናዎች ክፍት እንደሚሆን አስታወቀ።",
}  # fmt: skip
AR, EN, FR = SENTENCES["ar"], SENTENCES["en"], SENTENCES["fr"]


@pytest.fixture
def without_cld2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detectors, "voter", lambda: lambda _text: ())


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_of_news_is_told_by_its_language(code: str) -> None:
    found = detect(SENTENCES[code])
    assert found.code == found.guess == code
    assert 0.4 < found.confidence <= 1


@pytest.mark.parametrize("code", ["ar", "en", "fa", "ur", "fr", "ckb", "ug", "ru"])
def test_a_copy_that_is_cut_extended_or_reheadlined_keeps_the_code(code: str) -> None:
    whole = "\n".join([SENTENCES[code]] * 12)
    copies = [whole[: len(whole) // 3], whole + "\n" + whole, "Watch: 24 - 7\n" + whole]
    assert {detect(copy).code for copy in [whole, *copies]} == {code}


@pytest.mark.parametrize(
    "text",
    ["", " ", "12 345", "ab", "?!…", "🙂🙂🙂🙂", "٢٠٢٦ ١٢٣", "\u064b\u064c", "12.03.2026 – 45 %",
     "https://www.example.org/world/politics/story-of-the-day"],
)  # fmt: skip
def test_what_has_no_words_is_undetermined(text: str) -> None:
    assert detect(text).code == UNDETERMINED


def test_arabic_in_latin_letters_is_undetermined() -> None:
    found = detect("el wazir 2al enno el gesr el gedid hayftah yom el 7ad el gai")
    assert found.code == UNDETERMINED
    assert found.confidence < 0.3


@pytest.mark.parametrize(
    ("code", "headline"),
    [("ar", "وفاة ثلاثة أشخاص في حادث مرور"), ("en", "Dollar ends lower"), ("ar", "زلزال"),
     ("fa", "پرواز تهران"), ("ur", "وزیر خارجہ"), ("ps", "د ښار نوی پل"), ("zh", "北京")],
)  # fmt: skip
def test_a_short_headline_is_told(code: str, headline: str) -> None:
    assert detect(headline).code == code


def test_dari_is_persian_and_so_is_persian_typed_on_an_arabic_keyboard() -> None:
    assert (
        detect("وزارت داخله افغانستان اعلام کرد که پولیس دو تن را بازداشت کرده است.").code == "fa"
    )
    typed = SENTENCES["fa"].replace("ی", "ي").replace("ک", "ك")
    assert detect(typed + " رانندگان مي‌توانند از آن عبور كنند.").code == "fa"


def test_a_foreign_name_does_not_make_an_arabic_story_pashto() -> None:
    text = "قال المتحدث ښ ډ خلال مؤتمر صحفي في العاصمة " + "إن الوزارة ستعلن النتائج قريبا " * 8
    assert detect(text).code == "ar"


def test_a_table_of_figures_with_a_few_words_is_told() -> None:
    table = (
        "Shr 34 cts vs 19 cts\nNet profit 12.3 mln vs 9.8 mln\nRevenue 104 mln vs 98.1 mln\nYear"
    )
    assert detect(table).code == "en"


def test_an_address_does_not_count() -> None:
    assert detect(f"https://www.example.org/the/news/of/the/day {AR}") == detect(AR)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("ar", f"{AR}\n{AR}\nShare on Facebook\nTweet\nWhatsApp\nPrint"),
        ("en", f"{EN} {EN} {EN} “{AR}”"),
        ("ar", f"{AR} {AR} {EN}"),
        ("en", f"{EN} {EN} {EN} {EN} {FR}"),
        ("fr", f"{FR} {FR} {FR} {FR} {EN}"),
    ],
)
def test_of_two_languages_it_is_the_one_with_more_text(code: str, text: str) -> None:
    assert detect(text).code == code


@pytest.mark.parametrize("other", [EN, FR])
def test_two_languages_in_equal_parts_lower_the_confidence(other: str) -> None:
    for text in (f"{AR} {other}" * 4, f"{other} {AR}" * 4):
        found = detect(text)
        assert found.code == "ar"
        assert found.confidence < 0.8
    assert detect(f"{EN} {FR}" * 4).confidence < 0.8


def test_of_a_long_text_the_middle_and_the_end_count_too() -> None:
    assert detect(EN * 10 + FR * 60).code == "fr"


@pytest.mark.parametrize(
    "text", ["abc \ud800 hello there this is", "hello \x00 there \ufffe my friend"]
)
def test_broken_characters_do_not_hinder(text: str) -> None:
    assert detect(text).code == "en"


@given(st.text(st.characters(), max_size=300))
def test_any_text_has_a_code_a_guess_and_a_confidence(text: str) -> None:
    found = detect(text)
    assert found == detect(text)
    assert found.code in {found.guess, UNDETERMINED}
    assert 0 <= found.confidence <= 1


@pytest.mark.usefixtures("without_cld2")
def test_without_the_second_detector_the_first_decides() -> None:
    assert vote_of(EN, 60) is NO_VOTE
    assert [detect(text).code for text in (AR, EN, FR, "Dollar ends lower")] == [
        "ar",
        "en",
        "fr",
        "en",
    ]


@pytest.mark.parametrize(
    ("tag", "code"),
    [("pt_BR", "pt"), ("zh-Hant-TW", "zh"), ("iw", "he"), ("no", "nb"), ("AR", "ar"), ("", "")],
)
def test_a_tag_is_brought_to_the_code_that_barq_uses(tag: str, code: str) -> None:
    assert canonical(tag) == code


def test_the_senders_word_counts_where_it_is_the_best_guess_of_an_unsure_detection() -> None:
    unsure = "Otranto Vilnius Quito"
    found = detect(unsure)
    assert found.code == UNDETERMINED
    assert language_of(unsure, found.guess)["code"] == found.guess
    assert language_of(unsure, "th")["code"] == UNDETERMINED
    assert language_of(EN, "fr") == {**language_of(EN, None), "declared": "fr"}


@pytest.mark.parametrize("code", ["ar", "fa", "ur", "en", "fr", "tr", "id", "mn", "he", "sw"])
def test_sentences_are_told_nearly_always(evaluation_data: Path, code: str) -> None:
    path = evaluation_data / "language" / "sentences" / f"{code}.txt"
    sentences = path.read_text("utf-8").splitlines()
    told = sum(1 for sentence in sentences if detect(sentence).code == code)
    assert told / len(sentences) >= (0.97 if code != "id" else 0.85)


def test_the_confidence_is_the_chance_of_being_right(evaluation_data: Path) -> None:
    right: dict[int, list[bool]] = {}
    for path in (evaluation_data / "language").rglob("*.txt"):
        for line in path.read_text("utf-8").splitlines()[1::2]:
            found = detect(line)
            right.setdefault(min(4, int(found.confidence * 5)), []).append(found.guess == path.stem)
    assert len(right) == 5
    for fifth, told in right.items():
        assert abs(sum(told) / len(told) - (fifth + 0.5) / 5) < 0.1
