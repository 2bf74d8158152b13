# Sourced by ./test, ./quickstart and .ci/run: finds the .NET SDK and gives it an environment that needs no terminal and leaves no server behind.

refuse() { printf '%s: %s\n' "${0##*/}" "$1" >&2; exit "${2:-2}"; }

use_dotnet() {
  local folder
  if ! command -v dotnet >/dev/null 2>&1; then
    for folder in "${DOTNET_ROOT:-}" /usr/share/dotnet /usr/lib/dotnet "${HOME:-}/.dotnet"; do
      [ -n "$folder" ] && [ -x "$folder/dotnet" ] && { PATH="$folder:$PATH"; break; }
    done
  fi
  command -v dotnet >/dev/null 2>&1 || refuse "the .NET 10 SDK is missing: install it (https://dotnet.microsoft.com/download) or put 'dotnet' on the PATH"
  export PATH DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_UI_LANGUAGE=en
  # The SDK wants a home for its first-run files; a service account or a bare container may have none that can be written.
  if [ -z "${DOTNET_CLI_HOME:-}" ] && ! { [ -n "${HOME:-}" ] && [ -w "$HOME" ]; }; then
    mkdir -p "$1/var/home" && export DOTNET_CLI_HOME="$1/var/home"
    export NUGET_PACKAGES="${NUGET_PACKAGES:-$1/var/home/packages}"
  fi
  dotnet --version >/dev/null 2>&1 || refuse "no .NET SDK here fits global.json (10.0.100 or a later feature band): $(dotnet --version 2>&1 | head -n 1)"
}
