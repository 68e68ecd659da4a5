"""Names of people who do not exist."""

from random import Random

_COMMON = "王王王王王王王李李李李李李李张张张张张张张刘刘刘刘刘陈陈陈陈陈杨杨杨赵赵赵黄黄周周吴吴"
_SURNAMES = (
    f"{_COMMON}徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范"
    "方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_COMPOUND = ("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "慕容")
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国文玉兰红梅志辉海波宇欣晨曦子涵浩然思远雨桐佳怡梓萱俊峰晓东"
    "雪莹嘉诚瑞泽铭皓一凡若曦诗琪博文天宇心怡立新永康振华春生秋月冬青夏荷松柏竹清泉山川江河岩石林森焱鑫磊云飞鸿鹏程万里"
)
_RARE = ("𠮷", "䶮", "㛃", "堃", "喆", "𬱖", "𫖯", "翀", "甯", "璟")
_FIRST = ("阿迪力", "古丽娜尔", "艾力", "帕提玛", "巴特尔", "娜仁", "扎西", "卓玛", "迪丽努尔", "那日苏")
_SECOND = ("买买提", "吐尔逊", "依明", "斯琴", "多吉", "央金", "阿不都", "乌云", "艾尔肯", "格桑")


def name(rng: Random) -> str:
    """Return one name; about one in 250 has a middle dot, as many have a rare character."""
    kind = rng.random()
    if kind < 0.004:
        return f"{rng.choice(_FIRST)}·{rng.choice(_SECOND)}"
    surname = rng.choice(_COMPOUND) if kind < 0.012 else rng.choice(_SURNAMES)
    if kind > 0.996:
        return surname + rng.choice(_RARE)
    return surname + "".join(rng.choices(_GIVEN, k=1 if kind > 0.84 else 2))


def pool(rng: Random, size: int) -> list[str]:
    """Return `size` names to draw from; among millions of people many share one."""
    return [name(rng) for _ in range(size)]
