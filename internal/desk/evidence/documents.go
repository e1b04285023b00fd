package evidence

import (
	"context"
	"io"
	"slices"
	"strconv"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/narrate"
	"github.com/fisbridge/fisbridge/internal/desk/reading"
	"github.com/fisbridge/fisbridge/internal/desk/today"
	"github.com/fisbridge/fisbridge/internal/fis"
)

// atOnce is how many documents are read at once.
const atOnce = 500

// each calls do with every document of the pack, the latest received first.
func (m *maker) each(ctx context.Context, do func(desk.ListedDoc) error) error {
	for _, id := range m.o.Documents {
		d, err := m.w.Journal.ListedDocument(ctx, id)
		if err != nil {
			return err
		}
		m.m.Equation.Take(d.State, d.Currency, d.Amount)
		if err := do(d); err != nil {
			return err
		}
	}
	if len(m.o.Documents) > 0 {
		return nil
	}
	f := desk.Filter{Since: m.o.Since, Until: m.o.Until, Route: m.o.Route, Limit: atOnce, Enough: 1}
	for {
		p, err := m.w.ListDocuments(ctx, f)
		if err != nil {
			return err
		}
		for _, d := range p.Rows {
			if err := do(d); err != nil {
				return err
			}
		}
		if len(p.Rows) < atOnce {
			return nil
		}
		last := p.Rows[len(p.Rows)-1]
		f.After = &reading.Key{At: last.Received, ID: last.ID}
	}
}

// documents writes the list of documents, their posting lines, what Concur was told, and their payloads.
func (m *maker) documents(ctx context.Context) error {
	var list []desk.ListedDoc
	heads := []string{"doc_id", "report_id", "report_number", "report_key", "revision", "type", "route", "received_at", "state", "state_since", "term", "currency", "amount", "erp_number", "import_files", "payload_sha256", "payload"}
	if !m.o.IDsOnly {
		heads = append(heads, "employee_id", "title", "name", "reason")
	}
	_, err := m.file(documentsName, func(out io.Writer) error {
		t, err := newTable(out, heads...)
		if err != nil {
			return err
		}
		err = m.each(ctx, func(d desk.ListedDoc) error {
			list = append(list, d)
			m.docs[d.ID] = true
			cells, err := m.document(ctx, d)
			if err != nil {
				return err
			}
			return t.row(cells...)
		})
		if err != nil {
			return err
		}
		return t.end()
	})
	if err != nil {
		return err
	}
	m.m.Documents = len(list)
	if err := m.postings(ctx, list); err != nil {
		return err
	}
	if err := m.told(ctx, list); err != nil {
		return err
	}
	return m.payloads(ctx, list)
}

// document are the cells of a document; it notes the files and results that it is in.
func (m *maker) document(ctx context.Context, d desk.ListedDoc) ([]string, error) {
	parts, err := m.w.Journal.PartsOf(ctx, d.ID)
	if err != nil {
		return nil, err
	}
	in := ""
	for _, p := range parts {
		f, ok := m.files[p.FileID]
		if !ok {
			if f, err = m.w.Journal.File(ctx, p.FileID); err != nil {
				return nil, err
			}
			m.files[f.ID] = f
		}
		if in != "" {
			in += " "
		}
		in += desk.FileLabel(f)
	}
	said, err := m.w.Journal.SaidAbout(ctx, d.ID)
	if err != nil {
		return nil, err
	}
	for _, s := range said {
		m.results[s.ResultID] = true
	}
	_, kept, err := m.w.Journal.PayloadSize(ctx, d.ID)
	if err != nil {
		return nil, err
	}
	payload := ""
	if kept && !m.o.IDsOnly {
		payload = payloadName(d.ID)
	}
	cells := []string{d.ID, d.ReportID, d.ReportNumber, d.ReportKey, strconv.Itoa(d.Revision), string(d.DocType), d.Route, stamp(d.Received), string(d.State), stamp(d.Since), today.TermOf(d.State), d.Currency, fis.Text(d.Amount, d.Currency), d.Number, in, d.PayloadSHA256, payload}
	face := reading.Face{}
	if !m.o.IDsOnly {
		faces, err := reading.Faces(ctx, m.w, []string{d.ID})
		if err != nil {
			return nil, err
		}
		face = faces[d.ID]
		cells = append(cells, d.EmployeeID, face.Title, face.Name, d.Reason)
	}
	m.shown.document(d, face, in)
	return cells, nil
}

func payloadName(id string) string { return "documents/" + id + ".json" }

// postings writes the debits and credits.
func (m *maker) postings(ctx context.Context, list []desk.ListedDoc) error {
	_, err := m.file(postingsName, func(out io.Writer) error {
		t, err := newTable(out, postingHeads()...)
		if err != nil {
			return err
		}
		for _, d := range list {
			sides, err := reading.Postings(ctx, m.w, d.Doc)
			if err != nil {
				return err
			}
			if sides == nil { // a replacing document is not known by what it takes back alone
				continue
			}
			if sides.Refused != "" {
				err = t.row(d.ID, "", "", "", "", "", "", d.Currency, "", m.hide.text(sides.Refused), "")
			}
			for i, l := range sides.Lines {
				if err == nil {
					err = t.row(d.ID, strconv.Itoa(i+1), string(l.Role), l.AccountCode, l.Party, fis.Text(l.Debit, sides.Currency), fis.Text(l.Credit, sides.Currency), sides.Currency, l.TaxCode, "", "")
				}
			}
			if err == nil {
				err = m.takenBack(ctx, t, d, len(sides.Lines))
			}
			if err != nil {
				return err
			}
		}
		return t.end()
	})
	return err
}

// told writes what the ERP said and Concur was told.
func (m *maker) told(ctx context.Context, list []desk.ListedDoc) error {
	_, err := m.file(toldName, func(out io.Writer) error {
		t, err := newTable(out, "doc_id", "what", "says", "state", "told_at", "erp_number", "erp_company", "fiscal_year", "date", "reference", "amount", "currency", "code", "correlation", "message", "told_number", "told_company")
		if err != nil {
			return err
		}
		for _, d := range list {
			told, err := m.w.Journal.ToldOf(ctx, d.ID)
			if err != nil {
				return err
			}
			c, ok, err := m.w.Journal.ConfirmationOf(ctx, d.ID)
			if err != nil {
				return err
			}
			if ok {
				o := c.Outcome
				if err := t.row(d.ID, "posting", string(c.Verdict), string(c.State), stamp(c.DoneAt), o.Numbers(), o.Company, o.FiscalYear, o.Posted.String(), "", "", "", strconv.Itoa(c.Code), c.Correlation, m.hide.text(narrate.Messages(o.Messages)), told[""].Number, told[""].Company); err != nil {
					return err
				}
			}
			paid, err := m.w.Journal.PaymentsOf(ctx, d.ID)
			if err != nil {
				return err
			}
			for _, p := range paid {
				y := p.Payment
				if err := t.row(d.ID, "payment", string(y.Status), string(p.State), stamp(p.DoneAt), y.Number, y.Company, y.FiscalYear, y.Cleared.String(), y.Reference, fis.Text(y.Amount, y.Currency), y.Currency, strconv.Itoa(p.Code), p.Correlation, m.hide.text(y.Message), told[y.Reference].Number, told[y.Reference].Company); err != nil {
					return err
				}
			}
		}
		return t.end()
	})
	return err
}

// payloads writes the documents as they came.
func (m *maker) payloads(ctx context.Context, list []desk.ListedDoc) error {
	if m.o.IDsOnly {
		return nil
	}
	ids := make([]string, len(list))
	for i, d := range list {
		ids[i] = d.ID
	}
	slices.Sort(ids)
	for _, id := range ids {
		env, err := m.w.Journal.Payload(ctx, id)
		if missing(err) {
			continue
		}
		if err != nil {
			return err
		}
		if _, err := m.file(payloadName(id), func(out io.Writer) error { return write(out, string(env.Document)) }); err != nil {
			return err
		}
	}
	return nil
}
