from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import WireError
from simulator.wire.codec import MAX_WORD, SentenceDecoder, encode_length, encode_sentence

PRINT = [b"/ip/address/print", b"=.proplist=" + b"x" * 200, b".tag=7"]

# What the reference publishes for each form and its borders.
VECTORS = [
    (0, "00"),
    (1, "01"),
    (0x7F, "7f"),
    (0x80, "80 80"),
    (0x87, "80 87"),
    (0x3FFF, "bf ff"),
    (0x4000, "c0 40 00"),
    (0x4321, "c0 43 21"),
    (0x1FFFFF, "df ff ff"),
    (0x200000, "e0 20 00 00"),
    (0x2ACDEF, "e0 2a cd ef"),
    (0x0FFFFFFF, "ef ff ff ff"),
    (0x10000000, "f0 10 00 00 00"),
    (0x10000080, "f0 10 00 00 80"),
    (0xFFFFFFFF, "f0 ff ff ff ff"),
]

words_of_any_bytes = st.lists(st.binary(min_size=1, max_size=300), min_size=1, max_size=6)


def decode(decoder: SentenceDecoder, data: bytes) -> list[list[bytes]]:
    decoder.receive_data(data)
    sentences = []
    while (sentence := decoder.next_sentence()) is not None:
        sentences.append(sentence)
    return sentences


@pytest.mark.parametrize(("length", "form"), VECTORS)
def test_length_takes_the_published_form(length: int, form: str) -> None:
    assert encode_length(length) == bytes.fromhex(form)


@pytest.mark.parametrize("length", [-1, 0x1_0000_0000])
def test_length_outside_32_bits_has_no_form(length: int) -> None:
    with pytest.raises(ValueError, match="bytes long"):
        encode_length(length)


@pytest.mark.parametrize(("length", "form"), VECTORS)
def test_every_form_is_read_back(length: int, form: str) -> None:
    """Told by the limit, so that no word of 4 GiB is needed."""
    if length == 0:
        assert decode(SentenceDecoder(), bytes.fromhex(form)) == []
        return
    decoder = SentenceDecoder(max_word=length, max_sentence=length)
    assert decode(decoder, bytes.fromhex(form)) == []

    with pytest.raises(WireError, match=f"a word of {length} bytes"):
        decode(SentenceDecoder(max_word=length - 1, max_sentence=length), bytes.fromhex(form))


@pytest.mark.parametrize("cut", range(len(encode_sentence(PRINT))))
def test_sentence_survives_a_cut_at_any_byte(cut: int) -> None:
    data = encode_sentence(PRINT)
    decoder = SentenceDecoder()

    assert decode(decoder, data[:cut]) == []
    assert decode(decoder, data[cut:]) == [PRINT]


@given(st.lists(words_of_any_bytes, max_size=4), st.lists(st.integers(0, 3000), max_size=12))
def test_sentences_survive_any_number_of_cuts(sentences: list[list[bytes]], at: list[int]) -> None:
    data = b"".join(map(encode_sentence, sentences))
    cuts = [0, *sorted(min(cut, len(data)) for cut in at), len(data)]
    decoder = SentenceDecoder()

    found = [
        sentence
        for start, end in itertools.pairwise(cuts)
        for sentence in decode(decoder, data[start:end])
    ]

    assert found == sentences


@given(st.binary(max_size=2000), st.integers(1, 50))
def test_any_bytes_read_the_same_whole_or_in_pieces(data: bytes, step: int) -> None:
    def outcome(pieces: list[bytes]) -> tuple[list[list[bytes]], bool]:
        decoder = SentenceDecoder(max_word=300, max_sentence=600)
        found: list[list[bytes]] = []
        try:
            for piece in pieces:
                decoder.receive_data(piece)
                while (sentence := decoder.next_sentence()) is not None:
                    found.append(sentence)
        except WireError:
            return found, True
        return found, False

    in_pieces = outcome([data[i : i + step] for i in range(0, len(data), step)])

    assert in_pieces == outcome([data])


@pytest.mark.parametrize("first", [*range(0xF1, 0x100)])
def test_first_byte_in_no_form_is_refused(first: int) -> None:
    with pytest.raises(WireError, match="no length starts with"):
        decode(SentenceDecoder(), bytes([first]))


@pytest.mark.parametrize(
    "length", ["80 05", "c0 00 05", "e0 00 00 05", "f0 00 00 00 05"], ids=lambda form: form[:2]
)
def test_length_longer_than_needed_is_read(length: str) -> None:
    data = bytes.fromhex(length) + b"hello\x00"

    assert decode(SentenceDecoder(), data) == [[b"hello"]]


def test_empty_sentences_are_skipped() -> None:
    data = b"\x00\x00" + encode_sentence([b"/quit"]) + b"\x00\x80\x00"

    assert decode(SentenceDecoder(), data) == [[b"/quit"]]


def test_longest_word_passes_and_one_more_byte_does_not() -> None:
    assert decode(SentenceDecoder(), encode_sentence([b"x" * MAX_WORD])) == [[b"x" * MAX_WORD]]

    with pytest.raises(WireError, match="65536"):
        decode(SentenceDecoder(), encode_length(MAX_WORD + 1))


def test_sentence_that_is_never_closed_is_refused_in_the_end() -> None:
    decoder = SentenceDecoder(max_word=10, max_sentence=100)

    with pytest.raises(WireError, match="longer than this end takes"):
        decode(decoder, encode_sentence([b"=a=b"] * 30))


def test_limit_is_for_one_sentence_only() -> None:
    decoder = SentenceDecoder(max_word=10, max_sentence=20)

    assert len(decode(decoder, encode_sentence([b"=a=b"] * 3) * 50)) == 50


@pytest.mark.parametrize("words", [[b""], [b"!done", b""]])
def test_empty_word_cannot_be_sent(words: list[bytes]) -> None:
    with pytest.raises(ValueError, match="0 bytes long"):
        encode_sentence(words)


def test_five_byte_form_is_never_sent() -> None:
    class Huge(bytes):
        __slots__ = ()

        def __len__(self) -> int:
            return 0x1000_0000

    with pytest.raises(ValueError, match="268435456 bytes long"):
        encode_sentence([Huge(b"x")])


@given(words_of_any_bytes)
def test_what_is_sent_is_read(words: list[bytes]) -> None:
    assert decode(SentenceDecoder(), encode_sentence(words)) == [words]
