"""What Parley refuses and why: one table of plain sentences, the same for the API, the screens and the command line."""

from typing import Any, Literal

import msgspec

ScreenLanguage = Literal["en", "zh"]


class Fault(msgspec.Struct, frozen=True, omit_defaults=True):
    """One of several things wrong: ``path`` says where (``nodes/greet/text``), ``code`` which kind of fault."""

    path: str
    message: str
    code: str = ""


class Sentence(msgspec.Struct, frozen=True):
    """How a refusal is told: its HTTP status, and its sentence in both languages with {placeholders}."""

    status: int
    en: str
    zh: str


SENTENCES: dict[str, Sentence] = {
    "not_signed_in": Sentence(401, "Sign in first.", "请先登录。"),
    "wrong_sign_in": Sentence(401, "The e-mail address or the password is wrong.", "邮箱或密码不正确。"),
    "too_many_tries": Sentence(
        429, "Too many attempts. Try again in {minutes} minutes.", "尝试次数过多，请在 {minutes} 分钟后重试。"
    ),
    "not_allowed": Sentence(403, "As {role} you may not {permission}.", "您的角色“{role}”没有“{permission}”的权限。"),
    "foreign_origin": Sentence(
        403,
        "This request came from a page that is not Parley's own. Scripts use an API token instead of the cookie.",
        "此请求并非来自 Parley 自己的页面。脚本请使用 API 令牌，不要使用 Cookie。",
    ),
    "not_found": Sentence(404, "There is no {kind} {id}.", "找不到{kind}：{id}。"),
    "no_such_path": Sentence(404, "There is nothing at this address.", "此地址不存在。"),
    "method_not_allowed": Sentence(405, "This address does not take that method.", "此地址不支持该请求方法。"),
    "bad_request": Sentence(400, "The request cannot be read: {reason}", "无法读取请求：{reason}"),
    "too_large": Sentence(413, "That is too large; the limit is {limit}.", "内容过大，上限为 {limit}。"),
    "too_deep": Sentence(400, "The request is nested too deeply.", "请求的嵌套层级过深。"),
    "not_storable": Sentence(
        422,
        "This holds something that cannot be stored, such as a zero byte or a number that is too large.",
        "内容含有无法保存的字符或数值（例如空字节或过大的数字）。",
    ),
    "bad_value": Sentence(422, "{reason}", "{reason}"),
    "service_address": Sentence(
        422, "The address should be like https://api.shop.example/v2.", "地址应类似 https://api.shop.example/v2。"
    ),
    "service_inside": Sentence(
        422,
        "This address may not be asked: {reason}. PARLEY_ALLOWED_HOSTS says what of the shop's own network may be.",
        "不允许请求此地址（{reason}）。自有网络中允许请求的地址须在 PARLEY_ALLOWED_HOSTS 中列出。",
    ),
    "hours_name": Sentence(422, "The hours need a name.", "请为营业时间填写名称。"),
    "hours_zone": Sentence(422, "There is no time zone {zone}.", "没有名为 {zone} 的时区。"),
    "hours_country": Sentence(422, "The holidays of {country} are not known.", "没有 {country} 的节假日数据。"),
    "hours_never": Sentence(
        422, "With these hours it is never open. Enter the hours of at least one day.", "至少要填写一天的营业时间。"
    ),
    "hours_text": Sentence(
        422,
        "“{text}” is not understood. Write hours like 9:00-18:00, 19:30-22.",
        "无法识别“{text}”。请写成 9:00-18:00, 19:30-22 的形式。",
    ),
    "hours_day": Sentence(
        422, "“{text}” is no day. Write days like 2027-12-24.", "“{text}”不是日期。请写成 2027-12-24 的形式。"
    ),
    "secret_name": Sentence(
        422,
        "A secret's name should be small letters, digits and _, beginning with a letter.",
        "密钥名称只能用小写字母、数字和下划线，并以字母开头。",
    ),
    "secret_text": Sentence(422, "The secret {name} should be one line.", "密钥 {name} 只能有一行。"),
    "too_many_secrets": Sentence(422, "A service has {most} secrets at most.", "一个服务最多有 {most} 个密钥。"),
    "conflict": Sentence(
        409,
        "Someone else changed this meanwhile; it is at version {version} now. Load it again.",
        "其他人刚刚做了修改，当前版本为 {version}，请重新加载。",
    ),
    "bad_edit": Sentence(422, "This change is not possible: {reason}", "无法进行此修改：{reason}"),
    "not_a_flow": Sentence(
        422, "This is not a flow that can be taken (faults: {count}).", "无法导入此流程文件：共 {count} 处错误。"
    ),
    "flow_has_errors": Sentence(
        422,
        "The flow has {count} errors. Resolve them, then publish.",
        "流程中有 {count} 个错误，请解决后再发布。",
    ),
    "cases_fail": Sentence(
        422,
        "{count} of {total} test cases do not go as written. Mend the flow, or the cases if it is right now; "
        "an admin may publish all the same and say why.",
        "{total} 个测试用例中有 {count} 个与预期不符。请修改流程；若流程无误，请更新用例。管理员可填写原因后仍然发布。",
    ),
    "rehearsal_too_long": Sentence(
        422,
        "More than {most} steps run in this rehearsal. Begin anew with less time or fewer messages.",
        "本次预演执行的步骤超过 {most} 个。请重新开始，并减少跳过的时间或消息。",
    ),
    "nothing_to_publish": Sentence(
        409, "Nothing has changed since revision {revision}.", "自版本 {revision} 以来没有任何修改。"
    ),
    "in_trash": Sentence(409, "This flow is deleted. Restore it first.", "此流程已被删除，请先恢复。"),
    "email_taken": Sentence(409, "Somebody already signs in with {email}.", "邮箱 {email} 已被使用。"),
    "bad_email": Sentence(422, "{email} is not an e-mail address.", "{email} 不是有效的邮箱地址。"),
    "weak_password": Sentence(422, "A password needs at least {least} characters.", "密码至少需要 {least} 个字符。"),
    "above_yourself": Sentence(
        403,
        "You cannot give, change or take away the role {role}: it is above your own.",
        "您不能授予、修改或收回角色“{role}”，它高于您自己的角色。",
    ),
    "last_owner": Sentence(
        409, "This is the last owner. Make another person owner first.", "这是最后一位所有者，请先指定另一位所有者。"
    ),
    "resolved": Sentence(
        409,
        "The conversation is resolved; the contact's next message opens a new one.",
        "该会话已结束，访客再次发来消息时会开启新会话。",
    ),
    "with_flow": Sentence(409, "The flow has this conversation already.", "该会话已由流程接待。"),
    "bad_snooze": Sentence(
        422,
        "Choose a time that is still to come, {days} days ahead at most.",
        "请选择一个将来的时间，最远 {days} 天之内。",
    ),
    "empty_text": Sentence(422, "There is no text to send.", "请输入内容。"),
    "too_long_text": Sentence(
        422, "The text has {length} characters; the limit is {limit}.", "内容共 {length} 个字符，上限为 {limit} 个。"
    ),
    "document_too_large": Sentence(413, "{name} is larger than {limit}.", "{name} 超过 {limit} 的大小上限。"),
    "document_too_long": Sentence(
        422,
        "{name} has more than {limit} passages. Split it into several files.",
        "{name} 的内容超过 {limit} 段，请拆分成多个文件。",
    ),
    "document_empty": Sentence(422, "There is nothing to read in {name}.", "{name} 中没有可读取的内容。"),
    "document_kind": Sentence(
        422,
        "{name} is {kind}. Markdown (.md), CSV (.csv) and plain text (.txt) can be read; save it as one of these.",
        "{name} 是 {kind} 格式。目前支持 Markdown（.md）、CSV（.csv）和纯文本（.txt），请另存为其中一种格式。",
    ),
    "document_encoding": Sentence(
        422,
        "{name} is not in UTF-8: line {line}, byte {offset} ({byte}). It looks like {guess}. Save it as UTF-8 "
        "(in Excel: Save as, “CSV UTF-8”) and upload it again.",
        "{name} 不是 UTF-8 编码：第 {line} 行，第 {offset} 字节（{byte}）。文件似乎是 {guess} 编码，"
        "请另存为 UTF-8（Excel：另存为“CSV UTF-8”）后重新上传。",
    ),
    "csv_columns": Sentence(
        422,
        "The first line of {name} must name the columns question and answer (language and market if wanted). "
        "It says: {found}",
        "{name} 的第一行必须包含“问题”和“答案”两列（可另加“语言”和“市场”）。现在的第一行是：{found}",
    ),
    "csv_rows": Sentence(422, "{name}, line {line}: {reason}.", "{name} 第 {line} 行有误：{reason}。"),
    "csv_broken": Sentence(
        422,
        "{name}, line {line}: the quotation marks do not add up ({reason}).",
        "{name} 第 {line} 行：引号不配对（{reason}）。",
    ),
    "bad_language": Sentence(
        422, "“{language}” is not a language code such as en or zh-TW.", "“{language}”不是语言代码（如 en、zh-TW）。"
    ),
    "bad_market": Sentence(
        422,
        "“{market}” is not a country code of two capitals such as DE.",
        "“{market}”不是两位大写的国家代码（如 DE）。",
    ),
    "knowledge_full": Sentence(
        422,
        "The knowledge base would have more than {limit} passages. Remove documents that are no longer needed.",
        "知识库将超过 {limit} 段的上限，请先删除不再需要的文档。",
    ),
    "not_failed": Sentence(
        409, "This message has not failed, or no longer.", "此消息并未发送失败，或已不再是失败状态。"
    ),
    "account_off": Sentence(
        409, "The channel {name} is switched off. Switch it on first.", "渠道“{name}”已停用，请先启用。"
    ),
    "channel_in_use": Sentence(
        409,
        "People have written to {name}: its conversations would lose their way back. Switch it off instead.",
        "已有访客通过“{name}”发来消息，删除后将无法回复这些会话。请改为停用。",
    ),
    "not_published": Sentence(409, "This flow was never published.", "此流程尚未发布过。"),
    "unexpected": Sentence(
        500,
        "Something went wrong on our side. It has been logged under {id}.",
        "我们这边出了点问题，已记录，编号 {id}。",
    ),
}
"""Every refusal by its code."""

WORDS: dict[str, dict[str, dict[ScreenLanguage, str]]] = {
    "kind": {
        "flow": {"zh": "流程"},
        "revision": {"zh": "版本"},
        "conversation": {"zh": "会话"},
        "message": {"zh": "消息"},
        "document": {"zh": "文档"},
        "channel": {"zh": "渠道"},
        "channel type": {"zh": "渠道类型"},
        "person": {"zh": "成员"},
        "token": {"zh": "令牌"},
        "service": {"zh": "服务"},
        "hours": {"zh": "营业时间"},
        "starter": {"zh": "模板"},
    },
    "role": {
        "owner": {"zh": "所有者"},
        "admin": {"zh": "管理员"},
        "builder": {"zh": "搭建者"},
        "agent": {"zh": "客服"},
        "viewer": {"zh": "观察者"},
    },
    "permission": {
        "be_signed_in": {"en": "be signed in", "zh": "登录"},
        "see_flows": {"en": "see flows", "zh": "查看流程"},
        "edit_flows": {"en": "edit flows", "zh": "编辑流程"},
        "rehearse": {"en": "rehearse flows", "zh": "预演流程"},
        "publish": {"en": "publish flows", "zh": "发布流程"},
        "override_cases": {"en": "publish although test cases fail", "zh": "在测试用例未通过时发布"},
        "delete_flows": {"en": "delete flows", "zh": "删除流程"},
        "see_conversations": {"en": "see conversations", "zh": "查看会话"},
        "answer": {"en": "answer conversations", "zh": "回复会话"},
        "see_knowledge": {"en": "see the knowledge base", "zh": "查看知识库"},
        "edit_knowledge": {"en": "change the knowledge base", "zh": "修改知识库"},
        "see_channels": {"en": "see channels", "zh": "查看渠道"},
        "edit_channels": {"en": "change channels", "zh": "修改渠道"},
        "see_services": {"en": "see services", "zh": "查看服务"},
        "try_services": {"en": "try requests to services", "zh": "测试服务请求"},
        "see_hours": {"en": "see hours", "zh": "查看营业时间"},
        "edit_hours": {"en": "change hours", "zh": "修改营业时间"},
        "edit_services": {"en": "change services", "zh": "修改服务"},
        "manage_people": {"en": "manage people", "zh": "管理成员"},
        "manage_tokens": {"en": "manage API tokens", "zh": "管理 API 令牌"},
        "see_audit": {"en": "see the audit log", "zh": "查看操作日志"},
        "see_metrics": {"en": "see how Parley itself is running", "zh": "查看系统运行指标"},
        "operate": {"en": "see and mend how Parley runs", "zh": "查看和处理运行状况"},
    },
}
"""How values that are codes are called in a sentence; a language left out takes the code itself."""


class RefusedError(Exception):
    """Something that cannot be done as asked; ``code`` is a key of SENTENCES, ``values`` fill its sentence.

    ``where`` names the field or path it is about, ``faults`` list what is wrong when there are several.
    """

    def __init__(self, code: str, *, where: str = "", faults: tuple[Fault, ...] = (), **values: Any) -> None:
        super().__init__(SENTENCES[code].en.format_map(_worded(values, "en")))
        self.code = code
        self.where = where
        self.faults = faults
        self.values = values

    @property
    def status(self) -> int:
        """The HTTP status that says the same."""
        return SENTENCES[self.code].status

    def said(self, language: ScreenLanguage = "en") -> str:
        """The sentence for a person."""
        if language == "en":
            return str(self)
        return SENTENCES[self.code].zh.format_map(_worded(self.values, language))


def _worded(values: dict[str, Any], language: ScreenLanguage) -> dict[str, Any]:
    return {
        name: WORDS[name].get(value, {}).get(language, value) if name in WORDS else value
        for name, value in values.items()
    }


def not_found(kind: str, which: object) -> RefusedError:
    """There is no such thing, or it is not the asker's to see."""
    return RefusedError("not_found", where=kind, kind=kind, id=which)
