package cli

import (
	"strconv"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// sheetTable is a table of a report; every form of the report shows the same ones.
type sheetTable struct {
	title, sheet string
	heads        []string
	right        []int
	rows         [][]sheetCell
	// note says what the table leaves out, and how its figures are meant.
	note string
	// long tables are cut in the terminal.
	long bool
	// plain tables have no filter in a workbook: their rows stand in an order that means something.
	plain bool
}

// sheetCell is a text, a count, or an amount.
type sheetCell struct {
	text     string
	count    *int
	amount   *fis.Amount
	currency string
}

func textCells(list ...string) []sheetCell {
	out := make([]sheetCell, len(list))
	for i, s := range list {
		out[i].text = wording.Visible(s)
	}
	return out
}

func countCell(n int) sheetCell { return sheetCell{count: &n} }

func amountCell(a fis.Amount, currency string) sheetCell {
	return sheetCell{amount: &a, currency: currency}
}

// String is the cell for people.
func (c sheetCell) String() string {
	switch {
	case c.count != nil:
		return grouped(strconv.Itoa(*c.count))
	case c.amount != nil:
		return money(*c.amount, c.currency)
	}
	return c.text
}
