package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The MSI has the program and its folder in the path, takes any other version out, and is the same bytes when it is made of
// the same folder at another time; another program is another product.
func TestMSI(t *testing.T) {
	for _, name := range []string{"wixl", "msibuild", "msiextract"} {
		program(t, name)
	}
	info := program(t, "msiinfo")
	t.Chdir("../..")
	stage := t.TempDir()
	files := []string{"fisbridge.exe", "LICENSE", "THIRD_PARTY_LICENCES", "CHANGELOG.md", "README.md", "completions/fisbridge.ps1"}
	day := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(stage, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range files {
		write(name, name)
	}
	made := func() (string, []byte) {
		t.Helper()
		file := filepath.Join(t.TempDir(), "x.msi")
		if err := msi(t.Context(), stage, file, "1.2.3-rc1", day); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return file, text
	}
	file, first := made()
	time.Sleep(1100 * time.Millisecond)
	for _, name := range files { // their times are no part of it
		write(name, name)
	}
	if _, again := made(); !bytes.Equal(first, again) {
		t.Error("made again it is another file")
	}
	said := func(args ...string) string {
		t.Helper()
		out, err := exec.Command(args[0], args[1:]...).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", args, err, out)
		}
		return string(out)
	}
	list := said("msiextract", "-l", file)
	for _, name := range files {
		if !strings.Contains(list, "fisbridge/"+filepath.Base(name)) {
			t.Errorf("%s is not in it:\n%s", name, list)
		}
	}
	for table, want := range map[string]string{"Property": "ProductVersion\t1.2.3", "Environment": "=-*PATH\t[~];[INSTALLDIR]\tProgram", "Upgrade": "0.0.0\t255.255.65535", "InstallExecuteSequence": "RemoveExistingProducts\t\t1501"} {
		if got := said(info, "export", file, table); !strings.Contains(strings.ReplaceAll(got, "\r", ""), want) {
			t.Errorf("%s does not say %q:\n%s", table, want, got)
		}
	}
	t.Setenv("TZ", "UTC")
	if got := said(info, "suminfo", file); !strings.Contains(got, "Sun Mar  1 12:00:00 2026") {
		t.Errorf("the moments are not those of the commit:\n%s", got)
	}
	write("fisbridge.exe", "another program")
	other, _ := made()
	if code := func(f string) string { return said(info, "export", f, "Property") }; code(file) == code(other) {
		t.Error("another program is the same product")
	}
	if err := msi(t.Context(), stage, file, "development", day); err == nil || !strings.Contains(err.Error(), "three numbers") {
		t.Errorf("a version without numbers: %v", err)
	}
}
