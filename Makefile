# One short command for each habit.

.PHONY: install test fuzz sanitize miri arm soak lint format docs site bench bench-peers ci

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

miri:  ## the tests of what is unsafe under Miri, with few cases; of a nightly Rust it needs miri
	PROPTEST_CASES=4 MIRIFLAGS=-Zmiri-disable-isolation cargo +nightly miri test \
		--manifest-path rust/Cargo.toml --lib -- sets:: signature:: portable:: model::

arm:  ## the tests of the core on ARM; of Debian it needs gcc-aarch64-linux-gnu and qemu-user
	rustup target add aarch64-unknown-linux-gnu
	CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc \
	CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER='qemu-aarch64 -L /usr/aarch64-linux-gnu' \
		cargo test --release --manifest-path rust/Cargo.toml --target aarch64-unknown-linux-gnu

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
