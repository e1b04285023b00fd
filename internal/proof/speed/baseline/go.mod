module github.com/fisbridge/fisbridge/internal/proof/speed/baseline

go 1.26

require github.com/goccy/go-json v0.12.0
