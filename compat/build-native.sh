#!/usr/bin/env bash
# Builds the native shims (compat/*/native, src/*/*/native) into artifacts/native/. Does nothing when nothing changed.
# Arguments go to cmake: compat/build-native.sh -DTorch_DIR=/opt/libtorch/share/cmake/Torch
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
out="$root/artifacts/native"
work="$root/artifacts/native-build"
mkdir -p "$out" "$work"

for native in "$root"/compat/*/native "$root"/src/*/*/native; do
    [[ -f "$native/CMakeLists.txt" ]] || continue
    name="$(basename "$(dirname "$native")")"
    stamp="$work/$name.stamp"
    arguments="$*"
    if [[ -f "$stamp" && "$(cat "$stamp")" == "$arguments" ]] \
        && [[ -z "$(find "$native" -newer "$stamp" -print -quit)" ]] \
        && compgen -G "$out/lib*.so" > /dev/null; then
        continue
    fi
    echo "Building the native part of $name"
    printf '%s' "$arguments" > "$stamp.new" # dated before the build: what changes meanwhile is built next time
    generator=()
    [[ -f "$work/$name/CMakeCache.txt" ]] || { command -v ninja > /dev/null && generator=(-G Ninja); }
    cmake -S "$native" -B "$work/$name" "${generator[@]}" -DCMAKE_LIBRARY_OUTPUT_DIRECTORY="$out" "$@" > "$work/$name.log" 2>&1 \
        || { cat "$work/$name.log" >&2; exit 1; }
    cmake --build "$work/$name" -j "$(nproc)" >> "$work/$name.log" 2>&1 \
        || { tail -n 60 "$work/$name.log" >&2; exit 1; }
    mv "$stamp.new" "$stamp"
done
