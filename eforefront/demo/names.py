"""Names of people who do not exist."""

from random import Random

MAN, WOMAN = "1", "2"  # as in a record

_COMMON = "王王王王王王王李李李李李李李张张张张张张张刘刘刘刘刘陈陈陈陈陈杨杨杨赵赵赵黄黄周周吴吴"
_SURNAMES = (
    f"{_COMMON}徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范"
    "方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_COMPOUND = ("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "慕容")
_EITHER = (
    "明平华文海宇欣晨曦涵浩然思远嘉一若天心怡立新永安康春生秋月冬青清泉山川江河林云飞鸿程万里晓雪诗琪瑞泽铭博志辉国建英"
)
_OF_MEN = "伟强磊军洋勇杰涛超刚峰俊东诚皓凡振松柏岩石森焱鑫鹏"
_OF_WOMEN = "芳娜敏静丽娟艳秀霞桂玉兰红梅雨桐佳梓萱莹夏荷竹燕婷洁"
_GIVEN = {MAN: _EITHER + _OF_MEN, WOMAN: _EITHER + _OF_WOMEN}
_RARE = ("𠮷", "䶮", "㛃", "堃", "喆", "𬱖", "𫖯", "翀", "甯", "璟")
_FIRST = {
    MAN: ("阿迪力", "艾力", "巴特尔", "扎西", "那日苏"),
    WOMAN: ("古丽娜尔", "帕提玛", "娜仁", "卓玛", "迪丽努尔"),
}
_SECOND = ("买买提", "吐尔逊", "依明", "斯琴", "多吉", "央金", "阿不都", "乌云", "艾尔肯", "格桑")


def name(rng: Random, gender: str) -> str:
    """Return one name of a man or a woman; about one in 250 has a middle dot, as many have a rare character."""
    kind = rng.random()
    if kind < 0.004:
        return f"{rng.choice(_FIRST[gender])}·{rng.choice(_SECOND)}"
    surname = rng.choice(_COMPOUND) if kind < 0.012 else rng.choice(_SURNAMES)
    if kind > 0.996:
        return surname + rng.choice(_RARE)
    return surname + "".join(rng.choices(_GIVEN[gender], k=1 if kind > 0.84 else 2))


def pools(rng: Random, size: int) -> dict[str, list[str]]:
    """Return `size` names of each gender to draw from; among millions of people many share one."""
    return {gender: [name(rng, gender) for _ in range(size)] for gender in (MAN, WOMAN)}
