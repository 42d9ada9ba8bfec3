"""WAV files: 16 kHz, one channel, 16 bits."""

import io
import struct
import wave
from typing import Final

SAMPLE_RATE: Final = 16_000
_LOUDNESS: Final = 12_000


def write_wav(frequency: int, samples: int) -> bytes:
    """Write a tone, a triangle wave: integers alone, so that every machine makes the same bytes.

    Args:
        frequency: The periods per second, up to a quarter of the sample rate.
        samples: How many samples to write.
    """
    length = SAMPLE_RATE // frequency
    # Up from the least value to the greatest and down again.
    heights = [2 * min(position, length - position) * 2 - length for position in range(length)]
    period = struct.pack(f"<{length}h", *(height * _LOUDNESS // length for height in heights))
    frames = (period * (samples // length + 1))[: 2 * samples]
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SAMPLE_RATE)
        sound.writeframes(frames)
    return file.getvalue()
