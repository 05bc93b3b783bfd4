"""How one name is spelled, and when a family name can stand alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.folding import fold
from pipeline.spellings import MOST_SPELLINGS, family_of, spellings


@pytest.mark.parametrize(
    ("form", "other"),
    [
        ("Bashar al-Assad", "Bashar el-Assad"),
        ("Bashar al-Assad", "Bashar Assad"),
        ("Mohammed Salah", "Muhammad Salah"),
        ("Ahmed Qasem", "Ahmad Kassem"),
        ("Abdel Fattah el-Sisi", "Abdul Fattah al-Sisi"),
        ("Abdel Fattah el-Sisi", "Abdelfattah Sisi"),
        ("Abdulaziz bin Salman", "Abdel Aziz bin Salman"),
        ("Sergei Lavrov", "Sergey Lavrov"),
        ("George H. W. Bush", "George H.W. Bush"),
        ("George H. W. Bush", "George HW Bush"),
        ("عبد الفتاح السيسي", "عبدالفتاح السيسي"),
        ("عبدالعزيز بوتفليقة", "عبد العزيز بوتفليقة"),
        ("حسن نصر الله", "حسن نصرالله"),
        ("أبو بكر البغدادي", "أبوبكر البغدادي"),
    ],
)
def test_a_person_is_found_in_other_spellings(form: str, other: str) -> None:
    assert fold(other) in map(fold, spellings(form, person=True))


def test_a_hard_g_is_written_in_two_ways_in_arabic() -> None:
    assert "رونالد ريجان" in spellings("رونالد ريغان", person=True, english="Ronald Reagan")
    assert spellings("راشد الغنوشي", person=True, english="Rached Ghannouchi") == ("راشد الغنوشي",)


def test_the_article_of_an_organisation_is_not_left_out() -> None:
    assert "Ahrar Sham" not in spellings("Ahrar al-Sham", person=False)
    assert "Ahrar el Sham" in spellings("Ahrar al-Sham", person=False)


@pytest.mark.parametrize("form", ["Al Gore", "El País", "Abdullah", "NATO", "عبد", "الله"])
def test_what_only_looks_like_a_part_is_left_alone(form: str) -> None:
    others = {fold(other) for other in spellings(form, person=True)} - {fold(form)}
    assert others <= {"abdallah", "abdulla"}


@pytest.mark.parametrize(
    ("name", "alone"),
    [
        ("Mustafa al-Kadhimi", ("al-Kadhimi", "el-Kadhimi", "Kadhimi")),
        ("Ursula von der Leyen", ("von der Leyen",)),
        ("Hubert Védrine", ("Védrine",)),
        ("مصطفى الكاظمي", ("الكاظمي",)),
        ("إيتمار بن غفير", ("بن غفير",)),
        # Nobody is known by these alone
        ("Theresa May", ()),
        ("Saddam Hussein", ()),
        ("Pope Benedict XVI", ()),
        ("Macky Sall Jr.", ()),
        ("Lee Kuan Yew", ()),
        ("Suharto", ()),
        ("", ()),
        ("يوسف الشاهد", ()),
        ("محمد علي", ()),
        ("محمد السادس", ()),
    ],
)
def test_a_family_name_stands_alone_where_it_is_one(name: str, alone: tuple[str, ...]) -> None:
    assert family_of(name) == alone


PARTS = st.sampled_from([
    "al", "el", "al-", "Abdel", "Abdul", "Mohammed", "Yousef", "bin", "H.", "W.", "Assad", "Iran",
    "عبد", "العزيز", "أبو", "الله", "غزالي", "-", "  ", "é", "😀", ".",
])  # fmt: skip


FORMS = st.one_of(st.text(max_size=40), st.lists(PARTS, max_size=30).map(" ".join))


@given(form=FORMS, person=st.booleans())
def test_spellings_are_few_and_begin_with_the_form(form: str, *, person: bool) -> None:
    ways = spellings(form, person=person, english="Gogol")
    assert ways[0] == form
    assert len(ways) == len(set(ways)) <= MOST_SPELLINGS
    assert ways == spellings(form, person=person, english="Gogol")
    assert all(alone.strip() for alone in family_of(form))


def test_a_long_name_costs_no_more_than_its_spellings() -> None:
    """All products of forty names would not end within the time limit of a test."""
    assert len(spellings("Mohammed al-Ahmed " * 40, person=True)) == MOST_SPELLINGS
