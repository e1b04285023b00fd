// Package readers is the list of the kinds of files that a result file may be: those that import files are of, and
// those that are only read (bank statements, status messages). A new kind of the second sort is a folder beside this
// one and a line in All. It is a layout.Kind whose format is no layout.Writer: it gives rows, and says which fields
// they have; what the rows mean is said by the columns of the result format, and what they mean together by package
// returns.
package readers

import (
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/kinds"
	"github.com/fisbridge/fisbridge/internal/returns/aleaud"
	"github.com/fisbridge/fisbridge/internal/returns/bai2"
	"github.com/fisbridge/fisbridge/internal/returns/concur600"
	"github.com/fisbridge/fisbridge/internal/returns/iso20022"
	"github.com/fisbridge/fisbridge/internal/returns/mt940"
	"github.com/fisbridge/fisbridge/internal/returns/nacha"
	"github.com/fisbridge/fisbridge/internal/returns/oracleess"
	"github.com/fisbridge/fisbridge/internal/returns/records"
)

// All are the kinds, in the order in which messages name them.
func All() []layout.Kind {
	return append(kinds.All(),
		iso20022.Kind(),
		mt940.Kind(),
		bai2.Kind(),
		nacha.Kind(),
		aleaud.Kind(),
		concur600.Kind(),
		oracleess.Kind(),
		records.Kind{},
	)
}

// Compile checks the layout of a result file and makes a plan of it; see layout.Compile.
func Compile(spec layout.Spec, records []layout.Record) (*layout.Plan, []layout.Problem) {
	return layout.Compile(All(), spec, records)
}

// Can is what files of a kind can hold; nothing, if nobody knows the kind.
func Can(name layout.KindName) layout.Can { return layout.CanOf(All(), name) }
