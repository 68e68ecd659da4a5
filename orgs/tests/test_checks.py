import pytest
from django.db import connection

from orgs.checks import character_type, keywords_are_found

OTHER = "orgs_ctype_c"


@pytest.mark.django_db
def test_the_database_of_the_tests_is_fit():
    assert keywords_are_found(None, ["default"]) == []


def test_without_databases_nothing_is_asked():
    assert keywords_are_found(None, None) == []


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_database_without_chinese_letters_is_named():
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {OTHER}")
        cursor.execute(f"CREATE DATABASE {OTHER} TEMPLATE template0 LC_CTYPE 'C' LC_COLLATE 'C'")
    name = connection.settings_dict["NAME"]
    try:
        connection.close()
        connection.settings_dict["NAME"] = OTHER
        assert character_type(connection) == "C"
        [warning] = keywords_are_found(None, ["default"])
        assert (warning.id, warning.msg) == (
            "orgs.W001",
            "数据库“default”的 LC_CTYPE 为 C，中文关键字不能使用索引，搜索会很慢。",
        )
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {OTHER}")


@pytest.mark.postgresql
@pytest.mark.django_db
def test_a_keyword_of_three_letters_uses_the_index():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT id FROM orgs_organization WHERE search_text LIKE '%党支部%'")
        assert "org_search" in "\n".join(line for (line,) in cursor.fetchall())
