"""A director with PostgreSQL, a storage and a client, each a process of its own on loopback, and what they cost."""
import glob, json, os, re, signal, socket, subprocess, time

HERE = os.path.dirname(os.path.abspath(__file__))
POSTGRESQL = os.path.join(HERE, "../tests/tools/private-postgresql")
TICK = os.sysconf("SC_CLK_TCK")


class Refused(Exception):
    """What ends a run, in one line."""


class Programs:
    """Where the programs of a build are."""

    def __init__(self, folder):
        self.node, self.console = f"{folder}/backup-node", f"{folder}/backup"
        self.volume_tool, self.floor = f"{folder}/backup-volume", f"{folder}/floor/floor"


def free_endpoint():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return "127.0.0.1:%d" % listener.getsockname()[1]


def cpu_of(pid):
    """CPU seconds of a living process, all its threads, those that ended included: its CPU clock (clock_getcpuclockid), in ns."""
    return time.clock_gettime((~pid << 3) | 2)


def children_cpu(pid):
    """CPU seconds of ended and awaited children."""
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[13]) + int(fields[14])) / TICK


def children(pid):
    found = []
    for stat in glob.glob("/proc/[0-9]*/stat"):
        try:
            fields = open(stat).read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(stat.split("/")[2]))
    return found


def family_cpu(pid):
    """A server with its children, living and ended: PostgreSQL."""
    total = cpu_of(pid) + children_cpu(pid)
    for child in children(pid):
        try:
            total += cpu_of(child)
        except OSError:
            continue
    return total


def until(what, seconds, is_so):
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise Refused(f"not within {seconds} s: {what}")
        time.sleep(0.1)


class Database:
    """A PostgreSQL server of this run's own."""

    def __init__(self, folder):
        self.folder = folder
        run = subprocess.run([POSTGRESQL, "start", folder, str(os.getpid())], capture_output=True, text=True)
        if run.returncode != 0:
            raise Refused(run.stderr.strip())
        self.keys = dict(line.strip().split("=", 1) for line in open(os.path.join(folder, "keys")))
        self.pid = int(open(os.path.join(folder, "data/postmaster.pid")).readline())

    def make(self, database):
        self.query("postgres", f"CREATE DATABASE {database} ENCODING 'UTF8' TEMPLATE template0")

    def query(self, database, text):
        keys = self.keys
        run = subprocess.run(["psql", "-h", keys["host"], "-p", keys["port"], "-U", keys["user"], "-d", database, "-Atqc", text],
                             capture_output=True, text=True, env={**os.environ, "PGPASSWORD": keys["password"]})
        if run.returncode != 0:
            raise Refused(run.stderr.strip())
        return run.stdout.strip()

    def tables_bytes(self, database):
        """Of the catalog's own schema, after a checkpoint; tables and indexes with what they keep out of line."""
        return int(self.query(database, "SELECT coalesce(sum(pg_total_relation_size(c.oid)),0) FROM pg_class c JOIN pg_namespace n "
                                        "ON n.oid=c.relnamespace WHERE n.nspname='backup' AND c.relkind='r'"))

    def cpu(self):
        return family_cpu(self.pid)

    def stop(self):
        subprocess.run([POSTGRESQL, "stop", self.folder], capture_output=True)


class Node:
    def __init__(self, programs, scratch, name, configuration, environment):
        self.name, self.programs, self.data = name, programs, os.path.join(scratch, name)
        self.file, self.environment, self.process = os.path.join(scratch, name + ".conf"), {**os.environ, **environment}, None
        with open(self.file, "w") as out:
            out.write(configuration)

    def run(self, *words):
        """A command of the node's program that ends; its last line."""
        run = subprocess.run([self.programs.node, *words, "--config", self.file, "--data", self.data],
                             capture_output=True, text=True, env=self.environment)
        if run.returncode != 0:
            raise Refused(f"{words[0]} on {self.name}: {(run.stderr or run.stdout).strip()}")
        return run.stdout.strip().splitlines()[-1] if run.stdout.strip() else ""

    def start(self):
        self.log = open(self.file[:-5] + ".log", "w")
        self.process = subprocess.Popen([self.programs.node, "run", "--config", self.file, "--data", self.data],
                                        stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, env=self.environment)
        return self

    def ask(self, *words):
        """The documents of a console's answer, and its status."""
        run = subprocess.run([self.programs.console, "--socket", f"{self.data}/run/backup.sock", "--json", *words],
                             stdin=subprocess.DEVNULL, capture_output=True, text=True)
        return [json.loads(line) for line in run.stdout.splitlines()], run.returncode

    def rows(self, *words):
        return [document["row"] for document in self.ask(*words)[0] if document["kind"] == "row"]

    def answers(self):
        if self.process.poll() is not None:
            raise Refused(f"{self.name} ended: " + open(self.log.name).read().strip()[-300:])
        return self.ask("status")[1] == 0

    def cpu(self):
        return cpu_of(self.process.pid)

    def peak(self):
        """The most memory that was resident since the last call of forget_peak, MiB."""
        return int(re.search(r"VmHWM:\s+(\d+)", open(f"/proc/{self.process.pid}/status").read())[1]) / 1024

    def forget_peak(self):
        with open(f"/proc/{self.process.pid}/clear_refs", "w") as file:
            file.write("5")

    def stop(self):
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Installation:
    """Director, storage and client; plain on loopback, or with certificates. The database is shared by whoever comes later.
    Further clients, each a process of its own, have a job of their name each."""

    def __init__(self, programs, scratch, database, name, tls, further=()):
        os.makedirs(scratch)
        self.database, self.name, self.programs, self.scratch = database, name, programs, scratch
        database.make(name)
        control, cluster, keys = free_endpoint(), free_endpoint(), database.keys
        password = {"PGPASSWORD": keys["password"]}
        self.director = Node(programs, scratch, "main", f'''
Node {{ main {{ roles = [director], data-directory = var, control-listen = "{control}", bulk-listen = "{free_endpoint()}"
  cluster-listen = "{cluster}" }} }}
Catalog {{ main {{ host = "{keys["host"]}", port = {keys["port"]}, database = {name}, user = {keys["user"]}, tls = Disable }} }}
Director {{ main {{ }} }}
Client {{ web {{ }} }}
Storage {{ vault {{ node = vault }} }}
Pool {{ p {{ label-format = "Vol-{{0001}}" }} }}
FileSet {{ none {{ paths-per-run = yes, compression = none }}, zstd {{ paths-per-run = yes, compression = zstd, compression-level = 1 }} }}
JobDefs {{ all {{ client = web, storage = vault, pool = p, level = Full }} }}
Job {{ none {{ defaults = all, fileset = none }}, zstd {{ defaults = all, fileset = zstd }} }}
''' + "".join(f"Client {{ {other} {{ }} }}\nJob {{ {other} {{ defaults = all, fileset = none, client = {other} }} }}\n" for other in further),
                             password)
        self.storage = Node(programs, scratch, "vault", f'''
Node {{ vault {{ roles = [storage], data-directory = var, bulk-listen = "{free_endpoint()}", cluster-listen = "{free_endpoint()}"
  cluster-seeds = ["{cluster}"] }} }}
Storage {{ vault {{ folder = volumes }} }}
''', {})
        self.client, *self.further = [
            Node(programs, scratch, other,
                 f'Node {{ {other} {{ roles = [client], data-directory = var, directors = ["{control}"] }} }}\nClient {{ {other} {{ }} }}\n', {})
            for other in ("web", *further)]
        self.nodes = [self.director, self.storage, self.client, *self.further]
        self.start(tls)

    def start(self, tls):
        if tls:
            self.director.run("init")
        self.director.start()
        if tls:
            for node, name, role in ((self.storage, "vault", "storage"), (self.client, "web", "client")):
                until("the director answers", 60, self.director.answers)
                node.run("join", self.director.run("invite", name, "--roles", role))
        for node in self.nodes[1:]:
            node.start()
        until("the director answers", 60, self.director.answers)
        until("storage and client are there", 60, lambda: any("folder" in row for row in self.director.rows("status", "storage"))
              and sum(str(row.get("state", "")).startswith("attached") for row in self.director.rows("status", "client")) == len(self.nodes) - 2)

    def costs(self):
        """CPU seconds by process so far."""
        return {"director": self.director.cpu(), "storage": self.storage.cpu(), "client": sum(node.cpu() for node in self.nodes[2:]),
                "postgresql": self.database.cpu()}

    def work(self, *words):
        """Runs a command of the console to its end: (wall seconds, CPU seconds by process, jobid). The console's own CPU is counted."""
        before, own, began = self.costs(), os.times(), time.monotonic()
        documents, status = self.director.ask(*words, "wait=yes", "yes")
        wall, after, ended = time.monotonic() - began, self.costs(), os.times()
        if status != 0:
            raise Refused(f"{' '.join(words)}: {json.dumps(documents[-2:])}")
        costs = {name: after[name] - before[name] for name in after}
        costs["console"] = ended.children_user + ended.children_system - own.children_user - own.children_system
        jobid = next(int(m[1]) for d in reversed(documents) if (m := re.search(r'"jobid": *(\d+)', json.dumps(d))))
        return wall, costs, jobid

    def stages(self, jobid):
        """Where a job's time went, {stage: seconds}, as its report says it."""
        text = "".join(document.get("text", "") for document in self.director.ask("report", f"jobid={jobid}")[0])
        return {name: float(seconds) for name, seconds in re.findall(r"^  ([a-z, ]+): +([0-9.]+) s", text, re.M)}

    def stop(self):
        for node in reversed(self.nodes):
            node.stop()
