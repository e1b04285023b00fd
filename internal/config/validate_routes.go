package config

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/wording"
)

func (v *validation) routes() {
	if len(v.Routes) == 0 {
		v.add("routes", "", "is missing", "describe at least one flow of documents")
	}
	seen := map[string]bool{}
	for i, r := range v.Routes {
		field := fmt.Sprintf("routes[%d]", i)
		v.routeName(field, r.Name, seen)
		v.docTypes(field, r)
		v.required(field+".mapping", r.Mapping, "the workbook of this route, such as mappings/acme.xlsx")
		v.between(field+".max_documents", r.MaxDocuments, 0, 1_000_000)
		v.oneOf(field+".revisions", r.Revisions, RevisionsHold, RevisionsReplace, RevisionsAdd)
		v.drop(field+".drop", r.Drop)
		v.returns(field+".returns", r)
		v.payments(field, r)
		v.instructions(field, r)
		v.extractList(field+".extract_list", r)
		v.unreachable(field, i)
	}
}

func (v *validation) routeName(field, name string, seen map[string]bool) {
	if !v.required(field+".name", name, nameHint) {
		return
	}
	switch {
	case !namePattern.MatchString(name):
		v.add(field+".name", name, "is not a name", nameHint)
	case seen[name]:
		v.add(field+".name", name, "is the name of another route", "")
	}
	seen[name] = true
}

func (v *validation) docTypes(field string, r Route) {
	if len(r.DocTypes) == 0 {
		v.add(field+".doc_types", "", "is missing", "one or more of "+docTypeNames())
	}
	for i, t := range r.DocTypes {
		if !t.Valid() {
			v.oneOf(fmt.Sprintf("%s.doc_types[%d]", field, i), string(t), strings.Split(docTypeNames(), ", ")...)
		}
	}
}

func docTypeNames() string {
	var names []string
	for _, t := range fis.DocTypes() {
		names = append(names, string(t))
	}
	return strings.Join(names, ", ")
}

// instructions checks what is done with obligations by what they ask.
func (v *validation) instructions(field string, r Route) {
	if len(r.Instructions) > 0 && !r.Commits() {
		v.add(field+".instructions", "", "goes with obligations, and the route takes none", "take it out, or add requestobligation or reportobligation to doc_types")
	}
	for asks, i := range r.Instructions {
		at := field + ".instructions." + asks
		if !slices.Contains(fis.Instructions(), asks) {
			v.add(at, "", "is no instruction of obligations", "the instructions are "+strings.Join(fis.Instructions(), ", "))
		}
		v.oneOf(at+".do", i.Do, InstructionFile, InstructionAnswer, InstructionLeave)
		if i.Do != InstructionAnswer && (i.SuccessWhen != "" || i.Message != "" || i.Number != "") {
			v.add(at+".do", i.Do, "has a rule for an answer, but gives none", "write do: answer, or take success_when, message and number out")
		}
		if i.Do == InstructionAnswer && i.SuccessWhen != "" {
			v.required(at+".message", i.Message, "what the traveller reads when the answer is no")
		}
	}
}

// extractList goes with what the expense extract has.
func (v *validation) extractList(field string, r Route) {
	if r.ExtractList != "" && !r.Takes(fis.Expense) {
		v.add(field, r.ExtractList, "is about expense reports, and the route takes none", "take it out")
	}
}

// payments refuses to tell of payments where Concur takes none (FIS for types beside expense: "in a future release").
// Of a route with several types it tells what it can, and check says which stay in the journal.
func (v *validation) payments(field string, r Route) {
	if r.Payments == nil || !*r.Payments {
		return
	}
	var none []string
	for _, t := range r.DocTypes {
		if !t.Valid() {
			continue
		}
		if r.PaysFor(t) {
			return
		}
		none = append(none, string(t))
	}
	if len(none) > 0 {
		v.add(field+".payments", "", "is on, but Concur takes payments of expense and invoice only, not of "+strings.Join(none, ", "),
			"remove the key: payments of other types are kept in the journal and not sent")
	}
}

// unreachable finds a route whose documents are all taken by an earlier one.
func (v *validation) unreachable(field string, at int) {
	r := v.Routes[at]
	for _, t := range r.DocTypes {
		for _, earlier := range v.Routes[:at] {
			if earlier.Takes(t) && earlier.When == "" && (earlier.IncludeTest || !r.IncludeTest) {
				v.add(field+".doc_types", string(t), "never arrives here: route "+earlier.Name+" takes every document of the type", "give the earlier route a condition (when), or put this one first")
				break
			}
		}
	}
}

func (v *validation) drop(field string, d Drop) {
	v.filePlace(field+".target", d.Target)
	v.folder(field+".folder", d.Folder)
	v.pattern(field+".done_marker", d.DoneMarker)
	if v.required(field+".temp_name", d.TempName, "a pattern such as .{name}.part") {
		v.pattern(field+".temp_name", d.TempName)
	}
	v.oneOf(field+".verify", d.Verify, VerifySize, VerifyHash, VerifyNone)
}

func (v *validation) returns(field string, r Route) {
	back := r.Returns
	if !back.Given() {
		return
	}
	v.filePlace(field+".target", back.Target)
	v.folder(field+".folder", back.Folder)
	v.subfolder(field+".archive", back.Archive)
	v.subfolder(field+".failed", back.Failed)
	v.pattern(field+".marker", back.Marker)
	v.globs(field+".match", back.Match)
	v.globs(field+".ignore", back.Ignore)
	if back.Target == r.Drop.Target && path.Clean(back.Folder) == path.Clean(r.Drop.Folder) && len(back.Match) == 0 {
		v.add(field+".folder", back.Folder, "is also the drop folder", "our own import files would be read as results: name another folder, or the names of result files in match")
	}
	if back.Scan <= 0 {
		v.add(field+".scan", back.Scan.String(), "must be longer than nothing", "")
	}
}

// subfolder keeps finished files out of the folder that is read.
func (v *validation) subfolder(field, name string) {
	if !insideTarget(name) || path.Clean(name) == "." {
		v.add(field, name, "is not a sub-folder of the return folder", "write a name such as archive")
	}
}

func (v *validation) globs(field string, patterns []string) {
	for i, p := range patterns {
		if _, err := path.Match(p, "x"); err != nil || p == "" || strings.Contains(p, "/") {
			v.add(fmt.Sprintf("%s[%d]", field, i), p, "is not a pattern of file names", "write one such as *.csv")
		}
	}
}

// filePlace is a target into which files go or out of which they come.
func (v *validation) filePlace(field, name string) {
	if v.Targets[name].Kind == KindJump {
		v.add(field, name, "is a jump host and no place for files", "name the target that is reached through it")
	}
	v.target(field, name)
}

func (v *validation) target(field, name string) {
	if !v.required(field, name, "the name of a target: "+strings.Join(sortedKeys(v.Targets), ", ")) {
		return
	}
	if _, ok := v.Targets[name]; !ok {
		hint := "targets: " + strings.Join(sortedKeys(v.Targets), ", ")
		if near := wording.Nearest(name, sortedKeys(v.Targets)); near != "" {
			hint = "did you mean " + near + "?"
		}
		v.add(field, name, "is not a target", hint)
	}
}

func (v *validation) folder(field, folder string) {
	if folder != "" && !insideTarget(folder) {
		v.add(field, folder, "is not inside the target", "folders are relative to the target's path")
	}
}

// pattern makes a name beside a file's own, which it must differ from.
func (v *validation) pattern(field, pattern string) {
	if pattern == "" {
		return
	}
	stemOnly := !strings.Contains(pattern, "{name}") && !strings.Contains(pattern, "{stem}")
	if strings.ContainsAny(pattern, `/\`) || pattern == "{name}" || stemOnly && !strings.HasPrefix(pattern, ".") {
		v.add(field, pattern, "is not a pattern of a file name", "write one such as {name}.done or {stem}.ok")
	}
}
