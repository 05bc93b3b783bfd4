"""Which language a text is in, and when barq says that it cannot tell."""

from pathlib import Path

import pytest

from pipeline.language import UNDETERMINED, detect


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("ar", "أعلنت وزارة الداخلية أن الجسر الجديد سيفتح أمام السيارات يوم الأحد المقبل."),
        ("en", "The interior ministry said that the new bridge would open to cars next Sunday."),
        ("fr", "Le ministère de l'Intérieur a annoncé que le nouveau pont ouvrira dimanche."),
        ("tr", "İçişleri Bakanlığı yeni köprünün pazar günü trafiğe açılacağını duyurdu."),
        ("ru", "Министерство внутренних дел сообщило, что новый мост откроют в воскресенье."),
        ("fa", "وزارت کشور اعلام کرد که پل جدید روز یکشنبه به روی خودروها باز می‌شود."),
        ("ur", "وزارت داخلہ نے کہا ہے کہ نیا پل اتوار کو گاڑیوں کے لیے کھول دیا جائے گا۔"),
        ("ps", "د کورنیو چارو وزارت وايي چې نوی پل به د یکشنبې په ورځ پرانیستل شي."),
        ("ckb", "وەزارەتی ناوخۆ ڕایگەیاند کە پردە نوێیەکە ڕۆژی یەکشەممە بۆ ئۆتۆمبێل دەکرێتەوە."),
        ("ug", "ئىچكى ئىشلار مىنىستىرلىقى يېڭى كۆۋرۈك يەكشەنبە كۈنى ئېچىلىدۇ دەپ ئۇقتۇردى."),
    ],
)  # fmt: skip
def test_a_sentence_of_news_is_told_by_its_language(code: str, text: str) -> None:
    found = detect(text)
    assert found.code == code
    assert 0.4 < found.confidence <= 1


@pytest.mark.parametrize("text", ["", " ", "12 345", "ab", "?!…", "🙂🙂🙂🙂"])
def test_what_has_no_words_is_undetermined(text: str) -> None:
    assert detect(text).code == UNDETERMINED


def test_a_foreign_name_does_not_make_an_arabic_story_pashto() -> None:
    text = "قال المتحدث ښ ډ خلال مؤتمر صحفي في العاصمة " + "إن الوزارة ستعلن النتائج قريبا " * 8
    assert detect(text).code == "ar"


def test_a_table_of_figures_with_a_few_words_is_told() -> None:
    table = (
        "Shr 34 cts vs 19 cts\nNet profit 12.3 mln vs 9.8 mln\nRevenue 104 mln vs 98.1 mln\nYear"
    )
    assert detect(table).code == "en"


@pytest.mark.parametrize("code", ["ar", "fa", "ur", "en", "fr", "tr"])
def test_sentences_are_told_nearly_always(evaluation_data: Path, code: str) -> None:
    path = evaluation_data / "language" / "sentences" / f"{code}.txt"
    sentences = path.read_text("utf-8").splitlines()
    told = sum(1 for sentence in sentences if detect(sentence).code == code)
    assert told / len(sentences) >= 0.97
