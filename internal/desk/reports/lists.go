package reports

import (
	"slices"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/tables"
)

// totals adds a list up, by route and currency.
func totals(what string, list []desk.ListedDoc) tables.Table {
	t := tables.Table{Sheet: "totals", Title: "Totals", Heads: []string{"route", "currency", what, "amount"}, Right: []int{2, 3}, Plain: true}
	type key struct{ route, currency string }
	numbers, amounts := map[key]int{}, map[key]fis.Amount{}
	var keys []key
	for _, d := range list {
		k := key{d.Route, d.Currency}
		if numbers[k] == 0 {
			keys = append(keys, k)
		}
		numbers[k]++
		amounts[k] = amounts[k].Add(d.Amount)
	}
	slices.SortFunc(keys, func(a, b key) int { return strings.Compare(a.route+"\x00"+a.currency, b.route+"\x00"+b.currency) })
	for _, k := range keys {
		t.Rows = append(t.Rows, append(tables.TextCells(desk.RouteName(k.route), fis.CurrencyName(k.currency)), tables.CountCell(numbers[k]), tables.AmountCell(amounts[k], k.currency)))
	}
	return t
}

// rejectedTable lists what the ERP rejected, the latest first.
func rejectedTable(list []desk.ListedDoc, zone *time.Location) tables.Table {
	t := tables.Table{Sheet: "rejected", Title: "Rejected by the ERP", Heads: []string{"rejected", "document", "report", "number", "route", "type", "currency", "amount", "reason"}, Right: []int{7}}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b desk.ListedDoc) int { return b.Since.Compare(a.Since) })
	for _, d := range list {
		t.Rows = append(t.Rows, append(append(tables.TextCells(day(d.Since, zone), d.ID, d.ReportID, d.ReportNumber, desk.RouteName(d.Route), string(d.DocType), d.Currency),
			tables.AmountCell(d.Amount, d.Currency)), reasonCell(d)))
	}
	return t
}

// openTable lists what has no outcome yet, the oldest first.
func openTable(list []desk.ListedDoc, zone *time.Location, now time.Time) tables.Table {
	t := tables.Table{Sheet: "open", Title: "Open, as of now", Heads: []string{"received", "days", "document", "report", "number", "route", "type", "currency", "amount", "state", "reason"}, Right: []int{1, 8}}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b desk.ListedDoc) int { return a.Received.Compare(b.Received) })
	for _, d := range list {
		row := append(tables.TextCells(day(d.Received, zone)), tables.CountCell(int(now.Sub(d.Received).Hours()/24)))
		row = append(row, tables.TextCells(d.ID, d.ReportID, d.ReportNumber, desk.RouteName(d.Route), string(d.DocType), d.Currency)...)
		row = append(append(row, tables.AmountCell(d.Amount, d.Currency)), tables.WordCell(string(d.State)), reasonCell(d))
		t.Rows = append(t.Rows, row)
	}
	return t
}

func day(t time.Time, zone *time.Location) string { return t.In(zone).Format(time.DateOnly) }
