# What the project needs from the system, for scripts that are about to use it. Sourced, not run.
#
# The Swift toolchain is a given: nothing here installs it. On another system than Debian or Ubuntu the
# checks are the same and only the names of the packages differ.

readonly REQUIRED_SWIFT="6.3"

# package | check | why
readonly BUILD_REQUIREMENTS="
binutils|command -v ld|the linker
gcc|command -v gcc|start files and libgcc, which the linker needs
libc6-dev|test -e /usr/include/stdio.h|headers of the C library
libstdc++-12-dev|has_libstdcxx|the Swift runtime links it
pkg-config|command -v pkg-config|finds the flags of system libraries
libssl-dev|pkg-config --atleast-version=3.0 libssl libcrypto|OpenSSL: digests, keys, certificates, signatures, TLS
libsqlite3-dev|pkg-config --atleast-version=3.40 sqlite3|SQLite: the stores of coordinator and site
libnghttp2-dev|pkg-config --atleast-version=1.52 libnghttp2|nghttp2: HTTP/2 framing of the server
libcurl4-openssl-dev|pkg-config --atleast-version=7.88 libcurl|libcurl: HTTP client of agents and commands
zlib1g-dev|pkg-config --atleast-version=1.2.13 zlib|zlib: packed data files of a site
"

# The suite passes without these, but skips what it would have checked with them.
readonly TEST_REQUIREMENTS="
openssl|command -v openssl|signatures are checked by a second program
python3|command -v python3|containers are read by a second program, and vectors made again
unzip|command -v unzip|containers are read by a third program
gzip|command -v gzip|data files are packed by a program that we did not write
jq|command -v jq|the manual recipe for checking a bundle is run
curl|command -v curl|the server is spoken to by a second client
nghttp2-client|command -v h2load|the server is loaded by a client that we did not write
sqlite3|command -v sqlite3|stores are read by a second program
strace|command -v strace|processes are ended at each of their writes
procps|command -v pgrep|no process is left behind
nginx-light|command -v nginx || test -x /usr/sbin/nginx|the client speaks to a server that we did not write
"

has_libstdcxx() { # any version will do; Debian 12 has 12
  local file
  file=$(gcc -print-file-name=libstdc++.so 2>/dev/null) && [[ $file == /* ]]
}

swift_is_new_enough() {
  local version
  version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
  [[ -n $version ]] && [[ $(printf '%s\n%s\n' "$REQUIRED_SWIFT" "$version" | sort -V | head -n 1) == "$REQUIRED_SWIFT" ]]
}

# Prints the packages of the given tables whose check fails, one a line, and why on standard error.
missing_packages() {
  local package check why
  while IFS='|' read -r package check why; do
    [[ -n $package ]] || continue
    if ! eval "$check" >/dev/null 2>&1; then
      printf '%s\n' "$package"
      printf '  %-18s %s\n' "$package" "$why" >&2
    fi
  done <<<"$1"
}

# require "<tables>" [--install]: returns 0 when everything is there. Otherwise installs what is missing
# when told to, and else says what to run and exits 2. Without --install nothing is ever installed.
require() {
  local tables=$1 install=${2:-} missing sudo=""
  if ! swift_is_new_enough; then
    echo "needs Swift $REQUIRED_SWIFT or newer on the PATH: https://www.swift.org/install" >&2
    exit 2
  fi
  missing=$(missing_packages "$tables" 2>/dev/null)
  [[ -n $missing ]] || return 0
  echo "missing:" >&2
  missing_packages "$tables" >/dev/null
  [[ $(id -u) == 0 ]] || sudo="sudo "
  local command="${sudo}apt-get install -y --no-install-recommends ${missing//$'\n'/ }"
  if [[ $install != --install ]]; then
    printf 'to install it:\n  %s\nor run this script again with --install\n' "${sudo}apt-get update && $command" >&2
    exit 2
  fi
  # The newest security updates of OpenSSL are only known after an update.
  ${sudo}apt-get update >&2
  # RUNLEVEL=1: nginx is run by the tests, on ports of theirs; nobody wants it started now.
  RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive $command >&2
}
