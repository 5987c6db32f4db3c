"""One run: patterns go to the device as far as it has room, readouts come back as far as the reader has."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Callable, Deque, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from . import _protocol as protocol
from .errors import OpuError

if TYPE_CHECKING:
    from ._session import Session, _Pending

Pulled = Tuple["protocol.Bytes", int, bool]
"""Patterns one after the other, their number, and whether none follow."""

Taker = Callable[[int, protocol.Readouts, Sequence[protocol.ReadoutRecord], int], None]
"""Takes readouts: place of the first in the run, the message, its records, and how many of them to skip."""


class _Block(NamedTuple):
    first: int
    size: int
    data: "protocol.Bytes"
    last: bool


class ArraySource:
    """Patterns of an array, taken without a copy."""

    def __init__(self, data: memoryview, pattern_bytes: int) -> None:
        self._data = data
        self._pattern_bytes = pattern_bytes
        self._at = 0

    def pull(self, limit: int) -> Pulled:
        end = min(len(self._data), self._at + limit * self._pattern_bytes)
        piece = self._data[self._at : end]
        self._at = end
        return piece, len(piece) // self._pattern_bytes, end == len(self._data)

    def close(self) -> None:
        self._at = len(self._data)


class IteratorSource:
    """
    Patterns of an iterator, pulled no faster than there is room. One is asked for ahead, so that the last is known as such.
    """

    def __init__(self, patterns: Iterator[bytes]) -> None:
        self._patterns = patterns
        self._ahead: Optional[bytes] = None
        self._begun = False

    def pull(self, limit: int) -> Pulled:
        if not self._begun:
            self._begun = True
            self._ahead = next(self._patterns, None)
        pulled: List[bytes] = []
        while self._ahead is not None and len(pulled) < limit:
            pulled.append(self._ahead)
            self._ahead = next(self._patterns, None)
        return b"".join(pulled), len(pulled), self._ahead is None

    def close(self) -> None:
        self._ahead = None
        self._begun = True
        close = getattr(self._patterns, "close", None)
        if close is not None:
            close()


class Run:
    """
    State of one run. Everything here is called while the session is held; a run is over when `is_complete`.

    Readouts are known by their pattern's id; a frame that is missing is asked for, one that came already is skipped.
    """

    def __init__(
        self,
        session: Session,
        source: "ArraySource | IteratorSource",
        pattern_bytes: int,
        window: int,
        may_drop: bool,
        take: Taker,
        leftovers: int = 0,
        needs_trigger: bool = False,
    ) -> None:
        self._session = session
        self._source = source
        self._pattern_bytes = pattern_bytes
        self._window = window
        self._may_drop = may_drop
        self._needs_trigger = needs_trigger
        self._take = take
        self.first_id = session.next_pattern_id - leftovers
        self._next_id = session.next_pattern_id
        self._unacked: Deque[_Block] = deque()
        self._source_ended = False
        self._starting = False
        self._started = False
        self._leftovers = leftovers
        self._expected: Optional[int] = None
        """Frame that comes next; unknown until the run has started."""
        self.received = 0
        """Patterns whose readout came or was dropped."""
        self.consumed = 0
        """Of these, those whose memory is free again."""
        self._granted = -1
        self._asked_below = -1
        self._asked_end = -1
        self._is_probing = False
        self._restarted = False
        self._ended = False
        self._ending: Optional[str] = None
        self.error: Optional[BaseException] = None
        self.frames_done = 0

    # What the reader sees.

    @property
    def due(self) -> int:
        return self._next_id - self.first_id

    @property
    def is_due(self) -> bool:
        """Something is to come of the device without the host doing anything."""
        if self.error is not None or self._ended or not self._started:
            return False
        return (self.received < self.due and not self._needs_trigger) or (self._source_ended and not self._restarted)

    @property
    def is_complete(self) -> bool:
        if self.error is not None or self._ended:
            return True
        if not self._source_ended or self._ending is not None or self.received < self.due:
            return False
        return self._restarted or self.due == 0

    @property
    def needs_stop(self) -> bool:
        """The device may still be in a run when all has come."""
        return (self._started or self._starting) and not self._ended

    @property
    def is_stopping(self) -> bool:
        return self._ending is not None

    @property
    def ended_early(self) -> bool:
        return self._ending is not None and self.received < self.due

    def failed(self, error: BaseException) -> None:
        self.error = self.error or error

    def end(self, by: str) -> None:
        """STOP or ABORT is under way: nothing more is pulled, and there is room for the frames that have to be finished."""
        self._ending = by
        self._end_source()
        self._grant(force=True)

    def ended_by(self, report: protocol.RunReport) -> None:
        self._ended = True
        self.frames_done = report.frames_done

    def _end_source(self) -> None:
        if not self._source_ended:
            self._source_ended = True
            self._source.close()

    # Patterns.

    def push(self) -> None:
        """Sends patterns as far as there is room, and starts the run with the first."""
        session = self._session
        most = max(1, session.pattern_message_bytes // self._pattern_bytes)
        while not self._source_ended and self.error is None and session.can_send:
            in_flight = self.due - self.consumed
            room = min(session.pattern_limit - self._next_id, self._window - in_flight, most)
            if room <= 0 or (in_flight > 0 and room < min(most, self._window // 4) and self._room_will_grow(room)):
                break
            try:
                data, count, last = self._source.pull(room)
            except BaseException as error:  # The source's own error ends the run, whatever it is.
                self._source_ended = True
                self.failed(error)
                return
            self._source_ended = last
            if count == 0:
                break
            block = _Block(self._next_id, count, data, last)
            self._next_id += count
            self._unacked.append(block)
            self._send(block)
        if not self._started and not self._starting and self.due > 0 and self._ending is None and self.error is None:
            self._starting = True
            session.post(protocol.Start(), self._start_answered)

    def _room_will_grow(self, room: int) -> bool:
        """Waiting brings larger messages: the window is what limits, and frames are on their way."""
        return self._window - (self.due - self.consumed) == room and self.received > self.consumed

    def _send(self, block: _Block, repeated: bool = False) -> None:
        flags = int(protocol.PatternFlag.LAST) if block.last else 0
        message = protocol.Patterns(
            first_pattern_id=block.first,
            count=block.size,
            encoding=protocol.PatternEncoding.BITS,
            flags=flags,
            pattern_bytes=self._pattern_bytes,
            data=block.data,
        )
        self._session.send(message, repeated=repeated)

    def credit(self, next_id: int) -> None:
        """The device has all patterns below."""
        while self._unacked and self._unacked[0].first + self._unacked[0].size <= next_id:
            self._unacked.popleft()
        if self._is_probing:
            self._is_probing = False
            if next_id < self._next_id:
                self.resend(next_id)

    def resend(self, start: int) -> None:
        for block in list(self._unacked):
            if block.first + block.size <= start:
                continue
            skip = max(0, start - block.first)
            data = memoryview(block.data)[skip * self._pattern_bytes :]
            self._send(_Block(block.first + skip, block.size - skip, data, block.last), repeated=True)

    def _start_answered(self, pending: _Pending) -> None:
        self._starting = False
        if pending.error is not None:
            # After a link was lost the run may stand still or not.
            if self._restarted and pending.error.details.get("result_code") == "WRONG_STATE":
                self._started = True
                return
            self.failed(pending.error)
            return
        assert isinstance(pending.reply, protocol.Done)
        self._started = True
        if self._expected is None:
            self._expected = pending.reply.value
        self._grant(force=True)

    # Readouts.

    def readouts(self, message: protocol.Readouts) -> None:
        frames = message.frames
        if not frames or self._expected is None:
            return
        skip = 0
        while skip < len(frames) and frames[skip].frame < self._expected:
            skip += 1
        if skip == len(frames):
            return
        first = frames[skip]
        if first.frame - first.dropped_before > self._expected:
            self._ask_again(first.frame)
            return
        place = self.received
        for record in frames[skip:]:
            if record.dropped_before and not self._may_drop:
                self.failed(OpuError("FRAMES_LOST", f"The device discarded {record.dropped_before} frames in hold mode."))
                return
            self.received += record.dropped_before + 1
            if record.pattern_id != self.first_id + self.received - 1:
                text = f"Frame {record.frame} shows pattern {record.pattern_id}; {self.first_id + self.received - 1} was due."
                self.failed(OpuError("PROTOCOL_VIOLATION", text))
                return
        self._expected = frames[-1].frame + 1
        try:
            self._take(place, message, frames, skip)
        except BaseException as error:
            self.failed(error)
            return
        self._session.send(protocol.ReadoutAck(next_frame=self._expected))
        self._grant()

    def freed(self, count: int) -> None:
        """The reader took readouts."""
        self.consumed += count
        self._grant()

    def _grant(self, force: bool = False) -> None:
        """Tells the device how many readouts there is room for, a quarter of the window at a time."""
        if self._expected is None:
            return
        limit = self._expected + self._window - (self.received - self.consumed)
        if self._ending is not None:
            limit = self._expected + self._window
        if force or limit - self._granted >= max(1, self._window // 4):
            self._granted = max(limit, self._granted)
            self._session.send(protocol.ReadoutCredit(credit_limit=self._granted))

    def _ask_again(self, below: int) -> None:
        assert self._expected is not None
        if below <= self._asked_below:
            return
        self._asked_below = below
        self._session.send(protocol.ReadoutResend(from_=self._expected, count=below - self._expected))

    def damaged(self, header: Optional[protocol.Header]) -> None:
        if self._expected is not None and (header is None or header.type == protocol.Readouts.TYPE):
            self._session.send(protocol.ReadoutResend(from_=self._expected, count=self._missing()))

    def _missing(self) -> int:
        return max(1, min(self._window, self.due - self.received))

    def unavailable(self, message: protocol.ReadoutUnavailable) -> None:
        if self._expected is None or message.reason != protocol.UnavailableReason.GONE:
            return
        if message.from_ <= self._expected < message.from_ + message.count and self.received < self.due:
            text = f"The device does not keep frame {self._expected} any more, which never came."
            self.failed(OpuError("FRAMES_LOST", text))

    def run_ended(self, message: protocol.RunEnded) -> None:
        if self._expected is None or self._ending is not None:
            return
        if message.next_frame > self._expected and not (self._may_drop and self._asked_end == message.next_frame):
            self._asked_end = message.next_frame
            self._session.send(protocol.ReadoutResend(from_=self._expected, count=message.next_frame - self._expected))
            return
        if self.received == 0 or message.next_frame < self._expected:
            return
        if not self._source_ended or (self.received < self.due and not self._may_drop):
            if self._leftovers > 0 and self.received == self._leftovers:
                # What a stopped run had left ended with a mark of its own.
                self._leftovers = 0
                self._started = False
                return
            if self._restarted:
                return
            text = f"The device says that its run is over after {message.frames_done} frames; {self.received} of {self.due} came."
            self.failed(OpuError("FRAMES_LOST", text))
            return
        self.frames_done = message.frames_done
        self._ended = True

    def probe(self) -> None:
        """What is due does not come: asks for it."""
        self._asked_below = -1
        if self._expected is not None:
            self._session.send(protocol.ReadoutResend(from_=self._expected, count=self._missing()))
            self._grant(force=True)
        self._is_probing = True
        self._session.send(protocol.Patterns(first_pattern_id=self._next_id, pattern_bytes=self._pattern_bytes))

    def resumed(self) -> None:
        """There is another link. The device has stopped, and kept patterns and readouts."""
        self._asked_below = -1
        self._is_probing = False
        self.resend(self._session.next_pattern_id)
        if self._expected is not None:
            count = max(1, self.due - self.received)
            self._session.send(protocol.ReadoutResend(from_=self._expected, count=count))
            self._grant(force=True)
        if (self._started or self._starting) and self._ending is None and not self._ended:
            self._restarted = True
            self._session.post(protocol.Start(), self._start_answered)
