"""Invented stories and how a stream of them is decided, for the tests of dedup."""

from collections.abc import Iterable, Iterator

from pipeline.dedup import judge
from pipeline.entry import Entry
from pipeline.outcome import Event
from pipeline.window import Window

PORT = """The port of Basra reopened to large tankers on Tuesday after two weeks of dredging, the
transport minister said. Work had begun when a survey found that silt had narrowed the outer
channel by a third. Four vessels waited at anchor through the closure and the first of them docked
before noon. The harbour master told reporters that pilots would guide every ship until new buoys
are in place next month. Shipping agents in the city said that freight rates had risen during the
closure but expected them to ease within days. The ministry plans a second round of dredging in
autumn, when the river runs low, and has asked three companies for offers. Fishermen welcomed the
reopening because patrol boats had kept them from the best grounds off the coast."""
PORT_AR = """أعلنت وزارة النقل أن ميناء البصرة أعاد فتح أبوابه أمام ناقلات النفط الكبيرة يوم
الثلاثاء بعد أسبوعين من أعمال الحفر في القناة الخارجية. وكانت فرق المسح قد وجدت أن
الطمي ضيّق الممر الملاحي بمقدار الثلث، فأُوقفت حركة السفن حفاظاً على سلامتها. وقال
مدير الميناء للصحفيين إن المرشدين سيرافقون كل سفينة حتى تُثبّت العوامات الجديدة في
الشهر المقبل. وذكر وكلاء الشحن في المدينة أن الأجور ارتفعت خلال فترة الإغلاق لكنهم
يتوقعون تراجعها في غضون أيام قليلة. وتعتزم الوزارة تنفيذ مرحلة ثانية من الحفر في فصل
الخريف عندما ينخفض منسوب النهر، وقد طلبت عروضاً من ثلاث شركات. ورحّب الصيادون
بالقرار لأن زوارق الدوريات كانت تمنعهم من الوصول إلى أفضل مناطق الصيد قبالة الساحل."""
COURT = """Judges at the appeals court in Nairobi ruled on Friday that the city must publish the
contracts for its new bus lanes. A residents' group had asked for the papers two years ago and was
refused on grounds of commercial secrecy. The court found no harm in showing prices once a bidding
round is over and gave the county forty days to comply. A spokesman for the county said its lawyers
were reading the judgment and would decide whether to take the matter further."""
DIVIDEND = "Quarterly dividend 12 cents against 12 cents. Payable April 15. Record March 31."
RATES = """The central bank said it lent {} million to commercial banks at its weekly auction on
Wednesday at a rate of 5.25 per cent. Bids came to {} million from {} banks, it said in a
statement. The bank has set the next auction for the same hour a week from now."""
SPEECH = "The foreign minister arrived in Amman and was received by the prime minister."
CUT = " ".join(PORT.split()[:40])
CORRECTED = PORT.replace("Four vessels", "Five vessels")
URL = "https://www.example.org/news/port-reopens"


def story(uid: str = "north:1", text: str = PORT, hours: float = 0, **fields: object) -> Event:
    day, hour = divmod(hours, 24)
    minutes = round(hour * 60)
    return {
        "uid": uid,
        "id": uid.partition(":")[2],
        "source": uid.partition(":")[0],
        "title": "Port of Basra reopens to tankers",
        "text": text,
        "language": {"code": "en", "confidence": 1.0},
        "published_at": f"2026-02-{int(day) + 1:02}T{minutes // 60:02}:{minutes % 60:02}:00Z",
        **fields,
    }


def decided(*events: Event) -> list[Entry]:
    """Return the decisions about a stream of events, over one window."""
    return list(decisions(events, Window(72, 1000)))


def decisions(events: Iterable[Event], window: Window, first: int = 0) -> Iterator[Entry]:
    for place, event in enumerate(events, first):
        entry = judge(event, window, place)
        window.apply(entry)
        yield entry


def last(*events: Event) -> tuple[str, str | None]:
    """Return the verdict about the last of some events, and the uid that it names."""
    entry = decided(*events)[-1]
    return entry.verdict, entry.of
