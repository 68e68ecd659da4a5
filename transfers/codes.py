"""Code tables of 组织关系转接. Sources and editions: docs/codes.md."""

from pathlib import Path

from partyplatform.codetable import CodeTable

_DATA = Path(__file__).parent / "data"

TRANSFER_TYPES = CodeTable(_DATA / "transfer_type.csv", style="plain")
TRANSFER_STATES = CodeTable(_DATA / "transfer_state.csv", style="plain")
LETTER_STATES = CodeTable(_DATA / "letter_state.csv", style="plain")
