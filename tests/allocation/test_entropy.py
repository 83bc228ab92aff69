import hashlib
import hmac

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from equipoise.allocation import KeyedEntropy, integers_below
from equipoise.errors import DataError
from support.entropy import Scripted, batch, keyed


def test_words_are_the_digests_of_key_label_and_address():
    words = keyed("sixteen bytes!!!", "arm").words(3, attempt=1, count=6)
    message = b"eqp-list/1\0arm\0" + bytes(7) + b"\3" + bytes(7) + b"\1"
    first, second = (
        hmac.new(b"sixteen bytes!!!", message + bytes(7) + bytes([one]), hashlib.sha256).digest()
        for one in (0, 1)
    )
    stream = first + second
    wanted = [int.from_bytes(stream[8 * i : 8 * i + 8], "big") for i in range(6)]
    assert words.tolist() == wanted


def test_more_words_begin_with_the_same():
    source = keyed()
    assert_array_equal(
        source.words(0, attempt=0, count=40)[:7], source.words(0, attempt=0, count=7)
    )


def test_another_key_label_list_or_attempt_gives_other_words():
    streams = [
        keyed().words(0, attempt=0, count=8),
        keyed().words(1, attempt=0, count=8),
        keyed().words(0, attempt=1, count=8),
        keyed(label="kit").words(0, attempt=0, count=8),
        keyed("another key of sixteen").words(0, attempt=0, count=8),
    ]
    assert len({tuple(one) for one in streams}) == len(streams)


def test_a_key_is_not_shown():
    assert "sixteen" not in repr(keyed())


def test_a_short_key_is_refused():
    with pytest.raises(DataError, match=r"key: 3 bytes; wanted 16 or more"):
        KeyedEntropy(key=b"abc")


def test_words_beyond_the_last_multiple_are_refused_and_read_again():
    # 2**64 modulo 3 is 1: the highest word alone is refused.
    highest = 2**64 - 1
    source = Scripted(((highest, highest - 1, 5), (7, 7, 7)))
    drawn = integers_below(np.array([3, 3, 3]), number=0, entropy=source)
    assert drawn.tolist() == [7 % 3, (highest - 1) % 3, 5 % 3]


def test_a_power_of_two_refuses_nothing():
    source = Scripted(((2**64 - 1, 0),))
    assert integers_below(np.array([8, 1]), number=0, entropy=source).tolist() == [7, 0]


def test_a_source_stuck_at_its_end_is_an_error():
    source = Scripted(((2**64 - 1,),) * 64)
    with pytest.raises(DataError, match="64 refused words"):
        integers_below(np.array([3]), number=0, entropy=source)


def test_a_bound_below_one_is_refused():
    with pytest.raises(DataError, match=r"bounds: 0; wanted 1 or more"):
        integers_below(np.array([3, 0]), number=0, entropy=keyed())


@pytest.mark.parametrize("bound", [2, 3, 7, 10])
def test_integers_are_equally_likely(bound):
    drawn = integers_below(np.full(40, bound), number=0, entropy=batch(2000))
    counts = np.bincount(drawn.ravel(), minlength=bound)
    expected = drawn.size / bound
    chi_square = np.sum((counts - expected) ** 2 / expected)
    assert chi_square < bound - 1 + 4 * np.sqrt(2 * (bound - 1))
