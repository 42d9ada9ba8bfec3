"""Handles on models, asynchronous: one class per shape of input."""

from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

from bytezkit._async_handles import AsyncMediaHandle, AsyncRunningHandle
from bytezkit._inputs import (
    RunOptions,
    labels_media_input,
    labels_text_input,
    messages_input,
    question_context_input,
    question_media_input,
    text_input,
    wire_input,
)
from bytezkit._media import MediaSource, media_members_async
from bytezkit._media_results import AsyncMediaRef
from bytezkit._results import Result
from bytezkit._streams import AsyncMediaStream, AsyncTextStream
from bytezkit_models.inputs import ChatMessage
from bytezkit_models.json_value import JsonInput, JsonValue

ParamsT = TypeVar("ParamsT", bound=Mapping[str, object])
OutputT = TypeVar("OutputT")


class AsyncTextModel(AsyncRunningHandle[OutputT], Generic[ParamsT, OutputT]):
    """A model that reads a text."""

    async def run(
        self,
        text: str,
        *,
        params: ParamsT | None = None,
        extra_params: Mapping[str, JsonInput] | None = None,
        auto_scale: bool | None = None,
    ) -> Result[OutputT]:
        """Run the model once.

        Args:
            text: The input.
            params: The documented arguments of the task.
            extra_params: Other arguments of the model.
            auto_scale: Whether credits may be bought instead of being refused at the rate limit.

        Raises:
            TypeError: An argument is of a wrong type.
            ValueError: An argument has no meaning, is given twice, or can not be written as JSON.
            BytezError: See `bytezkit.errors`.
        """
        return await self._run(text_input(text), RunOptions(params, extra_params, auto_scale))


class AsyncStreamingTextModel(AsyncTextModel[ParamsT, OutputT]):
    """A model that reads a text and can stream what it writes."""

    def stream(
        self,
        text: str,
        *,
        params: ParamsT | None = None,
        extra_params: Mapping[str, JsonInput] | None = None,
        auto_scale: bool | None = None,
    ) -> AsyncTextStream:
        """Run the model and read what it writes as it comes; arguments and errors as for `run`."""
        return self._stream(text_input(text), RunOptions(params, extra_params, auto_scale))


class AsyncMessagesModel(AsyncRunningHandle[OutputT], Generic[ParamsT, OutputT]):
    """A model that reads a conversation."""

    async def run(
        self,
        messages: Sequence[ChatMessage],
        *,
        params: ParamsT | None = None,
        extra_params: Mapping[str, JsonInput] | None = None,
        auto_scale: bool | None = None,
    ) -> Result[OutputT]:
        """Run the model once.

        Args:
            messages: The conversation so far, oldest message first.
            params: The documented arguments of the task.
            extra_params: Other arguments of the model.
            auto_scale: Whether credits may be bought instead of being refused at the rate limit.

        Raises:
            TypeError: An argument is of a wrong type.
            ValueError: An argument has no meaning, is given twice, or can not be written as JSON.
            BytezError: See `bytezkit.errors`.
        """
        return await self._run(messages_input(messages), RunOptions(params, extra_params, auto_scale))


class AsyncStreamingMessagesModel(AsyncMessagesModel[ParamsT, OutputT]):
    """A model that reads a conversation and can stream its answer."""

    def stream(
        self,
        messages: Sequence[ChatMessage],
        *,
        params: ParamsT | None = None,
        extra_params: Mapping[str, JsonInput] | None = None,
        auto_scale: bool | None = None,
    ) -> AsyncTextStream:
        """Run the model and read its answer as it comes; arguments and errors as for `run`."""
        return self._stream(messages_input(messages), RunOptions(params, extra_params, auto_scale))


class AsyncMediaModel(AsyncRunningHandle[OutputT], Generic[ParamsT, OutputT]):
    """A model that reads a picture, a sound or a video."""

    async def run(
        self,
        media: MediaSource,
        *,
        mime: str | None = None,
        params: ParamsT | None = None,
        extra_params: Mapping[str, JsonInput] | None = None,
        auto_scale: bool | None = None,
    ) -> Result[OutputT]:
        """Run the model once.

        Args:
            media: A path, bytes, an open binary file, or a URL (`http://`, `https://` or `data:`).
            mime: The type of bytes and files; by default it is read off their first bytes.
            params: The documented arguments of the task.
            extra_params: Other arguments of the model.
            auto_scale: Whether credits may be bought instead of being refused at the rate limit.

        Raises:
            TypeError: An argument is of a wrong type.
            ValueError: An argument has no meaning, is given twice, or can not be written as JSON.
            OSError: A file can not be read.
            BytezError: See `bytezkit.errors`.
        """
        return await self._run(
            await media_members_async(media, mime), RunOptions(params, extra_params, auto_scale)
        )


class AsyncQuestionContextModel(AsyncRunningHandle[OutputT], Generic[ParamsT, OutputT]):
    """A model that reads a question and the text that answers it."""

    async def run(
        self,
        question: str,
        context: str,
        *,
        params: ParamsT | None = None,
        extra_params: Mapping[str, JsonInput] | None = None,
        auto_scale: bool | None = None,
    ) -> Result[OutputT]:
        """Run the model once.

        Args:
            question: What is asked.
            context: The text that holds the answer.
            params: The documented arguments of the task.
            extra_params: Other arguments of the model.
            auto_scale: Whether credits may be bought instead of being refused at the rate limit.

        Raises:
            TypeError: An argument is of a wrong type.
            ValueError: An argument has no meaning, is given twice, or can not be written as JSON.
            BytezError: See `bytezkit.errors`.
        """
        return await self._run(
            question_context_input(question, context), RunOptions(params, extra_params, auto_scale)
        )


class AsyncQuestionMediaModel(AsyncRunningHandle[OutputT], Generic[ParamsT, OutputT]):
    """A model that reads a question about media."""

    async def run(
        self,
        media: MediaSource,
        question: str,
        *,
        mime: str | None = None,
        params: ParamsT | None = None,
        extra_params: Mapping[str, JsonInput] | None = None,
        auto_scale: bool | None = None,
    ) -> Result[OutputT]:
        """Run the model once.

        Args:
            media: A path, bytes, an open binary file, or a URL (`http://`, `https://` or `data:`).
            question: What is asked.
            mime: The type of bytes and files; by default it is read off their first bytes.
            params: The documented arguments of the task.
            extra_params: Other arguments of the model.
            auto_scale: Whether credits may be bought instead of being refused at the rate limit.

        Raises:
            TypeError: An argument is of a wrong type.
            ValueError: An argument has no meaning, is given twice, or can not be written as JSON.
            OSError: A file can not be read.
            BytezError: See `bytezkit.errors`.
        """
        return await self._run(
            question_media_input(question, await media_members_async(media, mime)),
            RunOptions(params, extra_params, auto_scale),
        )


class AsyncLabelsTextModel(AsyncRunningHandle[OutputT], Generic[ParamsT, OutputT]):
    """A model that reads a text and labels for it."""

    async def run(
        self,
        text: str,
        candidate_labels: Sequence[str],
        *,
        params: ParamsT | None = None,
        extra_params: Mapping[str, JsonInput] | None = None,
        auto_scale: bool | None = None,
    ) -> Result[OutputT]:
        """Run the model once.

        Args:
            text: The input.
            candidate_labels: The labels to choose from.
            params: The documented arguments of the task.
            extra_params: Other arguments of the model.
            auto_scale: Whether credits may be bought instead of being refused at the rate limit.

        Raises:
            TypeError: An argument is of a wrong type.
            ValueError: An argument has no meaning, is given twice, or can not be written as JSON.
            BytezError: See `bytezkit.errors`.
        """
        return await self._run(
            labels_text_input(text, candidate_labels), RunOptions(params, extra_params, auto_scale)
        )


class AsyncLabelsMediaModel(AsyncRunningHandle[OutputT], Generic[ParamsT, OutputT]):
    """A model that reads media and labels for them."""

    async def run(
        self,
        media: MediaSource,
        candidate_labels: Sequence[str],
        *,
        mime: str | None = None,
        params: ParamsT | None = None,
        extra_params: Mapping[str, JsonInput] | None = None,
        auto_scale: bool | None = None,
    ) -> Result[OutputT]:
        """Run the model once.

        Args:
            media: A path, bytes, an open binary file, or a URL (`http://`, `https://` or `data:`).
            candidate_labels: The labels to choose from.
            mime: The type of bytes and files; by default it is read off their first bytes.
            params: The documented arguments of the task.
            extra_params: Other arguments of the model.
            auto_scale: Whether credits may be bought instead of being refused at the rate limit.

        Raises:
            TypeError: An argument is of a wrong type.
            ValueError: An argument has no meaning, is given twice, or can not be written as JSON.
            OSError: A file can not be read.
            BytezError: See `bytezkit.errors`.
        """
        return await self._run(
            labels_media_input(await media_members_async(media, mime), candidate_labels),
            RunOptions(params, extra_params, auto_scale),
        )


class AsyncMediaStreamingTextModel(AsyncMediaHandle, Generic[ParamsT]):
    """A model that reads a text and makes media."""

    async def run(
        self,
        text: str,
        *,
        params: ParamsT | None = None,
        extra_params: Mapping[str, JsonInput] | None = None,
        auto_scale: bool | None = None,
    ) -> Result[AsyncMediaRef]:
        """Run the model once; the output says where the media are.

        Args:
            text: The input.
            params: The documented arguments of the task.
            extra_params: Other arguments of the model.
            auto_scale: Whether credits may be bought instead of being refused at the rate limit.

        Raises:
            TypeError: An argument is of a wrong type.
            ValueError: An argument has no meaning, is given twice, or can not be written as JSON.
            BytezError: See `bytezkit.errors`.
        """
        return await self._run_media(text_input(text), RunOptions(params, extra_params, auto_scale))

    def stream(
        self,
        text: str,
        *,
        params: ParamsT | None = None,
        extra_params: Mapping[str, JsonInput] | None = None,
        auto_scale: bool | None = None,
    ) -> AsyncMediaStream:
        """Run the model and read the bytes of the media; arguments and errors as for `run`."""
        return self._stream_media(text_input(text), RunOptions(params, extra_params, auto_scale))


class AsyncMediaStreamingEmptyModel(AsyncMediaHandle, Generic[ParamsT]):
    """A model that makes media of nothing."""

    async def run(
        self,
        *,
        params: ParamsT | None = None,
        extra_params: Mapping[str, JsonInput] | None = None,
        auto_scale: bool | None = None,
    ) -> Result[AsyncMediaRef]:
        """Run the model once; the output says where the media are.

        Args:
            params: The documented arguments of the task.
            extra_params: Other arguments of the model.
            auto_scale: Whether credits may be bought instead of being refused at the rate limit.

        Raises:
            TypeError: An argument is of a wrong type.
            ValueError: An argument has no meaning, is given twice, or can not be written as JSON.
            BytezError: See `bytezkit.errors`.
        """
        return await self._run_media({}, RunOptions(params, extra_params, auto_scale))

    def stream(
        self,
        *,
        params: ParamsT | None = None,
        extra_params: Mapping[str, JsonInput] | None = None,
        auto_scale: bool | None = None,
    ) -> AsyncMediaStream:
        """Run the model and read the bytes of the media; arguments and errors as for `run`."""
        return self._stream_media({}, RunOptions(params, extra_params, auto_scale))


class AsyncUntypedModel(AsyncRunningHandle[JsonValue]):
    """A model whose task is not known to the type checker."""

    async def run(
        self,
        input: JsonInput,
        *,
        params: Mapping[str, JsonInput] | None = None,
        auto_scale: bool | None = None,
    ) -> Result[JsonValue]:
        """Run the model once.

        Args:
            input: The members of the body as a mapping, sent as they are; or a string or a list,
                sent as `input`.
            params: Arguments of the model.
            auto_scale: Whether credits may be bought instead of being refused at the rate limit.

        Raises:
            TypeError: An argument is of a wrong type.
            ValueError: A member is given twice, or can not be written as JSON.
            BytezError: See `bytezkit.errors`.
        """
        return await self._run(wire_input(input), RunOptions(params, None, auto_scale))

    def stream(
        self,
        input: JsonInput,
        *,
        params: Mapping[str, JsonInput] | None = None,
        auto_scale: bool | None = None,
    ) -> AsyncTextStream:
        """Run the model and read what it writes as it comes; arguments and errors as for `run`.

        Raises:
            DecodeError: The model does not stream text.
        """
        return self._stream(wire_input(input), RunOptions(params, None, auto_scale))
