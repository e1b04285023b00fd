package posting

import "github.com/fisbridge/fisbridge/internal/fis"

// Owed is what a document leaves to be paid, by party (EMPL, a card code, the vendor of an invoice), in the posting
// currency: the credits of the party's lines less its debits. Who is owed nothing, or owes something himself, is left
// out. It is never nil.
func (r *Result) Owed() map[string]fis.Amount {
	out := map[string]fis.Amount{}
	for i := range r.Lines {
		if l := &r.Lines[i]; l.Role.IsParty() {
			out[l.Party] = out[l.Party].Sub(l.Amount())
		}
	}
	for party, a := range out {
		if !a.IsPositive() {
			delete(out, party)
		}
	}
	return out
}
