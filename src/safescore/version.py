"""The version of the tool, as every report states it."""

VERSION = "0.1.0"
