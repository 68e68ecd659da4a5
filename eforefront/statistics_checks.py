"""What `manage.py check` says about the files of 党内统计: own tables are read before anybody needs them."""

from django.core.checks import Error, register

from eforefront.statistics.definitions import BadDefinition, edition, editions


@register()
def tables_can_be_read(app_configs, **kwargs):
    try:
        for name in editions():
            edition(name)
    except BadDefinition as fault:
        return [Error(f"党内统计的报表定义有误：{fault}", hint="写法见 docs/statistics.md。", id="eforefront.E001")]
    return []
