package fis

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestFieldsAreWellFormed(t *testing.T) {
	for _, docType := range DocTypes() {
		seen := map[string]bool{}
		fields := Fields(docType)
		if len(fields) < 80 {
			t.Errorf("%s: only %d fields", docType, len(fields))
		}
		for _, f := range fields {
			if seen[f.Path] {
				t.Errorf("%s: %s comes twice", docType, f.Path)
			}
			seen[f.Path] = true
			if f.Group == "" && !f.IsPart() || len(f.Meaning) < 3 {
				t.Errorf("%s: %+v", docType, f)
			}
			switch f.Type {
			case FieldText, FieldCode, FieldPart, FieldParts:
			case FieldFlag, FieldBool:
				if f.Sample != "Y" && f.Sample != "N" {
					t.Errorf("%s: %s is a flag with the sample %q", docType, f.Name, f.Sample)
				}
			case FieldDate:
				if _, err := ParseDate(f.Sample); err != nil {
					t.Errorf("%s: %s: %v", docType, f.Name, err)
				}
			case FieldAmount, FieldNumber, FieldInteger:
				if _, err := ParseAmount(f.Sample); err != nil && f.Sample != "" {
					t.Errorf("%s: %s: %v", docType, f.Name, err)
				}
			default:
				t.Errorf("%s: %s has the type %q", docType, f.Name, f.Type)
			}
		}
	}
	if Fields("other") != nil {
		t.Error("fields of an unknown type")
	}
}

func TestFindField(t *testing.T) {
	for name, want := range map[string]string{
		"entryCustom40Value":     "entryCustom40Value",
		"allocationCustomCode20": "allocationCustom20Code",
		"employeeOrgUnit4code":   "employeeOrgUnit4Code",
		"amountNetofReclaim":     "amountNetOfReclaim",
		" reportid ":             "reportId",
	} {
		if f, ok := findField(name, Expense); !ok || f.Name != want {
			t.Errorf("%s: %q %t", name, f.Name, ok)
		}
	}
	if f, ok := findField("entryCustom41Value", Expense); ok {
		t.Errorf("found %s", f.Name)
	}
	if _, ok := findField("vendorCode", Expense); ok {
		t.Error("an expense has no vendorCode")
	}
	if f, ok := findField("vendorCode"); !ok || f.Group != "vendor" {
		t.Error("an invoice has one")
	}
}

// The catalogue has every field of the vendor's reference, where that is at hand.
func TestFieldsCoverTheReference(t *testing.T) {
	raw, err := os.ReadFile("../../../shared/fis/fields.tsv")
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	has := map[DocType]map[string]FieldInfo{}
	for _, docType := range DocTypes() {
		has[docType] = map[string]FieldInfo{}
		for _, f := range Fields(docType) {
			has[docType][f.Path] = f
		}
	}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")[1:]
	if len(lines) < 900 {
		t.Fatalf("only %d rows", len(lines))
	}
	for _, line := range lines {
		cells := strings.Split(line, "\t")
		for _, path := range numbered(cells[1]) {
			f, ok := has[DocType(cells[0])][path]
			if !ok { // a list of values is written with and without brackets
				f, ok = has[DocType(cells[0])][path+"[]"]
			}
			if !ok {
				t.Errorf("%s: %s is not in the catalogue", cells[0], path)
			}
			if bound := longest(cells[3]); ok && bound > 0 && f.Max > 0 && f.Max < bound {
				t.Errorf("%s: %s may have %d characters, not %d", cells[0], path, bound, f.Max)
			}
		}
	}
}

// numbered writes name{1-3} as name1, name2, name3.
func numbered(path string) []string {
	before, rest, ok := strings.Cut(path, "{1-")
	if !ok {
		return []string{path}
	}
	most, after, _ := strings.Cut(rest, "}")
	n, _ := strconv.Atoi(most)
	var out []string
	for i := 1; i <= n; i++ {
		out = append(out, before+strconv.Itoa(i)+after)
	}
	return out
}

// longest is the length that a format states, 0 when it states none.
func longest(format string) int {
	_, rest, ok := strings.Cut(format, "max ")
	if !ok {
		return 0
	}
	n, _ := strconv.Atoi(strings.TrimRight(rest, " ,"))
	return n
}

// The catalogue has every field of the vendor's samples and of the columns of its extracts, and our own samples have no
// field that documents of their type have not.
func TestFieldsCoverTheVendors(t *testing.T) {
	shared, _ := filepath.Glob("../../samples/documents/*.json")
	own, _ := filepath.Glob("../../samples/*/documents/*.json")
	if len(shared) < 50 || len(own) < 6 {
		t.Fatalf("%d and %d samples: the test looks in the wrong place", len(shared), len(own))
	}
	for _, path := range slices.Concat(vendorFiles(t), shared, own) {
		eachDocument(t, path, func(env Envelope) {
			groups := map[string]bool{}
			for _, f := range Fields(env.DocType) {
				groups[f.Group+"."+f.Name] = true
			}
			// All names, also those of nulls.
			missing := namesOf(plainWithNulls(t, env.Document), "", func(group, name string) bool { return groups[group+"."+name] })
			if len(missing) > 0 {
				t.Errorf("%s: not in the catalogue: %v", env.Place, missing)
			}
		})
	}
	tables, _ := filepath.Glob("../../../shared/formats/concur-*-columns.tsv")
	for _, path := range tables {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
		column := -1
		for i, title := range strings.Split(lines[0], "\t") {
			if title == "fis_field" {
				column = i
			}
		}
		for _, line := range lines[1:] {
			for _, name := range strings.Fields(strings.Split(line+strings.Repeat("\t", column), "\t")[column]) {
				if _, ok := findField(name); !ok {
					t.Errorf("%s: %s is not in the catalogue", filepath.Base(path), name)
				}
			}
		}
	}
}

func plainWithNulls(t *testing.T, text []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// namesOf lists the scalar fields that are not known in the part of the document they are in.
func namesOf(v any, group string, known func(group, name string) bool) (missing []string) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			missing = append(missing, namesOf(item, group, known)...)
		}
	case map[string]any:
		for name, item := range v {
			if holdsObjects(name, item) {
				missing = append(missing, namesOf(item, name, known)...)
			} else if !known(group, name) {
				missing = append(missing, group+"."+name)
			}
		}
	}
	return missing
}

// holdsObjects tells parts of a document from fields; parts may be empty or null.
func holdsObjects(name string, v any) bool {
	switch v := v.(type) {
	case map[string]any:
		return true
	case []any:
		if len(v) > 0 {
			_, ok := v[0].(map[string]any)
			return ok
		}
	}
	return strings.Contains(" tax journal allocation cashAdvanceApplication receiptNumbers ", " "+name+" ")
}

// findField looks a field up by its name in the catalogues of the types (all types when none is given). Spellings of
// the vendor's own extract tables are understood: case does not count, and allocationCustomCode3 is
// allocationCustom3Code. The first type that has it wins.
func findField(name string, types ...DocType) (FieldInfo, bool) {
	if len(types) == 0 {
		types = DocTypes()
	}
	fold := foldName(name)
	var loose *FieldInfo
	for _, t := range types {
		for _, f := range Fields(t) {
			if f.Name == name {
				return f, true
			}
			if loose == nil && foldName(f.Name) == fold {
				loose = &f
			}
		}
	}
	if loose == nil {
		return FieldInfo{}, false
	}
	return *loose, true
}

// foldName brings a field name to the form in which spellings are compared: small letters, and the number of a custom
// field before Code or Value.
func foldName(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	word := strings.TrimRight(name, "0123456789")
	number := name[len(word):]
	for _, end := range []string{"code", "value"} {
		if prefix, ok := strings.CutSuffix(word, end); ok && number != "" {
			return prefix + number + end
		}
	}
	return name
}
