"""A session with a device over the links that it takes: handshake, requests, the lease, and what a lost link needs."""

from __future__ import annotations

import random
import select
import socket
import threading
import time
import weakref
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Callable, Dict, Iterator, List, Optional, TYPE_CHECKING

from . import _protocol as protocol
from ._link import MAXIMUM_PAYLOAD, Link, LinkLost
from ._refusal import refusal_error
from ._transport import Transport
from .errors import OpuError

if TYPE_CHECKING:
    from ._run import Run


@dataclass(frozen=True)
class Timeouts:
    """How long a session waits for what, seconds."""

    request: float = 2.0
    """For the reply to a request before it is sent again; each further wait is twice as long."""
    retries: int = 3
    """How often a request is sent again."""
    silence: float = 1.0
    """Silence, while something is due, after which the device is asked; doubles each time."""
    probes: int = 5
    """Questions without an answer after which the link counts as dead."""
    reconnect: float = 10.0
    """For a lost link to come back before the session is given up; 0 never reconnects."""


@dataclass
class _Pending:
    message: protocol.Message
    deadline: float
    wait: float
    tries: int = 0
    reply: Optional[protocol.Message] = None
    error: Optional[OpuError] = None
    then: Optional[Callable[["_Pending"], None]] = None


@dataclass
class Greeting:
    hello: protocol.HelloReply = field(default_factory=protocol.HelloReply)
    description: protocol.DescribeReply = field(default_factory=protocol.DescribeReply)
    configuration: protocol.ConfigureReply = field(default_factory=protocol.ConfigureReply)


class Session:
    """All state is changed under `holding()`. Whoever waits for something receives for everybody."""

    def __init__(
        self, name: str, opener: Callable[[float], Transport], timeouts: Timeouts, lockstep: bool, host_name: str
    ) -> None:
        self.name = name
        self.timeouts = timeouts
        self.greeting = Greeting()
        self.error: Optional[OpuError] = None
        self.run: Optional[Run] = None
        self.next_pattern_id = 0
        self.pattern_limit = 0
        self.counters: Dict[str, int] = {"host_links_lost": 0, "host_reconnect_attempts": 0, "host_probes": 0}
        self.on_event: Optional[Callable[[protocol.Event], None]] = None
        self._opener = opener
        self._lockstep = lockstep
        self._host_name = host_name
        self._host_id = random.SystemRandom().getrandbits(48) | 1
        self._link: Optional[Link] = None
        self._request_id = 0
        self._pending: Dict[int, _Pending] = {}
        self._io = threading.Lock()
        self._wanted = 0
        self._waited_at = (-1, -1)
        self._heard = time.monotonic()
        self._probe_at: Optional[float] = None
        self._probes = 0
        self._heartbeat = 0.0
        self._last_sent = time.monotonic()
        self._lost_since: Optional[float] = None
        self._cause: Optional[OpuError] = None
        self._cancelled: Optional[str] = None
        self._keeper: Optional[threading.Thread] = None
        self._closing = threading.Event()
        self._wake_out, self._wake_in = socket.socketpair()
        self._wake_in.setblocking(False)
        self._wake_out.setblocking(False)

    # Opening and closing.

    def open(self) -> None:
        try:
            with self.holding():
                self._connect()
                # Patterns that another host left behind would be shown first.
                self._ask(protocol.Abort())
            if self._heartbeat > 0:
                self._keeper = threading.Thread(target=_keep, args=(weakref.ref(self), self._closing, self._heartbeat / 3))
                self._keeper.daemon = True
                self._keeper.name = f"opu lease of {self.name}"
                self._keeper.start()
        except LinkLost as lost:
            self._end(lost.error)
            raise lost.error from None
        except BaseException:
            self._end(OpuError("INVALID_STATE", "The device was not opened."))
            raise

    def close(self) -> None:
        """Stops the device, gives control back and closes the link. More than once does no harm."""
        if self._closing.is_set():
            return
        self._closing.set()
        with self.holding():
            self._cancelled = None
            if self.error is None and self._link is not None:
                try:
                    end = time.monotonic() + self.timeouts.request
                    for message in (protocol.Abort(), protocol.ReleaseControl()):
                        self._ask(message, end)
                except (OpuError, LinkLost):
                    pass
            self._end(OpuError("INVALID_STATE", "The device was closed.", remedy="Open it again."))

    def _end(self, error: OpuError) -> None:
        self.error = self.error or error
        self._closing.set()
        if self._link is not None:
            self._link.close()
            self._link = None
        keeper = self._keeper
        if keeper is not None and keeper is not threading.current_thread():
            self._keeper = None
            keeper.join(0.0 if self._io.locked() else None)
        for wake in (self._wake_in, self._wake_out):
            wake.close()

    def finish(self) -> None:
        """Waits for the thread that kept the lease, after `close`."""
        keeper = self._keeper
        if keeper is not None and keeper is not threading.current_thread():
            keeper.join()
            self._keeper = None

    @contextmanager
    def holding(self) -> Iterator[None]:
        if not self._io.acquire(blocking=False):
            self._wanted += 1
            self.wake()
            self._io.acquire()
            self._wanted -= 1
        try:
            yield
        finally:
            self._io.release()

    def wake(self) -> None:
        """Ends the waiting of whoever waits, from any thread."""
        try:
            self._wake_out.send(b"x")
        except OSError:
            pass

    def cancel(self, why: str) -> None:
        self._cancelled = why
        self.wake()

    def clear_cancel(self) -> None:
        self._cancelled = None

    # Requests.

    def request(self, message: protocol.Message) -> protocol.Message:
        """Sends a request and waits for its reply, over as many links as it takes. Call without holding."""
        with self.holding():
            self._check()
            pending = self.post(message)
        self.until(lambda: pending.reply is not None or pending.error is not None)
        if pending.error is not None:
            raise pending.error
        assert pending.reply is not None
        return pending.reply

    def post(self, message: protocol.Message, then: Optional[Callable[[_Pending], None]] = None) -> _Pending:
        """Sends a request without waiting. Call while holding."""
        self._request_id += 1
        wait = self.timeouts.request
        pending = _Pending(message, time.monotonic() + wait, wait, then=then)
        self._pending[self._request_id] = pending
        self.send(message, self._request_id)
        return pending

    def send(self, message: protocol.Message, request_id: int = 0, repeated: bool = False) -> None:
        """Without a link nothing is sent: what matters is sent again by whoever it matters to, once there is one."""
        if self._link is None:
            return
        self._last_sent = time.monotonic()
        try:
            self._link.send(message, request_id, repeated)
        except LinkLost as lost:
            self._lose(lost.error)

    def flush(self) -> None:
        """Sends now what would wait for the next time that somebody waits."""
        try:
            if self._link is not None:
                self._link.flush()
        except LinkLost as lost:
            self._lose(lost.error)

    @property
    def can_send(self) -> bool:
        return self._link is not None and self._link.waiting_bytes < (16384 if self._link.is_stream else 4 << 20)

    @property
    def pattern_message_bytes(self) -> int:
        if self._link is None:
            return 4096
        return min(self._link.device_maximum - 32, 65536 if self._link.is_stream else 262144)

    def until(self, done: Callable[[], bool]) -> None:
        """Waits for something that the device brings. Call without holding."""
        while True:
            while self._wanted > 0:
                time.sleep(0.0002)
            with self.holding():
                if done():
                    return
                self._check()
                self._step(starving=True)

    def _check(self) -> None:
        if self._cancelled is not None:
            why, self._cancelled = self._cancelled, None
            raise OpuError("ABORTED", why)
        if self.error is not None:
            raise self.error

    # What happens while somebody waits.

    def _step(self, starving: bool) -> None:
        """Waits until something comes or is due, and deals with it."""
        if self._link is None:
            self._recover()
            return
        try:
            now = time.monotonic()
            self._timers(now)
            if self._link is None:
                return
            if self.run is not None:
                self.run.push()
            if self._link is None:
                return
            if starving and self._lockstep:
                self._say_waiting()
            timeout = max(0.0, self._next_timer() - time.monotonic()) if starving else 0.0
            self._exchange(timeout)
        except LinkLost as lost:
            self._lose(lost.error)

    def _exchange(self, timeout: float) -> None:
        link = self._link
        assert link is not None
        link.flush()
        writers = [link.transport] if link.wants_to_write else []
        readable, writable, _ = select.select([link.transport, self._wake_in], writers, [], timeout)
        if self._wake_in in readable:
            self._drain_wakes()
        if writable:
            link.flush()
        if link.transport in readable:
            for header, message in link.receive():
                self._heard = time.monotonic()
                self._probes = 0
                self._dispatch(header, message)
                if self._link is not link:
                    return

    def _drain_wakes(self) -> None:
        try:
            while self._wake_in.recv(4096):
                pass
        except OSError:
            pass

    def _say_waiting(self) -> None:
        link = self._link
        assert link is not None
        if self._waited_at != (link.received, link.sent):
            link.send(protocol.HostWaiting(device_sequence=link.received))
            self._waited_at = (link.received, link.sent)

    def _silence(self) -> float:
        return self.timeouts.silence * 2.0**self._probes

    def _next_timer(self) -> float:
        times = [pending.deadline for pending in self._pending.values()]
        if self.run is not None and self.run.is_due:
            times.append(max(self._heard, self._probe_at or 0.0) + self._silence())
        if self._heartbeat > 0:
            times.append(self._last_sent + self._heartbeat / 3)
        return min(times, default=time.monotonic() + 60.0)

    def _timers(self, now: float) -> None:
        assert self._link is not None
        for request_id, pending in list(self._pending.items()):
            if pending.deadline > now:
                continue
            # A device that is heard of is at work; bytes of a long message are on their way.
            if pending.tries >= self.timeouts.retries:
                text = f"The device did not answer {pending.message.NAME} within {self.timeouts.request:g} s, asked {pending.tries + 1} times."
                raise LinkLost(OpuError("TIMEOUT", text))
            pending.tries += 1
            pending.wait *= 2
            pending.deadline = now + pending.wait
            self.send(pending.message, request_id, repeated=True)
        run = self.run
        if run is not None and run.is_due and max(self._heard, self._probe_at or 0.0) + self._silence() <= now:
            if self._probes >= self.timeouts.probes:
                raise LinkLost(OpuError("TIMEOUT", f"The device was silent to {self._probes} questions."))
            self._probes += 1
            self._probe_at = now
            self.counters["host_probes"] += 1
            run.probe()
        if self._heartbeat > 0 and self._last_sent + self._heartbeat / 3 <= now:
            self.send(protocol.Heartbeat())

    def _dispatch(self, header: Optional[protocol.Header], message: "protocol.Message | protocol.ProtocolError") -> None:
        run = self.run
        if isinstance(message, protocol.ProtocolError):
            if run is not None:
                run.damaged(header)
            return
        if header is not None and header.request_id != 0:
            self._answered(header.request_id, message)
        elif isinstance(message, protocol.PatternCredit):
            self.next_pattern_id = max(self.next_pattern_id, message.next_pattern_id)
            self.pattern_limit = max(self.pattern_limit, message.credit_limit)
            if run is not None:
                run.credit(message.next_pattern_id)
        elif isinstance(message, protocol.Event):
            if self.on_event is not None:
                self.on_event(message)
        elif run is not None:
            if isinstance(message, protocol.Readouts):
                self._progressed()
                run.readouts(message)
            elif isinstance(message, protocol.PatternResend):
                run.resend(message.from_)
            elif isinstance(message, protocol.ReadoutUnavailable):
                run.unavailable(message)
            elif isinstance(message, protocol.RunEnded):
                run.run_ended(message)
            elif isinstance(message, protocol.Refused) and message.request_type == protocol.Patterns.TYPE:
                run.failed(refusal_error(message, "PATTERNS"))

    def _answered(self, request_id: int, message: protocol.Message) -> None:
        pending = self._pending.get(request_id)
        if pending is None:
            return
        self._progressed()
        if isinstance(message, protocol.Pending):
            pending.tries = 0
            pending.wait = self.timeouts.request
            ticks = self.greeting.description.tick_picoseconds * 1e-12
            expected = 0.0 if self._lockstep else min(message.expected_ticks * ticks, 3600.0)
            pending.deadline = time.monotonic() + pending.wait + expected
            return
        del self._pending[request_id]
        if isinstance(message, protocol.Refused):
            pending.error = refusal_error(message, pending.message.NAME)
        else:
            pending.reply = message
        if pending.then is not None:
            pending.then(pending)

    # Links.

    def _progressed(self) -> None:
        """The device does what it is asked for: the next loss is another one."""
        self._lost_since = None
        self._cause = None

    def _lose(self, error: OpuError) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None
        self.counters["host_links_lost"] += 1
        self._cause = self._cause or error
        if self._lost_since is None:
            self._lost_since = time.monotonic()
        if self.timeouts.reconnect <= 0 or error.blame != "link":
            self._fail(error)

    def _fail(self, error: OpuError) -> None:
        self.error = self.error or error
        raise self.error

    def _recover(self) -> None:
        """Opens links with growing pauses until one holds or the time for it is over."""
        if self._lost_since is None:
            self._lost_since = time.monotonic()
        deadline = self._lost_since + self.timeouts.reconnect
        pause, last = 0.02, self._cause
        while True:
            self._check()
            left = deadline - time.monotonic()
            if left <= 0:
                break
            self.counters["host_reconnect_attempts"] += 1
            try:
                self._connect(deadline)
                self._resume()
                return
            except LinkLost as lost:
                last = lost.error
            except OpuError as error:
                if error.blame != "link" and error.code != "DEVICE_BUSY":
                    self._fail(error)
                last = error
            if self._link is not None:
                self._link.close()
                self._link = None
            waited = min(pause, max(0.0, deadline - time.monotonic()))
            if select.select([self._wake_in], [], [], waited)[0]:
                self._drain_wakes()
            pause = min(2 * pause, 2.0)
        cause = self._cause.args[0] if self._cause is not None else "for no reason that is known"
        code = "LINK_CORRUPT" if last is not None and last.code == "LINK_CORRUPT" else "LINK_LOST"
        since = f" Last: {last.args[0]}" if last is not None and last is not self._cause else ""
        text = f"The link was lost ({cause}) and did not come back within {self.timeouts.reconnect:g} s.{since}"
        self._fail(OpuError(code, text))

    def _connect(self, deadline: Optional[float] = None) -> None:
        """Opens a link and shakes hands."""
        end = time.monotonic() + self.timeouts.request * (2 ** (self.timeouts.retries + 1) - 1)
        end = end if deadline is None else min(end, deadline)
        transport = self._opener(max(0.1, end - time.monotonic()))
        link = self._link = Link(transport)
        link.nonce = random.SystemRandom().getrandbits(32) or 1
        self._waited_at = (-1, -1)
        self._probe_at = None
        self._probes = 0
        if link.is_stream:
            link.transport.write(memoryview(b"\0"))
        hello = protocol.Hello(
            protocol.VERSION_MAJOR,
            protocol.VERSION_MINOR,
            MAXIMUM_PAYLOAD,
            self._host_id,
            protocol.SCHEMA_HASH,
            self._host_name,
            link.nonce,
        )
        before = self.greeting
        is_first = before.hello.version_major == 0
        reply = self._ask(hello, end)
        assert isinstance(reply, protocol.HelloReply)
        if reply.version_major != protocol.VERSION_MAJOR:
            said = f"{reply.version_major}.{reply.version_minor}"
            ours = f"{protocol.VERSION_MAJOR}.{protocol.VERSION_MINOR}"
            raise OpuError("VERSION_MISMATCH", f"The device speaks version {said} of the protocol, opu-sdk {ours}.")
        if not is_first and reply.boot_id != before.hello.boot_id:
            text = "The device was switched off and on while the link was down: patterns and readouts from before are void."
            raise OpuError("DEVICE_FAULT", text)
        link.agreed(reply)
        description = self._ask(protocol.Describe(), end)
        assert isinstance(description, protocol.DescribeReply)
        granted = self._ask(protocol.AcquireControl(), end)
        assert isinstance(granted, protocol.Done)
        self._heartbeat = granted.value / 1e6
        if not description.features & protocol.DeviceFeature.VIRTUAL_CLOCK:
            self._lockstep = False
        if self._lockstep:
            self._ask(protocol.SetPacing(mode=protocol.PacingMode.LOCKSTEP), end)
        configuration = self._ask(protocol.GetConfiguration(), end)
        assert isinstance(configuration, protocol.ConfigureReply)
        configuring = any(isinstance(p.message, protocol.Configure) for p in self._pending.values())
        changed = configuration.configuration_hash != before.configuration.configuration_hash
        if not is_first and changed and not configuring:
            text = "The device was configured by somebody else while the link was down."
            raise OpuError("INVALID_STATE", text, remedy="Open it anew and configure it again.")
        self.greeting = Greeting(reply, description, configuration)

    def _ask(self, message: protocol.Message, end: Optional[float] = None) -> protocol.Message:
        """A request of the handshake: on this link or not at all. Call while holding."""
        pending = self.post(message)
        request_id = self._request_id
        try:
            while pending.reply is None and pending.error is None:
                now = time.monotonic()
                if self._link is None or (end is not None and now >= end):
                    raise LinkLost(OpuError("TIMEOUT", f"The device did not answer {message.NAME} in time."))
                self._check()
                if pending.deadline <= now:
                    if pending.tries >= self.timeouts.retries:
                        raise LinkLost(OpuError("TIMEOUT", f"The device did not answer {message.NAME}."))
                    pending.tries += 1
                    pending.wait *= 2
                    pending.deadline = now + pending.wait
                    self._link.send(message, request_id, True)
                if self._lockstep:
                    self._say_waiting()
                self._exchange(max(0.0, min(pending.deadline, end or pending.deadline) - now))
        finally:
            self._pending.pop(request_id, None)
        if pending.error is not None:
            raise pending.error
        assert pending.reply is not None
        return pending.reply

    def _resume(self) -> None:
        """What was asked is asked again under the same number, and the run goes on."""
        now = time.monotonic()
        for request_id, pending in list(self._pending.items()):
            pending.tries, pending.wait = 0, self.timeouts.request
            pending.deadline = now + pending.wait
            self.send(pending.message, request_id, repeated=True)
        self._heard = now
        if self.run is not None:
            self.run.resumed()

    def beat(self) -> None:
        """Renews the lease and takes what has come, when nobody else does."""
        if not self._io.acquire(blocking=False):
            return
        try:
            if self.error is None and self._link is not None:
                self.send(protocol.Heartbeat())
                self._step(starving=False)
        except OpuError:
            pass
        finally:
            self._io.release()


def _keep(session: "weakref.ref[Session]", closing: threading.Event, interval: float) -> None:
    """Keeps the lease of a session that lives, and ends with it."""
    while not closing.wait(interval):
        alive = session()
        if alive is None:
            return
        alive.beat()
        del alive


__all__: List[str] = ["Greeting", "Session", "Timeouts"]
