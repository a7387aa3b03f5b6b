"""The objects of samples/wrapped/: usage lines inside something else, which generate.py writes.

    lambda-json/   Lambda's JSON log format, whose `message` is the line
    prefixed/      text before the line: a logger's, a container runtime's, Lambda's own
    dump/          what `aws logs filter-log-events` prints, and records that Firehose could not deliver
    snapshots/     a streaming producer, which logs a call again as it grows
    placeholders/  a producer that logs `None` for a request id that it does not have

All of it is sound: expect.py works out what a reader must find.
"""

import base64
import json


def usage(second, tenant, output_tokens, **more):
    record = {
        "timestamp": f"2025-12-07T09:00:{second:02d}.000{second:03d}",
        "tenant_id": tenant,
        "user_id": "user-1",
        "model_id": "amazon.nova-lite-v1:0",
        "input_tokens": 100 + second,
        "output_tokens": output_tokens,
        "total_tokens": 100 + second + output_tokens,
        "event_type": "bedrock_token_usage",
    }
    return json.dumps({**record, **more})


def lines(items):
    return "".join(f"{item}\n" for item in items).encode()


def wrapped_objects():
    """Every object, by its path."""
    lambda_json = [json.dumps({"time": "2025-12-07T09:00:00.000Z", "type": "platform.start",
                               "record": {"requestId": "6f1c", "version": "$LATEST"}})]
    lambda_json += [json.dumps({"timestamp": "2025-12-07T09:00:09Z", "level": "INFO",
                                "message": usage(second, "globex", 20), "requestId": "6f1c"})
                    for second in range(5)]
    prefixed = [
        "START RequestId: 6f1c Version: $LATEST",
        "INFO:root:" + usage(10, "initech", 30),
        "2025-12-07T09:00:11.123456789Z stdout F " + usage(11, "initech", 31),
        "2025-12-07 09:00:12,345 metering INFO " + usage(12, "initech", 32),
        "\x1b[32mINFO\x1b[0m metering " + usage(13, "initech", 33),
        "REPORT RequestId: 6f1c Duration: 12.34 ms",
    ]
    dump = {"events": [{"logStreamName": "metering", "timestamp": 1765098020000 + 1000 * second,
                        "message": usage(20 + second, "acme:prod", 40), "eventId": str(second)}
                       for second in range(3)], "searchedLogStreams": []}
    undelivered = [json.dumps({"attemptsMade": 4, "errorCode": "Lambda.FunctionTimedOut",
                               "rawData": base64.b64encode(usage(30, "acme:prod", 50).encode()).decode()})]
    snapshots = [usage(40, "umbrella-health", tokens, request_id="stream-1")
                 for tokens in (1, 25, 60)]
    placeholders = [usage(50 + second, "globex", 70, request_id="None") for second in range(4)]
    return {
        "lambda-json/000000.json": lines(lambda_json),
        "prefixed/app.log": lines(prefixed),
        "dump/filter-log-events.json": json.dumps(dump, indent=2).encode(),
        "dump/undelivered.json": lines(undelivered),
        "snapshots/000000.json": lines(snapshots),
        "placeholders/000000.json": lines(placeholders),
    }
