package config

import (
	"reflect"
	"strconv"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/fisbridge/fisbridge/internal/secret"
)

// scalar is the written text of a simple value: numbers keep their spelling, so that 007 stays 007.
func (r *reader) scalar(n ast.Node, field, want string) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, true
	}
	r.add(field, "", "must be "+want, "")
	return "", false
}

func (r *reader) integer(n ast.Node, v reflect.Value, field string) {
	text, ok := r.scalar(n, field, "a whole number")
	if !ok {
		return
	}
	number, err := strconv.Atoi(text)
	if err != nil {
		r.add(field, text, "is not a whole number", "")
		return
	}
	v.SetInt(int64(number))
}

func (r *reader) duration(n ast.Node, d *time.Duration, field string) {
	text, ok := r.scalar(n, field, "a length of time")
	if !ok {
		return
	}
	parsed, err := time.ParseDuration(text)
	if err != nil || parsed < 0 {
		r.add(field, text, "is not a length of time", "write 30s, 5m or 2h")
		return
	}
	*d = parsed
}

func (r *reader) secret(n ast.Node, s *secret.Secret, field string) {
	text, ok := r.scalar(n, field, "env:NAME or file:path")
	if !ok {
		return
	}
	parsed, err := secret.At(text)
	if err != nil {
		r.add(field, secret.Stars, err.Error(), "write env:NAME for an environment variable or file:path for a file that only fisbridge may read")
		return
	}
	*s = parsed
}

// show is a simple value for a message, nothing for anything larger.
func show(n ast.Node) string {
	switch n.(type) {
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value
	}
	return ""
}
