"""HTTP server that streams the texts of a pipeline: `python -m benchmarks.pipeline_server PORT FOLDER GGUF`.

It runs in the environment `transformers`, and writes the model to the folder first unless it is there.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import torch
import transformers


def _save(folder: Path, gguf: Path) -> None:
    """Write a model as `save_pretrained` does: loading it from GGUF takes ten times as long."""
    for loader in (transformers.AutoModelForCausalLM, transformers.AutoTokenizer):
        part = loader.from_pretrained(gguf.parent, gguf_file=gguf.name)
        part.save_pretrained(folder)


def main() -> None:
    """Serve until the end of the process."""
    port, folder, gguf = sys.argv[1:]
    # As the engine of the emulator does.
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    if not Path(folder, "tokenizer_config.json").exists():
        _save(Path(folder), Path(gguf))
    pipeline: Any = transformers.pipeline("text-generation", model=folder)

    class Handler(BaseHTTPRequestHandler):
        """Streams a text, whose end is that of the connection."""

        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()
            streamer: Any = transformers.TextStreamer(
                pipeline.tokenizer, skip_prompt=True, skip_special_tokens=True
            )
            streamer.on_finalized_text = lambda text, **_: self.wfile.write(text.encode())
            pipeline(body["messages"], streamer=streamer, **body["params"])

    HTTPServer(("127.0.0.1", int(port)), Handler).serve_forever()


if __name__ == "__main__":
    main()
