"""Every text that a person meets, in Latvian and in English.

Both languages have the same keys and the same placeholders. Counts stand behind a colon ("Dokumenti: 5"), so that
neither language has to inflect them.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from rag.types import Answer, Refusal

__all__ = ["MESSAGES", "Language", "answer_language", "environment_language", "refusal", "say"]


class Language(StrEnum):
    """A language that the interface speaks."""

    LATVIAN = "lv"
    ENGLISH = "en"


_LATVIAN = {
    "tagline": "Atbildes no jūsu dokumentiem, vārds vārdā un ar avotu",
    "question.label": "Jautājums",
    "question.placeholder": "Jautājiet par dokumentiem",
    "question.send": "Jautāt",
    "question.pending": "Meklēju dokumentos …",
    "conversation.label": "Saruna",
    "conversation.clear": "Sākt no jauna",
    "conversation.prompt": "Jautājums (tukša rinda beidz sarunu): ",
    "conversation.invitation": "Ko vēlaties uzzināt? Katra atbilde ir citāts; numurs aiz tā atver dokumentu.",
    "conversation.examples": "Piemēram:",
    "conversation.asked": "Jūs jautājāt",
    "conversation.answered": "Atbilde",
    "language.label": "Valoda",
    "answer.short": "Īsā atbilde",
    "answer.differing": "Dokumenti atbild atšķirīgi",
    "answer.sources": "Avoti",
    "answer.place": "rakstzīmes {start}–{end}",
    "answer.nearest": "Tuvākie fragmenti, kas neatbild uz jautājumu:",
    "answer.wrong": "Atbilde nav pareiza",
    "answer.wrong.note": "Jautājumu un atbildi pieraksta šajā datorā; nekas netiek nosūtīts.",
    "answer.recorded": "Pierakstīts",
    "citation.open": "Atvērt dokumentu, {number}. avots: {title}",
    "citation.changed": "Kopš šīs atbildes dokuments ir mainīts vai izņemts no indeksa. Uzdodiet jautājumu vēlreiz.",
    "document.label": "Dokuments",
    "document.close": "Aizvērt",
    "document.shortened": "Šeit redzama tikai citāta apkārtne; visu tekstu parāda komanda avots show {document}",
    "documents.title": "Virsraksts",
    "documents.source": "Avots",
    "documents.language": "Valoda",
    "documents.characters": "Rakstzīmes",
    "documents.passages": "Fragmenti",
    "documents.summary": "Indekss {index}. Dokumenti: {documents}, fragmenti: {passages}. Modelis: {model}.",
    "refusal.empty_question": "Jautājums ir tukšs. Uzrakstiet, ko vēlaties uzzināt.",
    "refusal.no_words": "Jautājumā nav neviena vārda. Uzrakstiet to ar vārdiem.",
    "refusal.question_too_long": "Jautājums ir pārāk garš. Saīsiniet to līdz dažiem teikumiem.",
    "refusal.empty_index": "Indeksā nav neviena dokumenta. Pievienojiet tos ar komandu: avots index MAPE",
    "refusal.no_support": "Dokumentos neatradu atbildi uz šo jautājumu.",
    "explain.searched": "Meklēts",
    "explain.hits": "Atrastie fragmenti",
    "explain.evidence": "Izlasītie teikumi",
    "explain.decision": "Lēmums",
    "explain.answered": "atbildēts",
    "explain.disagree": "Lasītājs izvēlējās citu fragmentu nekā meklēšana.",
    "explain.refused": "atteikts: {reason}",
    "explain.timings": "Laiks, ms",
    "explain.nothing": "nekas",
    "search.nothing": "Nekas nav atrasts.",
    "index.added": "Pievienots",
    "index.changed": "Mainīts",
    "index.removed": "Izņemts",
    "index.kept": "Paturēts, jo avots nav pieejams",
    "index.failed": "Izlaists",
    "index.summary": "Indeksā {index} dokumenti: {documents}, fragmenti: {passages} ({seconds} s). "
    "Pievienoti: {added}, mainīti: {changed}, izņemti: {removed}, nemainīti: {unchanged}, izlaisti: {failures}.",
    "index.stage.read": "Lasa",
    "index.stage.embed": "Aprēķina vektorus",
    "index.stage.write": "Raksta",
    "model.progress": "Sagatavo modeli",
    "model.ready": "Modelis ir sagatavots: {path}",
    "page.address": "Lapa ir atvērta adresē {address} (Ctrl+C to aizver).",
    "page.port_taken": "Portu {port} nevar izmantot ({problem}). Izvēlieties citu, piemēram: avots ui --port {other}",
    "batch.unreadable": "Nevar atvērt jautājumu failu {path}: {problem}. Pārbaudiet vārdu un tiesības.",
    "batch.encoding": "{line}. rinda nav derīgs UTF-8.",
    "batch.syntax": "{line}. rinda nav derīgs JSON objekts.",
    "batch.object": '{line}. rindā jābūt JSON objektam ar lauku "question".',
    "batch.question": '{line}. rindas laukam "question" jābūt tekstam.',
    "feedback.unwritable": "Nevar pierakstīt failā {path}: {problem}. Pārbaudiet tiesības un vai diskā ir vieta.",
    "feedback.unreadable": "Nevar izlasīt failu {path}: {problem}. Pārbaudiet tā tiesības.",
    "feedback.malformed": "{path}: {line}. rindā nav pierakstītas atbildes. Izlabojiet vai izdzēsiet šo rindu.",
    "feedback.none": "Indeksā {index} neviena atbilde nav atzīmēta kā nepareiza. Atzīmējiet tās lapā, ko atver "
    "avots ui, ar pogu „Atbilde nav pareiza”.",
    "feedback.exists": "Fails {path} jau ir, un to nepārraksta. Norādiet citu ar --output FAILS.",
    "feedback.unsaved": "Nevar rakstīt failā {path}: {problem}. Norādiet citu ar --output FAILS.",
    "feedback.written": "Atzīmētas atbildes: {recorded}. Jautājumu sagataves failā {path}: {candidates}. Katrā "
    'ierakstiet veidu, stilu un pareizās vietas un izdzēsiet lauku "was".',
    "usage.question_or_batch": "Norādiet vai nu jautājumu, vai --batch FAILS, bet ne abus.",
    "usage.encoding": "Jautājums nav derīgs UTF-8 teksts. Pārbaudiet termināļa kodējumu.",
    "usage.empty_query": "Vaicājums ir tukšs. Norādiet, ko meklēt.",
    "doctor.ok": "labi",
    "doctor.wrong": "NAV LABI",
    "doctor.healthy": "Viss ir kārtībā.",
    "doctor.problems": "Kļūdas: {count}.",
    "doctor.python": "Python {version}.",
    "doctor.python_old": "Python {version} ir par vecu. Uzstādiet Python 3.11 vai jaunāku.",
    "doctor.package": "{name} {version}.",
    "doctor.package_missing": "Pakotne {name} nav uzstādīta. Izpildiet: pip install {name}",
    "doctor.cache": "Kešatmiņas mapē {path} var rakstīt.",
    "doctor.cache_readonly": "Kešatmiņas mapē {path} nevar rakstīt: {problem}. Mainiet tās tiesības.",
    "doctor.model": "Iebūvētais modelis ir sagatavots, un tā failu kontrolsummas sakrīt: {path}.",
    "doctor.model_unprepared": "Iebūvētais modelis vēl nav sagatavots. Izpildiet: avots model prepare",
    "doctor.index": "Indekss {index} ir vesels. Dokumenti: {documents}, fragmenti: {passages}. Modelis: {model}.",
    "doctor.search": "Meklēšana indeksā strādā: pārbaudes vaicājums atrada fragmentus: {hits}.",
    "doctor.search_empty": "Indekss nav tukšs, bet pārbaudes vaicājums neatrada neko. Pārbūvējiet indeksu: "
    "izdzēsiet mapi {index} un izpildiet avots index",
    "doctor.source": "Avots ir pieejams: {source}.",
    "doctor.source_missing": "Avots nav pieejams: {source}. Atjaunojiet to vai norādiet jaunos avotus: "
    "avots index MAPE",
}

_ENGLISH = {
    "tagline": "Answers from your documents, word for word and with their source",
    "question.label": "Question",
    "question.placeholder": "Ask about the documents",
    "question.send": "Ask",
    "question.pending": "Searching the documents …",
    "conversation.label": "Conversation",
    "conversation.clear": "Start over",
    "conversation.prompt": "Question (an empty line ends the conversation): ",
    "conversation.invitation": "What would you like to know? Every answer is a quote; its number opens the document.",
    "conversation.examples": "For example:",
    "conversation.asked": "You asked",
    "conversation.answered": "Answer",
    "language.label": "Language",
    "answer.short": "Short answer",
    "answer.differing": "The documents give different answers",
    "answer.sources": "Sources",
    "answer.place": "characters {start}–{end}",
    "answer.nearest": "Nearest passages, which do not answer the question:",
    "answer.wrong": "This answer is wrong",
    "answer.wrong.note": "The question and the answer are recorded on this computer; nothing is sent.",
    "answer.recorded": "Recorded",
    "citation.open": "Open the document, source {number}: {title}",
    "citation.changed": "The document has changed or left the index since this answer. Ask the question again.",
    "document.label": "Document",
    "document.close": "Close",
    "document.shortened": "Only the surroundings of the quote are shown; avots show {document} prints the whole text",
    "documents.title": "Title",
    "documents.source": "Source",
    "documents.language": "Language",
    "documents.characters": "Characters",
    "documents.passages": "Passages",
    "documents.summary": "Index {index}. Documents: {documents}, passages: {passages}. Model: {model}.",
    "refusal.empty_question": "The question is empty. Write what you would like to know.",
    "refusal.no_words": "There is no word in the question. Put it in words.",
    "refusal.question_too_long": "The question is too long. Shorten it to a few sentences.",
    "refusal.empty_index": "There is no document in the index. Add some with: avots index FOLDER",
    "refusal.no_support": "I did not find an answer to this question in the documents.",
    "explain.searched": "Searched",
    "explain.hits": "Passages found",
    "explain.evidence": "Sentences read",
    "explain.decision": "Decision",
    "explain.answered": "answered",
    "explain.disagree": "The reader chose another passage than the search.",
    "explain.refused": "refused: {reason}",
    "explain.timings": "Time, ms",
    "explain.nothing": "nothing",
    "search.nothing": "Nothing was found.",
    "index.added": "Added",
    "index.changed": "Changed",
    "index.removed": "Removed",
    "index.kept": "Kept, because its source cannot be reached",
    "index.failed": "Left out",
    "index.summary": "Index {index} holds documents: {documents}, passages: {passages} ({seconds} s). "
    "Added: {added}, changed: {changed}, removed: {removed}, unchanged: {unchanged}, left out: {failures}.",
    "index.stage.read": "Reading",
    "index.stage.embed": "Embedding",
    "index.stage.write": "Writing",
    "model.progress": "Preparing the model",
    "model.ready": "The model is ready: {path}",
    "page.address": "The page is open at {address} (Ctrl+C closes it).",
    "page.port_taken": "Port {port} cannot be used ({problem}). Choose another, for example: avots ui --port {other}",
    "batch.unreadable": "Cannot open the file of questions {path}: {problem}. Check its name and permissions.",
    "batch.encoding": "Line {line} is not valid UTF-8.",
    "batch.syntax": "Line {line} is not a valid JSON object.",
    "batch.object": 'Line {line} has to be a JSON object with the field "question".',
    "batch.question": 'In line {line} the field "question" has to be text.',
    "feedback.unwritable": "Cannot record in the file {path}: {problem}. Check its permissions and the space on disk.",
    "feedback.unreadable": "Cannot read the file {path}: {problem}. Check its permissions.",
    "feedback.malformed": "{path}: line {line} is not a recorded answer. Correct or delete this line.",
    "feedback.none": "No answer of the index {index} is marked as wrong. Mark them on the page that avots ui opens, "
    'with the button "This answer is wrong".',
    "feedback.exists": "The file {path} exists and is not overwritten. Name another with --output FILE.",
    "feedback.unsaved": "Cannot write the file {path}: {problem}. Name another with --output FILE.",
    "feedback.written": "Answers marked: {recorded}. Candidate questions in {path}: {candidates}. In each, fill in the "
    'kind, the style and the right places, and delete the field "was".',
    "usage.question_or_batch": "Give either a question or --batch FILE, not both.",
    "usage.encoding": "The question is not valid UTF-8 text. Check the encoding of your terminal.",
    "usage.empty_query": "The query is empty. Say what to search for.",
    "doctor.ok": "ok",
    "doctor.wrong": "WRONG",
    "doctor.healthy": "Everything is in order.",
    "doctor.problems": "Problems: {count}.",
    "doctor.python": "Python {version}.",
    "doctor.python_old": "Python {version} is too old. Install Python 3.11 or newer.",
    "doctor.package": "{name} {version}.",
    "doctor.package_missing": "The package {name} is not installed. Run: pip install {name}",
    "doctor.cache": "The cache folder {path} can be written.",
    "doctor.cache_readonly": "The cache folder {path} cannot be written: {problem}. Change its permissions.",
    "doctor.model": "The built-in model is ready and its files match their checksums: {path}.",
    "doctor.model_unprepared": "The built-in model is not ready yet. Run: avots model prepare",
    "doctor.index": "Index {index} is whole. Documents: {documents}, passages: {passages}. Model: {model}.",
    "doctor.search": "Searching the index works: a trial query found passages: {hits}.",
    "doctor.search_empty": "The index is not empty, but a trial query found nothing. Rebuild the index: "
    "delete the folder {index} and run avots index",
    "doctor.source": "The source can be reached: {source}.",
    "doctor.source_missing": "The source cannot be reached: {source}. Restore it or name the new sources: "
    "avots index FOLDER",
}

MESSAGES: Mapping[Language, Mapping[str, str]] = MappingProxyType(
    {Language.LATVIAN: MappingProxyType(_LATVIAN), Language.ENGLISH: MappingProxyType(_ENGLISH)}
)


def say(language: Language, key: str, **values: object) -> str:
    """The text ``key`` in ``language`` with its placeholders filled; KeyError for an unknown key."""
    return MESSAGES[language][key].format(**values)


def environment_language(environment: Mapping[str, str]) -> Language:
    """Latvian when the locale says so, otherwise English."""
    locale = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return Language.LATVIAN if locale.startswith("lv") else Language.ENGLISH


def answer_language(answer: Answer, interface: Language) -> Language:
    """The language to refuse in: Latvian for a Latvian question, otherwise the interface's."""
    spoken = answer.reason not in (Refusal.EMPTY_QUESTION, Refusal.NO_WORDS)
    return Language.LATVIAN if spoken and answer.language == Language.LATVIAN else interface


def refusal(reason: Refusal, language: Language) -> str:
    """The sentence that tells a person why there is no answer."""
    return say(language, f"refusal.{reason}")
