package config

import (
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
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
		v.drop(field+".drop", r.Drop)
		v.returns(field+".returns", r)
		v.payments(field, r)
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

// payments refuses payment confirmations where FIS has none (the vendor's reference: "in a future release").
func (v *validation) payments(field string, r Route) {
	if r.Payments == nil || !*r.Payments {
		return
	}
	for _, t := range r.DocTypes {
		if t.Valid() && !t.HasPaymentConfirmation() {
			v.add(field+".payments", "", "is on, but FIS takes payment confirmations for expense only, not for "+string(t), paymentHint(t))
		}
	}
}

func paymentHint(t fis.DocType) string {
	hint := "remove the key: payments of other types are kept in the journal and not sent"
	if t == fis.Invoice {
		hint += "; invoice payments have a Concur API of their own, which is not part of FIS"
	}
	return hint
}

// unreachable finds a route whose documents are all taken by an earlier one.
func (v *validation) unreachable(field string, at int) {
	r := v.Routes[at]
	for _, t := range r.DocTypes {
		for _, earlier := range v.Routes[:at] {
			if earlier.Takes(t) && earlier.When == "" && (earlier.IncludeTest || !r.IncludeTest) {
				v.add(field+".doc_types", string(t), "never arrives here: route "+earlier.Name+" takes every document of the type", "give the earlier route a condition (when), or put this one first")
			}
		}
	}
}

func (v *validation) drop(field string, d Drop) {
	v.target(field+".target", d.Target)
	v.folder(field+".folder", d.Folder)
	v.folder(field+".temp_folder", d.TempFolder)
	v.suffix(field+".done_marker", d.DoneMarker)
	v.oneOf(field+".verify", d.Verify, VerifySize, VerifyContent)
}

func (v *validation) returns(field string, r Route) {
	if !r.Returns.Given() {
		return
	}
	v.target(field+".target", r.Returns.Target)
	v.folder(field+".folder", r.Returns.Folder)
	v.folder(field+".archive", r.Returns.Archive)
	v.folder(field+".failed", r.Returns.Failed)
	v.suffix(field+".marker", r.Returns.Marker)
	for _, key := range []string{"archive", "failed"} {
		other := r.Returns.Archive
		if key == "failed" {
			other = r.Returns.Failed
		}
		if other == r.Returns.Folder {
			v.add(field+"."+key, other, "is the return folder itself", "files would be collected again and again: name another folder")
		}
	}
	if r.Returns.Target == r.Drop.Target && r.Returns.Folder == r.Drop.Folder {
		v.add(field+".folder", r.Returns.Folder, "is also the drop folder", "our own import files would be read as results: name another folder")
	}
	if r.Returns.Scan <= 0 {
		v.add(field+".scan", r.Returns.Scan.String(), "must be longer than nothing", "")
	}
}

func (v *validation) target(field, name string) {
	if !v.required(field, name, "the name of a target: "+strings.Join(sortedKeys(v.Targets), ", ")) {
		return
	}
	if _, ok := v.Targets[name]; !ok {
		hint := "targets: " + strings.Join(sortedKeys(v.Targets), ", ")
		if near := Nearest(name, sortedKeys(v.Targets)); near != "" {
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

func (v *validation) suffix(field, suffix string) {
	if strings.ContainsAny(suffix, `/\`) || suffix != "" && !strings.HasPrefix(suffix, ".") {
		v.add(field, suffix, "is not a suffix", "write one such as .done")
	}
}
