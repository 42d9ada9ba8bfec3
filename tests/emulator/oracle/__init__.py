"""A second model of the service, written from the contract and the documents, compared with the emulator.

The model shares no code with the emulator. It has what depends on time and on earlier requests: clusters and
loaded models, their queues, runs and streams, credits and keys. Other tests cover the lists of models, jobs,
providers, dialects, inputs and refused bodies.

- `hosts`: instances and the runs that they serve, over time.
- `service`: clusters and loaded models of each key; the expected answer to every request.
- `test_oracle`: random histories, sent to the model and to an emulator.
"""
