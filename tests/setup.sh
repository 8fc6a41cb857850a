# setup.sh - installs what is missing of the packages for building and testing (Debian 12). To be sourced:
# defines setup_packages KIND, with KIND `build` or `test`. Asks for root only when something is missing.

# Names of Debian packages, the one list of them.
BUILD_PACKAGES="gcc libc6-dev cmake ninja-build pkg-config liblua5.4-dev zlib1g-dev libxxhash-dev
  libuv1-dev libsqlite3-dev libzstd-dev libssl-dev libhttp-parser-dev libwslay-dev
  libedit-dev libcmocka-dev nodejs npm ca-certificates"
TEST_PACKAGES="lua5.4 procps zip lua-check curl openssl sqlite3 wrk clang-14 clang-tidy-14 clang-format-14 libclang-rt-14-dev git
  chromium"

setup_as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo > /dev/null 2>&1; then
    sudo "$@"
  else
    echo "setup: root is needed to install packages; run as root: $*" >&2
    return 1
  fi
}

# Node.js from elsewhere brings npm with it and does not bear Debian's beside it.
setup_is_here() {
  case $1 in
    nodejs) command -v node > /dev/null 2>&1 ;;
    npm) command -v npm > /dev/null 2>&1 ;;
    *) return 1 ;;
  esac
}

setup_missing() {
  for package in "$@"; do
    setup_is_here "$package" && continue
    case $(dpkg-query -W -f '${Status}' "$package" 2> /dev/null) in
      'install ok installed') ;;
      *) printf '%s ' "$package" ;;
    esac
  done
}

setup_packages() {
  wanted=$BUILD_PACKAGES
  if [ "$1" = test ]; then
    wanted="$BUILD_PACKAGES $TEST_PACKAGES"
  fi
  if ! command -v dpkg-query > /dev/null 2>&1; then
    echo "setup: this is not Debian; needed are: $wanted" >&2
    return 0
  fi
  # shellcheck disable=SC2086 -- a list of words
  missing=$(setup_missing $wanted)
  [ -n "$missing" ] || return 0
  echo "setup: installing with apt-get: $missing" >&2
  # shellcheck disable=SC2086
  setup_as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update >&2 &&
    setup_as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
      install $missing >&2
}
