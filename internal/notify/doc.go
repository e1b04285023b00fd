// Package notify tells people what needs them: mails, webhooks and channels about documents that are held or rejected,
// runs that failed or did not come, a login that ends; and it makes the reports that are wanted of each day, week or
// month. What it says is what status says; it sends no name of a person and no text that people wrote.
//
// It guarantees that a matter is told once to each recipient, again when it has changed, and never because of a kill:
// what is told and its messages are committed together before anything is sent. A message is sent at least once, with
// the same id in each try. Whatever goes wrong here stops no run and fails none; it is in status, a finding of check,
// and after a day an alarm.
package notify
