"""HTTP: metrics, probes, REST under /api/v1, and its documentation."""
