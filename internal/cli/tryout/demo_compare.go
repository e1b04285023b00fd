package tryout

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	simerp "github.com/fisbridge/fisbridge/internal/sim/erp"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

// compare holds what the service was told against what the ERPs booked, by their own records.
func (d *demoStory) compare(ctx context.Context) []string {
	var broken []string
	acks := map[string]int{}
	for _, call := range d.w.fis.Record() {
		for _, item := range call.Items {
			if call.Call == "acknowledge" && item.Effect {
				acks[item.DocID]++
			}
		}
	}
	for id, n := range acks {
		if n != 1 {
			broken = append(broken, fmt.Sprintf("document %s was acknowledged %d times", id, n))
		}
	}
	for _, r := range d.w.fis.Refusals() {
		broken = append(broken, "the service refused a call: "+r.Call+": "+r.Reason)
	}
	known := map[string]bool{}
	for _, doc := range d.w.fis.Documents() {
		if b, ok := d.booked(ctx, doc); ok {
			known[b.Reference] = true
		}
		if line := d.compareOne(ctx, doc); line != "" {
			broken = append(broken, line)
		}
	}
	return append(broken, d.strangers(known)...)
}

// strangers are what the ERPs have posted under references by which no document is known: nobody could be told of it.
func (d *demoStory) strangers(known map[string]bool) (broken []string) {
	for name, erp := range d.w.erps {
		for _, b := range erp.Books().Documents {
			if ref := againOf.ReplaceAllString(b.Reference, ""); !known[b.Reference] && !known[ref] && b.Number != "" {
				broken = append(broken, fmt.Sprintf("the ERP of route %s has posted %s as %s, and no document is called so", name, b.Reference, b.Number))
			}
		}
	}
	slices.Sort(broken)
	return broken
}

// againOf is what stands behind the reference of a further document of a report.
var againOf = regexp.MustCompile(`-[0-9]+$`)

func (d *demoStory) compareOne(ctx context.Context, doc simfis.Document) string {
	var told struct {
		Status string `json:"overallPostingStatusCode"`
		Docs   []struct {
			Number string `json:"documentNumber"`
		} `json:"postingDocs"`
	}
	if len(doc.Posting) > 0 {
		if err := json.Unmarshal(doc.Posting, &told); err != nil {
			return fmt.Sprintf("document %s: the confirmation that Concur has cannot be read", doc.ID)
		}
	}
	booked, seen := d.booked(ctx, doc)
	switch {
	case told.Status == "success" && booked.Number == "":
		return fmt.Sprintf("Concur was told that document %s is posted, but no ERP has it", doc.ID)
	case told.Status == "success" && (len(told.Docs) != 1 || told.Docs[0].Number != booked.Number && booked.Number == ""):
		return fmt.Sprintf("Concur was told another number of document %s than %s", doc.ID, booked.Number)
	case told.Status == "error" && booked.Number != "" && len(booked.Rejections) == 0: // else the corrected report went under the same reference
		return fmt.Sprintf("Concur was told that document %s is rejected, but the ERP has posted it as %s", doc.ID, booked.Number)
	case told.Status == "" && booked.Number != "":
		return fmt.Sprintf("the ERP has posted document %s as %s, but Concur was not told", doc.ID, booked.Number)
	case len(doc.Marks) > 1, doc.Marked != nil && !booked.Paid().IsPositive():
		return fmt.Sprintf("invoice %s is marked as paid %d times in Concur, and the ERP has paid %s", doc.ID, len(doc.Marks), booked.Paid())
	case seen && len(booked.Files) > 1 && len(booked.Rejections) == 0 && booked.Duplicates > 0:
		return fmt.Sprintf("document %s reached the ERP %d times", doc.ID, len(booked.Files))
	}
	return ""
}

// booked finds a document in the ERPs' books, by the reference that its import file gave.
func (d *demoStory) booked(ctx context.Context, doc simfis.Document) (simerp.Document, bool) {
	own, err := d.ws.Document(ctx, doc.ID)
	if err != nil {
		return simerp.Document{}, false
	}
	for _, ref := range []string{doc.ID, own.ReportKey, own.ReportID, tail(own.ReportID, 12)} {
		if erp := d.w.erps[own.Route]; erp != nil && ref != "" {
			if b, ok := erp.Books().Document(ref); ok {
				return b, true
			}
		}
	}
	return simerp.Document{}, false
}
