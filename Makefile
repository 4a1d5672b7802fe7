# One short command for each habit.

.PHONY: install test fuzz sanitize soak lint format docs site bench bench-peers ci

install:  ## the package in place, with all that work on it needs
	pip install -e '.[test,dev,docs]'

test:
	pytest -n logical --dist loadfile
	cargo test --manifest-path rust/Cargo.toml

fuzz:  ## an hour of each fuzz target, then 100,000 damaged files; five hours on two cores
	pip install '.[fuzz]'
	rust/fuzz/run 3600
	python tests/fuzz.py 100000

sanitize:  ## the tests of the core under AddressSanitizer
	RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Zsanitizer=address cargo test --manifest-path rust/Cargo.toml \
		--target $$(rustc -vV | sed -n 's/host: //p')

soak:  ## the index against a slow list, 1,000,000 steps, workers at once and killed; two hours
	python tests/soak.py 1000000

lint:
	ruff format --check
	ruff check
	mypy
	python -m mypy.stubtest dedup._core
	cargo fmt --manifest-path rust/Cargo.toml --check
	cargo clippy --manifest-path rust/Cargo.toml --all-targets -- -D warnings
	cargo clippy --manifest-path rust/Cargo.toml --features python -- -D warnings

format:
	ruff format
	ruff check --fix
	cargo fmt --manifest-path rust/Cargo.toml

docs:  ## docs/cli.md and the manual page, from --help
	python docs/generate_cli.py

site:  ## the documentation as pages, into site/
	mkdocs build --strict

bench:  ## speed and memory, into docs/benchmarks.md
	pip install '.[bench]'
	mkdir -p benchmarks/.data
	pytest benchmarks --benchmark-json=benchmarks/.data/bench.json
	python benchmarks/report.py

bench-peers:  ## other detectors on the same corpus, into docs/benchmarks.md; installs them
	pip install '.[bench]'
	python benchmarks/run_peers.py
	python benchmarks/report.py

ci:
	.ci/run
