"""Operations as pure functions and values, without I/O.

An operation is a generator that yields `Send` and `Sleep` effects and returns its result. The sessions in
`bytezkit._transport` perform the effects, synchronously or asynchronously.
"""
