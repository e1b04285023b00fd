package bridge_test

import (
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
)

// What a word of the ERP means is not changed by itself: the former version stays in force until a person has said that
// it is meant, and what the ERP refuses is told as refused.
func TestMeaningOfAWordNeedsAPerson(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1", "D2")
	w.run(bridge.ExitDone)
	set := func(values map[string]string) string {
		return w.workbook(func(f *excelize.File) error {
			for cell, text := range values {
				if err := f.SetCellStr("Results", cell, text); err != nil {
					return err
				}
			}
			return nil
		})
	}
	former := w.read("csv.xlsx")
	w.write("csv.xlsx", set(map[string]string{"E4": "error = posted", "D5": "paid = PP"}))
	w.load()
	w.answer("1", strings.Replace(rejected("D1", "closed"), ",error,,,", ",error,1000,4711,", 1))
	s := w.run(bridge.ExitNeedsPerson)
	noted(t, s, "fisbridge mapping accept journals",
		`results answer: the word "error" of outcome means posted; in the version in force it means rejected`,
		`results answer: the word "paid" of status means PP; in the version in force it means CP`)
	w.status("D1", fis.StatusPostedFailure)

	// A further word, and one that is unknown now, change nothing that was said before.
	w.write("csv.xlsx", former)
	w.write("csv.xlsx", set(map[string]string{"G4": "booked = posted"}))
	w.load()
	w.answer("2", strings.Replace(posted("D2", "2"), ",ok,", ",booked,", 1))
	w.run(bridge.ExitDone)
	w.status("D2", fis.StatusPostedSuccess)
}
