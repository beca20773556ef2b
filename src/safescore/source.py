"""The one opener of files: YAML and JSON, read strictly, as plain content whose places can be asked for."""

from __future__ import annotations

import os
import re
from bisect import bisect_left, bisect_right
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from enum import Enum
from functools import cached_property
from hashlib import sha256
from itertools import chain, groupby, islice, takewhile
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from sys import getrecursionlimit, maxsize
from typing import Any, NoReturn

import yaml
from attrs import define, evolve, field, frozen
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from safescore.document import Document, Steps
from safescore.errors import Fault, InvalidInput, Location, Refused
from safescore.words import Text

# Every sentence that a fault of the reader can say: what is wrong, and how to mend it.
WORDING: Mapping[str, tuple[Text, Text]] = {
    # files
    "missing": (
        Text(zh="没有这个文件", en="there is no such file"),
        Text(zh="核对文件夹和文件名的写法", en="check the folder and the spelling of the file's name"),
    ),
    "folder": (
        Text(zh="这是文件夹，应为文件", en="this is a folder; a file was expected"),
        Text(zh="写明其中的.yaml、.yml或.json文件", en="name a .yaml, .yml or .json file in it"),
    ),
    "special": (
        Text(zh="这不是普通文件", en="this is not a regular file"),
        Text(zh="写明磁盘上的.yaml、.yml或.json文件", en="name a .yaml, .yml or .json file on disk"),
    ),
    "unreadable": (
        Text(zh="文件无法读取：{said}", en="the file cannot be read: {said}"),
        Text(
            zh="核对读取权限，并确认没有被其他程序占用", en="check who may read it, and that no other program holds it"
        ),
    ),
    "suffix": (
        Text(zh="应为YAML或JSON文件", en="a YAML or JSON file was expected"),
        Text(
            zh="内容若是YAML或JSON，把扩展名改为.yaml、.yml或.json",
            en="name the file .yaml, .yml or .json if that is what it holds",
        ),
    ),
    "beside": (
        Text(
            zh="只能写填报文件所在文件夹内的文件，用相对路径",
            en="only a file in the folder of the submission can be named, by its path from there",
        ),
        Text(
            zh="把文件放到填报文件旁边，写成hazards.csv或q3/hazards.csv",
            en="put the file beside the submission, and write hazards.csv or q3/hazards.csv",
        ),
    ),
    "big": (
        Text(zh="超过{most}字节的上限", en="there are more than {most} bytes, the limit"),
        Text(zh="拆成几个文件", en="split the content into several files"),
    ),
    "empty": (
        Text(zh="这里没有内容", en="there is no content here"),
        Text(zh="至少写一行“name: value”", en="write at least one line such as 'name: value'"),
    ),
    # encodings
    "utf-16": (
        Text(zh="文字不是UTF-8编码，像是UTF-16或UTF-32", en="the text is not UTF-8; it looks like UTF-16 or UTF-32"),
        Text(zh="另存为UTF-8编码", en="save it as UTF-8"),
    ),
    "gbk": (
        Text(zh="文字不是UTF-8编码，像是GBK或GB18030", en="the text is not UTF-8; it looks like GBK or GB18030"),
        Text(zh="另存为UTF-8编码", en="save it as UTF-8"),
    ),
    "binary": (
        Text(
            zh="这不是文本，像是工作簿、压缩包或PDF",
            en="this is no text; it looks like a workbook, an archive or a PDF",
        ),
        Text(zh="把内容另存为UTF-8文本", en="save the content as UTF-8 text"),
    ),
    "damaged": (
        Text(zh="文字是UTF-8编码，但此处已损坏", en="the text is UTF-8 but damaged at this place"),
        Text(zh="重写此处的字，再另存为UTF-8编码", en="write the characters here again and save it as UTF-8"),
    ),
    "unknown": (
        Text(
            zh="文字不是UTF-8编码，也看不出是哪种编码", en="the text is not UTF-8, nor an encoding that is known here"
        ),
        Text(zh="另存为UTF-8编码", en="save it as UTF-8"),
    ),
    "surrogate": (
        Text(zh="此处只有半个字符（单独的代理码）", en="half a character (a lone surrogate) stands here"),
        Text(zh="写出完整的字符", en="write the whole character"),
    ),
    # characters
    "hidden": (
        Text(
            zh="此处有看不见的换行或控制字符：{name}", en="a hidden line break or control character stands here: {name}"
        ),
        Text(zh="删去它", en="delete it"),
    ),
    "old-mac": (
        Text(zh="各行只以CR结尾，多数程序不显示", en="the lines end with CR alone, which most programs do not show"),
        Text(zh="改用LF换行保存", en="save it with LF line ends"),
    ),
    "hidden-key": (
        Text(zh="键{key}中有看不见的字符：{name}", en="the key {key} holds a character that cannot be seen: {name}"),
        Text(zh="删去该字符", en="delete that character"),
    ),
    "hidden-start": (
        Text(
            zh="未加引号的{value}以看不见的字符开头：{name}",
            en="the unquoted {value} begins with a character that cannot be seen: {name}",
        ),
        Text(
            zh="删去该字符；确属内容的，给值加上引号",
            en="delete that character, or put the value in quotes if it belongs there",
        ),
    ),
    "hidden-end": (
        Text(
            zh="未加引号的{value}以看不见的字符结尾：{name}",
            en="the unquoted {value} ends with a character that cannot be seen: {name}",
        ),
        Text(
            zh="删去该字符；确属内容的，给值加上引号",
            en="delete that character, or put the value in quotes if it belongs there",
        ),
    ),
    "hidden-indent": (
        Text(
            zh="此行的缩进用了非半角空格的字符：{name}",
            en="the line is indented with a character that is no ASCII space: {name}",
        ),
        Text(
            zh="用半角空格缩进；确属内容的，给文字加上引号",
            en="indent with ASCII spaces, or put the text in quotes if the character belongs there",
        ),
    ),
    "tab": (
        Text(zh="此处是制表符，YAML只允许空格", en="a tab stands where YAML allows spaces only"),
        Text(zh="用空格缩进", en="indent with spaces"),
    ),
    "wide-colon": (
        Text(
            zh="{key}后面是全角冒号“：”，看似键而不是键",
            en="the full-width colon '：' stands after {key}, which looks like a key but is none",
        ),
        Text(
            zh="改为半角冒号加空格“: ”；整段都是文字的，加上引号",
            en="write the ASCII colon ': ', or put the whole text in quotes if it is one text",
        ),
    ),
    "tight-colon": (
        Text(
            zh="{key}后面的冒号之后没有半角空格，看似键而不是键",
            en="no ASCII space follows the colon after {key}, which looks like a key but is none",
        ),
        Text(
            zh="冒号后加一个半角空格；整段都是文字的，加上引号",
            en="write ': ' with an ASCII space, or put the whole text in quotes if it is one text",
        ),
    ),
    # YAML
    "syntax": (
        Text(zh="YAML格式有误：{said}", en="this is not valid YAML: {said}"),
        Text(
            zh="检查缩进和引号；含“: ”的文字应加引号",
            en="check indentation and quotes; put text that holds ': ' in quotes",
        ),
    ),
    "documents": (
        Text(zh="此处又开始一份文档，一个文件只能有一份", en="a second document begins here; a file holds one"),
        Text(zh="另存为一个文件", en="put it into a file of its own"),
    ),
    "alias": (
        Text(zh="此处是别名（*），应直接写值", en="an alias (*) stands here; a plain value was expected"),
        Text(zh="写出内容本身；以*开头的文字应加引号", en="write it out; quote text that begins with *"),
    ),
    "anchor": (
        Text(zh="此处是锚点（&），应直接写值", en="an anchor (&) stands here; a plain value was expected"),
        Text(zh="删去它；以&开头的文字应加引号", en="delete it; quote text that begins with &"),
    ),
    "tag": (
        Text(zh="此处是标签（!），应直接写值", en="a tag (!) stands here; a plain value was expected"),
        Text(zh="删去它；以!开头的文字应加引号", en="delete it; quote text that begins with !"),
    ),
    "merge": (
        Text(zh="不支持合并键<<", en="the merge key << is not read"),
        Text(zh="把要合并的各项逐一写出", en="write the merged keys out"),
    ),
    "sign": (
        Text(zh="未加引号的{value}，各程序的读法不同", en="programs read the unquoted {value} in different ways"),
        Text(zh="加上引号", en="put it in quotes"),
    ),
    "word": (
        Text(zh="未加引号的{value}，各程序的读法不同", en="programs read the unquoted {value} in different ways"),
        Text(
            zh="是写true，否写false，没有写null；确是文字的，加上引号",
            en="write true, false or null, or put it in quotes if it is text",
        ),
    ),
    "number": (
        Text(zh="未加引号的{value}，各程序的读法不同", en="programs read the unquoted {value} in different ways"),
        Text(
            zh="写成普通数字，如1000或69.95；确是文字的，加上引号",
            en="write a plain number such as 1000 or 69.95, or put it in quotes if it is text",
        ),
    ),
    "day": (
        Text(zh="未加引号的{value}，各程序的读法不同", en="programs read the unquoted {value} in different ways"),
        Text(
            zh="日期写成2022-09-30；确是文字的，加上引号",
            en="write a day as 2022-09-30, or put it in quotes if it is text",
        ),
    ),
    # values, keys, limits
    "digits": (
        Text(
            zh="数字{value}过长，小数点前后最多各18位",
            en="the number {value} is too long; up to 18 digits before and 18 after the point are read",
        ),
        Text(zh="减少位数；若是编号，加上引号", en="write fewer digits, or put it in quotes if it is a name"),
    ),
    "constant": (
        Text(zh="{value}不是数", en="{value} is not a number"),
        Text(zh="写数字；没有的写null", en="write a number, or null if there is none"),
    ),
    "key": (
        Text(zh="键应为文字，此处不是", en="a key must be text; this one is not"),
        Text(zh="给键加上引号", en="put the key in quotes"),
    ),
    "key-group": (
        Text(zh="键应为文字，此处是一组值", en="a key must be text; a list or a mapping stands here"),
        Text(zh="以[、{{或?开头的文字应加引号", en="quote text that begins with [ or {{ or ?"),
    ),
    "duplicate": (
        Text(
            zh="键{key}在同一组中出现两次，首次在第{line}行",
            en="the key {key} stands twice in one mapping, first on line {line}",
        ),
        Text(zh="只保留一处", en="keep one of the two"),
    ),
    "deep": (
        Text(zh="嵌套超过{most}层的上限", en="the nesting is deeper than {most} levels, the limit"),
        Text(zh="减少嵌套", en="nest less deeply"),
    ),
    "many": (
        Text(zh="超过{most}个值的上限", en="there are more than {most} values, the limit"),
        Text(zh="拆成几个文件", en="split the content into several files"),
    ),
    "faults": (
        Text(zh="问题超过{most}处，其余不再列出", en="there are more than {most} faults; the rest is not listed"),
        Text(zh="先改正以上各处", en="mend these first"),
    ),
    # JSON
    "json-value": (
        Text(zh="此处应为JSON值", en="a JSON value was expected here"),
        Text(
            zh='写""中的文字、数字、true、false、null、[或{{',
            en='write text in "", a number, true, false, null, [ or {{',
        ),
    ),
    "json-key": (
        Text(zh='此处应为""中的键', en='a key in "" was expected here'),
        Text(
            zh='把键写在""中；删去右括号前多余的逗号', en='write the key in ""; delete a comma before a closing bracket'
        ),
    ),
    "json-colon": (
        Text(zh="键后应有“:”", en="':' was expected after the key"),
        Text(zh="在键和值之间写“:”", en="write ':' between key and value"),
    ),
    "json-comma": (
        Text(zh="此处应为“,”或“{closer}”", en="',' or '{closer}' was expected here"),
        Text(zh="检查此处之前的逗号和括号", en="check commas and brackets up to this place"),
    ),
    "json-end": (
        Text(zh="JSON值之后还有文字", en="more text follows the end of the JSON value"),
        Text(zh="删去；一个文件只能有一个值", en="delete it; a file holds one value"),
    ),
    "json-text": (
        Text(zh="JSON文字有误：{said}", en="this is not valid JSON text: {said}"),
        Text(
            zh='文字以"结尾；反斜杠写\\\\，换行写\\n',
            en='end text with ", and write \\\\ for \\ and \\n for a line break',
        ),
    ),
}

_SYNTAX: Mapping[str, str] = {  # what the parser of YAML says most often
    "did not find expected ',' or '}'": "花括号没有写完，缺少“,”或“}”",
    "did not find expected ',' or ']'": "方括号没有写完，缺少“,”或“]”",
    "expected ',' or '}'": "花括号没有写完，缺少“,”或“}”",
    "expected ',' or ']'": "方括号没有写完，缺少“,”或“]”",
    "mapping values are not allowed": "此处不能再有“: ”，一行只能有一个键",
    "could not find expected ':'": "键的后面缺少“: ”",
    "did not find expected key": "缩进与上面各行不一致，或此处应是键",
    "expected <block end>": "缩进与上面各行不一致",
    "did not find expected '-' indicator": "缩进与上面各行不一致，或此处应是短横线",
    "found unexpected end of stream": "引号没有写完",
    "found unexpected document indicator": "引号没有写完",
    "cannot start any token": "值不能以此字符开头",
    "block sequence entries are not allowed": "此处不能用短横线",
    "found unknown escape character": "双引号中的反斜杠写法有误",
}
"""How the parser's sentences are said in Chinese; what is not here is given as it is."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # there is no libyaml in a browser
MOST_FAULTS = 1_000
"""So many faults of one file are told."""

_MOST_DIGITS = 18
_MOST_REPAIRS = 100

_BLANKS = "\xa0\xad\u061c\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff"
_BLANK = re.compile(f"[{_BLANKS}]")
_FILLER = re.compile(  # printable for Python, and yet nobody sees them
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_HIDDEN = re.compile("\r(?!\n)|[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_LINE_BREAKS = "\r\x85\u2028\u2029"  # YAML 1.1 begins a new line at each
_SUSPECT = re.compile(  # a line that begins with a blank that is none, or as if with a key
    rf"^ *(?:(?P<indent>[{_BLANKS}])"
    rf"|(?P<key>[^\W\d][\w-]*|(?:- +)+[A-Za-z_][\w-]*)(?:(?P<wide>：)|:(?P<tight>[{_BLANKS}])))",
    re.MULTILINE,
)

_ODD_BLANKS = re.compile(rf"\n *[{_BLANKS}]"), re.compile(f":[{_BLANKS}]")  # quick tests for such lines
_WIDE_COLON = re.compile("\n[^\n:：]*：")
_NO_KEY = re.compile(r"(?P<key>[^\s:：]+)(?:(?P<wide>：)|:(?=[^\s/]))")

_WORDS: Mapping[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}
_HEADS = frozenset(["", *"~nNtTfFyYoO+-.0123456789=<"])  # how words begin that stand for something else
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(?:\.([0-9]+))?\Z")
_TRAP = re.compile(
    r"(?P<word>(?i:y|n|yes|no|on|off|true|false|null))\Z|(?P<sign>=)\Z|(?P<merge><<)\Z"
    r"|(?P<number>[-+]?\.?[0-9][0-9_:.]*(?:[eE][-+]?[0-9]+)?|[-+]?0[xob][0-9a-fA-F_]+|[-+]?\.(?i:inf|nan))\Z"
)

_LIKE_A_DAY = re.compile(r"[0-9]{4}\.[0-9]{1,2}\.[0-9]{1,2}\Z")

_JSON_INK = re.compile(r"[^ \t\n\r]")
_JSON_WORD = re.compile(
    r"(?P<decimal>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+(?:[eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+))"
    r"|(?P<constant>-?Infinity|NaN)|(?P<integer>-?(?:0|[1-9][0-9]*))|(?P<word>true|false|null)"
)

_LOSING = frozenset(
    {"wide-colon", "tight-colon", "hidden-indent", "alias", "merge", "key", "key-group", "hidden-key", "duplicate"}
)
"""Faults behind which a key or a value may stand that is not in the content."""

_CHUNK = 1 << 20


class Lost(Enum):
    """Why a file beside a document can't serve."""

    MISSING = "missing"
    OUTSIDE = "outside"
    SPECIAL = "special"
    UNREADABLE = "unreadable"
    ALTERED = "altered"


@frozen
class Limits:
    """How much is read: bytes of a file, depth of its nesting, number of values, bytes of what is zipped in it."""

    bytes: int = 5_000_000
    depth: int = 32
    values: int = 100_000
    unzipped: int = 50_000_000


LIMITS = Limits()


@frozen(slots=False)
class _Written:
    """Where the values of a YAML or JSON text stand, worked out when a fault first asks."""

    name: str
    text: str = field(repr=False)
    limits: Limits
    json: bool

    def locate(self, path: Steps) -> Location:
        """Return where the value at *path* begins, or the nearest value around it that exists."""
        while path not in self._study.values:
            path = path[:-1]
        return self._study.place(self._study.values[path])

    def locate_key(self, path: Steps) -> Location:
        """Return where the key at the end of *path* begins, or what encloses it where there is none."""
        key = self._study.keys.get(path)
        return self.locate(path) if key is None else self._study.place(key)

    @cached_property
    def _study(self) -> _Study:
        study = _Study(self.name, self.text, self.limits)
        study.read(json=self.json)
        return study


def read(path: Path | str, limits: Limits = LIMITS, *, as_far: bool = False) -> Document:
    """Return the document in the YAML or JSON file at *path*.

    Raises InvalidInput with every fault; with *as_far* only where nothing can be read, and the document has the rest.
    """
    raw = _bytes_of(path, limits, {".yaml", ".yml", ".json"})
    json = Path(path).suffix.lower() == ".json"
    document = parse_bytes(raw, os.fspath(path), limits, json=json, as_far=as_far)
    return evolve(document, folder=Path(path).parent)


def parse_bytes(
    raw: bytes, name: str, limits: Limits = LIMITS, *, json: bool = False, as_far: bool = False
) -> Document:
    """Return the document in these bytes, as :func:`read` does."""
    try:
        text = _decoded(raw, name)
    except InvalidInput as refused:
        guessed = _guessed(raw) if as_far and len(raw) <= limits.bytes else None
        if guessed is None:
            raise
        try:
            document = _document(guessed, name, raw, limits, json=json, as_far=True)
        except InvalidInput:
            raise refused from None
        return evolve(document, faults=(*refused.faults, *document.faults))
    return _document(text, name, raw, limits, json=json, as_far=as_far)


def read_text(path: Path | str, limits: Limits = LIMITS) -> str:
    """Return the text of the UTF-8 file at *path*."""
    return _decoded(read_bytes(path, limits), os.fspath(path))


def read_bytes(path: Path | str, limits: Limits = LIMITS, suffixes: set[str] | None = None) -> bytes:
    """Return the bytes of the file at *path*, of one of these kinds, or of any. Raises InvalidInput."""
    raw = _bytes_of(path, limits, suffixes)
    if len(raw) > limits.bytes:
        raise _refusal(os.fspath(path), "big", most=limits.bytes)
    return raw


def lines(path: Path | str, limits: Limits = LIMITS) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of the file at *path* that hold anything, with their numbers, one at a time.

    Of a line that is longer than a file may be, no more than shows that. Raises InvalidInput where it can't be read.
    """
    _bytes_of(path, evolve(limits, bytes=maxsize), None, most=0)
    with Path(path).open("rb") as file:
        number = 1
        while raw := file.readline(limits.bytes + 2):
            if raw.strip():
                yield number, raw.rstrip(b"\r\n")
            while not raw.endswith(b"\n") and (raw := file.readline(_CHUNK)):
                pass
            number += 1


def beside(path: Path | str, named: str) -> Path:
    """Return the file that a file at *path* names, which lies in its folder. Raises Refused."""
    if not named.strip() or "\\" in named or "\0" in named or ":" in named or named.startswith(("/", "~")):
        raise Refused(*WORDING["beside"])
    folder = Path(path).parent
    inner = folder / named
    if ".." in inner.parts[len(folder.parts) :] or not inner.resolve().is_relative_to(folder.resolve()):
        raise Refused(*WORDING["beside"])
    return inner


def unfit(folder: Path | None, path: str, sha256: str = "") -> Lost | None:
    """Return why the file at *path*, seen from a folder, can't serve; None where it can, or there is none.

    With a digest the file is read, else it must only be there.
    """
    if folder is None:
        return None
    try:
        whole = folder.resolve()
        file = (whole / path).resolve()
        if not file.is_relative_to(whole):
            return Lost.OUTSIDE
        if not S_ISREG(file.stat().st_mode):
            return Lost.SPECIAL
        return Lost.ALTERED if sha256 and digest_of(file) != sha256 else None
    except (FileNotFoundError, NotADirectoryError):
        return Lost.MISSING
    except (OSError, ValueError, RuntimeError):  # a loop of links is a RuntimeError before Python 3.13
        return Lost.UNREADABLE


def marked(path: Path) -> None:
    """Put a byte-order mark before the text in a file, by which spreadsheets know UTF-8. Raises OSError."""
    beside = path.with_name(f"{path.name}.marked")
    try:
        with path.open("rb") as text, beside.open("wb") as file:
            file.write(BOM_UTF8)
            while chunk := text.read(_CHUNK):
                file.write(chunk)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all. Raises OSError."""
    beside = path.parent / f".safescore-{os.getpid()}.tmp"
    try:
        with beside.open("xb") as file:
            file.write(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _bytes_of(path: Path | str, limits: Limits, suffixes: set[str] | None, most: int | None = None) -> bytes:
    """Return the bytes of a file of one of these kinds, or of any; no more than *most*."""
    name = os.fspath(path)
    try:
        state = Path(path).stat()
        if S_ISDIR(state.st_mode):
            raise _refusal(name, "folder")
        if not S_ISREG(state.st_mode):
            raise _refusal(name, "special")
        if suffixes is not None and Path(path).suffix.lower() not in suffixes:
            raise _refusal(name, "suffix")
        if state.st_size > limits.bytes:
            raise _refusal(name, "big", most=limits.bytes)
        with Path(path).open("rb") as file:
            return file.read(limits.bytes + 1 if most is None else most)
    except (FileNotFoundError, NotADirectoryError):
        raise _refusal(name, "missing") from None
    except (OSError, ValueError) as error:
        raise _refusal(name, "unreadable", said=getattr(error, "strerror", None) or error) from None


def digest_of(file: Path) -> str:
    """Return the SHA-256 of a file. Raises OSError."""
    digest = sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def parse(text: str, name: str, limits: Limits = LIMITS, *, json: bool = False, as_far: bool = False) -> Document:
    """Return the document in *text*, which is called *name* in its faults."""
    try:
        raw = text.encode()
    except UnicodeEncodeError as error:
        raise _refusal(name, "surrogate", text, error.start) from None
    return _document(text.removeprefix("\ufeff"), name, raw, limits, json=json, as_far=as_far)


def _document(text: str, name: str, raw: bytes, limits: Limits, *, json: bool, as_far: bool) -> Document:
    if len(raw) > limits.bytes:
        raise _refusal(name, "big", most=limits.bytes)
    if not text.strip():
        raise _refusal(name, "empty")
    digest = sha256(raw).hexdigest()
    try:
        content = _glanced(text, limits, json=json)
    except _DoubtError:
        study = _Study(name, text, limits)
        content = study.read(json=json)
        if study.faults and not (as_far and isinstance(content, (dict, list))):
            raise InvalidInput(study.faults) from None
        return Document(
            name=name,
            text=text,
            content=content,
            digest=digest,
            faults=tuple(study.faults),
            spoilt=frozenset(map(study.place, study.spoilt)),
            lost=study.lost,
            places=_Written(name, text, limits, json),
        )
    places = _Written(name, text, limits, json)
    return Document(name=name, text=text, content=content, digest=digest, places=places)


def _guessed(raw: bytes) -> str | None:
    """Return the text of bytes in an encoding that they surely look like, to look for faults beyond that one."""
    if raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        encoding = "utf-16"
    else:
        raw = raw.removeprefix(BOM_UTF8)
        try:
            raw.decode()
        except UnicodeDecodeError as error:
            encoding = "gb18030" if _likeness(raw, raw[: error.start].decode()) == "gbk" else ""
        else:
            return None
    try:
        return raw.decode(encoding) if encoding else None
    except UnicodeDecodeError:
        return None


def _decoded(raw: bytes, name: str) -> str:
    """Return the text of UTF-8 bytes, or say what else they look like."""
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"%PDF-")):
        raise _refusal(name, "binary")
    if raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) or raw.count(0) * 4 > len(raw):
        raise _refusal(name, "utf-16")
    raw = raw.removeprefix(BOM_UTF8)
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode()
        likeness = _likeness(raw, before)
        if likeness == "gbk":
            before = "".join(takewhile(str.isascii, before))
        raise _refusal(name, likeness, before, len(before)) from None


def _likeness(raw: bytes, before: str) -> str:
    """Return what bytes look like that are UTF-8 only as far as *before*."""
    if any(char >= "\u2e80" for char in before):  # two bytes of GBK may pass for a letter of Latin or Greek
        return "damaged"
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError:
        return "unknown"
    return "gbk" if any("\u4e00" <= char <= "\u9fff" for char in text) else "unknown"


def _refusal(name: str, slug: str, text: str = "", offset: int = 0, **said: object) -> InvalidInput:
    """Return the error of a text that cannot be read at all."""
    return InvalidInput([_fault(_place(name, _line_starts(text), offset), slug, **said)])


def _fault(at: Location, slug: str, **said: object) -> Fault:
    problem, hint = WORDING[slug]
    return Fault(at, problem.filled(**said), hint.filled(**said))


def _line_starts(text: str) -> list[int]:
    return [0, *(found.end() for found in re.finditer("\n", text))]


def _place(name: str, line_starts: list[int], offset: int) -> Location:
    line = bisect_right(line_starts, offset)
    return Location(name, line, offset - line_starts[line - 1] + 1)


def _shown(text: str) -> str:
    """Return a text as a fault quotes it: short, and with nothing hidden."""
    return repr(text if len(text) <= 40 else text[:40] + "…")


def _named(char: str) -> str:
    """Return a character that cannot be seen as its code point and name."""
    from unicodedata import name

    return f"U+{ord(char):04X} {name(char, 'control character').lower()}"


def _unseen(text: str) -> str | None:
    """Return the first character of a key that cannot be seen; rare and private characters can."""
    if text.isprintable():
        found = _FILLER.search(text)
        return found[0] if found else None
    from unicodedata import category

    for char in text:
        if _FILLER.match(char) or not (char.isprintable() or category(char) in ("Cn", "Co")):
            return char
    return None


def _number(text: str, whole: str, fraction: str | None) -> int | Decimal:
    if len(whole) > _MOST_DIGITS or (fraction and len(fraction) > _MOST_DIGITS):
        raise _UnreadError("digits")
    return Decimal(text) if fraction else int(text)


def _json_integer(text: str) -> int | Decimal:
    return _number(text, text.removeprefix("-"), None)


def _json_decimal(text: str) -> int | Decimal:
    """Return a JSON number that has a point or an exponent, written out."""
    mantissa, _, exponent = text.lower().partition("e")
    if len(mantissa) > 2 * _MOST_DIGITS + 2 or len(exponent) > 4:
        raise _UnreadError("digits")
    plain = f"{Decimal(text):f}"
    whole, _, fraction = plain.removeprefix("-").partition(".")
    _number(plain, whole, fraction)
    return Decimal(plain)


def _json_constant(_: str) -> NoReturn:
    raise _UnreadError("constant")


def _plain(text: str) -> Any:
    """Return what an unquoted YAML scalar stands for; most stand for themselves."""
    if text in _WORDS:
        return _WORDS[text]
    if not text.isprintable() and _BLANK.match(text[0]):
        raise _UnreadError("hidden-start")
    if not text.isprintable() and _BLANK.match(text[-1]):
        raise _UnreadError("hidden-end")
    if text[0] not in _HEADS:
        return text
    if number := _NUMBER.match(text):
        return _number(text, *number.groups())
    if trap := _TRAP.match(text):
        raise _UnreadError("day" if _LIKE_A_DAY.match(text) else str(trap.lastgroup))
    return text


_JSON_READERS: Mapping[str, Callable[[str], Any]] = {
    "decimal": _json_decimal,
    "integer": _json_integer,
    "constant": _json_constant,
    "word": _WORDS.__getitem__,
}


class _Plain(dict[str, Any]):
    """What each unquoted scalar of one text stands for, decided once."""

    def __missing__(self, text: str) -> Any:
        value = self[text] = _plain(text)
        return value


class _UnreadError(Exception):
    """A scalar does not stand for any one value."""

    @property
    def slug(self) -> str:
        return str(self.args[0])


class _DoubtError(Exception):
    """A glance does not suffice; the text must be studied."""


class _StopError(Exception):
    """Reading cannot go on behind this place."""


@frozen
class _Mark:
    """Where a JSON token begins or ends, as an offset into the text."""

    index: int


@define(slots=False)
class _Study:
    """A close reading of a text, which keeps every place and every fault."""

    name: str
    text: str
    limits: Limits
    values: dict[Steps, int] = field(factory=dict, init=False)
    keys: dict[Steps, int] = field(factory=dict, init=False)
    faults: dict[Fault, None] = field(factory=dict, init=False)
    spoilt: set[int] = field(factory=set, init=False)  # where values and keys begin that are not what was meant
    lost: bool = field(default=False, init=False)  # whether something that was written is not in the content
    root: list[Any] = field(factory=list, init=False)  # the content as far as it was read
    colon: int | None = field(default=None, init=False)  # where the reading stopped at a colon that is none
    last: Any = field(default=None, init=False)  # the event that was read last

    @cached_property
    def line_starts(self) -> list[int]:
        """The offset at which each line begins."""
        return _line_starts(self.text)

    @cached_property
    def suspects(self) -> list[tuple[int, str, dict[str, str]]]:
        """The offsets at which lines begin suspiciously, and what to say where YAML takes them for text."""
        found = []
        for line in _SUSPECT.finditer(self.text):
            if line["indent"]:
                found.append((line.start("indent"), "hidden-indent", {"name": _named(line["indent"])}))
            else:
                slug = "wide-colon" if line["wide"] else "tight-colon"
                found.append((line.end() - 1, slug, {"key": _shown(line["key"].lstrip("- "))}))
        return found

    def place(self, offset: int) -> Location:
        """Return the line and column of an offset."""
        return _place(self.name, self.line_starts, offset)

    def note(self, offset: int, slug: str, **said: object) -> None:
        """Take down what is wrong at an offset."""
        if len(self.faults) == MOST_FAULTS:
            self.faults[_fault(self.place(offset), "faults", most=MOST_FAULTS)] = None
            self.root.clear()
            raise _StopError
        self.faults[_fault(self.place(offset), slug, **said)] = None
        self.spoilt.add(offset)
        self.lost = self.lost or slug in _LOSING

    def stop(self, offset: int, slug: str, **said: object) -> NoReturn:
        """Take down why nothing is read behind an offset; of what is without end nothing is kept."""
        self.note(offset, slug, **said)
        self.lost = True
        if slug in ("many", "deep"):
            self.root.clear()
        raise _StopError

    def doubt(self, event: Any) -> bool:
        """Take down the suspicious lines that an unquoted scalar swallowed; return whether there are any."""
        if not self.suspects:
            return False
        first = bisect_left(self.suspects, (event.start_mark.index,))
        behind = bisect_left(self.suspects, (event.end_mark.index,))
        for offset, slug, said in self.suspects[first:behind]:
            self.note(offset, slug, **said)
            self.spoilt.add(event.start_mark.index)
        return first < behind

    def followed(self, events: Iterator[Any]) -> Iterator[Any]:
        """Yield the events and remember the last of them."""
        for self.last in events:
            yield self.last

    def scalar(self, event: Any, plain: _Plain, *, is_key: bool) -> Any:
        """Return what a scalar stands for, and take down what is wrong with it."""
        text, at = event.value, event.start_mark.index
        if event.style:
            if isinstance(text, str) and _SURROGATE.search(text):
                self.note(at, "surrogate")
            return text
        swallowed = not is_key and self.doubt(event)
        try:
            return plain[text]
        except _UnreadError as unread:
            self.spoilt.add(at)
            at, char = (event.end_mark.index - 1, text[-1]) if unread.slug == "hidden-end" else (at, text[0])
            found_anyway = is_key and unread.slug in ("hidden-start", "hidden-end")
            if not (swallowed or found_anyway):
                self.note(at, unread.slug, value=_shown(text), name=_named(char))
            return text

    def read(self, *, json: bool) -> Any:
        """Return the content of the text, as far as it was read where a fault ended the reading."""
        try:
            return _composed(self, _json_events(self)) if json else self._read_yaml(self.uncovered())
        except _StopError:
            return self.root[0] if self.root else None

    def _read_yaml(self, text: str) -> Any:
        """Return the content of a YAML text; a colon that is none is read as one, to find what is wrong behind it."""
        for _ in range(min(_MOST_REPAIRS, 1_000_000 // len(text))):
            try:
                return _composed_yaml(self, text)
            except _StopError:
                colon, self.colon = self.colon, None
                if colon is None or text[colon + 1 : colon + 2] in ("", "[", "{"):
                    raise
                behind = text[colon + 1]
                text = f"{text[:colon]}:{behind if behind.isspace() else ' '}{text[colon + 2 :]}"
                self.spoilt.update(range(colon + 1, colon + 4))
                self.values.clear()
                self.keys.clear()
                self.root.clear()
        return _composed_yaml(self, text)

    def uncovered(self) -> str:
        """Return the text with hidden line breaks made plain and control characters blotted out."""
        if "\n" not in self.text and "\r" in self.text:
            self.note(self.text.index("\r"), "old-mac")
            return _HIDDEN.sub(_plain_break, self.text)
        by_line = groupby(_HIDDEN.finditer(self.text), lambda found: bisect_right(self.line_starts, found.start()))
        for _, founds in by_line:
            first = next(founds)
            chars = dict.fromkeys(found[0] for found in chain([first], founds))
            self.note(first.start(), "hidden", name=", ".join(map(_named, chars)))
        return _HIDDEN.sub(_plain_break, self.text)


def _is_suspicious(text: str) -> bool:
    """Return whether a YAML text has to be studied; what a parser refuses by itself is left to it."""
    if text.isascii():
        return text.count("\r") > text.count("\r\n")
    if any(char in text for char in "\x85\u2028\u2029\ufeff") or text.count("\r") > text.count("\r\n"):
        return True
    if any(odd.search(text) for odd in _ODD_BLANKS) or _SUSPECT.match(text):
        return True
    return any(_SUSPECT.match(text, line.start() + 1) for line in _WIDE_COLON.finditer(text))


def _plain_break(hidden: re.Match[str]) -> str:
    return "\n" if hidden[0] in _LINE_BREAKS else "\ufffd"


def _composed_yaml(study: _Study, text: str) -> Any:
    """Return the content of a YAML text, whose offsets are those of the study's text."""
    loader = _LOADER(text)
    try:
        return _composed(study, study.followed(iter(loader.get_event, None)))
    except yaml.MarkedYAMLError as error:
        _stop_at_syntax(study, text, error)
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # the parser in Python trips over some escapes
        study.stop(study.last.end_mark.index, "syntax", said=error)
    finally:
        loader.dispose()


def _stop_at_syntax(study: _Study, text: str, error: Any) -> NoReturn:
    """Take down why a YAML parser stopped, at the place that has to be mended."""
    last, problem_mark, context_mark = study.last, error.problem_mark, error.context_mark or error.problem_mark
    at = begin = end = min(problem_mark.index, len(text))
    if error.context == "while scanning a simple key":  # the parser saw only on a later line that it is none
        at = begin = context_mark.index
        end = (text + "\n").index("\n", begin)
    elif type(last) is ScalarEvent and not last.style and text.startswith(":", at):
        begin = study.last.start_mark.index
    if colon := _NO_KEY.match(text, begin, end):
        study.colon = colon.end() - 1
        study.stop(colon.end() - 1, "wide-colon" if colon["wide"] else "tight-colon", key=_shown(colon["key"]))
    if text.startswith("\t", at):
        study.stop(at, "tab")
    if blank := _BLANK.match(text, at):
        study.stop(at, "hidden-indent", name=_named(blank[0]))
    if type(last) is ScalarEvent:
        study.spoilt.add(study.last.start_mark.index)  # it may have swallowed what follows
    english = ", ".join(filter(None, (error.context, error.problem)))
    chinese = next((zh for part, zh in _SYNTAX.items() if part in english), english)
    said = Text(zh=chinese, en=english)
    if context_mark.line < study.place(at).line - 1:
        line = context_mark.line + 1
        said = Text(zh=f"{said.zh}（从第{line}行开始）", en=f"{said.en} (it began on line {line})")
    study.stop(at, "syntax", said=said)


def _composed(study: _Study, events: Iterator[Any]) -> Any:
    """Return the content that a stream of YAML events builds, without recursion."""
    plain, fit_keys = _Plain(), set[str]()
    group: Any = study.root  # the list or mapping that is being filled; first, a list for the document itself
    root, outer = group, list[Any]()
    path: Steps = ()
    key: Any = None
    first_keys: dict[Any, int] = {}
    wants_key, values = False, 0
    for event in events:
        kind, at = type(event), event.start_mark.index
        if kind is MappingEndEvent or kind is SequenceEndEvent:
            group, key, wants_key, path, first_keys = outer.pop()
            continue
        if kind is ScalarEvent:
            value = study.scalar(event, plain, is_key=wants_key)
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            value = {} if kind is MappingStartEvent else []
        elif kind is AliasEvent:
            value = None
        elif kind is DocumentStartEvent and root:
            study.stop(at, "documents")
        else:
            continue
        _note_property(study, event)
        inner = path
        if wants_key:
            key, wants_key = value if type(value) is str else None, False
            if key is None:
                _note_odd_key(study, event)
            elif key in group:
                study.note(at, "duplicate", key=_shown(key), line=study.place(first_keys[key]).line)
            elif key not in fit_keys and _fits(study, event):
                fit_keys.add(key)
            study.keys[(*path, key)] = first_keys.setdefault(key, at)
        else:
            values += 1
            if values > study.limits.values:
                study.stop(at, "many", most=study.limits.values)
            _fill(group, key, value)
            wants_key = type(group) is dict
            inner = (*path, key if wants_key else len(group) - 1) if outer else ()
            study.values[inner] = at
        if type(value) is dict or type(value) is list:
            if len(outer) >= study.limits.depth:
                study.stop(at, "deep", most=study.limits.depth)
            outer.append((group, key, wants_key, path, first_keys))
            group, wants_key, path, first_keys = value, type(value) is dict, inner, {}
    if not root:
        study.stop(0, "empty")
    return root[0]


def _fill(group: Any, key: str | None, value: Any) -> None:
    """Put a value into the list or mapping that is being filled; what stands under no readable key is left out."""
    if type(group) is list:
        group.append(value)
    elif key is not None:
        group[key] = value


def _note_property(study: _Study, event: Any) -> None:
    """Take down an alias, or the anchor and the tag of a value."""
    at = event.start_mark.index
    if type(event) is AliasEvent:
        study.note(at, "alias")
        return
    if event.anchor:
        study.note(at, "anchor")
    if event.tag:
        study.note(at, "tag")


def _note_odd_key(study: _Study, event: Any) -> None:
    """Take down a key that is no text; an alias has been taken down already."""
    if type(event) is not AliasEvent:
        study.note(event.start_mark.index, "key" if type(event) is ScalarEvent else "key-group")


def _fits(study: _Study, event: Any) -> bool:
    """Return whether a key can be seen and is what it looks like; take down what is wrong with it."""
    key, start = event.value, event.start_mark.index
    if char := _unseen(key):
        found = study.text.find(char, start, event.end_mark.index)
        study.note(max(start, found), "hidden-key", key=_shown(key), name=_named(char))
        study.spoilt.add(start)
        return False
    if "：" in key and not event.style:
        study.note(study.text.index("：", start), "wide-colon", key=_shown(key.partition("：")[0]))
        study.spoilt.add(start)
    return "：" not in key


def _glanced(text: str, limits: Limits, *, json: bool) -> Any:
    """Return the content of a text that gives no reason for doubt; the study is the judge of all others."""
    if "\\" in text and any(escape in text for escape in ("\\ud", "\\uD", "\\U0000d", "\\U0000D")):
        raise _DoubtError  # perhaps half a character
    return (_glanced_json if json else _glanced_yaml)(text, limits)


def _glanced_yaml(text: str, limits: Limits) -> Any:  # noqa: PLR0915  a call for each event would cost too much
    """Return the content of a YAML text that gives no reason for doubt: `_composed` in a hurry."""
    if _is_suspicious(text):
        raise _DoubtError
    signs = any(sign in text for sign in "&!")  # of anchors and tags
    plain, heads, common_keys, keys = _Plain(), _HEADS, set[str](), set[str]()
    root, outer = list[Any](), list[Any]()
    group: Any = root
    append, key, kind, values = group.append, None, None, 1
    try:
        for event in islice(iter(_LOADER(text).get_event, None), 3 * limits.values + 9):
            kind = type(event)
            if kind is ScalarEvent:
                value: Any = event.value
                if key is None and value in common_keys and append is None and value not in group:
                    key = value
                    continue
                if not event.style and (value[:1] in heads or not value.isprintable()):
                    value = plain[value]
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                values += len(group)
                if append is None:
                    keys.update(group)
                group, append = outer.pop()
                continue
            elif kind is MappingStartEvent:
                value = {}
            elif kind is SequenceStartEvent:
                value = []
            elif kind is AliasEvent or (kind is DocumentStartEvent and root):
                raise _DoubtError
            else:
                continue
            if signs and (event.anchor or event.tag):
                raise _DoubtError
            if append is not None:
                append(value)
            elif key is not None:
                group[key], key = value, None
            elif type(value) is not str or value in group:
                raise _DoubtError
            else:
                key = value
                if not (signs or event.style):
                    common_keys.add(key)
            if kind is not ScalarEvent:
                if len(outer) == limits.depth:
                    raise _DoubtError
                outer.append((group, append))
                group, append = value, value.append if kind is SequenceStartEvent else None
    except (yaml.YAMLError, _UnreadError, ValueError, OverflowError):
        raise _DoubtError from None
    if kind is not StreamEndEvent or not root or values > limits.values or not _are_fit(keys):
        raise _DoubtError
    return root[0]


def _are_fit(keys: set[str]) -> bool:
    """Return whether no key can be mistaken for another, or for no key."""
    every = "".join(keys)
    return not _unseen(every) and "：" not in every


def _glanced_json(text: str, limits: Limits) -> Any:
    """Return the content of a JSON text that gives no reason for doubt."""
    from json import loads

    keys = set[str]()

    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            raise _DoubtError
        keys.update(made)
        return made

    if getrecursionlimit() > 10_000:
        raise _DoubtError  # the standard parser recurses, and the limit might not save the stack
    try:
        content = loads(
            text,
            object_pairs_hook=mapping,
            parse_int=_json_integer,
            parse_float=_json_decimal,
            parse_constant=_json_constant,
        )
    except (ValueError, RecursionError, _UnreadError):
        raise _DoubtError from None
    if _unseen("".join(keys)) or not _within(content, limits):
        raise _DoubtError
    return content


def _within(content: Any, limits: Limits) -> bool:
    """Return whether content is nested and numerous within the limits."""
    values, level = 1, [content] if isinstance(content, (dict, list)) else []
    for _ in range(limits.depth):
        values += sum(map(len, level))
        members = chain.from_iterable(group.values() if type(group) is dict else group for group in level)
        level = [value for value in members if type(value) is dict or type(value) is list]
    return not level and values <= limits.values


def _json_events(study: _Study) -> Iterator[Any]:
    """Yield the YAML events that a JSON text amounts to, in time linear in its length."""
    from json import JSONDecoder

    decode = JSONDecoder().raw_decode
    text, closers, wanted, end = study.text, list[str](), "value", 0
    while True:
        ink = _JSON_INK.search(text, end)
        at = ink.start() if ink else len(text)
        char, end = text[at : at + 1], at + 1
        mark: Any = _Mark(at)
        closer = closers[-1] if closers else ""
        if wanted == "end":
            if char:
                study.stop(at, "json-end")
            return
        if char and char == closer and wanted in ("first", "comma"):
            closers.pop()
            yield (MappingEndEvent if char == "}" else SequenceEndEvent)(mark, mark)
            wanted = "comma" if closers else "end"
        elif wanted == "comma":
            if char != ",":
                study.stop(at, "json-comma", closer=closer)
            wanted = "key" if closer == "}" else "value"
        elif wanted == "colon":
            if char != ":":
                study.stop(at, "json-colon")
            wanted = "value"
        elif wanted == "key" or (wanted == "first" and closer == "}"):
            if char != '"':
                study.stop(at, "json-key")
            value, end = _json_scalar(study, at, decode)
            yield _scalar_event(value, mark, _Mark(end))
            wanted = "colon"
        elif char and char in "[{":
            closers.append("}" if char == "{" else "]")
            start_event: Any = MappingStartEvent if char == "{" else SequenceStartEvent
            yield start_event(None, None, True, mark, mark)
            wanted = "first"
        else:
            value, end = _json_scalar(study, at, decode)
            yield _scalar_event(value, mark, _Mark(end))
            wanted = "comma" if closers else "end"


def _scalar_event(value: Any, start: Any, end: Any) -> ScalarEvent:
    return ScalarEvent(None, None, (False, True), value, start, end, '"')


def _json_scalar(study: _Study, at: int, decode: Callable[[str, int], tuple[Any, int]]) -> tuple[Any, int]:
    """Return the JSON text, number or word that begins at an offset, and the offset behind it."""
    if study.text.startswith('"', at):
        try:
            return decode(study.text, at)
        except ValueError as error:
            said: Any = error  # a JSONDecodeError
            study.stop(said.pos, "json-text", said=said.msg)
    word = _JSON_WORD.match(study.text, at)
    if not word:
        study.stop(at, "json-value")
    try:
        return _JSON_READERS[str(word.lastgroup)](word[0]), word.end()
    except _UnreadError as unread:
        study.note(at, unread.slug, value=_shown(word[0]))
        return None, word.end()
