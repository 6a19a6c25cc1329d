"""The table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cvt_server.operations import deploying, records, schemas
from cvt_server.operations.row import Operation

OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("registerSchema", "POST", "/schemas/{schema_id}", "write", schemas.register),
    Operation("listSchemas", "GET", "/schemas", "read", schemas.find_all),
    Operation("getSchema", "GET", "/schemas/{schema_id}", "read", schemas.get),
    Operation("deleteSchema", "DELETE", "/schemas/{schema_id}", "write", schemas.delete),
    Operation("restoreSchema", "POST", "/schemas/{schema_id}/restore", "write", schemas.restore),
    Operation("listVersions", "GET", "/schemas/{schema_id}/versions", "read", schemas.versions),
    Operation("compareSchemas", "GET", "/schemas/{schema_id}/compare", "read", schemas.compare),
    Operation("listEndpoints", "GET", "/schemas/{schema_id}/endpoints", "read", schemas.endpoints),
    Operation("generateFixture", "POST", "/schemas/{schema_id}/fixture", "read", schemas.fixture),
    Operation("validateInteraction", "POST", "/schemas/{schema_id}/validate", "validate", schemas.validate),
    Operation("canIDeploy", "GET", "/schemas/{schema_id}/can-i-deploy", "read", deploying.can_i_deploy),
    Operation("previewImpact", "POST", "/schemas/{schema_id}/impact", "read", deploying.impact),
    Operation("listConsumers", "GET", "/schemas/{schema_id}/consumers", "read", deploying.list_consumers),
    Operation("deregisterConsumer", "DELETE", "/schemas/{schema_id}/consumers/{consumer_id}", "write", deploying.deregister_consumer),
    Operation("registerConsumer", "POST", "/consumers", "write", deploying.register_consumer),
    Operation("recordDeployment", "POST", "/deployments", "write", deploying.record_deployment),
    Operation("listDeployments", "GET", "/deployments", "read", deploying.list_deployments),
    Operation("publishVerdict", "POST", "/verdicts", "write", records.publish_verdict),
    Operation("listVerdicts", "GET", "/verdicts", "read", records.list_verdicts),
    Operation("createKey", "POST", "/keys", "admin", records.create_key),
    Operation("listKeys", "GET", "/keys", "admin", records.list_keys),
    Operation("rotateKey", "POST", "/keys/{key_id}/rotate", "admin", records.rotate_key),
    Operation("revokeKey", "DELETE", "/keys/{key_id}", "admin", records.revoke_key),
    Operation("listAuditEvents", "GET", "/audit", "admin", records.list_audit),
    Operation("getActivity", "GET", "/activity", "read", records.stats),
    Operation("getServer", "GET", "/server", "read", records.server),
)
BY_ID: Final[Mapping[str, Operation]] = {row.id: row for row in OPERATIONS}
