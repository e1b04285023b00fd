package flows_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/flows"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/templates"
)

// Two routes to one SAP, with the sender that a new mapping has: IDoc 1 of file 1 of each has the same DOCNUM, and the
// status that comes back of one would be taken for that of a document of the other. A person is warned before that.
func TestRoutesThatWriteTheSameNumbers(t *testing.T) {
	plan := func(template, setting, value string) *mapping.Plan {
		t.Helper()
		text, err := workbook.NewYAML(templates.FS(), template, nil)
		if err != nil {
			t.Fatal(err)
		}
		if setting != "" {
			at := regexp.MustCompile(`(?m)^  ` + setting + `: .*$`)
			if !at.Match(text) {
				t.Fatalf("%s has no setting %s", template, setting)
			}
			text = at.ReplaceAll(text, []byte("  "+setting+": "+value))
		}
		p, found := mapping.LoadBytes(templates.FS(), template+".yaml", text)
		if p == nil {
			t.Fatal(found)
		}
		return p
	}
	cfg := &config.Config{Targets: map[string]config.Target{"erp": {Kind: "folder", Path: t.TempDir()}}}
	for _, c := range []struct {
		name, a, b, setting, value, want string
	}{
		{"XML and flat, one sender", "sap-idoc-xml", "sap-idoc-flat", "", "", "DOCNUM of IDocs"},
		{"a sender of its own", "sap-idoc-xml", "sap-idoc-xml", "sender", "BRIDGE2", ""},
		{"another client of SAP", "sap-idoc-xml", "sap-idoc-xml", "client", `"200"`, ""},
		{"one journal batch", "business-central-journal", "business-central-package", "", "", `journal_batch "CONCUR"`},
		{"a batch of its own", "business-central-journal", "business-central-journal", "journal_batch", "CONCUR2", ""},
		{"journals and purchases", "business-central-journal", "business-central-purchase", "", "", ""},
		{"one journal source", "oracle-fbdi-gl", "oracle-fbdi-gl", "", "", "GROUP_ID of GL_INTERFACE"},
		{"other ERPs", "oracle-fbdi-gl", "gp-econnect", "", "", ""},
		{"numbers of the document", "generic-csv", "generic-csv", "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := flows.Check(cfg, []flows.Flow{
				{Route: config.Route{Name: "a", Drop: config.Drop{Target: "erp", Folder: "in-a"}}, Plan: plan(c.a, "", "")},
				{Route: config.Route{Name: "b", Drop: config.Drop{Target: "erp", Folder: "in-b"}}, Plan: plan(c.b, c.setting, c.value)},
			})
			switch {
			case c.want == "" && len(got) == 0:
			case c.want == "" || len(got) != 1:
				t.Errorf("%+v", got)
			case !got[0].Warning || got[0].Route != "b" || !strings.Contains(got[0].Text.String(), c.want):
				t.Errorf("%+v, want a warning of %s", got[0], c.want)
			}
		})
	}
}
