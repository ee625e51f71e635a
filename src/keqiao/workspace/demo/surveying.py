"""The three usual questionnaires, published, and one of the house's own that is still a draft."""

from keqiao.surveys import actions
from keqiao.workspace.demo.world import World

SURVEYS = (
    ("服务满意度调查", "csat", "咨询、报修和售后办结后了解满意度", "both"),
    ("品牌推荐意愿调查", "nps", "每半年了解老客户是否愿意推荐海纳电器", "zh-hans"),
    ("办事省力程度调查", "ces", "了解客户报修和退换货是否费力", "zh-hans"),
)
OWN = (
    {"kind": "choice", "text": "您家的电器是谁上门安装的？", "options": "海纳安装师傅\n代理服务公司\n自己安装"},
    {"kind": "matrix", "text": "请评价这次安装", "options": "准时到达\n动作规范\n讲解清楚\n现场整洁"},
    {"kind": "text", "text": "师傅有什么做得好或需要改进的？", "required": False, "when": ["q1=o1", "q1=o2"]},
)


def build(world: World) -> None:
    """The head of the department writes them."""
    chief = world.company.actor("tangjing")
    for name, kind, purpose, language in SURVEYS:
        survey = actions.create_survey(actor=chief, name=name, kind=kind, purpose=purpose, language=language)
        actions.publish(actor=chief, obj=survey)
    own = actions.create_survey(actor=chief, name="安装质量调查", kind="own", purpose="改进上门安装", basis="survey")
    for asked in OWN:
        actions.add_question(actor=chief, survey=own, **asked)
