from eforefront import codes
from orgs.codes import ORG_TYPES
from partyplatform.codetable import CodeTable, Rules


def test_rules_keep_their_figures_as_text():
    first = codes.DUES_RATES.rows[0]
    assert (first["category"], first["up_to"], first["rate"]) == ("1", "3000", "0.005")
    assert {row["meeting_type"] for row in codes.MEETING_FREQUENCIES.rows} <= set(codes.MEETING_TYPES.rows)


def test_an_unknown_code_shows_itself_and_an_empty_one_nothing():
    assert (ORG_TYPES.display("999"), ORG_TYPES.display(""), "999" in ORG_TYPES) == ("999", "", False)
    assert ORG_TYPES.code_of("党小组") is None


def test_headings_named_selectable_can_be_chosen(tmp_path):
    file = tmp_path / "kinds.csv"
    file.write_text(
        "code,name,parent,source,note\n1,甲,,own,\n11,甲一,1,own,\n2,乙,,own,selectable\n21,乙一,2,own,\n", "utf-8"
    )
    assert dict(CodeTable(file).choices) == {"11": "甲一 11", "2": "乙 2", "21": "乙一 21"}
    assert Rules(file).rows[0] == {"code": "1", "name": "甲", "parent": "", "source": "own", "note": ""}
