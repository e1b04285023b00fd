package tryout

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/desk/workshop"
	"github.com/fisbridge/fisbridge/internal/fis"
	simerp "github.com/fisbridge/fisbridge/internal/sim/erp"
	"github.com/fisbridge/fisbridge/samples"
)

// routesOf is the one flow of a demo with a template that was asked for.
func routesOf(template string, manifest samples.Manifest) ([]demoRoute, error) {
	if _, err := workshop.KnownTemplate(template); err != nil {
		return nil, err
	}
	plan, err := workshop.ReadyPlan(template)
	if err != nil {
		return nil, err
	}
	r := demoRoute{name: template, template: template, types: plan.DocTypes()}
	code := "FB042"
	if template == "legacy-fixed" {
		code = "042" // its rejects have room for three
	}
	for _, s := range manifest.Documents {
		if s.Role != samples.ERPRejects || !plan.Takes(s.DocType) {
			continue
		}
		refs, err := references(s)
		if err != nil {
			return nil, err
		}
		for _, ref := range refs {
			r.reject = append(r.reject, simerp.Rule{Document: ref, Code: code, Text: s.ERPMessage, Times: 1})
		}
	}
	return []demoRoute{r}, nil
}

// references are the names by which import files may call a document.
func references(s samples.Sample) ([]string, error) {
	env, err := sampleEnvelope(s)
	if err != nil {
		return nil, err
	}
	doc, err := fis.NewParser(nil).Parse(env)
	if err != nil {
		return nil, err
	}
	return []string{s.DocID, doc.ReportID(), doc.ReportKey()}, nil
}

// anyERP is an ERP that reads the import files of a template as the template itself says how amounts stand in them, and
// answers in its first format of answers.
func anyERP(template string, plan *workshop.Plan) (simerp.Config, error) {
	im := simerp.Import{Spec: plan.Layout().Spec(), Records: plan.Layout().Records(), Balance: "none", Partly: true, DocumentIn: map[string]string{}}
	t := plan.Template()
	if t.Amounts == nil || len(t.Amounts.Rows) == 0 {
		return simerp.Config{}, fmt.Errorf("template %s does not say which of its fields carry the amounts: no simulated ERP can read its files", template)
	}
	for i, row := range t.Amounts.Rows {
		if first := t.Amounts.Rows[0]; i > 0 && (row.Debit != first.Debit || row.Credit != first.Credit || row.Amount != first.Amount || row.Side != first.Side || (row.Document == "") != (first.Document == "")) {
			continue // the simulated ERP reads the rows of one form
		} else if row.Document != first.Document {
			im.DocumentIn[row.Record] = row.Document
		}
		im.Lines = append(im.Lines, row.Record)
		im.Debit, im.Credit, im.Amount, im.Currency = row.Debit, row.Credit, row.Amount, row.Currency
		im.Document, im.Side, im.CreditPositive = t.Amounts.Rows[0].Document, row.Side, row.CreditPositive
		if !row.Signed {
			for _, c := range row.CreditCodes {
				im.CreditCodes = append(im.CreditCodes, string(c))
			}
		}
	}
	im.Description = describing(plan, im.Lines)
	if im.Document == "" {
		im.Document = im.Description
	}
	known, err := knownReferences()
	if err != nil {
		return simerp.Config{}, err
	}
	im.Reference = known.find
	answer, err := anyAnswer(template, plan)
	return simerp.Config{Import: im, Answers: []simerp.Answer{answer}, Again: true}, err
}

// describing is the field with the text of a line, which people read when they look for the document.
func describing(plan *workshop.Plan, lines []string) string {
	for _, r := range plan.Layout().Records() {
		for _, f := range r.Fields {
			if slices.Contains(lines, r.Name) && slices.Contains([]string{"MEMO", "Description", "Text", "External Reference ID", "REMITTANCE_MESSAGE1"}, f.Name) {
				return f.Name
			}
		}
	}
	return ""
}

// knownDocuments are what the samples are called: whoever answers in place of an ERP looks a document up by what he
// finds in the file.
type knownDocuments map[string]bool

func knownReferences() (knownDocuments, error) {
	manifest, err := samples.Load()
	if err != nil {
		return nil, err
	}
	known := knownDocuments{}
	for _, s := range manifest.Documents {
		refs, err := references(s)
		if err != nil {
			return nil, err
		}
		for _, ref := range refs {
			known[ref] = ref != ""
		}
	}
	return known, nil
}

// find takes the field of the document where it is known, or is the end of a longer id; else a word of the text; else
// the field as it is.
func (k knownDocuments) find(document, text string) string {
	for _, word := range append([]string{document}, strings.Fields(text)...) {
		if k[word] {
			return word
		}
		if ref := word[:max(strings.LastIndexByte(word, '-'), 0)]; k[ref] {
			return ref // the number of the line stands behind it
		}
	}
	end, again := document, ""
	if at := strings.LastIndexByte(document, '-'); at >= 0 {
		end, again = document[:at], document[at:] // a further document of the report: the id had to be cut for its number
	}
	for ref := range k {
		switch {
		case len(document) >= 12 && (strings.HasSuffix(strings.ToUpper(ref), strings.ToUpper(document)) || strings.HasPrefix(ref, document)):
			return ref
		case len(end) >= 12 && strings.HasSuffix(ref, end):
			return ref + again
		}
	}
	return document
}

// anyAnswer is the first format of the template in which an answer about documents can be written.
func anyAnswer(template string, plan *workshop.Plan) (simerp.Answer, error) {
	for _, f := range plan.Results() {
		a := simerp.Answer{Name: strings.ReplaceAll(strings.Replace(f.Files, "*", "{file}.", 1), "*", ""), Spec: f.Layout, Records: f.Records, Level: "document"}
		a.Name = strings.ReplaceAll(a.Name, "..", ".")
		roles := map[string]bool{}
		for i := range f.Records {
			columns := f.ColumnsOf(&f.Records[i])
			if len(columns) == 0 || f.UseOf(f.Records[i].Name) != "data" {
				continue
			}
			if a.Row == "" {
				a.Row = f.Records[i].Name
			}
			for _, c := range columns {
				field := c.Field
				if sources := c.Sources(); field == "" && len(sources) > 0 && len(c.Words) > 0 {
					field = sources[len(sources)-1] // the word stands last; what is before it has a role of its own
				}
				a.Fields = append(a.Fields, answerField(string(c.Role), field, c.Words))
				roles[string(c.Role)] = true
			}
		}
		// A status that only payments have would end in the column of the outcome.
		if a.Level == string(f.Level) && roles["outcome"] && (roles["reference"] || roles["doc_id"] || roles["report_id"]) {
			a.Fields = withoutStatus(a.Fields)
			return a, nil
		}
	}
	return simerp.Answer{}, fmt.Errorf("template %s has no format in which a simulated ERP could answer document by document", template)
}

// answerField fills a field with the value of its role, in the words of the format.
func answerField[W ~string](role, field string, words map[string]W) simerp.Field {
	out := simerp.Field{Field: field, What: role}
	if len(words) == 0 {
		return out
	}
	out.Words = map[string]string{}
	for theirs, ours := range words {
		if had, taken := out.Words[string(ours)]; !taken || theirs < had {
			out.Words[string(ours)] = theirs
		}
	}
	if role == "kind" {
		out.What = "=" + out.Words["posting"]
	}
	return out
}

// withoutStatus leaves out what is said of payments only.
func withoutStatus(fields []simerp.Field) []simerp.Field {
	var out []simerp.Field
	for _, f := range fields {
		switch f.What {
		case "status", "payment_date", "payment_ref", "method", "amount", "currency", "receiver_id", "receiver_name":
		default:
			out = append(out, f)
		}
	}
	return out
}
