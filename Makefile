# Five tasks. Each starts from nothing: `./cvt` makes the environment from the locks in requirements/.
.PHONY: run test check bench gen

BASE = $$(CVT_EXTRAS=base CVT_PRINT_PYTHON=1 ./cvt)
DEV = $$(CVT_EXTRAS=dev CVT_PRINT_PYTHON=1 ./cvt)

# A pull request that breaks two consumers, checked from end to end in a throw-away repository.
run:
	@"$(BASE)" -m tools.run_example

# Everything: the static checks, then every test.
test: check
	@"$(DEV)" -m pytest -q -n 2 --dist loadfile

# Style, types, layers, generated files, workflow and script linters.
check:
	@"$(DEV)" -m tools.check

# Side-by-side measurements against peers.
bench:
	@"$(DEV)" benchmarks/run.py

# Everything that is generated from code.
gen:
	@"$(DEV)" -m tools.gen
