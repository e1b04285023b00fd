// Package switchover owns the weeks in which extract files and FIS both deliver: it reads expense extracts (SAE version
// 3, version 2 and the workbook, by the columns of their templates) and compares them with the journal, report by
// report and currency by currency.
//
// An extract is believed as a whole or not at all: count, total, batch and the side of each row must agree with what
// its header says. Nothing is smoothed away: each report of either side ends in exactly one result.
package switchover
