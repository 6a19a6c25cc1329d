"""The only wiring: event -> config -> pairs -> checks -> Report -> texts -> files -> publishers. The exit code is the Report's alone."""
