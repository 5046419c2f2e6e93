#!/bin/sh
# Fetches photographs for a patch set: one file per scene, the largest, out of three Debian packages of wallpapers (CC BY-SA, see their copyright files).
# Usage: tools/get-photos.sh FOLDER     (needs apt-get and dpkg-deb; nothing is installed)
# Drawings, renderings and variants of a scene are left out: they would be in training and test at once.
set -eu
[ $# -eq 1 ] || { echo "Usage: $0 FOLDER" >&2; exit 2; }
mkdir -p "$1"
folder=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for package in lomiri-wallpapers-16.04 plasma-workspace-wallpapers mate-backgrounds; do
    echo "Fetching $package" >&2
    apt-get download -qq "$package" || { echo "Can't fetch Debian's package $package; run apt-get update, or put photos of your own into a folder." >&2; exit 1; }
    dpkg-deb -x "$package"_*.deb tree
done
cp tree/usr/share/backgrounds/mate/nature/*.jpg "$folder"
cp tree/usr/share/backgrounds/*_by_*.jpg "$folder"
rm -f "$folder"/*umang*.jpg # a drawing
for scene in BytheWater ColdRipple ColorfulCups DarkestHour EveningGlow FallenLeaf Grey Kite OneStandsOut Path summer_1am; do
    largest=$(find "tree/usr/share/wallpapers/$scene/contents/images" -type f -size +0 -printf '%s %p\n' | sort -rn | head -n 1 | cut -d ' ' -f 2-)
    cp "$largest" "$folder/$scene.${largest##*.}"
done
echo "$(find "$folder" -type f | wc -l) photos in $folder" >&2
