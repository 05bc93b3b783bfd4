"""Invented items of the kinds that a newsroom writes by template: a title and a text with slots.

Each kind has items that are different stories; `EVENING` has sections that come with one title
again and again.
"""

from typing import NamedTuple


class Kind(NamedTuple):
    """A template and what its items put into it, in order: first the title's slots."""

    title: str
    text: str
    items: tuple[tuple[str, ...], ...]

    def story(self, number: int) -> tuple[str, str]:
        """Return title and text of one of the items."""
        slots = self.items[number]
        first = self.title.count("{}")
        return self.title.format(*slots[:first]), self.text.format(*slots[first:])


DIVIDEND = Kind(
    "{} sets quarterly dividend",
    "Quarterly dividend {} cents against {} cents before. Payable {}. Record {}.",
    (
        ("Northern Mills", "12", "12", "April 15", "March 31"),
        ("Delta Foods", "31.5", "30", "April 15", "March 31"),
        ("Harbour Steel", "8", "8", "April 20", "April 1"),
    ),
)
SHIPS = Kind(
    "{} ships wait at {}",
    "{} vessels were at anchor off {} this morning, the port authority said. {} of them are to load"
    " grain, {} carry fuel oil and the others general cargo. The average wait for a berth was {}"
    " days. Pilots expect {} sailings before the tide turns, it said in its daily notice.",
    (
        ("39", "Matarani", "Thirty-nine", "Matarani", "17", "6", "4.5", "nine"),
        ("22", "Mombasa", "Twenty-two", "Mombasa", "5", "11", "3", "seven"),
        ("14", "Chittagong", "Fourteen", "Chittagong", "8", "2", "6.5", "three"),
    ),
)
RATES = Kind(
    "Dinar at {} to the dollar",
    "The central bank set the dinar at {} to the dollar against {} yesterday, at {} to the euro"
    " against {} and at {} to the pound against {}. Dealers said that turnover was {} million"
    " dollars in a quiet market.",
    (
        ("3.12", "3.1210", "3.1180", "3.3950", "3.3870", "3.9420", "3.9330", "42"),
        ("3.14", "3.1405", "3.1210", "3.4120", "3.3950", "3.9610", "3.9420", "57"),
    ),
)
SHARES = Kind(
    "{} shares close {}",
    "The general index of the {} exchange closed at {} points, {} per cent {}. {} shares worth {}"
    " million changed hands. {} led the gainers at {}; {} led the losers at {}. Of {} companies"
    " traded {} rose and {} fell.",
    (
        ("Amman", "higher", "Amman", "2,118.4", "0.6", "higher", "4.1 million", "5.2",
         "Jordan Salt", "1.84", "Petra Glass", "0.92", "112", "51", "37"),
        ("Muscat", "lower", "Muscat", "4,607.9", "1.1", "lower", "9.7 million", "3.8",
         "Gulf Cement", "0.41", "Sur Fisheries", "0.17", "63", "18", "40"),
    ),
)  # fmt: skip
BOND = Kind(
    "{} issues {} million dollar bond",
    "{} is issuing a {} million dollar bond due {} paying {} per cent and priced at {}, lead"
    " manager {} said. The bond is available in denominations of {} dollars and will be listed in"
    " Luxembourg. The selling concession is {} per cent while management and underwriting together"
    " pay {} per cent. The payment date is {}.",
    (
        ("Aqaba Ports", "100", "Aqaba Ports", "100", "April 2033", "7.25", "101.125", "Delta Bank",
         "5,000", "1.25", "0.625", "April 15"),
        ("Nordic Ferries", "125", "Nordic Ferries", "125", "May 2036", "8.125", "101.5",
         "Harbour Bank", "1,000", "1.375", "0.75", "April 7"),
    ),
)  # fmt: skip
FIXTURES_AR = Kind(
    "الرابطة الأولى: {} يستضيف {}",
    "تقام عصر {} مباريات الجولة {} من بطولة الرابطة الأولى لكرة القدم وفق البرنامج التالي:"
    " {} ضد {} في ملعب {} بإدارة الحكم {}، و{} ضد {} في ملعب {} بإدارة الحكم {}.",
    (
        ("نجم الساحل", "اتحاد الميناء", "السبت", "السابعة", "نجم الساحل", "اتحاد الميناء", "المرفأ",
         "الأول", "هلال التل", "أمل الضفة", "التل", "الثاني"),
        ("شباب الجبل", "ترجي الوادي", "الأحد", "الثامنة", "شباب الجبل", "ترجي الوادي", "الجبل",
         "الثالث", "وحدة السهل", "مستقبل القلعة", "السهل", "الرابع"),
    ),
)  # fmt: skip
RATES_AR = Kind(
    "الدينار عند {} للدولار",
    "حدد البنك المركزي سعر الدينار عند {} للدولار مقابل {} أمس، وعند {} لليورو مقابل {}، وعند {}"
    " للجنيه مقابل {}. وقال متعاملون إن حجم التداول بلغ {} مليون دولار في سوق هادئة.",
    (
        ("3.12", "3.1210", "3.1180", "3.3950", "3.3870", "3.9420", "3.9330", "42"),
        ("3.14", "3.1405", "3.1210", "3.4120", "3.3950", "3.9610", "3.9420", "57"),
    ),
)
KINDS = {
    "dividends": DIVIDEND,
    "ships waiting": SHIPS,
    "exchange rates": RATES,
    "market tables": SHARES,
    "bonds": BOND,
    "Arabic fixtures": FIXTURES_AR,
    "Arabic exchange rates": RATES_AR,
}

WEATHER = Kind(
    "Weather for the coast today",
    "Skies will be {} over the coast with {}. Winds will blow from the {} at {} to {} kilometres an"
    " hour, and the sea will be {}. Temperatures will reach {} degrees in the north, {} on the"
    " plateau and {} in the south. Visibility is {} kilometres.",
    (
        ("partly cloudy", "light rain in the evening", "north west", "15", "30", "slight", "17",
         "14", "23", "9"),
        ("clear", "fog in the valleys at dawn", "east", "25", "45", "rough", "21", "18", "28", "3"),
    ),
)  # fmt: skip
WEATHER_AR = Kind(
    "حالة الطقس اليوم على الساحل",
    "يكون الطقس {} على الساحل مع {}. وتهب الريح من القطاع {} بسرعة من {} إلى {} كيلومترا في الساعة"
    " ويكون البحر {}. وتصل الحرارة إلى {} درجة في الشمال و{} في الهضاب و{} في الجنوب.",
    (
        ("غائما جزئيا", "أمطار خفيفة مساء", "الشمالي الغربي", "15", "30", "قليل الاضطراب", "17",
         "14", "23"),
        ("صافيا", "ضباب محلي فجرا", "الشرقي", "25", "45", "مضطربا", "21", "18", "28"),
    ),
)  # fmt: skip
EVENING = {"weather": WEATHER, "Arabic weather": WEATHER_AR}
