"""The words that ask, in the languages asked most, folded as questions are."""

from index.language import fold

__all__ = ["QUESTION_WORDS"]

QUESTION_WORDS = frozenset(
    fold(word)
    for word in (
        # Latvian
        "kad kas ko kam kur kurp kurienes kurieni kurš kura kuri kuras kuru kuros kuram kurai kuriem cik cikos kāpēc "
        "kādēļ kā kāds kāda kādi kādas kādu kādos kādam kādai kādiem "
        # English
        "who whom whose what when where why how many much which "
        # Russian
        "кто кого кому кем что чего чему чем когда где куда откуда сколько почему зачем как какой какая какое какие "
        "каком какую каким "
        # German
        "wer wen wem wessen was wann wo wohin woher warum wie viel viele welche welcher welches welchen welchem "
        # Lithuanian
        "kieno kiek kodėl kaip kuris kurie kurios kuriame koks kokia kokie kokios kokį kokių "
        # Estonian
        "kes kelle keda mis mida mille millal milline millise millised kus kust kuhu miks mitu kuidas palju "
        # Finnish
        "kuka kenen ketä mikä minä mitä milloin missä mistä mihin minne miksi miten montako paljonko"
    ).split()
)
