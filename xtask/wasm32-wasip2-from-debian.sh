#!/usr/bin/env bash
# Gives a Rust tool chain the target wasm32-wasip2 where rustup cannot reach its server.
#
#   xtask/wasm32-wasip2-from-debian.sh
#
# Where rustup can, `rustup target add wasm32-wasip2` is all you need. Behind a mirror of Debian and of the Rust package
# registry only, this script builds the same thing: the standard library, from Debian's source package of exactly your
# compiler's version, against Debian's wasi-libc. It takes about a minute and changes one thing, at the very end:
# it puts the folder lib/rustlib/wasm32-wasip2 into the tool chain's sysroot. Interrupted, it leaves nothing half-made.
# Where the target is there already, it does nothing.
#
# Settings, all from the environment:
#   FORMWORK_DEBIAN_MIRROR   where the Debian archive is; default: this machine's own Debian mirror, else deb.debian.org
#   FORMWORK_DEBIAN_SUITES   where to look, in order; default: "trixie-backports trixie forky sid"
#   FORMWORK_DEBIAN_KEYRING  whose signatures to trust; default: /usr/share/keyrings/debian-archive-keyring.gpg
#   RUSTC, CARGO, TMPDIR     as everywhere
set -euo pipefail
shopt -s nullglob

target=wasm32-wasip2
rustc=${RUSTC:-rustc}
cargo=${CARGO:-cargo}
suites=${FORMWORK_DEBIAN_SUITES:-trixie-backports trixie forky sid}
keyring=${FORMWORK_DEBIAN_KEYRING:-/usr/share/keyrings/debian-archive-keyring.gpg}

say() { printf '%s\n' "$*"; }
fail() {
  printf 'error: %s\n' "$1" >&2
  shift
  if [ $# -gt 0 ]; then printf '  %s\n' "$@" >&2; fi
  exit 1
}

# ---- What is here? -------------------------------------------------------------------------------------------------

missing=()
need() { command -v "$1" >/dev/null 2>&1 || missing+=("$1: $2"); }
need "$rustc" "the Rust compiler; get it with rustup, or name it: RUSTC=/path/to/rustc"
need "$cargo" "Rust's build tool; comes with the compiler, or name it: CARGO=/path/to/cargo"
need apt-get "Debian's package fetcher; any Debian or Ubuntu machine or container has it"
need apt-cache "comes with apt-get"
need dpkg-deb "Debian's package unpacker; on Debian and Ubuntu: apt-get install dpkg"
if [ ${#missing[@]} -gt 0 ]; then
  fail "this script needs programs that are not here:" "${missing[@]}"
fi

about=$("$rustc" -vV)
field() { sed -n "s/^$1: //p" <<<"$about"; }
version=$(field release)
commit=$(field commit-hash)
host=$(field host)
sysroot=$("$rustc" --print sysroot)
rustlib=$sysroot/lib/rustlib
destination=$rustlib/$target

installed() {
  local std=("$1"/lib/libstd-*.rlib)
  [ ${#std[@]} -gt 0 ]
}

if installed "$destination"; then
  say "$target is already in $sysroot (rustc $version). Nothing to do."
  exit 0
fi

case $version in
  *-*) fail "rustc $version is not a release, and Debian has the sources of releases only." \
         "Use a release: for example \`rustup default stable\`, or RUSTC=/path/to/a/release's/rustc." ;;
esac
if [ "$sysroot" = /usr ]; then
  fail "rustc $version at /usr belongs to the system's package manager, which this script must not write into." \
    "Use the system's own package of the target (on Debian: apt-get install libstd-rust-dev-wasm32)," \
    "or a compiler of rustup's."
fi
if [ ! -w "$rustlib" ]; then
  fail "$rustlib is not writable for $(id -un)." "Run this as the user that owns the tool chain."
fi
if [ ! -r "$keyring" ]; then
  fail "$keyring is not here. It says whose signatures on Debian's packages are genuine." \
    "On Debian and Ubuntu: apt-get install debian-archive-keyring" \
    "Or name another copy of it: FORMWORK_DEBIAN_KEYRING=/path/to/debian-archive-keyring.gpg"
fi

# The mirror that this machine's own Debian suite comes from. Only a Debian's sources are asked: an Ubuntu's lead elsewhere.
own_mirror() {
  local ID='' VERSION_CODENAME=''
  # shellcheck source=/dev/null
  . /etc/os-release 2>/dev/null || return 0
  [ "$ID" = debian ] && [ -n "$VERSION_CODENAME" ] || return 0
  # shellcheck disable=SC2016 # $(…) is for apt-get to fill in, not for the shell
  apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    sed -n "s/^$VERSION_CODENAME //p" | head -n 1 || true
}
mirror=${FORMWORK_DEBIAN_MIRROR:-$(own_mirror)}
mirror=${mirror:-http://deb.debian.org/debian}

# Everything happens in a folder of its own, which goes away whatever happens. It is readable for all, since apt-get,
# run by root, downloads as a user with no rights.
work=$(mktemp -d "${TMPDIR:-/tmp}/formwork-$target.XXXXXX")
staged=
clean() {
  rm -rf -- "$work"
  if [ -n "$staged" ]; then rm -rf -- "$staged"; fi
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
chmod 755 "$work"

# ---- Find and fetch ------------------------------------------------------------------------------------------------

# An apt with a state of its own: the system's sources, lists, cache and pins are neither used nor changed. Its
# settings (a proxy, certificates) are used. Signatures are checked, always, against the one keyring.
mkdir -p "$work"/apt/{state/lists/partial,cache/archives/partial,none} "$work"/{debs,unpacked}
: >"$work/apt/status"
if [ "$(id -u)" = 0 ] && id _apt >/dev/null 2>&1; then chown _apt "$work/debs"; fi
apt_options=(
  -o Dir::Etc::SourceList="$work/apt/sources.list" -o Dir::Etc::SourceParts="$work/apt/none"
  -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts="$work/apt/none"
  -o Dir::State="$work/apt/state" -o Dir::State::Status="$work/apt/status" -o Dir::Cache="$work/apt/cache"
  -o Acquire::Languages=none -o Acquire::Retries=2 -o APT::Update::Error-Mode=any
  -o APT::Get::AllowUnauthenticated=false -o Acquire::AllowInsecureRepositories=false
)

# The first of a package's versions, newest first, that begins as asked.
version_of() {
  apt-cache "${apt_options[@]}" madison "$1" 2>/dev/null |
    awk -F ' *[|] *' -v start="$2" 'index($2, start) == 1 && !found { found = $2 } END { print found }'
}

say "Looking for the sources of rustc $version at $mirror …"
rust_src='' wasi_libc='' tried=()
for suite in $suites; do
  say "deb [signed-by=$keyring] $mirror $suite main" >"$work/apt/sources.list"
  if ! apt-get "${apt_options[@]}" -qq update >"$work/apt/log" 2>&1; then
    if grep -q -e NO_PUBKEY -e 'Missing key' -e 'not signed' "$work/apt/log"; then
      why="$keyring has no key for it; a newer one is in Debian's package debian-archive-keyring"
    else
      why=$({ grep -m 1 '^E:' "$work/apt/log" || tail -n 1 "$work/apt/log"; } | cut -c 1-200)
    fi
    tried+=("$suite: $why")
    continue
  fi
  rust_src=$(version_of rust-src "$version+")
  wasi_libc=$(version_of wasi-libc "")
  if [ -n "$rust_src" ] && [ -n "$wasi_libc" ]; then break; fi
  has=$(apt-cache "${apt_options[@]}" madison rust-src 2>/dev/null | awk '{ printf "%s%s", sep, $3; sep = ", " }')
  tried+=("$suite: has rust-src ${has:-in no version} and wasi-libc ${wasi_libc:-in no version}")
  rust_src=''
done
if [ -z "$rust_src" ]; then
  fail "no Debian suite at $mirror has the sources of rustc $version, which must match exactly:" "${tried[@]}" \
    "Try another mirror (FORMWORK_DEBIAN_MIRROR), other suites (FORMWORK_DEBIAN_SUITES), a compiler whose sources are" \
    "there, or \`rustup target add $target\` on a machine that reaches rustup's server: its folder" \
    "lib/rustlib/$target can be copied from there into $rustlib."
fi

say "Fetching rust-src $rust_src and wasi-libc $wasi_libc from $suite …"
(cd "$work/debs" && apt-get "${apt_options[@]}" -qq download "rust-src=$rust_src" "wasi-libc=$wasi_libc") ||
  fail "apt-get could not fetch the two packages from $mirror (its own words are above)."
for deb in "$work"/debs/*.deb; do dpkg-deb -x "$deb" "$work/unpacked"; done

source=$work/unpacked/usr/src/rustc-$version
libc=$work/unpacked/usr/lib/$target
[ -f "$source/library/Cargo.lock" ] || fail "Debian's rust-src $rust_src has no usr/src/rustc-$version/library/Cargo.lock."
[ -f "$libc/libc.a" ] || fail "Debian's wasi-libc $wasi_libc has no usr/lib/$target/libc.a."

# ---- Build ---------------------------------------------------------------------------------------------------------

# A sysroot beside the real one: its host part is the real one's, its target part is what this script makes. So the real
# one stays as it is until the new part is known to work.
shadow=$work/sysroot
lib=$shadow/lib/rustlib/$target/lib
mkdir -p "$shadow/lib/rustlib/src" "$lib/self-contained"
ln -s "$rustlib/$host" "$shadow/lib/rustlib/$host"
ln -s "$source" "$shadow/lib/rustlib/src/rust"
cp "$libc"/*.a "$libc"/crt1-*.o "$lib/self-contained/"

cat >"$work/rustc" <<WRAPPER
#!/bin/sh
exec $(printf %q "$(command -v "$rustc")") --sysroot $(printf %q "$shadow") "\$@"
WRAPPER
chmod +x "$work/rustc"

mkdir -p "$work/empty/src"
: >"$work/empty/src/lib.rs"
cat >"$work/empty/Cargo.toml" <<'MANIFEST'
[package]
name = "empty"
version = "0.0.0"
edition = "2021"

[profile.release]
codegen-units = 1
debug = false
opt-level = 3

[workspace]
MANIFEST

# embed-bitcode: without it, crates built with `lto = true` fail with "Can't find section .llvmbc".
# remap-path-prefix: panics name source files. They are named as in rustup's, not by this folder, so that whoever builds
# a plugin gets the same bytes.
# RUSTC_BOOTSTRAP: -Zbuild-std is a nightly option; this is how Rust's own release builds use such options.
flags=(
  -C embed-bitcode=yes
  -L "native=$lib/self-contained"
  "--remap-path-prefix=$source=/rustc/$commit"
  "--remap-path-prefix=$shadow/lib/rustlib/src/rust=/rustc/$commit"
  "--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src=/rust/deps"
)
encoded=$(IFS=$'\x1f' && printf %s "${flags[*]}")

say "Building the standard library for $target …"
(
  cd "$work/empty" || exit 1
  # What a caller has set for builds of their own does not belong into the standard library.
  unset RUSTFLAGS CARGO_BUILD_TARGET CARGO_BUILD_RUSTFLAGS CARGO_INCREMENTAL RUSTC_WORKSPACE_WRAPPER
  export RUSTC=$work/rustc RUSTC_WRAPPER='' RUSTC_BOOTSTRAP=1 CARGO_ENCODED_RUSTFLAGS=$encoded CARGO_TARGET_DIR=$work/build
  "$cargo" build --quiet --release -Zbuild-std=std,panic_abort,panic_unwind,test --target "$target"
) || fail "the standard library did not build (cargo's own words are above)." \
  "cargo fetches the library's few dependencies: it must reach a Rust package registry (see source replacement in" \
  "cargo's documentation)."

for rlib in "$work/build/$target"/release/deps/*.rlib; do
  case ${rlib##*/} in
    libempty-*) ;;
    *) cp "$rlib" "$lib/" ;;
  esac
done

# ---- Check, then put in place --------------------------------------------------------------------------------------

cat >"$work/check.rs" <<'CHECK'
#[unsafe(no_mangle)]
pub extern "C" fn check(n: u32) -> u32 {
    (0..n).map(|i| (i, i.to_string())).collect::<std::collections::HashMap<_, _>>().len() as u32
}
CHECK
"$work/rustc" --edition 2024 --crate-type cdylib --target "$target" -O -C lto -C panic=abort \
  -o "$work/check.wasm" "$work/check.rs" || fail "what was built does not work; nothing was installed."
magic=$(od -An -tx1 -N8 "$work/check.wasm" | tr -d ' \n')
if [ "$magic" != 0061736d0d000100 ]; then
  fail "what was built does not make components (a file began with $magic); nothing was installed."
fi

# Copied beside its place first, since only a rename within one file system is done whole or not at all.
staged=$(mktemp -d "$rustlib/.$target.XXXXXX")
cp -R "$shadow/lib/rustlib/$target/." "$staged/"
chmod -R u=rwX,go=rX "$staged"
if [ -e "$destination" ]; then
  # No standard library in it (see above): the rest of a copy made by hand that was interrupted.
  installed "$destination" || mv "$destination" "$work/replaced"
fi
if ! mv -T "$staged" "$destination" 2>/dev/null; then
  if installed "$destination"; then
    say "$target came to $sysroot from elsewhere in the meantime. Nothing to do."
    exit 0
  fi
  fail "could not move $staged to $destination."
fi
staged=
say "$target is now in $sysroot, built from Debian's rust-src $rust_src and wasi-libc $wasi_libc."
