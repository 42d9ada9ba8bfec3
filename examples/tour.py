"""A tour of the client through the embedded emulator: `make demo`.

It lists models, brings a cluster up and waits for it, runs and streams a text model, updates the
cluster and shuts it down. Nothing leaves this machine.
"""

from datetime import timedelta

from bytezkit import Bytez, Progress
from bytezkit_emulator import Emulator

MODEL = "openai-community/gpt2"
BAR = 24


def show(progress: Progress) -> None:
    """Draw how far the cluster is; it takes about two seconds to boot here."""
    done = BAR if progress.status == "running" else int(progress.elapsed.total_seconds() / 2 * BAR)
    bar = "█" * min(done, BAR)
    print(
        f"\r  {bar:░<{BAR}} {progress.status:<17} {progress.elapsed.total_seconds():4.1f} s",
        end="",
        flush=True,
    )


def tour(client: Bytez) -> None:
    """Do what most people come for."""
    models = client.models.list(task="text-generation")
    print(f"{len(client.tasks.list())} tasks, {len(models)} models for text generation, such as")
    for model in models[:3]:
        print(f"  {model.model_id:<50} {model.meter}")

    gpt2 = client.model(MODEL, task="text-generation")
    print(f"\nLoading {MODEL}")
    gpt2.load(max=3, idle_timeout=timedelta(minutes=10), on_progress=show)

    result = gpt2.run("Once upon a time there was a", params={"max_new_tokens": 12})
    print(f"\n\nrun     {result.output}")
    print(f"        ${result.metadata.inference_cost} on the meter {result.metadata.inference_meter}")

    print("stream  ", end="")
    with gpt2.stream("Jack and Jill", params={"max_new_tokens": 12}) as stream:
        for text in stream:
            print(text, end="", flush=True)

    chat = client.model("Qwen/Qwen3-4B", task="chat")
    answer = chat.run([{"role": "user", "content": "What's the weather like today?"}])
    print(f"\nchat    {answer.output.content}")

    embedding = client.model("nomic-ai/nomic-embed-text-v1.5", task="feature-extraction")
    vector = embedding.run("Hello world").output
    print(f"vector  {len(vector)} numbers, beginning with {vector[:3]}")

    cluster = gpt2.cluster.update(desired=2)
    print(
        f"\n{MODEL} now aims for {cluster.capacity.desired} instances, after {cluster.inferences} inferences"
    )
    gpt2.cluster.delete()
    print(f"delete  clusters left: {', '.join(str(left.model_id) for left in client.clusters.list())}")


def main() -> None:
    """Start the emulator and take the tour."""
    with Emulator(clock="scaled") as emulator, Bytez("demo-key", base_url=emulator.url) as client:
        print(f"The emulator serves {emulator.url}\n")
        tour(client)


if __name__ == "__main__":
    main()
