"""Texts of many kinds, for the comparison of tokenizers and embedders."""

__all__ = ["TEXTS"]

TEXTS = (
    "Kad Liepājā viesojās Azerbaidžānas delegācija?",
    "28. augustā Liepājā viesojās Azerbaidžānas Republikas vēstniecības delegācija, plkst. 10.00.",
    "azerbaidzanas delegacija liepaja",
    "When did the delegation of Azerbaijan visit Liepāja? It cost €1,234.50.",
    "Когда делегация Азербайджана посетила Лиепаю?",
    "Wann besuchte die Delegation aus Aserbaidschan die Stadt Liepāja?",
    "Kada Liepojoje lankėsi Azerbaidžano delegacija?",
    "Millal külastas Aserbaidžaani delegatsioon Liepāja linna?",
    "阿塞拜疆代表团什么时候访问了利耶帕亚？",
    "„Citāts” — 50 % cilvēku, https://example.org/a?b=c&d=e, e-pasts: a.b@example.org",
    "Pirmā rinda\nOtrā rinda\tar tabulatoru  un divām atstarpēm ",
    "Ļoti īss.",
)
