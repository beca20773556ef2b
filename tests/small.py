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
totals: {clauses: 10, rules: 5, elements: 2, unscored: 7, cases: 15}
parameters:
  - {id: number, title: {zh: 次数, en: number}, question: {zh: 几次？, en: how many?}, type: count, default: 1}
clauses:
  - id: 通知
    unscored: [{anchor: 关于印发, reason: framing}, {anchor: 抄送：市安委会, reason: framing},
               {anchor: 某区安委办, reason: external-list}]
  - {id: 前言, unscored: [{anchor: 坚持人民至上, reason: slogan}]}
  - {id: 一, unscored: [{anchor: 全面落实责任, reason: slogan}]}
  - {id: 二, unscored: [{anchor: 重点任务, reason: framing}]}
  - {id: 二.(一), rules: [publicity], unscored: [{anchor: 健全制度, reason: framing}]}
  - {id: 二.(一).1, rules: [plan, meeting, ban]}
  - {id: 二.(一).2, rules: [certified]}
"""
