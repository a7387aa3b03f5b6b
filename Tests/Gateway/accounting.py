#!/usr/bin/env python3
"""Kills the gateway at random moments, and proves that no call is lost or counted twice.

    accounting.py METER_GATEWAY [--runs N] [--calls N] [--seed N]
    accounting.py METER_GATEWAY --self-test    shows that the check notices what is wrong

Needs `cryptography`. In each run clients call at one time, some hang up, Bedrock fails in all the
ways it has, and the gateway is killed by SIGKILL and started again. In the end each call that
Bedrock has billed has one usage line with its counts, or a line that names it unknown; no other
call has a line; and whoever got text has a usage line, and no unknown one.
"""

import argparse
import http.client
import json
import random
import socket
import tempfile
import threading
import time

from gateway import Gateway
from issuer import Issuer
from scripted_bedrock import ScriptedBedrock


def clients(gateway, token, seed, count, answered):
    """Threads that make calls, one each."""

    def one(index):
        choice = random.Random(seed * 1000 + index)
        time.sleep(choice.random() * 0.5)
        body = {"prompt": "call %d" % index, "stream": choice.random() < 0.5}
        if choice.random() < 0.15:
            return hang_up(gateway, token, body, choice)
        try:
            status, headers, text = gateway.call(token, body)
        except (OSError, http.client.HTTPException):
            return
        assert "secret" not in text, "an error tells what Bedrock said: %s" % text
        if status == 200 and (not body["stream"] or "[DONE]" in text):
            answered.append(headers["x-request-id"])

    threads = [threading.Thread(target=one, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    return threads


def hang_up(gateway, token, body, choice):
    """Sends a request and goes away without its answer."""
    text = json.dumps(body)
    try:
        with socket.create_connection(("127.0.0.1", gateway.port), timeout=5) as connection:
            connection.sendall(
                (
                    "POST /bedrock/chat HTTP/1.1\r\nhost: x\r\nauthorization: Bearer %s\r\n"
                    "content-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
                    % (token, len(text), text)
                ).encode()
            )
            time.sleep(choice.random() * 0.05)
    except OSError:
        pass


def check(bedrock, gateway, answered):
    usage, unknown = {}, {}
    for line in gateway.lines():
        kinds = {"bedrock_token_usage": usage, "bedrock_call_unknown": unknown}
        lines = kinds[line["event_type"]]
        call = line["call_id"]
        # A repetition has the same bytes; the lake drops it.
        assert lines.setdefault(call, line) == line, "two lines of %s differ" % call
    for call, counts in bedrock.billed.items():
        fate = bedrock.fate_of[call]
        assert call in usage or call in unknown, "the %s call %s is nowhere" % (fate, call)
        if call in usage:
            assert counts, "the %s call %s has a usage line" % (fate, call)
            names = {
                "input_tokens": "inputTokens",
                "output_tokens": "outputTokens",
                "total_tokens": "totalTokens",
                "cache_read_input_tokens": "cacheReadInputTokens",
                "cache_write_input_tokens": "cacheWriteInputTokens",
            }
            for name, key in names.items():
                assert usage[call][name] == counts[key], "%s of %s" % (name, call)
    for call in usage:
        assert bedrock.billed.get(call), "a line of %s, which was not billed" % call
    killed = [call for call, line in unknown.items() if line["reason"] == "killed"]
    for call in set(unknown) - set(killed):
        assert call in bedrock.billed, "%s is unknown, and was not billed" % call
    for call in answered:
        assert call in usage, "%s was answered, and has no line" % call
        assert call not in unknown, "%s was answered, and is named unknown" % call
    return len(usage), len(unknown), len(killed)


def check_noticing(bedrock, gateway, answered):
    """Has each thing that could be wrong with the lines of a run be wrong, one by one."""
    lines = gateway.lines()
    index = next(i for i, line in enumerate(lines) if line["call_id"] in answered)
    usage = lines[index]
    unknown = next(line for line in lines if line["event_type"] == "bedrock_call_unknown")

    def without(call):
        return [line for line in lines if line["call_id"] != call]

    wrong = {
        "a usage line is missing": without(usage["call_id"]),
        "an unknown line is missing": without(unknown["call_id"]),
        "counts differ": without(usage["call_id"]) + [{**usage, "output_tokens": 0}],
        "a line is there in two versions": lines + [{**usage, "user_id": "u-2"}],
        "a call is made up": lines + [{**usage, "call_id": "x"}],
        "an unknown call is made up": lines + [{**unknown, "call_id": "x", "reason": "timeout"}],
        "an answered call is unknown": lines + [{**unknown, "call_id": usage["call_id"]}],
    }
    for name, changed in wrong.items():

        class Changed:
            def lines(self):
                return changed

        try:
            check(bedrock, Changed(), answered)
        except AssertionError:
            continue
        raise SystemExit("the check does not notice that %s" % name)
    print("the check notices %d things that could be wrong" % len(wrong))


def run(binary, seed, calls, look=check):
    choice = random.Random(seed)
    issuer, bedrock = Issuer(), ScriptedBedrock(seed)
    token, answered = issuer.token("acme"), []
    with tempfile.TemporaryDirectory() as folder:
        gateway = Gateway(binary, folder, issuer, bedrock)
        gateway.start()
        threads = clients(gateway, token, seed, calls // 2, answered)
        time.sleep(choice.random())
        gateway.kill()
        for thread in threads:
            thread.join()
        gateway.start()
        threads = clients(gateway, token, seed + 1, calls - calls // 2, answered)
        if choice.random() < 0.5:
            time.sleep(choice.random())
            gateway.kill()
            gateway.start()
        for thread in threads:
            thread.join()
        assert gateway.stop() == 0, "it does not end well: %s" % "".join(gateway.said)
        counts = look(bedrock, gateway, answered) or ()
    bedrock.stop()
    issuer.server.shutdown()
    return (len(bedrock.billed), len(answered)) + counts


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--calls", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        run(options.binary, options.seed, options.calls, check_noticing)
        return
    totals = [0] * 5
    for seed in range(options.seed, options.seed + options.runs):
        try:
            totals = [a + b for a, b in zip(totals, run(options.binary, seed, options.calls))]
        except AssertionError as error:
            raise SystemExit("seed %d: %s" % (seed, error))
    print(
        "%d runs: %d calls billed, %d answered, %d usage lines, %d unknown, %d of them killed"
        % (options.runs, *totals)
    )


if __name__ == "__main__":
    main()
