# Sourced by the run-* scripts. PEERS: scratch root; REPEAT: runs per timing (medians are printed).
PEERS=${PEERS:-/tmp/peers}
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
REPEAT=${REPEAT:-3}
export MEASURE_LOG=${MEASURE_LOG:-$PEERS/measure.log}
# Restores go to tmpfs: an ext4 without a journal scans recently deleted inodes on every create, so a restore of
# 100,000 files right after an rm -rf of as many costs the kernel tens of seconds that are not the program's.
export RESTORE=${RESTORE:-/dev/shm/peers-restore}
mkdir -p "$PEERS/data" "$PEERS/repo" "$RESTORE"
apt_install() {
  local get="apt-get -o DPkg::Lock::Timeout=400"; export DEBIAN_FRONTEND=noninteractive
  $get install -y --no-install-recommends "$@" >/dev/null 2>&1 || { $get update >/dev/null 2>&1; $get install -y --no-install-recommends "$@" >/dev/null; }
}
need() { command -v "$1" >/dev/null || apt_install "$2"; } # need COMMAND PACKAGE: install on first use
workload() { # workload NAME: make it if absent, then read it once (warm cache), print its path
  local d=$PEERS/data/$1
  [ -d "$d" ] || { need setfacl acl; "$HERE/../make-workload" "$1" "$d" >&2; }
  tar cf - -C "$d" . 2>/dev/null | cat >/dev/null
  echo "$d"
}
mutate() { "$HERE/../make-workload" incr "$PEERS/data/$1" --round "$(date +%s)" >&2; sleep 2; }
phases() { case " ${PHASES:-full incr restore} " in *" $1 "*) return 0;; esac; return 1; }
