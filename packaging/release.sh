#!/usr/bin/env bash
# Builds a release into a folder: packaging/release.sh OUT. Static binaries for six systems, deb and rpm, SHA256SUMS.
# The version is that of the git tag (fisbridge --version says it). The same commit gives the same bytes.
# PLATFORMS="linux/amd64" builds fewer.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:?say where to: packaging/release.sh OUT}
nfpm=github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.45.0
platforms=${PLATFORMS:-linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64}
mkdir -p "$out"
out=$(cd "$out" && pwd)
export LC_ALL=C TZ=UTC SOURCE_DATE_EPOCH
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
VERSION=$(git describe --tags --match 'v[0-9]*' 2>/dev/null || echo "v0.0.0-$(git log -1 --format=%h --abbrev=12)")
export VERSION=${VERSION#v}
[ -z "$(git status --porcelain)" ] || VERSION=$VERSION+modified
cli=github.com/fisbridge/fisbridge/internal/cli
stamp="-X $cli.release=$VERSION -X $cli.releaseCommit=$(git rev-parse HEAD) -X $cli.releaseTime=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)"
for platform in $platforms; do
  os=${platform%/*} arch=${platform#*/}
  name=fisbridge_${os}_${arch}
  [ "$os" = windows ] && name=$name.exe
  CGO_ENABLED=0 GOOS=$os GOARCH=$arch GOFLAGS= go build -trimpath -buildvcs=false -ldflags="-s -w -buildid= $stamp" -o "$out/$name" ./cmd/fisbridge
  if [ "$os" = linux ]; then
    for format in deb rpm; do
      ARCH=$arch BINARY=$out/$name GOFLAGS= go run "$nfpm" package --config packaging/nfpm.yaml --packager "$format" --target "$out/fisbridge_${VERSION}_$arch.$format" >/dev/null
    done
  fi
done
(cd "$out" && sha256sum fisbridge_* >SHA256SUMS)
