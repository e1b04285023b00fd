package explaining

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/bundle"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/say"
)

// members are the files of a package that hold records, in the import file of a name; none where it is one file.
func members(plan *mapping.Plan, file string) (made []string) {
	names := plan.Layout().Members(file)
	for record := range plan.Layout().Records() {
		if at, part, _ := plan.Layout().Member(record); part != nil && len(names) > at && !slices.Contains(made, names[at]) {
			made = append(made, names[at])
		}
	}
	return made
}

// memberOf is the member of an import file that a word means.
func memberOf(plan *mapping.Plan, file, word string) (string, error) {
	made, all := members(plan, file), plan.Layout().Members(file)
	if len(all) == 0 {
		return "", &desk.Error{Code: desk.ExitUsage, Err: say.Errorf("%s is one file and has no members", file), Hint: "leave --member out"}
	}
	same := func(name string) bool { return strings.EqualFold(name, word) }
	if i := slices.IndexFunc(made, same); i >= 0 {
		return made[i], nil
	}
	if i := slices.IndexFunc(all, same); i >= 0 {
		return "", &desk.Error{Code: desk.ExitUsage, Err: say.Errorf("%s of %s is a file of the template, as it is: no document made it", all[i], file),
			Hint: say.F("members made from documents are %s", strings.Join(made, ", "))}
	}
	return "", &desk.Error{Code: desk.ExitUsage, Err: say.Errorf("%s has no member %q", file, word), Hint: say.F("its members are %s", strings.Join(made, ", "))}
}

// theMember is the member of an import file whose lines are asked for where none was named: the only one that is made
// from documents, empty where it is one file.
func theMember(plan *mapping.Plan, file string) (string, error) {
	switch made := members(plan, file); len(made) {
	case 0:
		return "", nil
	case 1:
		return made[0], nil
	default:
		return "", &desk.Error{Code: desk.ExitUsage, Err: say.Errorf("%s is a package, and each of its files has lines of its own", file),
			Hint: say.F("name the file with --member: %s", strings.Join(made, ", "))}
	}
}

// memberBytes are a member of an import file as it was stored.
func memberBytes(stored []byte, member string) ([]byte, error) {
	all, err := bundle.Open(bytes.NewReader(stored), int64(len(stored)), int64(len(stored))*1100)
	if err != nil {
		return nil, fmt.Errorf("the stored package: %w", err)
	}
	for _, m := range all {
		if m.Name == member {
			in, err := m.Open()
			if err != nil {
				return nil, err
			}
			defer in.Close()
			return io.ReadAll(in)
		}
	}
	return nil, nil
}

// asked is the file or member that was asked about.
func (x *Explanation) asked() string {
	if x.Member != "" && !x.alone {
		return x.Member + " of " + x.File
	}
	return x.File
}
