#!/usr/bin/env bash
# Builds a peer of the tests: build.sh cyclone|camera|fastdds FOLDER. Nothing happens when it is there and no source is newer.
set -euo pipefail

source=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=$1
mkdir -p "$2"
out=$(cd "$2" && pwd)
program=$out/${name}_peer
[[ -x $program && -z "$(find "$source" -newer "$program" -type f -print -quit)" ]] && exit 0

cd "$out"
case $name in
    cyclone | camera)
        idlc "$source/ros.idl"
        cc -O1 -I. "$source/${name}_peer.c" ros.c -lddsc -lm -o "$program.new"
        ;;
    fastdds)
        fastddsgen -replace -d . "$source/ros.idl"
        c++ -O1 -std=c++17 -I. "$source/fastdds_peer.cpp" ros.cxx rosPubSubTypes.cxx -lfastrtps -lfastcdr -o "$program.new"
        ;;
esac
mv "$program.new" "$program"
