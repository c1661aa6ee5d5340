from training.spellings import OUTPUT, spellings


def test_the_most_frequent_of_the_words_that_look_alike_is_kept() -> None:
    assert spellings(["Kāpa kāpa kapa", "kāpā"]) == ["kāpa"]


def test_a_word_that_is_mostly_written_without_diacritics_is_left_so() -> None:
    assert spellings(["tilta tilta tilta", "tiltā tiltā"]) == []


def test_what_was_seen_once_is_left_out() -> None:
    assert spellings(["cilvēku"]) == []


def test_the_shipped_list_has_one_word_with_diacritics_a_line() -> None:
    words = OUTPUT.read_text("utf-8").splitlines()
    assert len(words) > 5000
    assert [word for word in words if word.isascii() or word != word.strip().lower()] == []
