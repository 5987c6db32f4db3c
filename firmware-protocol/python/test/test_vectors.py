"""Holds opu_protocol.py to the golden vectors: python3 -m unittest discover -s python/test"""

import json
import random
import sys
import unittest
from pathlib import Path
from typing import Any, Dict, Iterator, Tuple

here = Path(__file__).resolve().parent
sys.path.insert(0, str(here.parent))

import opu_protocol as protocol  # noqa: E402

VECTORS = here.parent.parent / "vectors"
NAMES = {kind.NAME: kind for kind in protocol.MESSAGES.values()}


def vectors(kind: str) -> Iterator[Tuple[str, bytes, Dict[str, Any]]]:
    for path in sorted((VECTORS / kind).glob("*.bin")):
        yield path.name, path.read_bytes(), json.loads(path.with_suffix(".json").read_text("utf-8"))


def camel(name: str) -> str:
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(word.capitalize() for word in rest)


def plain(value: Any) -> Any:
    """As it stands in the JSON files: fields by their names in SPEC.md, bytes in hexadecimal."""
    if isinstance(value, protocol.Message):
        return {camel(name): plain(entry) for name, entry in vars(value).items()}
    if hasattr(value, "_asdict"):
        return {camel(name): plain(entry) for name, entry in value._asdict().items()}
    if isinstance(value, (bytes, bytearray, memoryview)):
        return value.hex()
    return [plain(entry) for entry in value] if isinstance(value, (list, tuple)) else value


class Vectors(unittest.TestCase):
    def test_every_message_is_there(self) -> None:
        self.assertEqual({json["type"] for _, _, json in vectors("valid")}, set(NAMES))

    def test_valid_ones_are_read_field_for_field_and_written_byte_for_byte(self) -> None:
        for name, data, expected in vectors("valid"):
            with self.subTest(name):
                header, message = protocol.decode_transfer(data, 65536)
                self.assertEqual(message.NAME, expected["type"])
                self.assertEqual(plain(message), expected["message"])
                said = {
                    "sequence": header.sequence,
                    "requestId": header.request_id,
                    "compatibleFlags": header.compatible_flags,
                    "session": header.session,
                }
                self.assertEqual(said, expected["header"])
                again = protocol.encode_message(
                    message, header.sequence, header.request_id, header.compatible_flags, session=header.session
                )
                self.assertEqual(again, data)

    def test_what_a_later_version_added_is_ignored(self) -> None:
        for name, data, expected in vectors("extended"):
            with self.subTest(name):
                _, message = protocol.decode_transfer(data, 65536)
                self.assertEqual(message.NAME, expected["type"])
                self.assertEqual(plain(message), expected["message"])

    def test_invalid_ones_are_refused_as_what_they_are(self) -> None:
        for name, data, expected in vectors("invalid"):
            with self.subTest(name):
                with self.assertRaises(protocol.ProtocolError) as caught:
                    protocol.decode_transfer(data, expected["maximumPayload"])
                self.assertEqual(caught.exception.kind.name, expected["error"])

    def test_every_message_is_found_on_a_serial_line_behind_garbage_too(self) -> None:
        for name, data, expected in vectors("stream"):
            for size in (1, 7, 1000, len(data)):
                with self.subTest(name, size=size):
                    reader = protocol.StreamReader()
                    reader.maximum_payload = 65536
                    found = [m for i in range(0, len(data), size) for _, m in reader.receive(data[i : i + size])]
                    names = [m.NAME for m in found if isinstance(m, protocol.Message)]
                    self.assertEqual(names, [entry.split(".")[0].upper() for entry in expected["messages"]])


class Framing(unittest.TestCase):
    def test_messages_over_tcp_are_found_in_pieces_of_any_size(self) -> None:
        all_bytes = b"".join(data for _, data, _ in vectors("valid"))
        expected = [expected["type"] for _, _, expected in vectors("valid")]
        for size in (1, 31, 33, 1000, len(all_bytes)):
            reader = protocol.LengthReader()
            reader.maximum_payload = 65536
            found = [m for i in range(0, len(all_bytes), size) for _, m in reader.receive(all_bytes[i : i + size])]
            self.assertEqual([m.NAME for m in found if isinstance(m, protocol.Message)], expected)

    def test_a_payload_above_what_was_agreed_costs_one_message_and_no_memory(self) -> None:
        large = protocol.encode_message(protocol.Patterns(data=bytes(5000)), 0)
        small = protocol.encode_message(protocol.PatternCredit(next_pattern_id=7), 1)
        reader = protocol.LengthReader()
        (first, damage), (_, second) = list(reader.receive(large + small))
        self.assertIsInstance(damage, protocol.ProtocolError)
        self.assertEqual(second, protocol.PatternCredit(next_pattern_id=7))

    def test_cobs_brings_back_what_went_in(self) -> None:
        chance = random.Random(3)
        for length in [*range(0, 20), *range(250, 260), *range(505, 515), 5000]:
            for zeros in (0, 1, 16, 255):
                data = bytes(b if b >= zeros else 0 for b in chance.choices(range(256), k=length))
                frame = protocol.cobs_frame(data)
                self.assertEqual((frame[0], frame[-1], frame[1:-1].count(0)), (0, 0, 0))
                self.assertEqual(protocol.cobs_decode(frame[1:-1]), data)

    def test_no_cut_and_no_flipped_bit_brings_anything_but_a_protocol_error(self) -> None:
        chance = random.Random(5)
        pool = [data for _, data, _ in vectors("valid")]
        for _ in range(3000):
            data = bytearray(chance.choice(pool))
            if chance.random() < 0.5:
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            else:
                del data[chance.randrange(len(data)) :]
            with self.assertRaises(protocol.ProtocolError):
                protocol.decode_transfer(bytes(data), 65536)

    def test_what_a_field_cannot_hold_is_a_value_error_that_names_it(self) -> None:
        for message in (
            protocol.Patterns(count=2**32),
            protocol.PatternCredit(credit_limit=2**53),
            protocol.Refused(field="x" * 65),
            protocol.PlaySequence(steps=[protocol.SequenceStep(-1)]),
        ):
            with self.assertRaisesRegex(ValueError, "count|credit_limit|field|index"):
                message.encode()

    def test_a_text_for_people_is_cut_between_characters(self) -> None:
        text = protocol.Event.decode(protocol.Event(text="µ" * 1000).encode()).text
        self.assertEqual(text, "µ" * 512)


if __name__ == "__main__":
    unittest.main()
