#!/usr/bin/env bash
# Builds a release into a folder: packaging/release.sh OUT. Static programs for six systems with man pages, completions,
# docs and licences, as tar.gz and zip; deb and rpm; an MSI where wixl and msibuild (msitools) are installed; an SBOM of each (CycloneDX); SHA256SUMS.
# The version is that of the git tag (fisbridge --version says it). The same commit and the same Go give the same bytes.
#   PLATFORMS="linux/amd64"                      builds fewer
#   MAINTAINER="Jane Doe <jane@example.org>"     who answers for the packages; by default the author of the commit
#   SBOM=no                                      leaves the SBOMs out
#   NFPM=/path CYCLONEDX=/path                   programs to use, in place of those of the pinned versions below
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:?say where to: packaging/release.sh OUT}
nfpm=github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.45.0
cyclonedx=github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0
platforms=${PLATFORMS:-linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64}
mkdir -p "$out"
out=$(cd "$out" && pwd)
export LC_ALL=C TZ=UTC SOURCE_DATE_EPOCH MAINTAINER VERSION STAGE
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
MAINTAINER=${MAINTAINER:-$(git log -1 --format='%an <%ae>')}
VERSION=$(git describe --tags --match 'v[0-9]*' 2>/dev/null || echo "v0.0.0-$(git log -1 --format=%h --abbrev=12)")
VERSION=${VERSION#v}
[ -z "$(git status --porcelain)" ] || VERSION=$VERSION+modified
cli=github.com/fisbridge/fisbridge/internal/cli
stamp="-X $cli.release=$VERSION -X $cli.releaseCommit=$(git rev-parse HEAD) -X $cli.releaseTime=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022

tool() { # tool NAME MODULE: builds a program of the versions above, always to the same bytes
  [ -x "$work/$1" ] || GOBIN=$work GOFLAGS=-trimpath go install "$2"
}

bom() { # bom PROGRAM FILE: which modules are in a program (CycloneDX), with the time of the commit
  [ -n "${CYCLONEDX:-}" ] || tool cyclonedx-gomod "$cyclonedx"
  GOPROXY=off "${CYCLONEDX:-$work/cyclonedx-gomod}" bin -json -licenses -noserial -version "$VERSION" -output "$2" "$1" 2>"$work/bom.log" || { cat "$work/bom.log" >&2; return 1; }
  sed -i.before "s/\"timestamp\": \"[^\"]*\"/\"timestamp\": \"$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)\"/" "$2"
  rm "$2.before"
}

go build -o "$work/make" ./packaging/make
"$work/make" manual "$work"
"$work/make" licences "$work/THIRD_PARTY_LICENCES"
for page in "$work"/man/*.1; do gzip -9 -n -k "$page"; done
mkdir "$work/man.gz" && mv "$work"/man/*.gz "$work/man.gz"
gzip -9 -n -c packaging/scripts/fisbridge-company.1 >"$work/man.gz/fisbridge-company.1.gz" # only packages have it
gzip -9 -n -c CHANGELOG.md >"$work/changelog.gz"

for platform in $platforms; do
  os=${platform%/*} arch=${platform#*/}
  STAGE=$work/fisbridge_${VERSION}_${os}_${arch}
  program=$STAGE/fisbridge
  mkdir "$STAGE"
  [ "$os" = windows ] && program=$program.exe
  CGO_ENABLED=0 GOOS=$os GOARCH=$arch GOFLAGS= go build -trimpath -buildvcs=false -ldflags="-s -w -buildid= $stamp" -o "$program" ./cmd/fisbridge
  [ "${SBOM:-yes}" = no ] || bom "$program" "$out/fisbridge_${VERSION}_${os}_${arch}.cdx.json"
  cp -r LICENSE "$work/THIRD_PARTY_LICENCES" CHANGELOG.md README.md docs "$work/completions" "$STAGE"
  if [ "$os" = windows ]; then
    "$work/make" pack "$STAGE" "$STAGE.zip"
    mv "$STAGE.zip" "$out"
    if [ "$arch" = amd64 ] && command -v wixl >/dev/null && command -v msibuild >/dev/null; then # without them there is the zip
      "$work/make" msi "$STAGE" "$out/fisbridge_${VERSION}_${os}_${arch}.msi"
    fi
    continue
  fi
  cp -r "$work/man" "$STAGE"
  "$work/make" pack "$STAGE" "$STAGE.tar.gz"
  mv "$STAGE.tar.gz" "$out"
  [ "$os" = linux ] || continue
  [ -n "${NFPM:-}" ] || tool nfpm "$nfpm"
  cp -r "$work/man.gz" "$work/changelog.gz" "$STAGE"
  for format in deb rpm; do
    ARCH=$arch "${NFPM:-$work/nfpm}" package --config packaging/nfpm.yaml --packager "$format" --target "$out/fisbridge_${VERSION}_$arch.$format" >/dev/null
  done
done
(cd "$out" && sha256sum fisbridge_* >SHA256SUMS)
