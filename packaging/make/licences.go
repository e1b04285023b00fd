package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// module is one of the modules that are built into the program.
type module struct {
	Path, Version string
	Dir           string
	Main          bool
	Licence       string            // by its SPDX name
	Texts         map[string][]byte // by the name of the file
}

// systems are those that a release is built for: they need different modules.
var systems = []string{"linux", "darwin", "windows"}

// builtIn lists the modules of the program on all systems, in the order of their names; the standard library is one.
func builtIn(ctx context.Context) ([]module, error) {
	found := map[string]module{}
	goroot, err := exec.CommandContext(ctx, "go", "env", "GOROOT", "GOVERSION").Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	std := strings.Fields(string(goroot))
	found["Go standard library"] = module{Path: "Go standard library", Version: std[1], Dir: std[0]}
	for _, system := range systems {
		cmd := exec.CommandContext(ctx, "go", "list", "-deps", "-json=Module", "github.com/fisbridge/fisbridge/cmd/fisbridge")
		cmd.Env = append(os.Environ(), "GOOS="+system, "GOARCH=amd64", "CGO_ENABLED=0", "GOFLAGS=-mod=readonly")
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("go list for %s: %w", system, err)
		}
		for d := json.NewDecoder(bytes.NewReader(out)); ; {
			var p struct{ Module *module }
			if err := d.Decode(&p); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return nil, fmt.Errorf("go list for %s: %w", system, err)
			}
			if p.Module != nil && !p.Module.Main {
				found[p.Module.Path] = *p.Module
			}
		}
	}
	list := make([]module, 0, len(found))
	for _, m := range found {
		if err := m.read(); err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	slices.SortFunc(list, func(a, b module) int { return strings.Compare(a.Path, b.Path) })
	return list, nil
}

// licenceFile is what files with the terms of a module are called.
var licenceFile = regexp.MustCompile(`(?i)^(licen[sc]e|copying|notice|patents)([-.].*)?$`)

// read reads the terms of a module, and says what they are called.
func (m *module) read() error {
	files, err := os.ReadDir(m.Dir)
	if err != nil {
		return fmt.Errorf("%s %s: %w", m.Path, m.Version, err)
	}
	m.Texts = map[string][]byte{}
	for _, f := range files {
		if f.IsDir() || !licenceFile.MatchString(f.Name()) || strings.HasSuffix(f.Name(), ".go") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(m.Dir, f.Name()))
		if err != nil {
			return fmt.Errorf("%s %s: %w", m.Path, m.Version, err)
		}
		m.Texts[f.Name()] = text
		if name := recognized(string(text)); name != "" && m.Licence == "" {
			m.Licence = name
		}
	}
	if m.Licence == "" {
		return fmt.Errorf("%s %s has no licence that is known here: read the files of %s, and see whether the program may hold it", m.Path, m.Version, m.Dir)
	}
	return nil
}

// terms are sentences of the licences under which a module may be built in, the more special ones first.
var terms = []struct{ name, sentence string }{
	{"Apache-2.0", "Apache License Version 2.0, January 2004"},
	{"MPL-2.0", "Mozilla Public License Version 2.0"},
	{"BSD-3-Clause", "may be used to endorse or promote products derived from this software"},
	{"BSD-2-Clause", "Redistributions in binary form must reproduce the above copyright notice"},
	{"MIT", "Permission is hereby granted, free of charge, to any person obtaining a copy"},
	{"ISC", "Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted"},
	{"Unlicense", "This is free and unencumbered software released into the public domain"},
}

func recognized(text string) string {
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	for _, t := range terms {
		if strings.Contains(text, strings.ToLower(t.sentence)) {
			return t.name
		}
	}
	return ""
}

// licences is the file that a release ships: every module with its version, its licence, and the licence's text.
func licences(ctx context.Context) ([]byte, error) {
	list, err := builtIn(ctx)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString("fisbridge holds these modules of others, each under its own licence.\n\n")
	for _, m := range list {
		fmt.Fprintf(&b, "%-14s %s %s\n", m.Licence, m.Path, m.Version)
	}
	for _, m := range list {
		names := make([]string, 0, len(m.Texts))
		for name := range m.Texts {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			fmt.Fprintf(&b, "\n%s\n%s %s: %s\n\n%s\n", strings.Repeat("-", 79), m.Path, m.Version, name, bytes.TrimSpace(m.Texts[name]))
		}
	}
	return b.Bytes(), nil
}
