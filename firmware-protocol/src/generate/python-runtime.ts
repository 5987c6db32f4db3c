/** The part of `opu_protocol.py` that reads and writes payloads by tables. */
export const pythonRuntime = `

Bytes = Union[bytes, bytearray, memoryview]
MAXIMUM_U64 = 2**53 - 1


class ProtocolError(ValueError):
    """Bytes that are no message. \`kind\` says what is wrong with them."""

    def __init__(self, kind: LinkErrorKind, text: str) -> None:
        super().__init__(text)
        self.kind = kind


def _malformed(text: str) -> ProtocolError:
    return ProtocolError(LinkErrorKind.MALFORMED, text)


class _Field(NamedTuple):
    name: str
    kind: str
    bound: int = 0
    later: bool = False
    default: Any = None
    for_people: bool = False
    record: Optional[_Record] = None


class _Part:
    """Some fields in a row."""

    def read(self, payload: memoryview, offset: int, values: Dict[str, Any]) -> int:
        """Returns the offset behind."""
        raise NotImplementedError

    def write(self, message: Any, out: List[Bytes]) -> None:
        raise NotImplementedError


def _checked(names: Sequence[str], large: Sequence[int], values: Sequence[Any]) -> None:
    for i in large:
        if values[i] > MAXIMUM_U64:
            raise _malformed(f"{names[i]} is {values[i]}, above 2^53 - 1")


class _Fixed(_Part):
    """Numbers and bytes of a fixed size, all of one version."""

    def __init__(self, fields: Sequence[_Field], later: bool) -> None:
        self.layout = struct.Struct("<" + "".join(f.kind for f in fields))
        named = [f for f in fields if f.name]
        self.names = [f.name for f in named]
        self.defaults = [f.default for f in named]
        self.large = [i for i, f in enumerate(named) if f.kind == "Q"]
        self.later = later

    def read(self, payload: memoryview, offset: int, values: Dict[str, Any]) -> int:
        if self.later and offset == len(payload):
            values.update(zip(self.names, self.defaults))
            return offset
        end = offset + self.layout.size
        if end > len(payload):
            raise _malformed(f"the payload of {len(payload)} bytes ends before {self.names or 'a reserved field'}")
        read = self.layout.unpack_from(payload, offset)
        _checked(self.names, self.large, read)
        values.update(zip(self.names, read))
        return end

    def write(self, message: Any, out: List[Bytes]) -> None:
        values = [getattr(message, name) for name in self.names]
        for i in self.large:
            if not 0 <= values[i] <= MAXIMUM_U64:
                raise ValueError(f"{self.names[i]} is {values[i]}; it must be 0 to 2^53 - 1")
        try:
            out.append(self.layout.pack(*values))
        except struct.error as error:
            raise ValueError(f"{dict(zip(self.names, values))} does not fit: {error}") from None


class _Sized(_Part):
    """A text or bytes, with its length in front."""

    def __init__(self, field: _Field) -> None:
        self.field = field
        self.prefix = struct.Struct("<H" if field.kind == "string" else "<I")

    def read(self, payload: memoryview, offset: int, values: Dict[str, Any]) -> int:
        name, kind, bound, later, default, _, _ = self.field
        if later and offset == len(payload):
            values[name] = default
            return offset
        start = offset + self.prefix.size
        if start > len(payload):
            raise _malformed(f"the payload of {len(payload)} bytes ends before {name}")
        (length,) = self.prefix.unpack_from(payload, offset)
        if kind == "string" and length > bound:
            raise _malformed(f"{name} has {length} bytes; its bound is {bound}")
        if length > len(payload) - start:
            raise _malformed(f"{name} announces {length} bytes, and {len(payload) - start} are there")
        data = payload[start : start + length]
        values[name] = str(data, "utf-8", "replace") if kind == "string" else data
        return start + int(length)

    def write(self, message: Any, out: List[Bytes]) -> None:
        value = getattr(message, self.field.name)
        data: Bytes = value
        if self.field.kind == "string":
            text: bytes = value.encode()
            if len(text) > self.field.bound:
                if not self.field.for_people:
                    raise ValueError(f"{self.field.name} has {len(text)} bytes; its bound is {self.field.bound}")
                text = text[: self.field.bound].decode("utf-8", "ignore").encode()
            data = text
        out.append(self.prefix.pack(len(data)))
        out.append(data)


_ends = struct.Struct("<II")


class _Record:
    """How the records of one kind are read and written."""

    def __init__(self, make: Any, fields: Sequence[_Field]) -> None:
        least = [f for f in fields if not f.later]
        self.make = make
        self.layout = struct.Struct("<" + "".join(f.kind for f in fields))
        self.fields = [f for f in fields if f.name]
        self.least = struct.Struct("<" + "".join(f.kind for f in least)).size
        self.large = [i for i, f in enumerate(self.fields) if f.kind == "Q"]
        self.tail = b"".join(struct.pack("<" + f.kind, *([f.default] if f.name else [])) for f in fields if f.later)

    def read(self, data: memoryview, count: int, stride: int) -> List[Any]:
        size = self.layout.size
        if stride != size:
            # Longer ones are of a later version; shorter ones of an earlier one, and get the defaults.
            pieces = [bytes(data[i * stride : i * stride + min(stride, size)]) for i in range(count)]
            missing = size - stride
            fill = self.tail[len(self.tail) - missing :] if missing > 0 else b""
            data = memoryview(b"".join(piece + fill for piece in pieces))
        names = [f.name for f in self.fields]
        records = []
        for values in self.layout.iter_unpack(data):
            _checked(names, self.large, values)
            records.append(self.make._make(values))
        return records


class _Records(_Part):
    """Records, with their number and size in front."""

    def __init__(self, name: str, record: _Record, later: bool) -> None:
        self.name = name
        self.record = record
        self.later = later

    def read(self, payload: memoryview, offset: int, values: Dict[str, Any]) -> int:
        if self.later and offset == len(payload):
            values[self.name] = []
            return offset
        start = offset + _ends.size
        if start > len(payload):
            raise _malformed(f"the payload of {len(payload)} bytes ends before {self.name}")
        count, stride = _ends.unpack_from(payload, offset)
        if count > 0 and stride < self.record.least:
            raise _malformed(f"records of {self.name} have {stride} bytes; they need {self.record.least}")
        if count * stride > len(payload) - start:
            raise _malformed(f"{self.name} announces {count} records of {stride} bytes; {len(payload) - start} are there")
        values[self.name] = self.record.read(payload[start : start + count * stride], count, stride)
        return start + int(count * stride)

    def write(self, message: Any, out: List[Bytes]) -> None:
        records = getattr(message, self.name)
        out.append(_ends.pack(len(records), self.record.layout.size))
        for record in records:
            for i in self.record.large:
                if not 0 <= record[i] <= MAXIMUM_U64:
                    raise ValueError(f"{self.record.fields[i].name} is {record[i]}; it must be 0 to 2^53 - 1")
            try:
                out.append(self.record.layout.pack(*record))
            except struct.error as error:
                raise ValueError(f"{record} does not fit: {error}") from None


def _parts_of(fields: Sequence[_Field]) -> Sequence[_Part]:
    parts: List[_Part] = []
    run: List[_Field] = []

    def close() -> None:
        if run:
            parts.append(_Fixed(list(run), run[0].later))
            run.clear()

    for field in fields:
        if field.kind in ("string", "bytes"):
            close()
            parts.append(_Sized(field))
        elif field.kind == "records":
            close()
            assert field.record is not None
            parts.append(_Records(field.name, field.record, field.later))
        else:
            if field.later:
                close()
            run.append(field)
    close()
    return parts


M = TypeVar("M", bound="Message")


class Message:
    """What all messages have. Field names are those of SPEC.md in lower case with underscores."""

    TYPE: ClassVar[int]
    NAME: ClassVar[str]
    _parts: ClassVar[Sequence[_Part]]

    @classmethod
    def decode(cls: Type[M], payload: Bytes) -> M:
        """Reads a payload; what a later version added behind it is ignored."""
        values: Dict[str, Any] = {}
        offset, view = 0, memoryview(payload)
        for part in cls._parts:
            offset = part.read(view, offset, values)
        return cls(**values)

    def pieces(self) -> List[Bytes]:
        """The payload, in pieces that are sent one after the other."""
        out: List[Bytes] = []
        for part in self._parts:
            part.write(self, out)
        return out

    def encode(self) -> bytes:
        """The payload."""
        return b"".join(self.pieces())
`;
