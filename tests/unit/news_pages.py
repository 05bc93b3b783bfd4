"""Pages as content management systems of newsrooms write them, with what is story in them.

Written for barq: places and sentences are invented, the structures are those of real systems.
"""

from dataclasses import dataclass

PORT = (
    "قالت هيئة الموانئ يوم الاثنين إن الرصيف الشمالي سيفتح أمام السفن من جديد بعد إصلاحه.",
    "واستغرقت أعمال الإصلاح بعد العاصفة أحد عشر يوما، أي أقل بيومين مما كان مقررا لها.",
    "وأضافت الهيئة أن ثلاث سفن تنتظر في عرض البحر، وأن أولاها ستدخل الميناء صباح الثلاثاء.",
    "ويعمل في الميناء نحو ألفي عامل، وتمر عبره نصف واردات البلاد من القمح والوقود.",
)
"""Paragraphs of an Arabic story."""
OTHER = (
    "افتتحت وزارة الصحة عيادة جديدة في القرية الشرقية تضم ستين سريرا وتخدم أربع قرى مجاورة.",
    "أعلنت البلدية إغلاق الجسر القديم أمام الشاحنات حتى نهاية الشهر بسبب أعمال الصيانة.",
    "ارتفعت أسعار الخضار في السوق المركزي بعد موجة البرد التي ضربت المزارع الأسبوع الماضي.",
)
"""Summaries of other Arabic stories."""
CLINIC_FA = (
    "وزارت بهداشت روز یکشنبه اعلام کرد که درمانگاه تازه‌ای در روستای شرقی گشایش یافته است.",
    "این درمانگاه شصت تخت دارد و به مردم چهار روستای پیرامون خدمات درمانی ارائه می‌دهد.",
    "به گفته این وزارتخانه، ساخت درمانگاه دو سال به درازا کشید و هزینه آن را استان پرداخته است.",
)
BRIDGE_RU = (
    "Городские власти в понедельник закрыли старый мост для грузовиков до конца месяца.",
    "Ремонт опор займёт три недели, сообщили в управлении дорог, объезд проложат по набережной.",
    "Мост построен шестьдесят лет назад и в последний раз ремонтировался после паводка.",
)
HEADLINE = "الرصيف الشمالي يفتح أمام السفن"


@dataclass(frozen=True, slots=True)
class NewsPage:
    """A page, the paragraphs of its story, and what must not be in its text."""

    name: str
    html: str
    story: tuple[str, ...]
    absent: tuple[str, ...] = ()


def paragraphs(texts: tuple[str, ...], tag: str = "p") -> str:
    """Return the texts as elements."""
    return "\n".join(f"<{tag}>{text}</{tag}>" for text in texts)


def page(body: str, head: str = "", language: str = "ar") -> str:
    """Return a page with a navigation and a footer around what is given."""
    links = "".join(f'<li><a href="/{n}">قسم الأخبار {n}</a></li>' for n in range(12))
    return (
        f'<!doctype html><html lang="{language}" dir="rtl"><head><meta charset="utf-8">'
        f"<title>{HEADLINE} | مكتب الميناء</title>{head}</head><body>"
        f'<header class="site-header"><nav><ul>{links}</ul></nav></header>{body}'
        f'<footer class="site-footer"><p>جميع الحقوق محفوظة لمكتب الميناء، ولا يجوز نشر أي من '
        f"محتويات هذا الموقع دون إذن مكتوب.</p></footer></body></html>"
    )


CAPTION = "صورة من الأرشيف لسفينة راسية في الميناء القديم قبل العاصفة، التقطت العام الماضي."
COMMENT = "خبر جيد، لكن الطريق إلى الميناء ما زالت في حال سيئة ولم يصلحها أحد منذ سنوات طويلة."
COOKIES = "نستخدم ملفات تعريف الارتباط لتحسين تجربتكم في الموقع، وباستمراركم توافقون على ذلك."

PAGES = [
    NewsPage(
        "figure, share buttons and a read-also block inside the body",
        page(
            f"""<article><header><h1>{HEADLINE}</h1><time datetime="2026-02-02T08:00:00+03:00">
            2 فبراير</time></header><figure><img src="a.jpg"><figcaption>{CAPTION}</figcaption>
            </figure><div class="entry-content">{paragraphs(PORT[:2])}
            <div class="share-buttons"><a href="#">فيسبوك</a> <a href="#">تويتر</a></div>
            <div class="related-inline"><h3>اقرأ أيضا</h3><ul><li><a href="/1">{OTHER[0]}</a></li>
            </ul></div>{paragraphs(PORT[2:])}</div></article>"""
        ),
        PORT,
        (HEADLINE, CAPTION, OTHER[0], "فيسبوك", "اقرأ أيضا", "2 فبراير"),
    ),
    NewsPage(
        "paragraphs set apart by line breaks, no p at all",
        page(
            f"""<div id="main"><div class="news_title"><h1>{HEADLINE}</h1></div>
            <div class="news_text">{"<br><br>".join(PORT)}</div>
            <div class="news_list">{
                "".join(f'<div><a href="/{n}">{t}</a></div>' for n, t in enumerate(OTHER))
            }</div></div>"""
        ),
        PORT,
        (HEADLINE, *OTHER),
    ),
    NewsPage(
        "a div for each paragraph, advertisements between them",
        page(
            f"""<main><h1>{HEADLINE}</h1>{
                '<div class="ad-slot">إعلان</div>'.join(
                    f'<div class="paragraph"><div>{text}</div></div>' for text in PORT
                )
            }</main>"""
        ),
        PORT,
        (HEADLINE, "إعلان"),
    ),
    NewsPage(
        "a layout of tables",
        page(
            f"""<table><tr><td width="150">{
                "<br>".join(f'<a href="/{n}">رابط {n}</a>' for n in range(20))
            }</td><td><font size="5"><b>{HEADLINE}</b></font><br>{paragraphs(PORT)}
            </td></tr></table>"""
        ),
        PORT,
        ("رابط 3",),
    ),
    NewsPage(
        "a table of figures inside the story",
        page(
            f"""<article><h1>{HEADLINE}</h1>{paragraphs(PORT[:3])}<table><tr><th>الشهر</th>
            <th>السفن</th></tr><tr><td>يناير</td><td>41</td></tr></table>{paragraphs(PORT[3:])}
            </article>"""
        ),
        (*PORT, "يناير", "41"),
        (HEADLINE,),
    ),
    NewsPage(
        "a running story, newest post first",
        page(
            f"""<main><h1>{HEADLINE}: تغطية مستمرة</h1><div class="live">{
                "".join(
                    f'<article><time datetime="2026-02-02T0{n}:00:00Z">0{n}:00</time><p>{text}</p>'
                    f"</article>"
                    for n, text in enumerate(PORT)
                )
            }</div></main>"""
        ),
        PORT,
    ),
    NewsPage(
        "the body once more in a hidden copy",
        page(
            f"""<article><h1>{HEADLINE}</h1><div class="body">{paragraphs(PORT)}</div></article>
            <div class="amp-copy" style="display: none">{paragraphs(PORT)}</div>"""
        ),
        PORT,
    ),
    NewsPage(
        "a cookie banner, comments longer than the story, teasers of other stories",
        page(
            f"""<div class="cookie-consent"><p>{COOKIES}</p></div><div class="content">
            <h1>{HEADLINE}</h1><div class="text">{paragraphs(PORT)}</div></div>
            <section id="comments"><h2>التعليقات</h2>{paragraphs((COMMENT,) * 12)}</section>
            <section class="more-stories">{
                "".join(
                    f'<article><h3><a href="/{n}">قصة {n}</a></h3><p>{text}</p></article>'
                    for n, text in enumerate(OTHER)
                )
            }</section>"""
        ),
        PORT,
        (COOKIES, COMMENT, *OTHER),
    ),
    NewsPage(
        "the body only in JSON-LD: the page is drawn by scripts",
        page(
            '<div id="root"></div>',
            head='<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{'
            f'"@type":"NewsArticle","headline":"{HEADLINE}","articleBody":"'
            + "\\n".join(PORT)
            + '"}]}</script>',
        ),
        PORT,
    ),
    NewsPage(
        "Persian: a lead in its own element, tags and a short link behind the body",
        page(
            f"""<div class="item"><div class="item-summary"><p class="lead">{CLINIC_FA[0]}</p></div>
            <div class="item-body">{paragraphs(CLINIC_FA[1:])}</div>
            <div class="item-tags"><a href="/t/1">بهداشت</a> <a href="/t/2">روستا</a></div>
            <div class="short-link"><input value="https://example.org/n/17"></div></div>""",
            language="fa",
        ),
        CLINIC_FA,
        ("example.org",),
    ),
    NewsPage(
        "Russian: a list of links in the body, the next stories below",
        page(
            f"""<div class="article"><h1>Мост закрыт</h1><div class="article__text">
            {paragraphs(BRIDGE_RU[:2])}<p>Читайте также:</p><ul><li><a href="/1">Паводок</a></li>
            <li><a href="/2">Набережная</a></li></ul>{paragraphs(BRIDGE_RU[2:])}</div></div>
            <div class="feed">{
                "".join(f'<div><a href="/{n}">Новость дня {n}</a></div>' for n in range(30))
            }</div>""",
            language="ru",
        ),
        BRIDGE_RU,
        ("Набережная", "Новость дня", "Читайте также"),
    ),
]
