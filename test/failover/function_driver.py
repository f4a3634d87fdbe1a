"""Calls the documented function with each event on standard input, one JSON object a line, and prints what comes of it.

What the function prints itself are the lines of its log, which the answer has too. Regions are where ENDPOINTS says, and not on the Internet.
"""
import contextlib
import io
import json
import os
import sys

import boto3

on_the_internet = boto3.client
endpoints = json.loads(os.environ["ENDPOINTS"])
boto3.client = lambda service, region_name, **more: on_the_internet(service, region_name=region_name, endpoint_url=endpoints[region_name], **more)

import index  # noqa: E402

print("ready", flush=True)
for line in sys.stdin:
    log = io.StringIO()
    with contextlib.redirect_stdout(log):
        try:
            answer = {"output": index.handler(json.loads(line), None)}
        except Exception as error:
            answer = {"error": str(error)}
    print(json.dumps({**answer, "log": log.getvalue().splitlines()}), flush=True)
