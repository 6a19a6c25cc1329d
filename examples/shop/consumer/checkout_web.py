"""A contract test of checkout-web: are the answers that its own tests are built on still answers of the shop?

`cvt ci` runs it as one of its `test` commands, while a contract server with the checked description is up at CVT_SERVER_ADDR. Exit code 1
where one of them is not. It speaks the server's wire itself; the published SDKs do the same in the languages of your teams.
"""

from __future__ import annotations

import json
import os
import sys

import grpc
from cvt_wire import cvt_pb2

PRODUCT = {"id": "3f0e1d9c-6a55-4d0e-9d4b-0f5a8f3f6b1a", "name": "Mug", "price": 12.5, "stock": 3}
ANSWERS = {"/products": {"items": [PRODUCT]}, f"/products/{PRODUCT['id']}": PRODUCT}


def main() -> int:
    """Ask for each answer, and say what is wrong."""
    wrong = 0
    with grpc.insecure_channel(os.environ["CVT_SERVER_ADDR"]) as channel:
        validate = channel.unary_unary(
            "/cvt.ContractValidator/ValidateInteraction",
            request_serializer=cvt_pb2.InteractionRequest.SerializeToString,
            response_deserializer=cvt_pb2.ValidationResult.FromString,
        )
        for path, body in ANSWERS.items():
            response = cvt_pb2.ResponseData(status_code=200, headers={"content-type": "application/json"}, body=json.dumps(body))
            exchange = cvt_pb2.InteractionRequest(schema_id="shop-api", request=cvt_pb2.RequestData(method="GET", path=path), response=response)
            told = validate(exchange, timeout=30)
            wrong += not told.valid
            sys.stdout.write(f"checkout-web: GET {path} {'as expected' if told.valid else '; '.join(told.errors)} (version {told.validated_against_version})\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
