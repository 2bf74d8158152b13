"""Bacula and restic beside the system: Debian's packages, on workloads of their own with the same bytes (benchmarks/peers)."""
import os, shutil, subprocess

HERE = os.path.dirname(os.path.abspath(__file__))


def environment(bench):
    """Bacula's file daemon calls fdatasync on every file that it has read; NOSYNC makes that nothing: the faster of its two."""
    return {**os.environ, "PEERS": os.path.join(bench.data, "peers"), "RESTORE": os.path.join(bench.restores, "peers"), "NOSYNC": "1",
            "REPEAT": str(bench.runs), "BUDGET": "1000"}


def install(bench):
    for command in ([f"{HERE}/peers/setup-bacula"], ["bash", "-c", f". '{HERE}/peers/common.sh'; need restic restic"]):
        run = subprocess.run(command, capture_output=True, text=True, env=environment(bench))
        if run.returncode != 0:
            raise SystemExit(f"the peers are not to be had here: {(run.stderr or run.stdout).strip()[-300:]}")


def stop(bench):
    subprocess.run([f"{HERE}/peers/setup-bacula", "stop"], capture_output=True, env=environment(bench))


def measured(bench, script, *words, **more):
    """{(peer, operation): (wall, CPU)} of a script's rows."""
    run = subprocess.run([f"{HERE}/peers/{script}", *words], capture_output=True, text=True, env={**environment(bench), **more})
    found = {}
    for line in run.stdout.splitlines():
        fields = line.split("\t")
        if len(fields) >= 5:
            found[(fields[0], fields[2])] = (float(fields[3]), float(fields[4]))
    if not found:
        raise SystemExit(f"{script} measured nothing: {run.stderr.strip()[-300:]}")
    return found


def show(bench, found, workload):
    """The peers' rows; returns them by operation for the ratios: Bacula's alone."""
    for (peer, operation), (wall, cpu) in found.items():
        bench.row(f"{peer}, {workload}, {operation}: CPU", None, cpu, note=f"wall {wall:.2f} s")
    return {operation: row for (peer, operation), row in found.items() if peer.startswith("bacula")}


def against(bench, what, ours, theirs, share):
    """Ours beside Bacula's: (wall, CPU) each; the target is a share of it."""
    bench.row(f"{what}: CPU beside Bacula", share * theirs[1], ours[1])
    bench.row(f"{what}: wall beside Bacula", share * theirs[0], ours[0])


def small(bench, ours):
    rows = show(bench, measured(bench, "run-bacula", "small", "full", "restore", "single", "--variants", "sha1", "-n", str(bench.runs)), "small")
    against(bench, "full, small", ours["full"], rows["full"], 1 / 4)
    against(bench, "restore, small", ours["restore"], rows["restore"], 1 / 2)
    show(bench, measured(bench, "run-restic", "small", "off", PHASES="full restore single"), "small")


def big(bench):
    show(bench, measured(bench, "run-bacula", "big", "full", "--variants", "sha1", "-n", str(bench.runs)), "big")
    show(bench, measured(bench, "run-restic", "big", "off", "auto", PHASES="full"), "big")


def incr(bench, ours):
    """Changes its workload, which is made anew the next time."""
    rows = show(bench, measured(bench, "run-bacula", "small", "full", "incr", "--variants", "sha1", "-n", "1"), "small")
    against(bench, "incremental, 1 % changed", ours, rows["incr"], 1 / 2)
    shutil.rmtree(os.path.join(bench.data, "peers", "data", "small"), ignore_errors=True)
