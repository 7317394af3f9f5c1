#!/usr/bin/env bash
# Publishes the peer into FOLDER/app, so that it runs where the system's libraries are older than libtorch 2.10 asks for.
#
#   prepare.sh FOLDER
#
# libtorch 2.10 is built against the C++ library of GCC 13, and Debian 12 has that of GCC 12. Where the system's library is too old, the
# libraries of Debian 13 are unpacked into FOLDER/runtime, and this one program is pointed at them. Nothing is installed.
set -euo pipefail
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
source=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly source needed=GLIBCXX_3.4.32 release=trixie program=TorchSharpPeer

fail() {
    echo "error: $1" >&2
    exit 1
}

[[ $# -eq 1 ]] || fail "expected one argument, the folder to publish into, but got $#"
mkdir -p "$1"
folder=$(cd "$1" && pwd)
readonly folder libraries=$folder/runtime/usr/lib/x86_64-linux-gnu

system_suffices() {
    grep -q "$needed" /usr/lib/x86_64-linux-gnu/libstdc++.so.6 2> /dev/null
}

# The first archive of packages that apt knows, without those of security updates.
archive() {
    { cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2> /dev/null || true; } \
        | sed -nE 's/^(URIs:|deb( \[[^]]*\])?)[[:space:]]+([^[:space:]]+).*/\3/p' | grep -v security | head -n 1
}

fetch_runtime() {
    if [[ -e $libraries/libstdc++.so.6 ]]; then
        return
    fi
    command -v apt-get > /dev/null || fail "libstdc++ with $needed or newer is needed, or apt-get to fetch it"
    local apt=$folder/apt url
    url=$(archive) || fail "no archive of packages is known to apt"
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/packages" "$folder/unpacked"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $url $release main" > "$apt/sources.list"
    local options=(
        -o "Dir::Etc::SourceList=$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null
        -o "Dir::State::Lists=$apt/lists" -o "Dir::Cache=$apt/cache" -o "APT::Sandbox::User=$(id -un)"
    )
    apt-get "${options[@]}" -qq update
    (cd "$apt/packages" && apt-get "${options[@]}" -qq download "libc6/$release" "libstdc++6/$release" "libgcc-s1/$release")
    local package
    for package in "$apt"/packages/*.deb; do
        dpkg-deb -x "$package" "$folder/unpacked"
    done
    rm -rf "$apt" "$folder/runtime"
    mv "$folder/unpacked" "$folder/runtime"
}

publish() {
    dotnet publish "$source/$program.csproj" -c Release -o "$folder/app" --nologo -v quiet
}

# The path of the program and not the "run path": it has to hold for the libraries that its libraries load, too.
point_at_runtime() {
    patchelf --set-interpreter "$libraries/ld-linux-x86-64.so.2" --force-rpath --set-rpath "$libraries" "$folder/app/$program"
}

exec 9> "$folder/lock"
flock 9
if system_suffices; then
    publish
else
    command -v patchelf > /dev/null || fail "patchelf is not there: apt-get install -y patchelf"
    fetch_runtime
    publish
    point_at_runtime
fi
