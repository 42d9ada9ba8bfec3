"""Example that uses the main functions of the client against the embedded emulator: `make demo`.

It lists models, loads a text model, runs and streams it, runs a chat and an embedding model, and updates and
deletes the cluster. It needs no network access.
"""

from datetime import timedelta

from bytezkit import Bytez, Progress
from bytezkit_emulator import Emulator

MODEL = "openai-community/gpt2"
BAR_WIDTH = 24
BOOT_SECONDS = 2  # Approximate time until a cluster of the emulator runs with the scaled clock.


def show_progress(progress: Progress) -> None:
    """Draw a progress bar from the elapsed time."""
    seconds = progress.elapsed.total_seconds()
    filled = BAR_WIDTH if progress.status == "running" else int(seconds / BOOT_SECONDS * BAR_WIDTH)
    bar = "█" * min(filled, BAR_WIDTH)
    # The carriage return overwrites the previous line.
    print(f"\r  {bar:░<{BAR_WIDTH}} {progress.status:<17} {seconds:4.1f} s", end="", flush=True)


def tour(client: Bytez) -> None:
    """Use the main functions of the client."""
    models = client.models.list(task="text-generation")
    print(f"{len(client.tasks.list())} tasks, {len(models)} models for text generation, such as")
    for model in models[:3]:
        print(f"  {model.model_id:<50} {model.meter}")

    gpt2 = client.model(MODEL, task="text-generation")
    print(f"\nLoading {MODEL}")
    gpt2.load(max=3, idle_timeout=timedelta(minutes=10), on_progress=show_progress)

    result = gpt2.run("Once upon a time there was a", params={"max_new_tokens": 12})
    print(f"\n\nrun     {result.output}")
    print(f"        ${result.metadata.inference_cost} on the meter {result.metadata.inference_meter}")

    print("stream  ", end="")
    with gpt2.stream("Jack and Jill", params={"max_new_tokens": 12}) as stream:
        for text in stream:
            print(text, end="", flush=True)

    chat = client.model("Qwen/Qwen3-4B", task="chat")
    reply = chat.run([{"role": "user", "content": "What's the weather like today?"}])
    print(f"\nchat    {reply.output.content}")

    embedding = client.model("nomic-ai/nomic-embed-text-v1.5", task="feature-extraction")
    vector = embedding.run("Hello world").output
    print(f"vector  {len(vector)} numbers, starting with {vector[:3]}")

    cluster = gpt2.cluster.update(desired=2)
    print(f"\n{MODEL}: {cluster.capacity.desired} desired instances, {cluster.inferences} inferences")
    gpt2.cluster.delete()
    print(f"delete  remaining clusters: {', '.join(str(it.model_id) for it in client.clusters.list())}")


def main() -> None:
    """Start the emulator and run the tour."""
    with Emulator(clock="scaled") as emulator, Bytez("demo-key", base_url=emulator.url) as client:
        print(f"The emulator serves {emulator.url}\n")
        tour(client)


if __name__ == "__main__":
    main()
