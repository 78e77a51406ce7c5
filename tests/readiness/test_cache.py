import multiprocessing
from pathlib import Path

from readiness.cache import SharedFileCache


def _try_to_use(folder: Path, start, used) -> None:
    cache = SharedFileCache(str(folder), {})
    start.wait()
    for code in range(20):
        if cache.add(f"code-{code}", "y", timeout=60):
            used.put(code)


def test_a_one_time_code_is_accepted_by_one_of_many_processes(tmp_path):
    context = multiprocessing.get_context("fork")
    start, used = context.Event(), context.Queue()
    processes = [
        context.Process(target=_try_to_use, args=(tmp_path, start, used)) for _ in range(4)
    ]
    for process in processes:
        process.start()
    start.set()
    codes = sorted(used.get(timeout=20) for _ in range(20))
    for process in processes:
        process.join(20)
    assert codes == list(range(20))
    assert used.empty()


def test_what_one_process_stores_another_reads(tmp_path):
    SharedFileCache(str(tmp_path), {}).set("key", "value", timeout=60)
    assert SharedFileCache(str(tmp_path), {}).get("key") == "value"
