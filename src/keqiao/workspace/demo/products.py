"""What the company makes: families of products with their models and the months in which they trouble people most."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """A family of products; `months` are those of its season, `price` lowest and highest in yuan."""

    short: str
    models: tuple[str, ...]
    price: tuple[int, int]
    months: frozenset[int] = frozenset()


PRODUCTS: dict[str, Family] = {
    "washer": Family(
        "洗衣机",
        (
            "海纳 XG10-B16 滚筒洗衣机",
            "海纳 XG12-H20 洗烘一体机",
            "海纳 XB90-T3 波轮洗衣机",
            "海纳 XG08-M5 迷你滚筒洗衣机",
        ),
        (1299, 4699),
    ),
    "fridge": Family(
        "冰箱",
        ("海纳 BCD-480W 对开门冰箱", "海纳 BCD-326T 三门冰箱", "海纳 BCD-510F 法式多门冰箱", "海纳 BC-168 单门冰箱"),
        (1499, 6299),
        frozenset({6, 7, 8}),
    ),
    "ac": Family(
        "空调",
        (
            "海纳 KFR-35GW/A1 挂机空调",
            "海纳 KFR-26GW/S2 挂机空调",
            "海纳 KFR-72LW/P3 柜机空调",
            "海纳 KFR-50LW/P1 柜机空调",
        ),
        (1899, 6999),
        frozenset({5, 6, 7, 8, 9}),
    ),
    "heater": Family(
        "热水器",
        ("海纳 JSQ30-16E 燃气热水器", "海纳 ES60-V2 电热水器", "海纳 ES80-V5 电热水器", "海纳 JSQ25-13C 燃气热水器"),
        (899, 3299),
        frozenset({10, 11, 12, 1, 2}),
    ),
    "hood": Family(
        "油烟机",
        ("海纳 CXW-268-T7 顶吸油烟机", "海纳 CXW-220-C5 侧吸油烟机", "海纳 CXW-300-Z1 变频油烟机"),
        (1299, 3999),
    ),
    "stove": Family("燃气灶", ("海纳 JZT-2B08 双眼燃气灶", "海纳 JZT-3G11 三眼燃气灶"), (599, 1899)),
    "dish": Family("洗碗机", ("海纳 W13-D2 嵌入式洗碗机", "海纳 W08-T1 台式洗碗机"), (1999, 4999)),
    "water": Family("净水机", ("海纳 RO800-G1 净水机", "海纳 RO600-N3 净水机"), (1299, 2899)),
    "robot": Family("扫地机", ("海纳 S7 扫拖机器人", "海纳 S9 Pro 扫拖机器人"), (1599, 3799)),
    "cooker": Family("电饭煲", ("海纳 FB40-I3 电磁电饭煲", "海纳 FB30-M1 电饭煲"), (199, 899)),
}
