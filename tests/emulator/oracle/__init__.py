"""A second model of the service, written from the contract and the documents, compared with the emulator.

The model shares no code with the emulator. Where the documents are silent, the model names the choice.

- `catalog`: the models that both know, and their prices.
- `messages`: requests, found answers, and expected answers.
- `jobs`: the input of a run and the properties of its output.
- `hosts`: instances and the runs that they serve, over time.
- `service`: keys, clusters, loaded models, requested models; the expected answer to every request.
- `client`: a client of an emulator.
- `strategies` and `machine`: random histories, sent to the model and to an emulator.
"""
