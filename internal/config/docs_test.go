package config

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// docs/configuration.md names every key, and no other.
func TestEveryKeyIsDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]bool{}
	collectKeys(reflect.TypeOf(Config{}), keys)
	named := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| (`[^|]*) \\|").FindAllStringSubmatch(string(text), -1) {
		for _, code := range regexp.MustCompile("`([a-z_.]+)`").FindAllStringSubmatch(row[1], -1) {
			for _, key := range strings.Split(code[1], ".") {
				named[key] = true
				if !keys[key] {
					t.Errorf("configuration.md tells of %s, which is no key", key)
				}
			}
		}
	}
	for key := range keys {
		if !named[key] && !strings.Contains(string(text), "## "+key) && !strings.Contains(string(text), ", "+key+"\n") {
			t.Errorf("configuration.md does not tell of %s", key)
		}
	}
}

func collectKeys(t reflect.Type, into map[string]bool) {
	switch t.Kind() {
	case reflect.Map, reflect.Slice, reflect.Pointer:
		collectKeys(t.Elem(), into)
	case reflect.Struct:
		for i := range t.NumField() {
			if key := t.Field(i).Tag.Get("yaml"); key != "" {
				into[key] = true
				collectKeys(t.Field(i).Type, into)
			}
		}
	}
}
