#!/usr/bin/env python3
"""Has the clients that people use call the gateway: OpenAI's own, and LiteLLM.

    clients.py METER_GATEWAY

Needs `cryptography`, `openai` and `litellm`. Bedrock is scripted.
"""

import os
import sys
import tempfile

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm
import openai

from gateway import Gateway
from issuer import Issuer
from scripted_bedrock import ScriptedBedrock

MESSAGES = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": [{"type": "text", "text": "Say "}, {"type": "text", "text": "hi."}]},
]


def through_openai(client, bedrock, gateway):
    whole = client.chat.completions.create(model="haiku", messages=MESSAGES, max_tokens=50)
    text = whole.choices[0].message.content
    assert text.startswith("word 0 "), text
    assert whole.choices[0].finish_reason == "stop"
    call = whole.id.removeprefix("chatcmpl-")
    counts = bedrock.billed[call]
    cached = counts["cacheReadInputTokens"]
    prompt = counts["inputTokens"] + cached + counts["cacheWriteInputTokens"]
    assert whole.usage.prompt_tokens == prompt
    assert whole.usage.completion_tokens == counts["outputTokens"]
    assert whole.usage.prompt_tokens_details.cached_tokens == cached
    assert whole._request_id == call, "x-request-id is another id than the call's"

    options = {"include_usage": True}
    chunks = list(
        client.chat.completions.create(
            model="haiku", messages=MESSAGES, stream=True, stream_options=options
        )
    )
    pieces = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    assert "".join(pieces).startswith("word 0 ")
    assert chunks[-1].usage.completion_tokens > 0 and not chunks[-1].choices
    assert [model.id for model in client.models.list()] == ["haiku"]


def errors(client, stranger):
    for kind, call in [
        (openai.NotFoundError, lambda: create(client, model="sonnet")),
        (openai.BadRequestError, lambda: create(client, n=2)),
        (openai.BadRequestError, lambda: create(client, max_tokens=0)),
        (openai.AuthenticationError, lambda: create(stranger)),
    ]:
        try:
            call()
        except kind as error:
            assert error.code and error.body["message"], error
        else:
            raise AssertionError("%s was not raised" % kind.__name__)


def create(client, **changes):
    parameters = {"model": "haiku", "messages": MESSAGES, **changes}
    return client.chat.completions.create(**parameters)


def through_litellm(url, token):
    options = {"api_base": url, "api_key": token, "model": "openai/haiku", "messages": MESSAGES}
    whole = litellm.completion(**options)
    assert whole.choices[0].message.content.startswith("word 0 ")
    assert whole.usage.completion_tokens > 0
    chunks = list(litellm.completion(stream=True, **options))
    pieces = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    assert "".join(pieces).startswith("word 0 ")


def main():
    issuer, bedrock = Issuer(), ScriptedBedrock(3, {"answer": 1})
    with tempfile.TemporaryDirectory() as folder:
        gateway = Gateway(sys.argv[1], folder, issuer, bedrock)
        gateway.start()
        url, token = "http://127.0.0.1:%d/v1" % gateway.port, issuer.token("acme")
        client = openai.OpenAI(base_url=url, api_key=token, max_retries=0)
        through_openai(client, bedrock, gateway)
        errors(client, openai.OpenAI(base_url=url, api_key="x", max_retries=0))
        through_litellm(url, token)
        lines = gateway.lines()
        assert len(lines) == len(bedrock.billed) == 4, lines
        assert gateway.stop() == 0
    print("the clients of OpenAI and LiteLLM have their answers, and each call has its line")


if __name__ == "__main__":
    main()
