from benchmarks.embedding import seed_paragraphs


def test_the_paragraphs_cut_out_of_the_seeds_all_differ() -> None:
    paragraphs = seed_paragraphs()
    assert len(set(paragraphs)) == len(paragraphs) == 120
    assert {len(paragraph) for paragraph in paragraphs} == {900}
