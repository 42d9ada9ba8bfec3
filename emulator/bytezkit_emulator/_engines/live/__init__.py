"""Live engines: real models, which take real time and stream.

A live engine is an object with the methods of `LiveEngine`, in a module of its own in this package. Its
constructor checks the configuration, without I/O.

1. `open(tasks)` is called once, when the emulator is constructed, with the task of each model of the catalog.
   It connects or loads what it needs, and returns the task of each model that it adds to the catalog, in
   place of a model with the same id. `EngineError` says that the engine cannot work, and ends the start.
2. `admit(job)` is called under the runtime's lock for each run that no stub serves, before a cluster is
   created. It returns at once: the `Slots` in which the job runs, or None, and then the `synthetic` engine
   makes the output. `Slots(4)` lets four runs work at once. An engine whose models work on one thread each
   has one `Slots(1)` per model.
3. `run(job, live_run)` is called in a thread of its own, without the lock, as soon as an instance serves the
   run in virtual time and a slot is free. It returns the output, or raises:
   - `InputError`: the model cannot use the input (422);
   - `HttpError`: the engine chooses the status, such as 502 for a server that it cannot reach, or 504;
   - any other exception: 500. It is logged.

Meanwhile `run` calls `live_run.write(piece)` with each piece of the text, if the task streams text. The
joined pieces must be the text of the output; if it writes none, the text is one piece. The emulator sets
`pieces` of the output, and `tokens` if they are 0. Before a client gets the first piece or the output, an
exception becomes an error response; later it cuts the connection.

A run is cancelled when its client disconnects, or when the emulator is reset or closed. Then `live_run.write`
raises `RunCancelledError`, and the callbacks given to `live_run.on_cancel` are called. The slot is free when
`run` has returned or raised; its result is ignored. An engine needs no clean-up for the end of the process,
which the threads do not delay.

An output is validated against the schema of its task before it is served; for an invalid one, or for NaN and
infinity, the run fails with 500. The price follows from the real time that `run` takes.
"""

from bytezkit_emulator._engines.live.run import EngineError, LiveEngine, LiveRun, RunCancelledError, Slots

__all__ = ["EngineError", "LiveEngine", "LiveRun", "RunCancelledError", "Slots"]
