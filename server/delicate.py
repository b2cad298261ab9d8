"""What a contact writes that is no matter for a model: recognized before any model is asked, and masked on the way.

By words and forms alone, in the languages shops of our kind are written to in. It errs towards a person.
"""

import re
import unicodedata
from typing import Literal

Topic = Literal["payment", "identity", "privacy", "paying"]

_WORDS: dict[Topic, str] = {
    # What belongs to somebody's means of payment: for a person.
    "payment": r"""
        card number, card details, card data, card no\., credit card was, my card was, cvv, cvc,
            (?:my|your|mi|meine|ihre|mon|votre|il mio) iban, swift code, bank account, account number, sort code,
            routing number, unauthorised charge, unauthorized charge, chargeback, stolen card,
            charged twice, double charged, fraud
        kartennummer, kartendaten, kontonummer, bankverbindung, bankdaten, kontodaten, doppelt abgebucht,
            unberechtigte abbuchung, betruger, betrogen
        numero de tarjeta, numero de mi tarjeta, datos de mi tarjeta, datos de la tarjeta, cuenta bancaria,
            numero de cuenta, cobrado dos veces, cobraron dos veces, cargo no autorizado, fraude
        numero de carte, numero de ma carte, compte bancaire, coordonnees bancaires, debite deux fois, fraude
        numero della carta, numero di carta, dati della carta, conto bancario, conto corrente, addebitato due volte,
            frode
        numero do cartao, dados do cartao, conta bancaria, cobrado duas vezes, fraude
        kaartnummer, kaartgegevens, rekeningnummer, bankrekening, dubbel afgeschreven, fraude
        numer karty, dane karty, numer konta, rachunek bankowy, oszustwo
        nomor kartu, rekening bank, nomor rekening, penipuan, nombor kad, akaun bank, nombor akaun
        số thẻ, tài khoản ngân hàng, số tài khoản, lừa đảo
        номер карты, данные карты, банковский счет, номер счета, реквизиты, мошенни
        رقم البطاقة, بيانات البطاقة, حساب بنكي, رقم الحساب, احتيال
        卡号, 卡號, 安全码, 安全碼, 银行账户, 银行账号, 银行帐号, 銀行帳戶, 銀行帳號, 盗刷, 盜刷, 重复扣款, 重複扣款,
            扣了两次, 扣了兩次, 诈骗, 詐騙
        เลขบัตร, หมายเลขบัตร, ข้อมูลบัตร, บัญชีธนาคาร, เลขบัญชี, เลขที่บัญชี, หักเงินสองครั้ง, ตัดเงินสองครั้ง,
            มิจฉาชีพ, ฉ้อโกง
        カード番号, 銀行口座, 口座番号, 二重請求, 不正利用, 詐欺
        카드 ?번호, 계좌, 이중 ?결제
    """,
    # Who somebody is, and how they prove it: for a person.
    "identity": r"""
        passport, id card, identity card, id number, identity number, identity document, driver'?s licen[cs]e,
            driving licen[cs]e, social security, ssn, tax id, date of birth, verify my identity, prove my identity,
            password, passcode, one-time code, verification code, log ?in code, my account was hacked
        reisepass, personalausweis, ausweis, fuhrerschein, sozialversicherung, steuer-?id, geburtsdatum, identitat,
            passwort, kennwort, bestatigungscode
        pasaporte, dni\b, documento de identidad, carnet de conducir, licencia de conducir, fecha de nacimiento,
            mi identidad, contrasena, codigo de verificacion
        passeport, carte d.identite, piece d.identite, permis de conduire, date de naissance, mon identite,
            mot de passe, code de verification
        passaporto, carta d.identita, codice fiscale, patente di guida, data di nascita, mia identita
        documento de identidade, cpf\b, carteira de motorista, data de nascimento, minha identidade, senha,
            codigo de verificacao
        paspoort, identiteitskaart, identiteitsbewijs, rijbewijs, bsn\b, geboortedatum, wachtwoord
        paszport, dowod osobisty, dowodu osobistego, pesel, prawo jazdy, data urodzenia, haslo, hasla
        paspor, ktp\b, kartu identitas, tanggal lahir, kata sandi, kata laluan, kad pengenalan, pasport
        hộ chiếu, căn cước, chứng minh nhân dân, cccd, ngày tháng năm sinh, mật khẩu, mã xác
        паспорт, удостоверение личности, водительск, дата рождения, пароль, снилс, код подтверждения
        جواز السفر, بطاقة الهوية, رقم الهوية, رخصة القيادة, تاريخ الميلاد, كلمة المرور, كلمة السر
        护照, 護照, 身份证, 身分證, 身份證, 驾照, 駕照, 驾驶证, 社保, 出生日期, 密码, 密碼, 验证码, 驗證碼, 实名
        หนังสือเดินทาง, พาสปอร์ต, บัตรประชาชน, เลขประจำตัว, ใบขับขี่, วันเดือนปีเกิด, รหัสผ่าน, รหัส ?otp, ยืนยันตัวตน
        パスポート, 身分証, マイナンバー, 運転免許, 生年月日, パスワード, 暗証番号, 認証コード
        여권, 신분증, 주민등록, 운전면허, 생년월일, 비밀번호, 인증번호
    """,
    # What is known about somebody: for a person.
    "privacy": r"""
        privacy, gdpr, ccpa, data protection, personal data, personal information, personal details, my data,
            data you have, delete my account, delete my details, close my account, right to be forgotten, data breach
        datenschutz, dsgvo, personenbezogen, personliche daten, meine daten, meiner daten, konto loschen,
            datenauskunft
        privacidad, rgpd, proteccion de datos, datos personales, mis datos, borrar mi cuenta, eliminar mi cuenta
        vie privee, confidentialite, protection des donnees, donnees personnelles, mes donnees, supprimer mon compte
        dati personali, miei dati, protezione dei dati, cancellare il mio account, eliminare il mio account
        privacidade, lgpd, protecao de dados, dados pessoais, meus dados, excluir minha conta, apagar minha conta
        persoonsgegevens, mijn gegevens, avg-, gegevensbescherming, account verwijderen
        prywatnosc, rodo\b, dane osobowe, danych osobowych, moje dane, moich danych, usunac konto
        data pribadi, data saya, privasi, data peribadi, hapus akun, padam akaun
        quyền riêng tư, dữ liệu cá nhân, thông tin cá nhân, xóa tài khoản, xoá tài khoản
        персональн, личные данные, личных данных, мои данные, моих данных, конфиденциальн, удалить аккаунт,
            удалите мой
        الخصوصية, البيانات الشخصية, بياناتي, معلوماتي, حذف حسابي
        隐私, 隱私, 个人信息, 個人資料, 个人资料, 個人信息, 我的数据, 我的資料, 我的资料, 数据保护, 注销账户,
            注销账号, 注销帐号, 註銷帳, 删除账号, 刪除帳號
        ความเป็นส่วนตัว, ข้อมูลส่วนบุคคล, ข้อมูลส่วนตัว, ลบข้อมูล, ข้อมูลของฉัน, ลบบัญชี, pdpa
        個人情報, プライバシー, 私のデータ, 退会, アカウントを?削除
        개인 ?정보, 사생활, 내 ?데이터, 계정 ?삭제, 회원 ?탈퇴
    """,
    # Paying in general: what the shop has published may be said as it stands, but no model puts it.
    "paying": r"""
        pay, paid, charged, refund, money back, money be back, my money, visa, mastercard, amex, klarna,
            instal?lment, invoice, billing, credit card, debit card, transaction
        bezahl, zahl(?:en|t|ung|bar), ruckerstattung, erstatt, geld zuruck, abgebucht, abbuchung, rechnung,
            kreditkarte, ratenzahlung, in raten, geld wieder, mein geld
        pag(?:o|os|ar|ue|uen|an|ais|ad[oa])\b, reembols, cobr(?:o|ar|ado|aron)\b, factura, tarjeta, el dinero,
            mi dinero, a plazos
        paye[rz]?\b, paiement, rembours, factur, carte bancaire, carte de credit, prelev
        pagar, pagament, rimbors, fattura, addebit, carta di credito
        pague, cobranca, fatura, parcela, cartao
        betal, terugbetal, factuur, creditcard
        platnos, zaplac, zwrot pieniedzy, faktur, karta kredytow
        bayar, pembayaran, pengembalian dana, bayaran, kartu kredit, kad kredit, cicilan, faktur, invois
        thanh toán, trả tiền, hoàn tiền, hóa đơn, hoá đơn, thẻ tín dụng, trả góp
        оплат, оплач, заплат, платеж, платёж, возврат денег, деньги назад, вернут деньги, рассрочк
        دفع, الدفع, استرداد, فاتورة, بطاقة ائتمان, تقسيط
        付款, 支付, 微信付, 银联, 运通卡, 給錢, 给钱, 打钱, 退给我, 退钱, 收钱, 付钱, 付錢, 刷卡, 信用卡, 退款, 扣款,
            发票, 發票, 账单, 帳單, 分期, 转账, 轉帳
        จ่าย, ชำระ, คืนเงิน, เงินคืน, บัตรเครดิต, ใบเสร็จ, ใบกำกับ, ผ่อน, โอนเงิน
        支払, 払い, 返金, 請求, クレジットカード, 領収書, 分割
        결제, 지불, 환불, 청구, 신용카드, 영수증, 할부
    """,
}


def _pattern(words: str) -> re.Pattern[str]:
    """Words of scripts that set words apart begin where a word begins; all may go on ("bezahl" is "bezahlen")."""
    terms = [term.strip() for term in unicodedata.normalize("NFKC", words).replace("\n", ",").split(",")]
    held = [rf"(?<!\w){term}" if _sets_apart(term.lstrip("(?:")[0]) else term for term in terms if term]
    return re.compile("|".join(held).replace(" ?", r"\s*").replace(" ", r"\s+"))


def _sets_apart(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith(("LATIN", "CYRILLIC"))


_TOPICS = {topic: _pattern(words) for topic, words in _WORDS.items()}
_E_MAIL = re.compile(r"[^\s@<>\"'(),;:]{1,64}[@＠][\w.-]{0,253}\w")
_LONG_NUMBER = re.compile(r"\+?\d(?:[ ()./-]{0,3}\d){6,}")
_BANK_ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b")


def topic_of(text: str) -> Topic | None:
    """What the text is about, if that is no matter for a model. A number that could be a card's is about payment."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    # Many write without accents; some words are others without theirs, so both are looked at.
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(sign))
    looked_at = f"{folded}\n{plain}"
    if _BANK_ACCOUNT.search(text.upper()) or any(map(_could_be_card, _LONG_NUMBER.findall(folded))):
        return "payment"
    return next((topic for topic, pattern in _TOPICS.items() if pattern.search(looked_at)), None)


def masked(text: str) -> str:
    """The text without what could be a card's, an account's, a phone's number or an e-mail address."""
    text = _E_MAIL.sub("[e-mail]", text)
    return _LONG_NUMBER.sub("[number]", _BANK_ACCOUNT.sub("[account]", text))


def _could_be_card(number: str) -> bool:
    """13 to 19 digits whose check digit is right (ISO/IEC 7812-1, Luhn's formula)."""
    digits = [int(sign) for sign in number if sign.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return 13 <= len(digits) <= 19 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
