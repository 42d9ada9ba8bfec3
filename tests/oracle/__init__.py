"""A small model of the service, written from the contract and the documents, that the emulator has to equal.

It shares no code with the emulator. Where the documents leave a choice open, the model names the choice.

- `catalog`: the models that both know, and their prices.
- `matching`: what an answer should be, and how it differs.
- `requests`: requests as both read them.
- `jobs`: what a run asks for, and what its output must be like.
- `hosts`: instances, and the runs that they serve, in time.
- `world`: keys, clusters, loaded models, requested models; every answer.
- `faces`: the ways into an emulator.
- `rig`: a world and an emulator, to which the same happens.
- `drawing` and `machine`: random histories.
"""
