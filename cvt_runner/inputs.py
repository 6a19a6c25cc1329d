"""One row per input and output: the source of action.yml, the templates, the docs and the configuration schema."""

from __future__ import annotations

from typing import Final

from msgspec import Struct


class Input(Struct, frozen=True):
    """One input. `type` is `string`, `list`, `boolean` or `choice`. The environment variable is `CVT_<NAME>`, the `cvt.yaml` key is `name`.

    `ci_only` inputs make no sense in `cvt.yaml` (tokens, the configuration path itself). Secrets never appear in argv, logs or reports.
    """

    name: str
    help: str
    default: str = ""
    type: str = "string"
    choices: tuple[str, ...] = ()
    secret: bool = False
    ci_only: bool = False

    @property
    def env(self) -> str:
        """The environment variable that carries it."""
        return "CVT_" + self.name.upper().replace("-", "_")


class Output(Struct, frozen=True):
    """One output of a run, as `name=value` for later steps."""

    name: str
    help: str


INPUTS: Final[tuple[Input, ...]] = (
    Input("schema", "OpenAPI file, list of files (one per line) or globs. Empty: every OpenAPI document in the repository, found by content.", type="list"),
    Input("config", "Path of the configuration file.", default="cvt.yaml", ci_only=True),
    Input("base", "Commit, branch or tag to compare with. Empty: worked out from the CI event and printed."),
    Input("fail-on", "Lowest severity that fails the run.", default="error", type="choice", choices=("error", "warning")),
    Input(
        "on-inconclusive",
        "What an inconclusive run (no base, unreadable base) does: fail with exit code 3, or stay neutral.",
        default="fail",
        type="choice",
        choices=("fail", "neutral"),
    ),
    Input(
        "severity",
        "Severities of rules, one RULE=LEVEL per line: a rule id or a pattern with `*`, and error, warning, info or off. "
        "Wins over the mapping `rules` of cvt.yaml, where they are written as `rule: level`.",
        type="list",
        ci_only=True,
    ),
    Input(
        "version-policy",
        "What follows when info.version does not announce a breaking change or an addition: nothing, a warning, or an error.",
        default="off",
        type="choice",
        choices=("off", "warn", "enforce"),
    ),
    Input("waivers", "Path of the waiver file.", default=".cvt-waivers.yaml"),
    Input("waivers-from", "Read waivers from the head, or only those already in the base.", default="head", type="choice", choices=("head", "base")),
    Input("comment", "Post and update one comment on the pull request.", default="true", type="boolean"),
    Input("annotations", "Annotate the changed lines.", default="true", type="boolean"),
    Input("status", "Set a commit status on the head commit, where the token may.", default="true", type="boolean"),
    Input("check", "Create a check run with annotations, where the token may.", default="true", type="boolean"),
    Input("group", "Name that keeps the comments of several runs in one job apart (for a matrix or a monorepo)."),
    Input(
        "test",
        "Commands to run while a contract server is up, one per line; it has the checked descriptions, and CVT_SERVER_ADDR says where it is.",
        type="list",
    ),
    Input("test-timeout", "Seconds that one test command may take.", default="1800"),
    Input(
        "server",
        "Contract server: `embedded` (one in this run), `docker` (one in a container), or HOST:PORT. Empty: embedded where `test` needs one, else none.",
        ci_only=True,
    ),
    Input("server-image", "Image for `server: docker`. Default: cvt with the version of this tool.", ci_only=True),
    Input("server-pull", "When the image is pulled.", default="missing", type="choice", choices=("missing", "always", "never"), ci_only=True),
    Input(
        "register",
        "Register the checked descriptions with your server: auto on a push to the default branch that passed, else always or never.",
        default="auto",
        type="choice",
        choices=("auto", "always", "never"),
        ci_only=True,
    ),
    Input("environment", "Environment whose consumers are asked about, such as prod. Empty: all.", ci_only=True),
    Input(
        "unused-breaks",
        "Severity of a break that no consumer registered with your server meets; lowered only with that evidence, and shown.",
        default="error",
        type="choice",
        choices=("error", "warning"),
        ci_only=True,
    ),
    Input("api-key", "API key of your server.", secret=True, ci_only=True),
    Input(
        "tls-ca",
        "PEM file with the authorities of your server's certificate; speaks TLS. `https://` before the address does so with the usual ones.",
        ci_only=True,
    ),
    Input("token", "Token for comment, status and check.", secret=True, ci_only=True),
    Input("working-directory", "Directory that relative paths start from; must be inside the repository.", default=".", ci_only=True),
    Input("output-directory", "Directory for result.json and the other reports.", default=".cvt", ci_only=True),
)

OUTPUTS: Final[tuple[Output, ...]] = (
    Output("verdict", "ok, broken, inconclusive or nothing."),
    Output("exit-code", "0 ok, 1 broken, 2 configuration, 3 inconclusive, 4 internal error."),
    Output("breaking-count", "Number of new findings of severity error."),
    Output("warning-count", "Number of new findings of severity warning."),
    Output("waived-count", "Number of waived findings."),
    Output("base-sha", "Commit that was compared with."),
    Output("result-path", "Path of result.json (schema: api/result.schema.json)."),
    Output("report-path", "Path of the self-contained HTML report."),
    Output("sarif-path", "Path of the SARIF 2.1.0 file."),
    Output("junit-path", "Path of the JUnit XML file."),
)
