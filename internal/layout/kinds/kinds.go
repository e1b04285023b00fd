// Package kinds is the list of the kinds of files there are. Whoever needs a plan compiles it here; nothing else knows
// the folders of the kinds. A new kind is a new folder beside this one and a line in All.
package kinds

import (
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/delimited"
	"github.com/fisbridge/fisbridge/internal/layout/fill"
	"github.com/fisbridge/fisbridge/internal/layout/fixed"
	"github.com/fisbridge/fisbridge/internal/layout/json"
	"github.com/fisbridge/fisbridge/internal/layout/pack"
	"github.com/fisbridge/fisbridge/internal/layout/pattern"
	"github.com/fisbridge/fisbridge/internal/layout/sheet"
	"github.com/fisbridge/fisbridge/internal/layout/xml"
)

// All are the kinds, in the order in which messages name them.
func All() []layout.Kind {
	return []layout.Kind{
		delimited.Kind{},
		fixed.Kind{},
		pattern.Kind{},
		sheet.Kind{},
		xml.Kind{},
		json.Kind{},
		pack.Kind{},
		fill.Kind{},
	}
}

// Compile checks a layout and makes a plan of it, by which files are written too; see layout.Compile.
func Compile(spec layout.Spec, records []layout.Record) (*layout.Plan, []layout.Problem) {
	plan, problems := layout.Compile(All(), spec, records)
	if plan != nil && plan.Charset().UTF16 != "" {
		return nil, []layout.Problem{{Place: "file.encoding", Value: spec.Encoding, Reason: "is read in result files, and not written"}}
	}
	if plan != nil && !plan.Writes() {
		return nil, []layout.Problem{{Place: "file.kind", Value: string(spec.Kind), Reason: "a file by this layout is read in result files, and not written"}}
	}
	return plan, problems
}
