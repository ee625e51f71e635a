"""Believable names and matters for the stock that is measured."""

import random

SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
)
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红玲芬燕彬鹏浩凯晨宇欣怡梓涵子轩诗雨佳一诺思远若谷"
PROVINCES = ("广东", "江苏", "山东", "浙江", "河南", "四川", "湖北", "福建", "湖南", "上海", "安徽", "北京")
PRODUCTS = (
    "滚筒洗衣机",
    "对开门冰箱",
    "燃气热水器",
    "变频空调",
    "油烟机",
    "嵌入式洗碗机",
    "净水器",
    "扫地机器人",
    "电饭煲",
    "空气炸锅",
)
FAULTS = (
    "漏水",
    "异响",
    "不制冷",
    "无法启动",
    "显示屏不亮",
    "温度上不去",
    "频繁跳闸",
    "门关不严",
    "电机过热",
    "连不上网络",
)
ACTIONS = (
    "要求退货退款",
    "要求上门维修",
    "要求更换新机",
    "要求赔偿损失",
    "希望尽快答复",
    "询问保修政策",
    "催促安装师傅上门",
    "投诉客服态度",
)
PLACES = ("厨房", "客厅", "阳台", "卫生间", "卧室", "店里", "仓库", "新房")


def person(rng: random.Random) -> str:
    """A name of two or three characters."""
    return rng.choice(SURNAMES) + "".join(rng.choice(GIVEN) for _ in range(rng.choice((1, 2, 2))))


def matter(rng: random.Random) -> tuple[str, str]:
    """Subject and text of a ticket, about sixty characters."""
    product, fault, action = rng.choice(PRODUCTS), rng.choice(FAULTS), rng.choice(ACTIONS)
    text = (
        f"客户反映{rng.choice(PLACES)}使用的{product}购买{rng.randrange(1, 36)}个月后出现{fault},"
        f"已联系售后{rng.randrange(1, 5)}次未解决，{action},订单金额{rng.randrange(300, 9000)}元。"
    )
    return f"{product}{fault},{action}", text


def phone(n: int) -> str:
    """The phone of the n-th customer."""
    return f"1{30 + n % 60}{n:08d}"
