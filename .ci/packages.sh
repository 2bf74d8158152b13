# Sourced by ./test and ./publish.

# install_packages WHO LOG PACKAGE...: Debian packages that WHO wants, as root or by sudo; where neither is possible it says what to install.
install_packages() {
  local who=$1 log=$2 as=()
  shift 2
  if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || refuse "$who: $*; install them as root: apt-get install $*"
    as=(sudo -n)
  fi
  command -v apt-get >/dev/null || refuse "$who: $*; install them, this system has no apt-get"
  echo "installing $*"
  # Debian's package would make and start a server of the system's; the tests want the programs alone.
  if [[ " $* " == *" postgresql "* ]] && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    "${as[@]}" mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' | "${as[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
  fi
  local -a apt=("${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120)
  { "${apt[@]}" install --no-install-recommends "$@" \
      || { "${apt[@]}" update && "${apt[@]}" install --no-install-recommends "$@"; }; } >"$log" 2>&1 \
    || refuse "could not install $*: $(grep -m1 '^E:' "$log"); the whole log is $log"
}
