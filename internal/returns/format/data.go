package format

import (
	"regexp"
	"slices"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/say"
)

// dataRecord checks that a data record holds all that its rows need: a way to the document, an outcome, the facts of a
// payment.
func (c *checker) dataRecord(r *layout.Record) {
	roles := map[Role]int{}
	for _, col := range c.f.ColumnsOf(r) {
		roles[col.Role]++
	}
	place := ".records." + r.Name
	for _, role := range Roles() {
		if facts, _ := role.Facts(); roles[role] > 1 && !facts.repeats {
			c.add(place, string(role), say.F("%d columns have the role %s", roles[role], role), "")
		}
	}
	c.references(place, roles)
	f := c.f
	if f.Kind == Mixed && roles[RoleKind] == 0 {
		c.add(place, "", "a mixed format needs a column with the role kind", "")
	}
	if f.Kind != Mixed && roles[RoleKind] > 0 {
		c.add(place, "", "only a mixed format has a column with the role kind", "")
	}
	if f.Kind != Payment {
		c.outcome(place, roles)
	}
	if f.Kind != Posting {
		c.ways(roles)
		c.payment(place, roles)
	}
}

// carried are the roles that rows get from header records and from the file name.
func (c *checker) carried() map[Role]bool {
	out := map[Role]bool{}
	for i := range c.f.Records {
		r := &c.f.Records[i]
		if c.f.UseOf(r.Name) != UseHeader {
			continue
		}
		for _, col := range c.f.ColumnsOf(r) {
			out[col.Role] = true
		}
	}
	if re, err := regexp.Compile(c.f.NamePattern); err == nil && c.f.NamePattern != "" {
		for _, group := range re.SubexpNames()[1:] {
			out[Role(group)] = true
		}
	}
	return out
}

func (c *checker) references(place string, roles map[Role]int) {
	carried := c.carried()
	has := func(any ...Role) bool {
		for _, role := range any {
			if roles[role] > 0 || carried[role] {
				return true
			}
		}
		return false
	}
	file := has(RoleSequence, RoleBatchID, RoleFileName)
	document := has(RoleDocID, RoleReportID, RoleReportKey, RoleReference)
	switch {
	case c.f.Level == LevelFile:
		if !file {
			c.add(place, "", "rows about whole files need file_sequence, batch_id or file_name", "")
		}
	case !document && !(file && has(RoleFileLine)) && !(c.f.Kind == Payment && c.f.findsElse()):
		c.add(place, "", "rows need doc_id, report_id, report_key or reference, or file_line together with file_sequence, batch_id or file_name", "")
	}
	if c.f.Rest != "" && !file {
		c.add(place, "", "rest needs to know the import file: file_sequence, batch_id or file_name", "")
	}
}

// findsElse reports whether the document of a payment is looked for by more than references.
func (f *Format) findsElse() bool {
	return slices.ContainsFunc(f.Match, func(w Way) bool { return w != ByReference })
}

// ways checks that the row holds what its document is looked for by.
func (c *checker) ways(roles map[Role]int) {
	for _, way := range c.f.Match {
		needs := map[Way]Role{ByText: RoleText, ByRun: RoleRun, ByAmount: RoleParty}[way]
		if needs != "" && roles[needs] == 0 {
			c.add(".columns.match", string(way), say.F("to look by %s, a column needs the role %s", way, needs), "")
		}
	}
}

func (c *checker) outcome(place string, roles map[Role]int) {
	counts := c.f.Level == LevelFile && roles[RoleAcceptedCount] > 0 && roles[RoleRejectedCount] > 0
	if roles[RoleOutcome] == 0 && c.f.DefaultOutcome == "" && !counts {
		c.add(place, "", "no column has the role outcome, and there is no default_outcome", "")
	}
}

func (c *checker) payment(place string, roles map[Role]int) {
	carried := c.carried()
	for _, role := range []Role{RolePaymentRef, RoleAmount, RoleCurrency, RolePaymentDate, RoleMethod} {
		if roles[role] == 0 && !carried[role] {
			c.add(place, "", say.F("payments need a column with the role %s", role), "")
		}
	}
	if roles[RoleStatus] == 0 && c.f.DefaultStatus == "" {
		c.add(place, "", "no column has the role status, and there is no default_status", "")
	}
	if c.f.Kind == Payment && c.f.Level != LevelDocument {
		c.add(".level", string(c.f.Level), "payments speak for documents", "")
	}
}

// rest checks that a file which is cut short can't be taken for one without rejects.
func (c *checker) rest() {
	f := c.f
	if f.Rest == "" {
		return
	}
	checkOneOf(c, ".rest", f.Rest, WordPosted, WordAcknowledged)
	if f.Kind != Posting || f.Level == LevelFile {
		c.add(".rest", string(f.Rest), "only posting results of documents or lines leave a rest", "")
	}
	if f.Rest == WordPosted && !c.counted() {
		c.add(".rest", string(f.Rest), "a file that is cut short would look like one without rejects: it needs a record used as trailer, "+
			"a header with row_count, or `rest: acknowledged` (another file counts the rejects)", "")
	}
}

// counted tells whether the file itself says where it ends.
func (c *checker) counted() bool {
	for i := range c.f.Records {
		r := &c.f.Records[i]
		switch c.f.UseOf(r.Name) {
		case UseTrailer:
			return true
		case UseHeader:
			for _, col := range c.f.ColumnsOf(r) {
				if col.Role == RoleRowCount || col.Role == RoleRecordCount {
					return true
				}
			}
		}
	}
	return false
}
