"""What happens on the channels of a MIDI file while it is read: wheels, controllers, programs, MPE zones."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import mido
import numpy as np
from numpy.typing import NDArray

from audiostyle.music.curves import STEP
from audiostyle.music.mpe import BEND_RANGE, EXPRESSION, to_level

_USUAL_RANGE = 2.0  # semitones at full pitch wheel, General MIDI's default
_LAST_CHANNEL = 15
_UNSET = (127, 127)  # the registered parameter that is none
_SOFTEST_PRESSURE = -40.0  # dB: a finger that barely touches is not silence
_LONGEST = 600.0  # seconds of a note that has curves: a damaged file may hold one for weeks
_REACH = 0.45 * STEP  # seconds by which an event may come after the point of a curve that it belongs to


@dataclass
class History:
    """Values and the times at which they began to hold, in seconds and in order."""

    times: list[float] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def add(self, time: float, value: float) -> None:
        """Note a value."""
        self.times.append(time)
        self.values.append(value)

    def sample(self, times: NDArray[np.float64], default: float) -> NDArray[np.float64]:
        """Return what holds at times, (n,); nothing may be added any more."""
        starts, values = self._arrays
        place = np.searchsorted(starts, times, side="right") - 1
        return np.where(place > 0, values[place], default)

    def get_last(self, before: float) -> float:
        """Return the last time at which a value began to hold, up to one in seconds; −∞ without any."""
        starts, _ = self._arrays
        return float(starts[np.searchsorted(starts, before, side="right") - 1])

    @cached_property
    def _arrays(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return np.array([-np.inf, *self.times]), np.array([0.0, *self.values])


@dataclass
class ChannelLog:
    """What one channel did.

    Attributes:
        range: semitones at full pitch wheel, as it is now.
        wheel: cents.
        expression: controller 11.
        pressure: of the whole channel, 0 to 127.
        programs: General MIDI programs.
    """

    range: float = _USUAL_RANGE
    wheel: History = field(default_factory=History)
    expression: History = field(default_factory=History)
    pressure: History = field(default_factory=History)
    programs: History = field(default_factory=History)
    _parameter: tuple[int, int] = _UNSET
    _given: bool = False

    def get_last_change(self, before: float) -> float:
        """Return the last time up to one in seconds at which anything moved."""
        return max(log.get_last(before) for log in (self.wheel, self.expression, self.pressure))

    def set_default_range(self, semitones: float) -> None:
        """Set the wheel's range, unless the file has said one."""
        if not self._given:
            self.range = semitones

    def set_range(self, semitones: float) -> None:
        """Set the wheel's range."""
        self.range, self._given = semitones, True


class ChannelLogs:
    """The sixteen channels, and which of them are members of MPE zones.

    Attributes:
        logs: of each channel.
        masters: member channel → its zone's master channel.
    """

    def __init__(self) -> None:
        self.logs = [ChannelLog() for _ in range(_LAST_CHANNEL + 1)]
        self.masters: dict[int, int] = {}

    def process(self, now: float, message: mido.Message) -> None:
        """Take note of a message, if it says anything but notes."""
        kind = message.type
        if kind == "control_change":
            self._control(now, message.channel, message.control, message.value)
        elif kind == "pitchwheel":
            log = self.logs[message.channel]
            log.wheel.add(now, message.pitch / 8192 * 100 * log.range)
        elif kind == "aftertouch":
            self.logs[message.channel].pressure.add(now, message.value)
        elif kind == "program_change":
            self.logs[message.channel].programs.add(now, message.program)

    def _control(self, now: float, channel: int, control: int, value: int) -> None:
        log = self.logs[channel]
        if control == EXPRESSION:
            log.expression.add(now, value)
        elif control == 101:
            log._parameter = (value, log._parameter[1])
        elif control == 100:
            log._parameter = (log._parameter[0], value)
        elif control in (98, 99):
            log._parameter = _UNSET  # what follows is for a parameter of the maker's
        elif control == 6 and log._parameter == (0, 6) and channel in (0, _LAST_CHANNEL):
            self._open_zone(channel, value)
        elif control in (6, 38) and log._parameter == (0, 0):
            whole = float(value) if control == 6 else int(log.range) + value / 100
            for peer in self._list_peers(channel):
                self.logs[peer].set_range(whole)

    def _open_zone(self, master: int, members: int) -> None:
        """Make the channels next to a master its members; none closes the zone."""
        self.masters = {member: owner for member, owner in self.masters.items() if owner != master}
        step = 1 if master == 0 else -1
        for count in range(1, min(members, _LAST_CHANNEL) + 1):
            self.masters[master + step * count] = master
            self.logs[master + step * count].set_default_range(BEND_RANGE)

    def _list_peers(self, channel: int) -> list[int]:
        """Return the channels for which a range holds that is set on one: all members of its zone."""
        master = self.masters.get(channel)
        return [channel] if master is None else [c for c, owner in self.masters.items() if owner == master]

    def moves_wheel(self, channel: int, onset: float) -> bool:
        """Return whether a channel's wheel changes after a time in seconds, so that it is no mere tuning."""
        wheel = self.logs[channel].wheel
        resting = wheel.sample(np.array([onset]), 0.0)[0]
        return any(t > onset and value != resting for t, value in zip(wheel.times, wheel.values, strict=True))

    def get_program(self, channel: int, onset: float) -> int | None:
        """Return the program of a note, its zone's where its channel has none; None where nothing is said."""
        for owner in (channel, self.masters.get(channel)):
            if owner is not None and self.logs[owner].programs.times:
                programs = self.logs[owner].programs
                return int(programs.sample(np.array([onset + _REACH]), programs.values[0])[0])
        return None

    def read_curves(
        self, channel: int, onset: float, offset: float
    ) -> tuple[Sequence[float], Sequence[float]]:
        """Return cents and level of a note, point by point, up to the last change; nothing if it has none."""
        owners = [owner for owner in (channel, self.masters.get(channel)) if owner is not None]
        logs = [self.logs[owner] for owner in owners]
        changes = [log.get_last_change(offset) for log in logs]
        seconds = np.clip([max(changes) - onset + STEP, offset - onset], 0.0, _LONGEST)
        points = np.arange(int(seconds.min() / STEP + 1e-3) + 1, dtype=np.float64)
        times = onset + STEP * points + _REACH
        cents = np.sum([log.wheel.sample(times, 0.0) for log in logs], axis=0)
        level = np.zeros(len(times))
        if channel in self.masters or channel in self.masters.values():
            values = [log.expression.sample(times, 127).astype(np.int64) for log in logs]
            level = np.sum([to_level(part) for part in values], axis=0)
            if not logs[0].expression.times:
                level += _read_pressure(logs[0].pressure.sample(times, 0.0))
        moving = np.flatnonzero((cents != cents[-1]) | (level != level[-1]))
        count = moving[-1] + 2 if len(moving) else 1
        if count == 1 and not cents[0] and not level[0]:
            return [], []
        return cents[:count].tolist(), level[:count].tolist()


def _read_pressure(pressure: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the level that a finger's pressure means, 0 dB where it is firmest."""
    if not pressure.any():
        return np.zeros(len(pressure))
    return 40 * np.log10(np.maximum(pressure / pressure.max(), 10 ** (_SOFTEST_PRESSURE / 40)))
