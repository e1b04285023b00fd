// Package pages lays out for the terminal, for spreadsheets and for machines what more than one command shows: the
// reconciliation, and what a run did. What it says comes from desk.
package pages
