import random

from analogbench.report.natural import natural


def test_by_name_then_by_number() -> None:
    labels = ["a", "a[lr=1e-05]", "a[lr=0.7]", "a[lr=0.78]", "a[lr=0.8]", "a[lr=2,n=3]", "a[lr=2,n=10]", "a[lr=10]"]
    labels += ["a-b", "a-b2", "a-b10", "b[x=-2]", "b[x=-1]", "b[x=1]", "b[x=fast]", "τ=2", "τ=10"]
    shuffled = random.Random(0).sample(labels, len(labels))
    assert sorted(shuffled, key=natural) == labels


def test_anything_can_be_compared() -> None:
    labels = ["", "1", "1e999", "[", "]", "=-", "a1", "1a", "٣", "1.2.3", "e5"]
    assert sorted(sorted(labels, key=natural, reverse=True), key=natural) == sorted(labels, key=natural)
