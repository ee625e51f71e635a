"""What the positions of the demonstration are for: texts and duties of their descriptions."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Work:
    """One duty: what, by which norm, how measured, with which powers."""

    duty: str
    norm: str
    kpi: str
    powers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """The description of one position."""

    position: str
    texts: dict[str, str]
    duties: tuple[Work, ...]


TRAINING = (
    "岗前：产品知识 16 课时、系统操作 8 课时、沟通与投诉处理 8 课时\n在岗：每月业务研讨 2 课时，新品上市前专题培训"
)
DESK = "固定工位，电脑、耳麦电话各一套；按班次表轮班，节假日照常值守。"

AGENT = Post(
    "客服专员",
    {
        "department": "客户服务部",
        "superior": "客服班长",
        "subordinates": "无",
        "contacts_inside": "质量管理部、售后维修部、物流配送部、各门店的承办人员",
        "contacts_outside": "来电来访的客户、代理服务商",
        "purpose": "把每一位客户的来话接住、记准、跟到底，让投诉在承诺的时限内有结果。",
        "objective": "投诉按时办结率 95% 以上，客户满意度 4.3 分以上，登记差错为零。",
        "qualifications": "大专及以上学历\n普通话流利，打字每分钟 55 字以上\n一年以上家电或服务行业客服经验\n能在压力下保持耐心，善于倾听",
        "training": TRAINING,
        "career": "客服班长、质检专员",
        "interchangeable": "回访专员",
        "replaceable": "回访专员",
        "conditions": DESK,
    },
    (
        Work(
            "受理电话、网页和到店的咨询与投诉，当场登记并告知单号",
            "接通后先问好、报工号；客户诉求用客户的原话记录，复述一遍由客户确认",
            "20 秒接通率 85%；登记完整率 100%",
            ("ticket.create", "customer.create"),
        ),
        Work(
            "评审投诉的类型和严重程度，派发给责任部门",
            "两小时内完成评审；涉及人身安全的立即报班长",
            "评审及时率 98%；派发准确率 95%",
            ("ticket.assess", "ticket.dispatch"),
        ),
        Work(
            "收集证据，核实情况，作出是否成立的结论",
            "结论须有照片、记录或当事人陈述支持，不凭印象下结论",
            "退回重查率 5% 以下",
            ("ticket.investigate",),
        ),
        Work(
            "跟进处理进度，把结果告知客户并记录客户答复",
            "承诺过的回电时间不得失约；不成立的要礼貌说明理由",
            "告知及时率 97%",
            ("ticket.plan", "ticket.tell"),
        ),
        Work(
            "维护客户档案，保守客户信息",
            "资料有变当日更新；查看完整号码须写明原因",
            "档案完整度 90 分以上；泄密事件为零",
            ("customer.change", "customer.reveal"),
        ),
    ),
)
LEADER = Post(
    "客服班长",
    {
        "department": "客户服务部",
        "superior": "客户服务部经理",
        "subordinates": "客服专员、回访专员",
        "contacts_inside": "各承办部门负责人",
        "contacts_outside": "重要客户、代理服务商负责人",
        "purpose": "带好一个班：合理分派、盯住时限、顶上难处，让班组的承诺件件落地。",
        "objective": "本班投诉按时办结率 97%，超时工单当日清零，班组满意度 4.4 分以上。",
        "qualifications": "大专及以上学历\n三年以上客服经验，其中一年带班经验\n熟"
        "悉投诉处理闭环和消费者权益法规\n有排班、辅导和现场协调能力",
        "training": TRAINING + "\n管理：班组管理与辅导技巧 16 课时",
        "career": "客户服务部经理",
        "interchangeable": "其他班组的班长",
        "replaceable": "客服专员",
        "conditions": DESK,
    },
    (
        Work(
            "分派工单和回访，均衡各人负荷",
            "先到期的先分，疑难件分给有经验的人；有人请假时当日移交",
            "无人负责的工单不过夜",
            ("ticket.assign", "visit.assign", "care.assign"),
        ),
        Work(
            "督办临期和超时的事项，催办承办部门",
            "每日上午、下午各检查一次临期清单",
            "超时率 3% 以下",
            ("ticket.supervise", "ticket.urge"),
        ),
        Work(
            "处理升级投诉和特殊客户",
            "两小时内亲自联系客户",
            "升级投诉一次解决率 90%",
            ("ticket.plan", "ticket.tell", "ticket.reopen"),
        ),
        Work(
            "检查整改和回访质量，提出改进意见",
            "低分回访逐件复核原因",
            "整改验证通过率 90%",
            ("rectification.check", "correction.change"),
        ),
        Work("起草、修订本班岗位的说明书", "职责有变化时一个月内完成修订", "说明书与实际一致", ("position.draft",)),
    ),
)
CALLER = Post(
    "回访专员",
    {
        "department": "客户服务部",
        "superior": "客服班长",
        "subordinates": "无",
        "contacts_inside": "投诉组、热线组、各责任部门",
        "contacts_outside": "已办结事项的客户、会员",
        "purpose": "代表公司听客户说真话：事情解决了没有，还有什么不满意。",
        "objective": "应访客户三日内回访率 100%，记录真实完整，低分当日上报。",
        "qualifications": "大专及以上学历\n声音亲切，表达清楚\n做事细致，能如实记录不好听的话",
        "training": TRAINING,
        "career": "客服班长",
        "interchangeable": "客服专员",
        "replaceable": "客服专员",
        "conditions": DESK,
    },
    (
        Work(
            "在规定时限内回访已告知结果的客户",
            "避开午休和晚间；三次不通换时段再试，如实登记",
            "三日内回访率 100%",
            ("visit.do", "visit.view"),
        ),
        Work(
            "记录满意度、客户原话和是否解决",
            "不诱导、不代答；客户不愿评价的按未评价登记",
            "抽检录音一致率 98%",
            ("visit.do",),
        ),
        Work("对节日、生日和保养到期的客户致以关怀", "尊重客户的免打扰意愿", "关怀完成率 95%", ("care.do",)),
        Work("查阅整改情况，向客户反馈改进结果", "答应反馈的必须反馈", "反馈及时率 95%", ("rectification.view",)),
    ),
)
CHIEF = Post(
    "客户服务部经理",
    {
        "department": "客户服务部",
        "superior": "总经理",
        "subordinates": "客服班长",
        "contacts_inside": "质量、售后、物流、市场、财务各部门负责人",
        "contacts_outside": "市场监管部门、消费者协会、重要客户",
        "purpose": "对公司的客户满意负责：建好规矩，带好队伍，推动责任部门真改。",
        "objective": "年度客户满意度 4.4 分以上，同类投诉重复率逐季下降，部门费用不超预算。",
        "qualifications": "本科及以上学历\n八年以上客户服务经验，三年以上部门管理经验\n"
        "熟悉产品质量和消费者权益法规\n能用数据说话，善于跨部门协调",
        "training": "每年不少于 40 课时：管理、法规、数据分析",
        "career": "运营总监",
        "interchangeable": "市场营销部经理",
        "replaceable": "客服班长",
        "conditions": "独立办公室，电脑、电话各一套；法定工作时间，重大投诉随时到岗。",
    },
    (
        Work(
            "建立并维护服务制度、时限和工作日历",
            "制度每年评审一次，修改须留版本",
            "制度执行检查合格率 95%",
            ("settings.change", "calendars.change"),
        ),
        Work(
            "审批超限额补偿和大量导出",
            "一个工作日内答复，写明理由",
            "审批及时率 100%",
            ("ticket.approve", "export.approve"),
        ),
        Work(
            "督办重大投诉，统筹各部门处理",
            "重大投诉 24 小时内召集责任部门",
            "重大投诉按时办结率 100%",
            ("ticket.supervise", "ticket.assign"),
        ),
        Work(
            "分析投诉原因，组织整改并上报",
            "每月 5 日前提交上月分析",
            "月报准时率 100%",
            ("report.view", "correction.change", "rectification.check"),
        ),
        Work("审核部门岗位说明书", "逐条核对职责、指标与实际权限", "说明书按时审核率 100%", ("position.review",)),
    ),
)
SHOP = Post(
    "门店店长",
    {
        "department": "市场营销部",
        "superior": "市场营销部经理",
        "subordinates": "门店店员",
        "contacts_inside": "客户服务部、物流配送部",
        "contacts_outside": "到店客户、商场物业",
        "purpose": "让进店的客户有人接待、有问必答、有诉必应。",
        "objective": "到店投诉当日登记率 100%，派到本店的工单按时答复率 98%。",
        "qualifications": "大专及以上学历\n三年以上家电零售经验",
        "training": TRAINING,
        "career": "区域经理",
        "interchangeable": "其他门店店长",
        "replaceable": "无",
        "conditions": "门店现场，随商场营业时间轮班。",
    },
    (
        Work(
            "接待到店客户，登记来意和去向",
            "三声问候；首次到店的问明获知途径",
            "登记率 100%",
            ("reception.register", "reception.manage"),
        ),
        Work(
            "受理到店投诉，答复派发给本店的工单",
            "能当场解决的当场解决，不推给热线",
            "按时答复率 98%",
            ("ticket.create", "dispatch.answer"),
        ),
    ),
)
