package posting

import "github.com/fisbridge/fisbridge/internal/fis"

// Merge says which lines a target wants as one. The sums stay the same, the document stays balanced.
type Merge struct {
	// Parties makes one line of all lines of one party (same role, account and party) in the document.
	Parties bool
	// Costs makes one line of the lines of one cost (same role, account and tax) within one allocation. Cost lines of different allocations
	// belong to different cost objects and stay apart, clearing lines stay as they are.
	Costs bool
}

// mergeKey is what lines must have in common to become one. Lines of one allocation have it as their node.
type mergeKey struct {
	role           Role
	account, party string
	tax            TaxKey
	allocation     *fis.Node
}

// Apply merges the lines, each at the place of its first one. A reference or source that merged lines do not share is blank. Lines that add
// up to zero are left out.
func (m Merge) Apply(lines []Line) []Line {
	var out []Line
	at := map[mergeKey]int{}
	for _, l := range lines {
		key, mergeable := m.key(&l)
		if i, seen := at[key]; mergeable && seen {
			out[i].absorb(&l)
			continue
		}
		if mergeable {
			at[key] = len(out)
		}
		out = append(out, l)
	}
	kept := out[:0]
	for _, l := range out {
		if !l.Debit.IsZero() || !l.Credit.IsZero() {
			kept = append(kept, l)
		}
	}
	return kept
}

func (m Merge) key(l *Line) (mergeKey, bool) {
	switch {
	case l.Role.IsParty():
		return mergeKey{role: l.Role, account: l.AccountCode, party: l.Party}, m.Parties
	case l.Role == Expense, l.Role == Tax, l.Role == NonDeductibleTax:
		return mergeKey{l.Role, l.AccountCode, "", TaxKey{l.TaxAuthority, l.TaxCode, l.TaxReclaimCode}, l.Allocation}, m.Costs && l.Allocation != nil
	}
	return mergeKey{}, false
}

// absorb adds another line and forgets what the two do not share.
func (l *Line) absorb(o *Line) {
	l.set(l.Amount().Add(o.Amount()))
	for _, p := range []struct {
		mine *string
		his  string
	}{
		{&l.EntryID, o.EntryID}, {&l.AllocationID, o.AllocationID}, {&l.LineItem, o.LineItem}, {&l.TaxAuthority, o.TaxAuthority},
		{&l.TaxCode, o.TaxCode}, {&l.TaxReclaimCode, o.TaxReclaimCode}, {&l.CashAdvanceID, o.CashAdvanceID},
	} {
		if *p.mine != p.his {
			*p.mine = ""
		}
	}
	for _, p := range []struct {
		mine **fis.Node
		his  *fis.Node
	}{
		{&l.Entry, o.Entry}, {&l.Allocation, o.Allocation}, {&l.Journal, o.Journal}, {&l.Tax, o.Tax}, {&l.Application, o.Application},
	} {
		if *p.mine != p.his {
			*p.mine = nil
		}
	}
}
