"""Times as feeds and pages write them: read into aware UTC, or not at all.

Nothing here asks the machine for its month, zone or language: what a text leaves out stays unknown.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from pipeline.invisible import without_accents

FIRST_YEAR = 1990
"""News on the web is no older; earlier dates are a program's zero."""
_LONGEST = 100
_MONTHS = (
    "jan january januar januari janvier janv enero ene gennaio gen janeiro jänner janner styczen stycznia sty leden "
    "ledna ianuarie ian января январь янв січня січень січ ocak oca ιανουάριος ιανουαρίου ιαν január tammikuu "
    "tammikuuta gener",
    "feb february februar februari febr février fevrier févr fevr fév febrero febbraio fevereiro fev luty lutego lut "
    "únor února февраля февраль фев февр лютого лютий лют şubat şub φεβρουάριος φεβρουαρίου φεβ február februarie "
    "helmikuu helmikuuta febrer feber",
    "mar march märz maerz mär mrz maart mrt mars marzo março marco marzec marca březen března марта март мар березня "
    "березень бер mart μάρτιος μαρτίου μαρ március márc martie maaliskuu maaliskuuta març",
    "apr april avril avr abril abr aprile kwiecień kwietnia kwi duben dubna апреля апрель апр квітня квітень квіт "
    "nisan nis απρίλιος απριλίου απρ április ápr aprilie huhtikuu huhtikuuta",
    "may mai mei mayo maggio mag maio maj maja květen května мая май травня травень трав mayıs μάιος μαΐου μαϊ május "
    "máj toukokuu toukokuuta maig",
    "jun june juni juin junio giugno giu junho czerwiec czerwca cze červen června июня июнь июн червня червень черв "
    "haziran haz ιούνιος ιουνίου ιουν június jún iunie iun kesäkuu kesäkuuta juny",
    "jul july juli juillet juil julio luglio lug julho lipiec lipca lip červenec července июля июль июл липня липень "
    "лип temmuz tem ιούλιος ιουλίου ιουλ július júl iulie iul heinäkuu heinäkuuta juliol",
    "aug august augustus août aout agosto ago augusti sierpień sierpnia sie srpen srpna августа август авг серпня "
    "серпень серп ağustos ağu αύγουστος αυγούστου αυγ augusztus elokuu elokuuta agost agustus",
    "sep sept september septembre septiembre setiembre settembre set setembro wrzesień września wrz září zář сентября "
    "сентябрь сен сент вересня вересень вер eylül eyl σεπτέμβριος σεπτεμβρίου σεπ szeptember szept septembrie "
    "syyskuu syyskuuta setembre",
    "oct october oktober okt octobre octubre ottobre ott outubro out październik października paź říjen října октября "
    "октябрь окт жовтня жовтень жовт ekim eki οκτώβριος οκτωβρίου οκτ október octombrie lokakuu lokakuuta",
    "nov november novembre noviembre novembro nov listopad listopada lis ноября ноябрь ноя нояб листопада лист kasım "
    "kas νοέμβριος νοεμβρίου νοε noiembrie noi marraskuu marraskuuta",
    "dec december dezember dez décembre decembre déc diciembre dic dicembre dezembro grudzień grudnia gru prosinec "
    "prosince декабря декабрь дек грудня грудень груд aralık ara δεκέμβριος δεκεμβρίου δεκ decembrie joulukuu "
    "joulukuuta desember des desembre",
)
_HOURS = {
    "utc": 0, "gmt": 0, "ut": 0, "z": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "mez": 1, "met": 1, "wat": 1,
    "cest": 2, "mest": 2, "mesz": 2, "cedt": 2, "eet": 2, "cat": 2, "sast": 2, "eest": 3, "msk": 3, "eat": 3,
    "trt": 3, "idt": 3, "irst": 3.5, "gst": 4, "samt": 4, "pkt": 5, "yekt": 5, "uzt": 5, "ist": 5.5, "npt": 5.75,
    "omst": 6, "ict": 7, "wib": 7, "krat": 7, "hkt": 8, "sgt": 8, "pht": 8, "awst": 8, "wita": 8, "irkt": 8,
    "jst": 9, "kst": 9, "wit": 9, "yakt": 9, "acst": 9.5, "aest": 10, "vlat": 10, "acdt": 10.5, "aedt": 11,
    "magt": 11, "nzst": 12, "nzdt": 13, "azot": -1, "brt": -3, "art": -3, "clst": -3, "adt": -3, "nst": -3.5,
    "ndt": -2.5, "ast": -4, "clt": -4, "edt": -4, "hae": -4, "est": -5, "cdt": -5, "hne": -5, "pet": -5, "cot": -5,
    "cst": -6, "mdt": -6, "mst": -7, "pdt": -7, "pst": -8, "akdt": -8, "akst": -9, "hst": -10, "sst": -11,
}  # fmt: skip
"""Hours ahead of UTC. BST is Britain's and IST India's, as newsrooms use them; CST and its like are RFC 822's."""
_PLACES = {
    "et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles",
}  # fmt: skip
_AFTERNOON = {
    "pm": True,
    "am": False,
    "下午": True,
    "上午": False,
    "午後": True,
    "午前": False,
    "오후": True,
    "오전": False,
}
_SILENT = frozenset("uhr h hrs hr hours at um klo kl o'clock and".split())
"""Words behind a time that are no zone."""
_SHORT_DAYS = frozenset(
    "mon tue wed thu fri sat sun mo di mi do fr sa so lun mar mer jeu ven sam dim lu ma me je ve di".split()
)

_RFC = re.compile(
    r"(?:[A-Za-z]{3},? )?(\d{1,2}) ([A-Za-z]{3}) (\d{4}) (\d\d):(\d\d)(?::(\d\d))? (GMT|UTC|Z|[+-]\d{4})", re.ASCII
)
_CLOCK = re.compile(
    r"(?<![\d.])(?P<hour>\d{1,2})(?:\s?[:時시點点]\s?|(?<=\d)h(?=\d\d(?!\d)))(?P<minute>\d{2})"
    r"(?:\s?[:分분]\s?(?P<second>\d{2})(?:[.,]\d{1,9})?[秒초]?(?![\d:])|[分분])?",
)
_HOUR_ONLY = re.compile(r"(?<![\d:./-])(?P<hour>\d{1,2})\s?(?=[ap]\.?\s?m\b)", re.IGNORECASE)
_HALF = re.compile(r"(?<![a-z])([ap])\.?\s?m\b\.?|(上午|下午|午前|午後|오전|오후)", re.IGNORECASE)
_OFFSET = re.compile(r"(?:(?<![a-z])(?:gmt|utc)\s?)?([+-])\s?(\d{1,2})(?::?(\d{2}))?(?![\d:])", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:/[A-Za-z_]+){0,2}")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s?[-/.年년]\s?(\d{1,2})\s?[-/.月월]\s?(\d{1,2})(?!\d)\s?[日일]?")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?!\d)")
_NUMBER = re.compile(r"(?<![\d'’])['’]?(\d{1,4})(?!\d)")


def _plain(word: str) -> str:
    """A word without case and accents, as the table of months is read."""
    return without_accents(word.casefold()).replace("ı", "i")


_MONTH = {_plain(name): number for number, names in enumerate(_MONTHS, 1) for name in names.split()}


@lru_cache(maxsize=8192)
def parse_time(value: str) -> datetime | None:
    """A time in any layout people write, as aware UTC; None for what leaves day, month or year open, or makes no sense.

    Without a zone it is taken for UTC; with a zone nobody knows it is None, and so is a date like 04/03/2026, which
    may be in April or in March.
    """
    raw = value.strip()
    if not raw or len(raw) > _LONGEST:
        return None
    found = _RFC.fullmatch(raw)
    if found and (month := _MONTH.get(found[2].lower())):
        return _made((int(found[3]), month, int(found[1])), _clock(found[4], found[5], found[6]), _zone_of(found[7]))
    try:
        # Without a time only what is a whole date: Python reads 2026-03 as nothing, and 20260304 as a day.
        return plausible_time(datetime.fromisoformat(raw))
    except (ValueError, OverflowError):
        return _read(_ascii_digits(raw))


def plausible_time(moment: datetime) -> datetime | None:
    """A time as aware UTC, to the second; None where no article can be from."""
    try:
        aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    aware = aware.replace(microsecond=0)
    return aware if aware.year >= FIRST_YEAR else None


def _ascii_digits(text: str) -> str:
    """Digits of any script as 0 to 9, dashes as one, blanks as one, directions and colons as they look."""
    shown = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    plain = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in shown)
    return " ".join(re.sub("[−–—‐‑]", "-", plain).split())


def _clock(hour: str, minute: str, second: str | None) -> timedelta | None:
    hours, minutes, seconds = int(hour), int(minute), int(second or 0)
    if hours > 24 or minutes > 59 or seconds > 60 or (hours == 24 and (minutes or seconds)):
        return None
    return timedelta(hours=hours, minutes=minutes, seconds=min(seconds, 59))


def _zone_of(word: str) -> timezone | ZoneInfo | None:
    """A zone by its name, or by its offset from UTC; None for one nobody knows."""
    if word[0] in "+-":
        return _offset(word[0], word[1:3], word[3:])
    plain = word.lower()
    if plain in _HOURS:
        return timezone(timedelta(hours=_HOURS[plain]))
    name = _PLACES.get(plain, word if "/" in word else "")
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError):  # no such place, or a name that is none
        return None


def _offset(sign: str, hours: str, minutes: str | None) -> timezone | None:
    ahead = timedelta(hours=int(hours), minutes=int(minutes or 0))
    if ahead > timedelta(hours=14) or int(minutes or 0) > 59:
        return None
    return timezone(-ahead if sign == "-" else ahead)


def _made(
    day: tuple[int, int, int] | None, clock: timedelta | None, zone: timezone | ZoneInfo | None
) -> datetime | None:
    if day is None or clock is None or zone is None:
        return None
    try:
        # Counted on the wall's clock first: 24:00 is the next day, whatever the zone does that night.
        return plausible_time((datetime(*day, tzinfo=UTC) + clock).replace(tzinfo=zone))
    except (ValueError, OverflowError):
        return None


def _read(text: str) -> datetime | None:
    """The general way: time, then zone, are taken out of the text, and the rest is the day."""
    if re.fullmatch(r"\d{10}(?:\.\d{1,6})?|\d{13}", text):
        seconds = float(text) / (1000 if len(text) == 13 and "." not in text else 1)
        return plausible_time(datetime.fromtimestamp(seconds, UTC))
    # A T between date and time, and a Z behind it, stand without blanks.
    text = re.sub(r"(?<=\d)T(?=\d)", " ", text)
    clock: timedelta | None = timedelta(0)
    zone: timezone | ZoneInfo | None = UTC
    before, after = text, ""
    found = _CLOCK.search(text) or _HOUR_ONLY.search(text)
    if found:
        said = found.groupdict()
        clock = _clock(said["hour"], said.get("minute") or "0", said.get("second"))
        before, after = text[: found.start()], text[found.end() :]
        if half := _HALF.match(after.lstrip()) or _HALF.search(before):
            word = (half[1] + "m").lower() if half[1] else half[2]
            if clock is None or not timedelta(0) <= clock < timedelta(hours=13):
                return None
            clock = clock % timedelta(hours=12) + timedelta(hours=12 * _AFTERNOON[word])
            if half.string is before:
                before = before[: half.start()] + " " + before[half.end() :]
            else:
                after = after.lstrip()[half.end() :]
        zone, after = _zone_behind(after)
    rest = f"{before} {after}"
    return _made(_day_of(rest), clock, zone)


def _zone_behind(after: str) -> tuple[timezone | ZoneInfo | None, str]:
    """The zone behind a time, and what is left of the text; UTC where there is none, None where nobody knows it."""
    if (offset := _OFFSET.search(after)) and not re.search(r"\d", after[: offset.start()]):
        # A year may follow, and a name of the same zone in brackets.
        year = re.search(r"(?<!\d)\d{4}(?!\d)", after[offset.end() :])
        return _offset(offset[1], offset[2], offset[3]), f" {year[0]}" if year else ""
    zone: timezone | ZoneInfo | None = UTC
    for word in _WORD.findall(after):
        plain = _plain(word)
        if plain in _MONTH or plain in _SILENT or _is_weekday(plain):
            continue
        zone = _zone_of(word)
        after = after.replace(word, " ", 1)
        break
    return zone, after


def _is_weekday(plain: str) -> bool:
    # Names of days end alike in many languages; short ones are listed.
    return plain in _SHORT_DAYS or plain.endswith(("day", "tag", "di", "dag"))


def _day_of(text: str) -> tuple[int, int, int] | None:
    """Year, month and day; None where one of them is not said, or could be another."""
    if found := _YEAR_FIRST.search(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _YEAR_LAST.search(text):
        first, second, year = int(found[1]), int(found[3]), _full_year(found[4])
        if found[2] == "." or first > 12 or first == second:
            return year, second, first
        return (year, first, second) if second > 12 else None
    named = [(m, _MONTH[plain]) for m in re.finditer(r"[^\W\d_]+", text) if (plain := _plain(m[0])) in _MONTH]
    if len(named) > 1:
        # "mar. 4 mars": a short day's name that is a month's name elsewhere.
        named = [one for one in named if _plain(one[0][0]) not in _SHORT_DAYS] or named
    numbers = [n[1] for n in _NUMBER.finditer(text)]
    if len({month for _, month in named}) != 1 or len(numbers) != 2:
        return None
    month = named[0][1]
    one, other = numbers
    if len(one) >= 3:
        return int(one), month, int(other)
    return _full_year(other), month, int(one)


def _full_year(year: str) -> int:
    """Two digits are of this century up to 68, as RFC 2822 and POSIX read them."""
    number = int(year)
    return number if len(year) > 2 else number + (2000 if number < 69 else 1900)
