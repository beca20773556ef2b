"""What an author likely meant by a value that does not fit its type, and how it is written."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from decimal import Decimal

from safescore.patterns import pattern
from safescore.period import parse_day, parse_moment
from safescore.words import Text, listed, plain, same

_WIDE = str.maketrans(
    {**{chr(0xFF01 + place): chr(0x21 + place) for place in range(94)}, "\u3000": " ", "。": ".", "％": "%"}
)
_DAY = pattern(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*[日号]?")
_RUN = pattern(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_MONTH = pattern(r"[0-9]{4}\s*(?:[-/.年]\s*[0-9]{1,2}\s*月?|年)?")
_MINUTE = pattern(r"\s*T?\s*([0-9]{1,2})\s*[:时点]\s*([0-9]{1,2})\s*分?(?:[:]?[0-9]{1,2}(?:\.[0-9]+)?秒?)?")
_FIGURE = pattern(r"-?[0-9]+(?:\.[0-9]+)?")
_GROUPED = pattern(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_YES = frozenset({"是", "有", "对", "已", "真", "√", "yes", "y", "on", "true", "t", "已完成", "已落实", "完成"})
_NO = frozenset({"否", "无", "没有", "不", "未", "假", "×", "no", "n", "off", "false", "f", "未完成", "未落实"})
_NOTHING = frozenset({"无", "没有", "未", "尚未", "暂无", "未发生", "-", "--", "—", "/", "n/a", "na", "nil", "no"})
_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_TENS = {"十": 10, "百": 100, "千": 1000}

DAY_WRITTEN = Text(zh="按2022-09-30格式书写的日期", en="a day written as 2022-09-30")
DAY_THAT_EXISTS = Text(zh="实有的日期", en="a day that exists")


def narrow(text: str) -> str:
    """Return a text with full-width letters, digits and signs as ASCII."""
    return text.translate(_WIDE).strip()


def chinese_number(text: str) -> int | None:
    """Return the whole number that Chinese numerals below ten thousand write, or None."""
    total, digit = 0, None
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _TENS:
            total += (1 if digit is None else digit) * _TENS[char]
            digit = None
        else:
            return None
    return total + (digit or 0) if text else None


def _write(written: object) -> Text:
    return Text(zh=f"写成{written}", en=f"write {written}")


def of_flag(raw: object) -> Text | None:
    """Return how an answer yes or no is written."""
    if isinstance(raw, str):
        word = narrow(raw).lower()
        if word in ("true", "false"):
            return Text(zh=f"去掉引号，写{word}", en=f"write {word}, without quotes")
        if word in _YES:
            return Text(zh="是写true", en="write true")
        if word in _NO:
            return Text(zh="否写false", en="write false")
        if word == "none":
            return Text(zh="否写false；不清楚的留空", en="write false, or leave it blank where it is not known")
    if raw in (0, 1):
        return Text(zh="写true或false", en="write true or false")
    return None


def of_number(raw: object, *, whole: bool) -> Text | None:
    """Return how a figure is written."""
    if isinstance(raw, bool):
        return Text(zh="问的是多少，请填数字", en="how many or how much is asked: give a figure")
    if isinstance(raw, (int, Decimal)):
        if isinstance(raw, Decimal) and not raw.is_finite():
            return None
        if raw < 0:
            return Text(zh="不能是负数", en="it can't be less than 0")
        if whole and isinstance(raw, Decimal):
            if raw == int(raw):
                return _write(int(raw))
            return Text(zh="请填整数本身，不填比例", en="give the whole number itself, not a share of it")
        return Text(zh="核对位数和计量单位", en="look at the digits again, and at the unit")
    return _figure(raw, whole=whole) if isinstance(raw, str) else None


def _figure(raw: str, *, whole: bool) -> Text | None:
    text = narrow(raw)
    if text != raw.strip() and _FIGURE.fullmatch(text):
        return Text(zh=f"用半角数字书写：{text}", en=f"write it with ASCII digits: {text}")
    if "%" in text:
        return Text(zh="请填数量本身，不填百分比", en="give the number itself, not a percentage")
    if text.lower() in _NOTHING or not text:
        return Text(zh="没有的写0；不清楚的留空", en="write 0 for none; leave it blank where it is not known")
    if _FIGURE.fullmatch(text) and not (whole and "." in text) and not text.startswith("-"):
        return Text(zh=f"去掉引号，写{text}", en=f"write {text}, without quotes")
    ungrouped = text.replace(",", "")
    if _GROUPED.fullmatch(text):
        return _write(ungrouped)
    if re.search("[0-9][十百千万亿]", text):
        return Text(zh="写出全部数字，不写万、亿等", en="write all digits, without words such as 万")
    found = [] if re.search("[A-Za-z]", text) else _FIGURE.findall(ungrouped)
    if len(found) == 1 and not found[0].startswith("-") and not (whole and "." in found[0]):
        return Text(zh=f"只写数字：{found[0]}", en=f"write the figure alone: {found[0]}")
    number = chinese_number(text)
    return None if number is None else _write(number)


def of_percentage(raw: object) -> Text:
    """Return how a share is written."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        raw = Decimal(raw)
    if isinstance(raw, Decimal) and raw.is_finite() and 0 <= raw <= 100:
        points = raw * 100 if 0 < raw < 1 else raw
        shown = plain(points)
        return Text(zh=f"写上百分号：{shown}%", en=f"write the unit: {shown}%")
    text = narrow(raw) if isinstance(raw, str) else ""
    if text != raw and re.fullmatch(r"[0-9]+(?:\.[0-9]+)?\s*%", text):
        return _write(text.replace(" ", ""))
    return Text(zh="写上百分号：70%", en="write the unit: 70%")


def of_day(raw: object) -> tuple[Text, Text | None]:
    """Return what was expected of a day, and how it is written: a slip of the pen is told from a day that is none."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        raw = str(raw)
    if not isinstance(raw, str):
        return DAY_WRITTEN, None
    text = narrow(raw)
    if text.lower() in _NOTHING:
        return DAY_WRITTEN, Text(
            zh="没有发生的写none；不清楚的留空",
            en="write none where there is none; leave it blank where it is not known",
        )
    found = _DAY.match(text) or _RUN.match(text)
    if found is None:
        if _MONTH.fullmatch(text):
            return DAY_WRITTEN, Text(zh="写到日", en="give the day too")
        return DAY_WRITTEN, None
    year, month, day = map(int, found.groups())
    written = f"{year:04}-{month:02}-{day:02}"
    if parse_day(written) is None:
        return DAY_THAT_EXISTS, _no_such_day(year, month)
    behind = text[found.end() :]
    if behind and not _MINUTE.fullmatch(behind):
        return DAY_WRITTEN, None
    if behind:
        return DAY_WRITTEN, Text(zh=f"只写日期：{written}", en=f"write the day alone: {written}")
    return DAY_WRITTEN, _write(written)


def _no_such_day(year: int, month: int) -> Text:
    if not 1 <= month <= 12:
        return Text(zh=f"没有{month}月", en=f"there is no month {month}")
    if year < 1:
        return Text(zh="没有公元0年", en="there is no year 0")
    last = monthrange(year, month)[1]
    return Text(zh=f"{year}年{month}月只有{last}天", en=f"{year}-{month:02} has {last} days")


def of_moment(raw: object) -> Text | None:
    """Return how a day and a minute are written."""
    if not isinstance(raw, str):
        return None
    text = narrow(raw)
    found = _DAY.match(text) or _RUN.match(text)
    if found is None:
        return None
    year, month, day = map(int, found.groups())
    written = f"{year:04}-{month:02}-{day:02}"
    if parse_day(written) is None:
        return _no_such_day(year, month)
    behind = text[found.end() :]
    if not behind.strip():
        return Text(zh=f"写到分：{written} 08:30", en=f"give the minute too, as {written} 08:30")
    minute = _MINUTE.fullmatch(behind)
    if minute is None:
        return None
    moment = f"{written} {int(minute[1]):02}:{int(minute[2]):02}"
    if parse_moment(moment) is None:
        return Text(zh="时刻从00:00到23:59", en="the minutes of a day run from 00:00 to 23:59")
    return _write(moment)


def of_text(raw: object) -> Text | None:
    """Return how a text is written."""
    if isinstance(raw, (int, Decimal)) and not isinstance(raw, bool):
        return Text(zh=f'加上引号："{raw}"', en=f'put it in quotes: "{raw}"')
    if isinstance(raw, str):
        return Text(zh="填写内容；不清楚的整项留空", en="write what it is, or leave it blank without quotes")
    return None


def by_label(raw: object, options: Mapping[str, Text]) -> Text | None:
    """Return the option whose label was written instead of its name."""
    word = narrow(raw).lower() if isinstance(raw, str) else ""
    for name, label in options.items():
        if word and word in (label.zh, label.en.lower()):
            return _write(name)
    return None


def of_choices(raw: object, options: Mapping[str, Text]) -> Text | None:
    """Return how a set of options is written."""
    if not isinstance(raw, str):
        return None
    words = [word.strip() for word in re.split(r"[,，、;；\s]+", raw) if word.strip()]
    if not words or any(word not in options for word in words):
        return Text(zh="写成列表：[选项, …]", en="write a list: [OPTION, …]")
    return _write(f"[{', '.join(words)}]")


def of_dates(raw: object) -> Text | None:
    """Return how a list of days is written."""
    if isinstance(raw, str) and parse_day(raw) is not None:
        return _write(f"[{raw}]")
    return None


def either(options: Mapping[str, Text]) -> Text:
    """Return the options as what was expected, each with its label where they are few."""
    if len(options) > 12:
        every = listed(options)
        return Text(zh=f"{every.zh}之一", en=f"one of {every.en}")
    named = [
        Text(zh=name if label == same(name) else f"{name}（{label.zh}）", en=name) for name, label in options.items()
    ]
    return Text(zh=f"{'、'.join(one.zh for one in named)}之一", en=f"one of {', '.join(one.en for one in named)}")


_PERIOD = pattern(
    r"([0-9]{4})\s*年?\s*(?:第?\s*([一二三四1-4])\s*季度|([上下])半年|-?\s*[qQ]([1-4])|-?\s*[hH]([12])|(?:[-/.]|(?<=年))([0-9]{1,2})月?"
    r"|全年|年度)?"
)


def of_period(raw: object) -> Text | None:
    """Return how a period is written: ``2022年第三季度`` is ``2022Q3``."""
    text = narrow(str(raw)) if isinstance(raw, (str, int)) and not isinstance(raw, bool) else ""
    found = _PERIOD.fullmatch(text)
    if found is None:
        return None
    year, quarter, half, q, h, month = found.groups()
    if month is not None and not 1 <= int(month) <= 12:
        return _no_such_day(int(year), int(month))
    number = quarter and (quarter if quarter.isascii() else _DIGITS[quarter])
    behind = f"Q{number or q}" if number or q else ""
    behind = behind or (f"H{h or ('1' if half == '上' else '2')}" if half or h else "")
    return _write(f"{year}{behind or (f'-{int(month):02}' if month else '')}")
