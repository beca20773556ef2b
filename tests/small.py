"""A small document and the pack that encodes it, written into a folder, so that a test can break either."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from safescore.model import Pack
from safescore.packs.cases import Placed, read_cases
from safescore.packs.load import load_pack

DOCUMENT = """\
关于印发《安全生产工作要点》的通知
各镇人民政府：
现将工作要点印发你们，请认真贯彻执行。
2022年2月21日
安全生产工作要点
坚持人民至上，生命至上。
一、总体要求
全面落实责任。
二、重点任务
（一）健全制度
1.制定应急预案，每季度召开一次会议；严禁带病运行。〔责任单位：区应急局〕
2. 规上企业标准化达标率70%以上。
——开展宣传活动。
——张贴标语海报。
三、保障措施
加强领导。
抄送：市安委会。
某区安委办　　2022年2月21日印发
"""

HEAD = """\
id: small
version: "1"
dictionary: own
title: {zh: 工作要点, en: work points}
issuer: {zh: 区安委办, en: safety office}
period: {from: 2022-01-01, to: 2022-12-31}
binds_from: 2022-01-01
source: {file: small.txt, sha256: DIGEST}
totals: {clauses: 10, rules: 5, elements: 2, unscored: 10, cases: 15}
parameters:
  - {id: number, title: {zh: 次数, en: number}, question: {zh: 几次？, en: how many?}, type: count, default: 1}
clauses:
  - id: 通知
    unscored:
      - {anchor: 关于印发, reason: framing}
      - {anchor: 抄送：市安委会, reason: external-list}
      - {anchor: 某区安委办, reason: external-list}
  - {id: 前言, unscored: [{anchor: 坚持人民至上, reason: slogan}]}
  - {id: 一, unscored: [{anchor: 全面落实责任, reason: slogan}]}
  - {id: 二, unscored: [{anchor: 重点任务, reason: framing}]}
  - {id: 二.(一), unscored: [{anchor: 健全制度, reason: framing}]}
  - {id: 二.(一).1, rules: [plan, meeting, ban], unscored: [{anchor: 责任单位：区, reason: framing}]}
  - {id: 二.(一).2, rules: [certified]}
  - {id: 二.1, rules: [publicity]}
  - {id: 二.2, unscored: [{anchor: 张贴标语海报, restates: publicity}]}
  - {id: 三, unscored: [{anchor: 加强领导, reason: slogan}]}
"""

FACTS = """\
plan: {type: flag, label: {zh: 预案, en: plan}, question: {zh: 有预案吗？, en: is there a plan?}}
ban: {type: flag, label: {zh: 未带病运行, en: none runs}, question: {zh: 有吗？, en: does any run?}}
act: {type: flag, label: {zh: 活动, en: act}, question: {zh: 有吗？, en: any?}}
drive: {type: flag, label: {zh: 宣传, en: drive}, question: {zh: 有吗？, en: any?}}
total:
  type: count
  unit: {zh: 家, one: firm, many: firms}
  label: {zh: 企业, en: firms}
  question: {zh: ？, en: how many?}
part:
  type: count
  part_of: total
  unit: {zh: 家, one: firm, many: firms}
  label: {zh: 达标企业, en: certified}
  question: {zh: ？, en: how many?}
meetings:
  type: events
  when: held_on
  key: [held_on]
  unit: {zh: 次会议, one: meeting, many: meetings}
  label: {zh: 会议, en: meetings}
  question: {zh: ？, en: which?}
  fields:
    held_on: {type: date, label: {zh: 日期, en: date}}
"""

RULE = """\
- id: {id}
  clause: {clause}
  anchor: {anchor}
  title: {{zh: {title}, en: {id}}}
  roles: [firm]
  remedy: {{zh: 补办, en: mend it}}
  measure: {measure}
{more}"""

RULES = {
    "plan": (
        "二.(一).1",
        "制定应急预案",
        "有应急预案",
        "{kind: affirm, fact: plan}",
        "  owners: [区应急局]\n",
    ),
    "meeting": (
        "二.(一).1",
        "每季度召开一次",
        "按季开会",
        "{kind: frequency, events: meetings, at_least: {parameter: number}, every: quarter}",
        "",
    ),
    "ban": ("二.(一).1", "严禁带病运行", "不带病运行", "{kind: affirm, fact: ban}", "  hard: true\n"),
    "certified": (
        "二.(一).2",
        "达标率70%以上",
        "标准化达标",
        "{kind: ratio, part: part, whole: total, at_least: 70%}",
        "",
    ),
    "publicity": (
        "二.1",
        "开展宣传活动",
        "宣传到位",
        "{kind: checklist, elements: ["
        "{id: act, anchor: 开展宣传, title: {zh: 活动, en: act}, fact: act},"
        " {id: drive, anchor: 宣传活动, title: {zh: 宣传, en: drive}, fact: drive}]}",
        "",
    ),
}

MET = "held_on: 2022-02-01}, {held_on: 2022-05-01}, {held_on: 2022-08-01}, {held_on: 2022-11-01"
FACTS_OF = {
    "plan": ("{plan: true}", "{plan: false}", "{}"),
    "meeting": (f"{{meetings: [{{{MET}}}]}}", "{meetings: []}", "{}"),
    "ban": ("{ban: true}", "{ban: false}", "{}"),
    "certified": ("{part: 7, total: 10}", "{part: 6, total: 10}", "{total: 10}"),
    "publicity": ("{act: true, drive: true}", "{act: true, drive: false}", "{act: true}"),
}
OUTCOMES = ("satisfied", "not-satisfied", "unknown")


def write(folder: Path, text: str = DOCUMENT) -> Path:
    """Write the pack into a folder, and return the folder."""
    rules = [
        RULE.format(id=name, clause=clause, anchor=anchor, title=title, measure=measure, more=more)
        for name, (clause, anchor, title, measure, more) in RULES.items()
    ]
    cases = [
        f"- {{rule: {name}, case: {outcome}, facts: {facts}, expect: {outcome}}}\n"
        for name, told in FACTS_OF.items()
        for facts, outcome in zip(told, OUTCOMES, strict=True)
    ]
    files = {
        "pack.yaml": HEAD.replace("DIGEST", sha256(text.encode()).hexdigest()),
        "roles.yaml": "firm: {zh: 企业, en: firm}\n",
        "facts/facts.yaml": FACTS,
        "rules/rules.yaml": "".join(rules),
        "cases/cases.yaml": "".join(cases),
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content, "utf-8")
    return folder


def change(folder: Path, name: str, old: str, new: str) -> Path:
    """Change one place of a file of the pack, and return the folder."""
    file = folder / name
    text = file.read_text("utf-8")
    assert text.count(old) == 1, (name, old, text.count(old))
    file.write_text(text.replace(old, new), "utf-8")
    return folder


def opened(folder: Path) -> tuple[Pack, tuple[Placed, ...]]:
    """Return the pack and its cases."""
    pack = load_pack(folder)
    return pack, read_cases(pack)
