import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from equipoise.simulate.address import PER_BLOCK, philox4x64, uniforms, words_at

WORD = st.integers(0, 2**64 - 1)


def words(*numbers):
    return tuple(np.array([number], dtype=np.uint64) for number in numbers)


# Known answers of philox4x64-10 in `kat_vectors` of the Random123 library.
KNOWN = [
    (0, 0, "16554d9eca36314c db20fe9d672d0fdc d7e772cee186176b 7e68b68aec7ba23b"),
    (2**64 - 1, 2**64 - 1, "87b092c3013fe90b 438c3c67be8d0224 9cc7d7c69cd777b6 a09caebf594f0ba0"),
]


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_known_answers(counter, key, answer):
    found = philox4x64(words(*[counter] * 4), (key, key))
    assert " ".join(f"{int(word[0]):016x}" for word in found) == answer


@given(st.tuples(st.integers(1, 2**64 - 1), WORD, WORD, WORD), st.tuples(WORD, WORD))
def test_numpy_gives_the_same_words(counter, key):
    # numpy adds one to the counter before its first block.
    before = np.array([counter[0] - 1, *counter[1:]], dtype=np.uint64)
    theirs = np.random.Philox(counter=before, key=np.array(key, dtype=np.uint64)).random_raw(4)
    ours = philox4x64(words(*counter), key)
    assert [int(word[0]) for word in ours] == theirs.tolist()


def at(**address):
    parts = {"trial": 3, "subject": 5, "attempt": 1, "place": 2} | address
    arrays = {name: np.array([parts[name]]) for name in ("trial", "subject", "attempt", "place")}
    return words_at(
        seed=parts.get("seed", 9), stream=parts.get("stream", 4), blocks=parts.get("blocks", 2),
        **arrays,
    )[0]  # fmt: skip


def test_the_counter_is_the_documented_address():
    where = (4 << 32) + (1 << 16) + 2
    by_hand = [philox4x64(words(block, where, 5, 3), (9, 0)) for block in (0, 1)]
    assert at().tolist() == [int(word[0]) for block in by_hand for word in block]


@pytest.mark.parametrize("part", ["trial", "subject", "attempt", "place", "stream", "seed"])
def test_every_part_of_the_address_matters(part):
    value = {"trial": 3, "subject": 5, "attempt": 1, "place": 2, "stream": 4, "seed": 9}[part]
    assert set(at(**{part: value + 1})).isdisjoint(at())


def test_more_blocks_begin_with_the_same_words():
    assert_array_equal(at(blocks=5)[:8], at(blocks=2))


def test_many_addresses_at_once_are_each_alone():
    trial, subject = np.meshgrid(np.arange(3), np.arange(4), indexing="ij")
    together = words_at(
        seed=9, stream=4, trial=trial, subject=subject, attempt=np.array(1), place=np.array(2),
        blocks=2,
    )  # fmt: skip
    for one in range(3):
        for other in range(4):
            assert_array_equal(together[one, other], at(trial=one, subject=other))


def test_uniforms_are_the_halves_of_a_word_low_half_first():
    word = np.array([(7 << 32) + 11], dtype=np.uint64)
    assert uniforms(word).tolist() == [(11 + 0.5) / 2**32, (7 + 0.5) / 2**32]


def test_uniforms_never_reach_the_ends():
    ends = uniforms(np.array([0, 2**64 - 1], dtype=np.uint64))
    assert ends.min() > 0
    assert ends.max() < 1


def test_uniforms_are_uniform_and_neighbours_unrelated():
    drawn = uniforms(
        words_at(
            seed=1, stream=2, trial=np.arange(4000), subject=np.array(0), attempt=np.array(0),
            place=np.array(0), blocks=1,
        )
    )  # fmt: skip
    assert drawn.shape == (4000, PER_BLOCK)
    assert abs(drawn.mean() - 0.5) < 4 * np.sqrt(1 / 12 / drawn.size)
    off_diagonal = np.corrcoef(drawn.T)[np.triu_indices(PER_BLOCK, 1)]
    assert np.abs(off_diagonal).max() < 4.5 / np.sqrt(4000)
