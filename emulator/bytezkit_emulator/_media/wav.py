"""WAV files: 16 kHz, one channel, 16 bits."""

import io
import struct
import wave
from typing import Final

SAMPLE_RATE: Final = 16_000
# Below 32,767, the maximum of a 16-bit sample.
_AMPLITUDE: Final = 12_000


def write_wav(frequency: int, samples: int) -> bytes:
    """Return a WAV file with a triangle wave.

    Integer arithmetic makes the bytes equal on every machine.

    Args:
        frequency: Frequency in Hz, at most a quarter of the sample rate.
        samples: Number of samples.
    """
    length = SAMPLE_RATE // frequency
    # Rises from the minimum to the maximum and falls again.
    levels = [2 * min(position, length - position) * 2 - length for position in range(length)]
    period = struct.pack(f"<{length}h", *(level * _AMPLITUDE // length for level in levels))
    frames = (period * (samples // length + 1))[: 2 * samples]
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SAMPLE_RATE)
        sound.writeframes(frames)
    return file.getvalue()
