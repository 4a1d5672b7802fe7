# One short command for each habit.

.PHONY: install test lint format docs bench ci

install:  ## the package in place, with all that work on it needs
	pip install -e '.[test,dev]'

test:
	pytest
	cargo test --manifest-path rust/Cargo.toml

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

docs:  ## docs/cli.md, from --help
	python docs/generate_cli.py

bench:  ## beside other libraries, then the kernels
	pip install '.[bench]'
	python benchmarks/speed.py
	pytest benchmarks

ci:
	.ci/run
