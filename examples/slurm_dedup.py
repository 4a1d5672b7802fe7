"""Find duplicates by array jobs of Slurm: python slurm_dedup.py news.jsonl ... -o OUT

OUT and the inputs are on a disk that all nodes reach. Where a task fails, run the same again: it
goes on from there. With --run local there is no Slurm, and tasks are processes of this machine.
"""

import os
import shlex
import shutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from dedup.distributed.dump import parser, parts_of, scan
from dedup.distributed.folder import FolderEngine, read, work
from dedup.errors import DedupError


def start_array(command, folder, tasks):
    """Run the tasks of a job as an array, and wait for them."""
    task = [sys.executable, str(Path(__file__).resolve()), "--task", str(folder)]
    options = ["--wait", f"--array=0-{tasks - 1}", f"--output={folder}/%a.log"]
    process = subprocess.run([*shlex.split(command), *options, f"--wrap={shlex.join(task)}"])
    if process.returncode:
        sys.exit(f"tasks failed, their output is in {folder}; run the same again to go on")


def start_here(pool, folder, tasks):
    list(pool.map(partial(work, folder), range(tasks)))


def main():
    options = parser(__doc__)
    options.add_argument("--run", default="sbatch", help="sbatch with options of yours, or local")
    options.add_argument("--tasks", type=int, default=100, help="of an array, at most")
    options.add_argument("--least", type=int, default=1 << 20, help="bytes that are worth a job")
    given = options.parse_args()
    local = given.run == "local"
    tasks = os.cpu_count() if local else given.tasks
    parts = parts_of(given.inputs)
    about = str([tasks, given.bucket_articles, *(part.to_pylist() for part in parts)])
    with ProcessPoolExecutor() as pool:  # It has no processes before the first task.
        start = partial(start_here, pool) if local else partial(start_array, given.run)
        engine = FolderEngine(given.out.absolute() / "work", start, tasks, given.least, about)
        scan(engine, engine.put(parts), read, given.out, tasks, given.bucket_articles)
    shutil.rmtree(given.out / "work")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--task"]:
        work(sys.argv[2], int(os.environ["SLURM_ARRAY_TASK_ID"]))
    else:
        try:
            main()
        except DedupError as error:
            sys.exit(f"error: {error}")
