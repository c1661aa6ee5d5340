"""The vocabulary of saved web pages: what menus, buttons and notices say, in the languages around the Baltic.

Every pattern is matched against a whole line in lower case without decoration, so none can hit inside a sentence.
"""

import re

__all__ = [
    "AD",
    "BUTTON",
    "CATEGORY",
    "COMMENTS",
    "COMMENT_STEM",
    "CONSENT_STEMS",
    "COOKIE_STEM",
    "ENDING",
    "HOME",
    "MENU",
    "NAME_DAYS",
    "PLACEHOLDER",
    "RELATED",
    "RULE_STEMS",
    "SIGNATURE",
    "WEATHER",
    "WEEKDAY",
]


def _whole(*alternatives: str) -> re.Pattern[str]:
    return re.compile(r"(?:" + "|".join(alternatives) + r")\Z")


# Said by a page and hardly ever by an article: enough on its own above the headline and below the body.
BUTTON = _whole(
    r"dalies(?: ar (?:šo )?(?:rakstu|ziņu|draugiem))?|dalīties(?: ar (?:šo )?(?:rakstu|ziņu|draugiem))?"
    r"|padalies.{0,25}|ieteikt(?: draugiem)?",
    r"nosūtīt (?:draugam|e-pastā)|share(?: this(?: \w{3,8})?| (?:on|via) .{1,25}| it)?|tweet|copy link"
    r"|email this|send to a friend",
    r"поделиться(?: (?:ссылкой|новостью|статьёй|статьей|с друзьями|в .{1,15}))?|отправить (?:другу|по почте)"
    r"|teilen|jaga|dalintis|dalinkis.{0,20}",
    r"print(?: this(?: page| article)?| version)?|printer[- ]friendly(?: version)?|drukāt|izdrukāt|drukas versija",
    r"drukāt lapu|печать|распечатать|версия для печати|drucken|seite drucken|spausdinti|prindi|trüki",
    r"uz (?:augšu|sarakstu)|atpakaļ(?: uz .{1,25})?|back to .{1,25}|go back|наверх|вернуться (?:к|назад).{0,25}",
    r"nach oben|zurück zur .{1,20}|į viršų|atgal į .{1,20}|tagasi üles|skip to .{0,20}content|pāriet uz saturu",
    r"перейти к содержанию|(?:open |close )?menu|izvēlne|reģistrēties|ienākt|ielogoties|log ?in|sign (?:in|up)",
    r"войти|регистрация|(?:pievienot|rakstīt|atstāt) komentāru|(?:add|post|leave) a (?:comment|reply)",
    r"(?:добавить|оставить) комментарий|kommentar schreiben|lisa kommentaar|rašyti komentarą"
    r"|log in to .{0,20}comment",
    r"(?:vai )?šī lapa bija noderīga|was this (?:page|article) helpful|seko (?:mums|līdzi).{0,40}|follow us.{0,40}",
    r"подписывайтесь.{0,40}|подписаться.{0,30}|(?:subscribe|sign up) (?:to|for) .{0,20}newsletter|abonē .{0,30}",
    r"piesakies jaunumiem|pieteikties jaunumiem|newsletter abonnieren|версия для слабовидящих|viegli lasīt",
    r"atbildēt|citēt|ziņot (?:moderatoram|par pārkāpumu)|report (?:post|abuse)|ответить|цитировать|пожаловаться",
    r"(?:lapas|pages?|страницы):?(?: \d+){2,}|(?:older|newer) (?:posts|entries)|(?:previous|next) (?:post|article)",
    r"(?:iepriekšējais|nākamais) raksts|(?:предыдущая|следующая) (?:статья|новость)|lapas karte|site ?map",
    r"карта сайта|powered by .{1,25}|jūsu (?:vārds|komentārs)|your (?:name|comment|email address)|lasīt vairāk",
    r"read more|подробнее|читать далее|weiterlesen|skaityti daugiau|loe edasi|cookie settings|sīkdatņu iestatījumi",
)
# Links, names of networks and short replies: furniture only in company of other furniture.
MENU = _whole(
    r"facebook|twitter|x|linkedin|instagram|youtube|whatsapp|telegram|pinterest|draugiem(?:\.lv)?|vk|вконтакте",
    r"одноклассники|e-?mail|e-pasts|rss|sākums|sākumlapa|galvenā|home(?: ?page)?|главная|startseite|pradžia|avaleht",
    r"par mums|about(?: us)?|о нас|über uns|apie mus|meist|kontakti|contacts?(?: us)?|контакты|kontakt|kontaktai",
    r"jaunumi|ziņas|aktualitātes|news|новости|nachrichten|naujienos|uudised|galerija|gallery|галерея|projekti",
    r"projects|проекты|pakalpojumi|services|услуги|sports?|спорт|kultūra|культура|meklēt|search|поиск(?: по сайту)?",
    r"suche|paieška|otsi|[a-z]{2}|а|jā|nē|yes|no|да|нет|piekrītu|nepiekrītu|labi|ok|accept(?: all)?(?: cookies)?",
    r"reject all|согласен|принять|akzeptieren|sutinku|nõustun|arhīvs|archive|архив|shop|veikals|forums?|форум|blogs?",
)
AD = _whole(
    r"(?:google )?(?:banner|banneris|baneris|reklāma|advertisement|advertising|sponsored|реклама|werbung"
    r"|reklama|reklaam)"
    r"(?: \d{2,4} ?[x×х] ?\d{2,4})?",
    r"(?:jūsu|vieta) reklām\w* ?(?:šeit)?|vieta jūsu reklāmai|your ad here|место для рекламы|\d{3,4} ?[x×х] ?\d{2,4}",
)
PLACEHOLDER = _whole(
    r"(?:publicitātes|arhīva|ilustratīvs|ilustratīva) (?:foto|attēls|bilde)|foto no (?:.{1,20} )?arhīva",
    r"foto: ?(?:publicitātes|arhīvs|no arhīva)(?: foto| attēls)?|(?:file|stock|archive|publicity) (?:photo"
    r"|image|picture)",
    r"(?:illustrative|placeholder) (?:photo|image)|фото из (?:.{1,20} )?архива|архивное фото|иллюстративное фото",
    r"symbolbild|archivbild|archyvo nuotr|asociatyvi nuotr|illustratiivne foto|image placeholder",
)
COMMENTS = _whole(
    r"(?:komentāri|komentārs|comments?|комментари[ийя]|kommentare?|komentarai"
    r"|kommentaarid)(?: ?[(\[:]? ?\d+ ?[)\]]?)?",
    r"\d+ (?:comments?|komentār(?:i|s|u)|комментари(?:й|я|ев)|kommentare?|komentar(?:ai|as|ų)|kommentaari?)",
)
RELATED = _whole(
    r"las(?:i|iet) arī|saistītie raksti|saistītās ziņas|citas ziņas|citi raksti|lasītākās ziņas|lasītākie raksti",
    r"līdzīg[ai]s? (?:tēmas|raksti|ziņas)|jaunākās ziņas|populārākie raksti|you may also like"
    r"|related (?:articles|posts|news)",
    r"more news|most read|read also|see also|latest news|читайте также|похожие (?:новости|статьи|темы)"
    r"|другие новости",
    r"самое читаемое|по теме|lesen sie auch|weitere artikel|mehr zum thema|taip pat skaitykite|susiję straipsniai",
    r"loe (?:ka|lisaks)|seotud artiklid",
)
ENDING = re.compile(
    r"(?:©|\(c\) ?\d{4})|.{0,40}(?:visas tiesības (?:aizsargātas|rezervētas)|all rights reserved|все права защищены"
    r"|alle rechte vorbehalten|visos teisės saugomos|kõik õigused kaitstud)|(?:privātuma politika|privacy policy"
    r"|политика конфиденциальности|datenschutz(?:erklärung)?|privatumo politika|piekļūstamības paziņojums"
    r"|lietošanas noteikumi|terms of (?:use|service)|impressum)\Z"
)
CATEGORY = _whole(r"aktuāli|aktualitātes|jaunumi|ziņas|svarīgi|news|latest|важно|новости|актуально|aktuell|naujienos")
HOME = frozenset({"sākums", "sākumlapa", "home", "главная", "startseite", "pradžia", "avaleht", "forums", "forum"})
NAME_DAYS = re.compile(r"(?:šodienas )?(?:vārda ?dienas?|name ?days?|именины|vardadieniai)(?: šodien)?\b.{0,80}\Z")
WEATHER = re.compile(
    r"(?:laika ziņas|laikapstākļi|weather(?:[ -]icon| forecast)?|погода|wetter|orai|ilm)\Z"
    r"|(?:[^\W\d_]+ ?){0,3},? ?[+−–-]?\d{1,2} ?°(?: ?[cс])?(?:$|[ ,;].{0,60}\Z)"
)
WEEKDAY = re.compile(
    r"(?:pirmdiena|otrdiena|trešdiena|ceturtdiena|piektdiena|sestdiena|svētdiena|monday|tuesday|wednesday|thursday"
    r"|friday|saturday|sunday|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье),? "
    r"(?:\d{1,2}\.? [^\W\d_]+|[^\W\d_]+ \d{1,2})(?:,? \d{4}\.?)?(?:,? \d{1,2}[:.]\d{2})?\Z"
)
SIGNATURE = re.compile(
    r"(?:informāciju|tekstu|materiālu|rakstu)? ?(?:sagatavoj\w+|autor\w*|teksts|foto|attēli|words by|text|photos?|by"
    r"|author|автор|фото|подготовил\w*|текст|prepared by|source|avots|источник)\b"
)
COMMENT_STEM = re.compile(r"coment|koment|comment|kommen|комментар")
RULE_STEMS = re.compile(
    r"morāl|ētik|pieklājīb|rupj|naid|kūd|kurin|dzēst|dzēs|bloķ|lieg|aizlieg|atbild|pārkāp|noteikum|reģistr"
    r"|autoriz|redakcij"
    r"|administr|moder|ip adres|polite|delet|remov|block|ban|abus|insult|spam|responsib|respect|topic|rules"
    r"|required|published"
    r"|удал|запрещ|оскорб|ответствен|редакц|разжиган|лексик|правил|нецензур|войти|löschen|beleidig|trin|įžeid"
    r"|kustut|solva"
)
COOKIE_STEM = re.compile(r"sīkdat|sīkfail|cookie|куки|slapuk|küpsis")
CONSENT_STEMS = re.compile(
    r"piekrīt|izmanto|turpin|agree|accept|consent|\buse|brows|соглаш|использ|продолж|stimm|sutink|nõus"
)
